//! What the driver tells the machine of the world outside.

use super::frame::Frame;
use super::{Ask, Reason, SocketId, Token, Transport};

/// One thing that happened.
#[derive(Debug)]
pub enum Input<P> {
    /// The time that [`super::Output::Wait`] asked for has come.
    Wake,
    /// A frame came.
    Frame {
        /// Over which transport.
        transport: Transport,
        /// What it is.
        frame: Frame<P>,
    },
    /// A transport could not be opened, failed or was closed.
    Closed {
        /// Which.
        transport: Transport,
        /// [`Reason::TransportClose`] or [`Reason::TransportError`].
        reason: Reason,
        /// For people.
        detail: Option<P>,
    },
    /// The answer to [`super::Output::AskAuth`].
    Auth {
        /// As asked.
        socket: SocketId,
        /// As asked.
        ask: Ask,
        /// The answer.
        answer: Answer<P>,
    },
    /// The answer to [`super::Output::AskBuffered`].
    Buffered {
        /// As asked.
        transport: Transport,
        /// Bytes handed over and not sent yet.
        bytes: u32,
    },
    /// The browser says that there is no network.
    Offline,
    /// The browser says that there is a network again.
    Online,
    /// The page became visible, or came back from the back-forward cache.
    Resumed,
    /// The page may be stopped, for how long nobody knows.
    Frozen,
}

/// What to authenticate with.
#[derive(Debug)]
pub enum Answer<P> {
    /// A CONNECT payload.
    Auth {
        /// None for a CONNECT packet without one.
        payload: Option<P>,
        /// The token in it. Of interest to the chat layer alone.
        token: Token<P>,
    },
    /// There is no token: nobody is signed in.
    SignedOut,
    /// The one who was asked threw or rejected.
    Failed(P),
}
