//! What a client is made with.

use super::backoff::Backoff;
use super::outbox::Limits;
use super::timers::Millis;

/// Settings of a connection.
#[derive(Clone, Debug)]
pub struct Config {
    /// Whether to connect again by itself.
    pub reconnection: bool,
    /// Attempts in a row before giving up; `u32::MAX` for no end.
    pub reconnection_attempts: u32,
    /// Delays between attempts.
    pub backoff: Backoff,
    /// For everything from the start of an attempt to the namespace's CONNECT answer.
    pub timeout: Millis,
    /// Any number; two clients with the same one behave alike.
    pub seed: u64,
}

/// When a message counts as delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The event's acknowledgement, or the message's own return.
    Ack,
    /// Only the message's own return.
    Echo,
    /// It was handed to the network.
    Sent,
}

/// Settings of the chat layer.
#[derive(Clone, Debug)]
pub struct ChatConfig {
    /// Whether the connection counts only after the server's `connected` event.
    pub await_server_ready: bool,
    /// When a message counts as delivered.
    pub delivery: Proof,
    /// For an answer.
    pub ack_timeout: Millis,
    /// Answers waited for in vain before a message fails.
    pub max_attempts: u32,
    /// Messages on the wire at once.
    pub max_in_flight: usize,
    /// Of the whole outbox.
    pub limits: Limits,
    /// Age at which a message expires.
    pub ttl: Millis,
    /// UTF-8 bytes that a message's frame has at most beside its payload: types, namespace, ack id, event name.
    pub head: u32,
}
