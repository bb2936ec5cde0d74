//! Wall-clock time that never goes back.

use std::cell::Cell;

use crate::client::Millis;

/// `Date.now`, since `performance.now` stands still in some browsers while the machine is suspended, and deadlines must not. Where the wall
/// clock is put back, time goes on from where it was.
#[derive(Default)]
pub struct Clock {
    last: Cell<f64>,
    offset: Cell<f64>,
}

impl Clock {
    /// Milliseconds since 1970, about.
    pub fn now(&self) -> Millis {
        let wall = js_sys::Date::now();
        let mut now = wall + self.offset.get();
        if now < self.last.get() {
            self.offset.set(self.last.get() - wall);
            now = self.last.get();
        }
        self.last.set(now);
        now as Millis
    }
}
