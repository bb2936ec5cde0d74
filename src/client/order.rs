//! Places in the queue: they sort by time, then by the call's number in its tab, and differ between tabs.

/// Calls within one millisecond before the next one is borrowed from.
const COUNTS: u64 = 1 << 20;

/// A place. As text, for those who store it: `time` with 9 and `serial` with 11 digits of base 36, which sort alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// Wall-clock milliseconds.
    pub time: u64,
    /// The call's number within that millisecond, and in the low 32 bits what differs between tabs. Below 2^53.
    pub serial: u64,
}

/// Makes places. One per tab.
#[derive(Debug)]
pub(crate) struct Order {
    last: Place,
    tab: u64,
}

impl Order {
    /// `tab` is random, so that no two tabs share it.
    pub fn new(tab: u64) -> Self {
        Order { last: Place::default(), tab: tab & 0xffff_ffff }
    }

    /// The next place: after every earlier one of this tab, even where the wall clock has gone back.
    pub fn next(&mut self, wall: u64) -> Place {
        let (mut time, mut count) = (self.last.time, (self.last.serial >> 32) + 1);
        if wall > time {
            (time, count) = (wall, 0);
        } else if count == COUNTS {
            (time, count) = (time + 1, 0);
        }
        self.last = Place { time, serial: count << 32 | self.tab };
        self.last
    }

    pub fn tab(&self) -> u64 {
        self.tab
    }

    /// The place that was given last.
    pub fn last(&self) -> Place {
        self.last
    }

    /// Starts behind a place that is already there.
    pub fn after(&mut self, place: Place) {
        if place.time >= self.last.time {
            self.last = Place { time: place.time + 1, serial: 0 };
        }
    }
}
