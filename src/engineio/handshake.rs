//! The open packet's content (specification, "Handshake").

use super::{Error, Value};

/// The members of an open packet as the JSON had them; `None` for one that is missing or of another type.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HandshakeFields<P> {
    /// The session's id, opaque.
    pub sid: Option<P>,
    /// Milliseconds.
    pub ping_interval: Option<f64>,
    /// Milliseconds.
    pub ping_timeout: Option<f64>,
    /// Bytes of one frame.
    pub max_payload: Option<f64>,
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
    /// Refuses a handshake without an id, or with ping times that would end the connection at once or never.
    pub fn check(fields: HandshakeFields<P>) -> Result<Self, Error> {
        let positive = |value: Option<f64>| value.filter(|ms| *ms > 0.0 && ms.is_finite()).ok_or(Error::Handshake);
        Ok(Handshake {
            patience: (positive(fields.ping_interval)? + positive(fields.ping_timeout)?) as u64,
            sid: fields.sid.filter(|sid| *sid != P::literal("")).ok_or(Error::Handshake)?,
            max_payload: positive(fields.max_payload).ok().map(|bytes| bytes as u64),
        })
    }
}
