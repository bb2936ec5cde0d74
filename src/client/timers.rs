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
    /// Outcomes that were left for other tabs are old.
    Sweep,
    /// The token will expire soon.
    Token,
    /// A namespace has taken too long to open, or is to be tried again, over a connection that lives.
    Namespace,
}

const KINDS: usize = 10;

/// A table of deadlines.
#[derive(Debug)]
pub(crate) struct Timers([Millis; KINDS]);

/// Stands for no deadline.
const NEVER: Millis = Millis::MAX;

impl Default for Timers {
    fn default() -> Self {
        Timers([NEVER; KINDS])
    }
}

impl Timers {
    fn slot(&mut self, timer: Timer) -> &mut Millis {
        let [connect, heartbeat, retry, useful, ack, answer, flush, sweep, token, namespace] = &mut self.0;
        match timer {
            Timer::Connect => connect,
            Timer::Heartbeat => heartbeat,
            Timer::Retry => retry,
            Timer::Useful => useful,
            Timer::Ack => ack,
            Timer::Answer => answer,
            Timer::Flush => flush,
            Timer::Sweep => sweep,
            Timer::Token => token,
            Timer::Namespace => namespace,
        }
    }

    pub fn set(&mut self, timer: Timer, at: Millis) {
        *self.slot(timer) = at;
    }

    pub fn put(&mut self, timer: Timer, at: Option<Millis>) {
        self.set(timer, at.unwrap_or(NEVER));
    }

    /// Keeps the earlier of the deadline that is set and `at`.
    pub fn set_earlier(&mut self, timer: Timer, at: Millis) {
        let slot = self.slot(timer);
        *slot = at.min(*slot);
    }

    pub fn clear(&mut self, timer: Timer) {
        self.set(timer, NEVER);
    }

    /// When the driver has to come back.
    pub fn next(&self) -> Option<Millis> {
        self.0.iter().min().copied().filter(|at| *at != NEVER)
    }

    /// Takes a deadline that has passed, if this one has.
    pub fn expired(&mut self, timer: Timer, now: Millis) -> bool {
        let slot = self.slot(timer);
        let expired = *slot <= now;
        if expired {
            *slot = NEVER;
        }
        expired
    }
}
