//! Delays between attempts: min(base * 2^attempt, max), then jitter, which holds at the maximum too.

/// Numbers that look random, from a seed that the driver brings.
#[derive(Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    /// SplitMix64: any seed will do, zero too.
    #[inline(never)]
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        value ^ (value >> 31)
    }

    /// At least 0, below 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// How long to wait before an attempt. Milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// Before the first.
    pub base: f64,
    /// At the most, jitter aside.
    pub max: f64,
    /// Jitter: 0.5 spreads a delay of 1000 over 500 to 1500.
    pub factor: f64,
}

impl Backoff {
    /// The delay before attempt number `attempt`, counted from 0, without jitter.
    pub(crate) fn nominal(&self, attempt: u32) -> u64 {
        // 2^63 times any base is beyond any maximum, and the product stays finite. What is below 0 becomes 0.
        let growth = 1_u64 << attempt.min(63);
        ((self.base * growth as f64) as u64).min(self.max as u64)
    }

    #[inline(never)]
    pub(crate) fn delay(&self, attempt: u32, random: &mut Random) -> u64 {
        let spread = 1.0 + self.factor * (2.0 * random.unit() - 1.0);
        (self.nominal(attempt) as f64 * spread) as u64
    }
}
