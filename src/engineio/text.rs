//! Text as the codecs read and write it, wherever it lives.

/// What stands behind the last unit of a text. No unit is that large.
pub const END: u32 = u32::MAX;

/// A text that is read by position. Positions count the text's own units: bytes of a `str`, UTF-16 code units of a JavaScript
/// string. Every delimiter of both protocols is ASCII, so that a header ends at the same character in either.
pub trait Text {
    /// What parts of it are kept as.
    type Value: Value;

    /// The unit at `index`, or [`END`] behind the last. One number: an `Option` of one is returned through memory.
    fn unit(&self, index: u32) -> u32;

    /// The units from `start` up to `end`, copied; empty where they are not whole characters.
    fn slice(&self, start: u32, end: u32) -> Self::Value;
}

/// A payload or a text that nobody here looks into: a JavaScript value in the browser, a `String` in tests. Two texts are equal where their
/// characters are.
pub trait Value: Clone + PartialEq {
    /// A text.
    fn literal(text: &'static str) -> Self;

    /// A number that equal texts share.
    fn digest(&self) -> u32;

    /// Of a text, in bytes.
    fn utf8_length(&self) -> u32;

    /// Puts an attachment where this payload has the placeholder of that number.
    fn attach(&mut self, number: u32, bytes: &Self);
}

impl Text for str {
    type Value = String;

    fn unit(&self, index: u32) -> u32 {
        self.as_bytes().get(index as usize).map_or(END, |byte| u32::from(*byte))
    }

    fn slice(&self, start: u32, end: u32) -> String {
        self.get(start as usize..end as usize).unwrap_or_default().to_owned()
    }
}

impl Value for String {
    fn digest(&self) -> u32 {
        self.bytes().fold(0, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)))
    }

    fn utf8_length(&self) -> u32 {
        self.len() as u32
    }

    fn attach(&mut self, _number: u32, bytes: &Self) {
        self.push_str(" +");
        self.push_str(bytes);
    }

    fn literal(text: &'static str) -> Self {
        text.to_owned()
    }
}
