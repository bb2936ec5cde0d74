//! Places in the queue: texts that sort by time, then by the call's number in its tab, and differ between tabs.

/// Base 36, in the order of the characters.
const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
/// Milliseconds until the year 5188.
const TIME: usize = 9;
const COUNT: usize = 4;
const COUNTS: u64 = 36_u64.pow(COUNT as u32);
const TAB: usize = 7;

/// Makes places. One per tab.
#[derive(Debug)]
pub(crate) struct Order {
    last: u64,
    count: u64,
    tab: String,
}

impl Order {
    /// `tab` is random, so that no two tabs share it.
    pub fn new(tab: u64) -> Self {
        Order { last: 0, count: 0, tab: base36(tab, TAB) }
    }

    /// The next place: after every earlier one of this tab, even where the wall clock has gone back.
    pub fn next(&mut self, wall: u64) -> String {
        self.count += 1;
        if wall > self.last {
            (self.last, self.count) = (wall, 0);
        } else if self.count == COUNTS {
            (self.last, self.count) = (self.last + 1, 0);
        }
        base36(self.last, TIME) + &base36(self.count, COUNT) + &self.tab
    }

    /// Starts behind a place that is already there.
    pub fn after(&mut self, time: Option<u64>) {
        if let Some(time) = time.filter(|time| *time >= self.last) {
            (self.last, self.count) = (time + 1, 0);
        }
    }

    /// The time in a place.
    pub fn time(order: &str) -> Option<u64> {
        order.get(..TIME)?.bytes().try_fold(0, |time, byte| {
            let digit = DIGITS.iter().position(|digit| *digit == byte)?;
            Some(time * 36 + digit as u64)
        })
    }
}

/// The last `places` digits of a number.
pub(crate) fn base36(mut value: u64, places: usize) -> String {
    let mut text = vec![b'0'; places];
    for place in text.iter_mut().rev() {
        *place = DIGITS.get((value % 36) as usize).copied().unwrap_or(b'0');
        value /= 36;
    }
    text.into_iter().map(char::from).collect()
}
