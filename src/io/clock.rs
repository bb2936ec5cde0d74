//! Wall-clock time that never goes back.

use crate::client::Millis;

/// `Date.now`, since `performance.now` stands still in some browsers while the machine is suspended, and deadlines must not. Where the wall
/// clock is put back, time goes on from where it was.
#[derive(Default)]
pub struct Clock {
    last: f64,
    offset: f64,
}

impl Clock {
    /// Milliseconds since 1970, about.
    pub fn now(&mut self) -> Millis {
        let wall = js_sys::Date::now();
        if wall + self.offset < self.last {
            self.offset = self.last - wall;
        }
        self.last = wall + self.offset;
        self.last as Millis
    }
}
