//! The deadlines of a client, one of each kind, so that one timer in the driver serves them all.

/// Milliseconds on a clock that never goes back. Where it begins does not matter to the machine.
pub type Millis = u64;

/// What may fall due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// An attempt to connect has taken too long.
    Connect,
    /// The server's next ping is overdue.
    Heartbeat,
    /// The next attempt begins.
    Retry,
    /// The connection has been useful long enough for delays to start small again.
    Useful,
    /// The earliest acknowledgement that the application waits for is overdue.
    Ack,
    /// The earliest answer to a queued message is overdue.
    Answer,
    /// The outbox may have something to send.
    Flush,
}

const KINDS: usize = 7;

/// A table of deadlines.
#[derive(Debug, Default)]
pub(crate) struct Timers([Option<Millis>; KINDS]);

impl Timers {
    pub fn set(&mut self, timer: Timer, at: Millis) {
        self.put(timer, Some(at));
    }

    pub fn put(&mut self, timer: Timer, at: Option<Millis>) {
        if let Some(slot) = self.0.get_mut(timer as usize) {
            *slot = at;
        }
    }

    /// Keeps the earlier of the deadline that is set and `at`.
    pub fn set_earlier(&mut self, timer: Timer, at: Millis) {
        self.set(timer, self.get(timer).map_or(at, |set| set.min(at)));
    }

    pub fn clear(&mut self, timer: Timer) {
        self.put(timer, None);
    }

    pub fn get(&self, timer: Timer) -> Option<Millis> {
        self.0.get(timer as usize).copied().flatten()
    }

    /// When the driver has to come back.
    pub fn next(&self) -> Option<Millis> {
        self.0.iter().flatten().min().copied()
    }

    /// Takes a deadline that has passed, if this one has.
    pub fn expired(&mut self, timer: Timer, now: Millis) -> bool {
        let expired = self.get(timer).is_some_and(|at| at <= now);
        if expired {
            self.clear(timer);
        }
        expired
    }
}
