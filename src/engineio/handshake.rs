//! The open packet's content (specification, "Handshake").

use super::{Error, Value};

/// Milliseconds that still count exactly in a double: a deadline that far can be added to the time.
const MAX_PATIENCE: f64 = 9_007_199_254_740_991.0;

/// The members of an open packet as the JSON had them. What is missing or of another type is `None` or NaN.
#[derive(Clone, Debug, PartialEq)]
pub struct HandshakeFields<P> {
    /// The session's id, opaque.
    pub sid: Option<P>,
    /// Milliseconds.
    pub ping_interval: f64,
    /// Milliseconds.
    pub ping_timeout: f64,
    /// Bytes of one frame.
    pub max_payload: f64,
}

/// A handshake that a connection can be kept by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake<P> {
    /// The session's id, opaque: 20 characters from Node servers, 16 from Rust ones.
    pub sid: P,
    /// Milliseconds within which the next ping must come: `pingInterval` + `pingTimeout`.
    pub patience: u64,
    /// The most bytes that the server takes in one frame, where it says so.
    pub max_payload: Option<u64>,
}

impl<P: Value> Handshake<P> {
    /// Refuses a handshake without an id, or with ping times that would end the connection at once or never. One of them may be 0: what counts is
    /// their sum, and python-socketio announces an interval below a second as that. Sizes of less than one unit are none.
    pub fn check(fields: HandshakeFields<P>) -> Result<Self, Error> {
        let HandshakeFields { sid, ping_interval, ping_timeout, max_payload } = fields;
        let patience = ping_interval + ping_timeout;
        if !(ping_interval >= 0.0 && ping_timeout >= 0.0 && (1.0..=MAX_PATIENCE).contains(&patience)) {
            return Err(Error::Handshake);
        }
        Ok(Handshake {
            patience: patience as u64,
            sid: sid.filter(|sid| *sid != P::literal("")).ok_or(Error::Handshake)?,
            max_payload: (max_payload >= 1.0).then_some(max_payload as u64),
        })
    }
}
