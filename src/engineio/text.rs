//! Text as the decoders read it: by code unit, without a copy, wherever it lives.

/// A text that is read by position. Positions count the text's own units: bytes of a `str`, UTF-16 code units of a JavaScript
/// string. Every delimiter of both protocols is ASCII, so that a header ends at the same character in either.
pub trait Text {
    /// The unit at `index`, or `None` behind the end.
    fn unit(&self, index: u32) -> Option<u16>;

    /// The units from `start` up to `end`, copied; empty where they are not whole characters.
    fn slice(&self, start: u32, end: u32) -> String;
}

impl Text for str {
    fn unit(&self, index: u32) -> Option<u16> {
        self.as_bytes().get(index as usize).map(|byte| u16::from(*byte))
    }

    fn slice(&self, start: u32, end: u32) -> String {
        self.get(start as usize..end as usize).unwrap_or_default().to_owned()
    }
}
