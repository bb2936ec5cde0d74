//! What the machine asks its driver to do, in the order in which it is to be done.

use super::frame::ConnectError;
use super::outbox::{DeliveryStatus, Key, Kind, Write};
use super::timers::Millis;
use super::{Ask, EventName, SocketId, Transport};
use crate::engineio::Value;
use crate::socketio::Header;

/// The next thing to do.
#[derive(Debug)]
pub enum Output<P> {
    /// Open this transport.
    Open(Transport),
    /// Close it, if it is not closed yet, and forget it.
    Close(Transport),
    /// Answer a ping.
    Pong(Transport),
    /// Send a Socket.IO packet.
    Send {
        /// The transport to send it over.
        transport: Transport,
        /// All but the payload.
        header: Header<P>,
        /// The payload, or what to make it of.
        body: Body<P>,
    },
    /// Say how many bytes the transport has not sent yet, by [`super::Input::Buffered`].
    AskBuffered(Transport),
    /// Find what to authenticate with and bring it by [`super::Input::Auth`]. A later question makes an earlier one void.
    AskAuth {
        /// Who connects.
        socket: SocketId,
        /// Names the question.
        ask: Ask,
        /// Why it is asked.
        reason: AskReason,
    },
    /// Get the lock of the owner's queue, read storage again and say so by [`super::Client::take_turn`]; or, with false, give it back.
    Lock(bool),
    /// Change the storage, and report by [`super::Client::stored`].
    Write(Write<P>),
    /// Tell the application.
    Tell(Event<P>),
    /// Nothing more to do. Come back with input, and at this time at the latest.
    Wait(Option<Millis>),
}

/// Why a token is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskReason {
    /// The first attempt.
    Initial,
    /// Another attempt.
    Reconnect,
    /// The server refused the last one.
    Rejected,
    /// The last one expires soon, or looks expired.
    Expiring,
}

/// What follows a header.
#[derive(Debug, PartialEq, Eq)]
pub enum Body<P> {
    /// Nothing.
    Empty,
    /// A payload as it is, and its attachments as binary frames behind it.
    Payload(P),
    /// A CONNECT payload, if there is one, with the session that is to be recovered.
    Resume {
        /// Of the last connection.
        pid: P,
        /// The last argument of the last event that came in it.
        offset: Option<P>,
        /// As it is where nothing is to be recovered.
        payload: Option<P>,
    },
    /// The event of that kind with an entry's payload.
    Queued(Kind, P),
    /// The event that enters a conversation.
    Join(P),
    /// The event that leaves a conversation.
    Leave(P),
}

/// What the application hears of.
#[derive(Debug)]
pub enum Event<P> {
    /// A socket was connected. Events that came before the server's answer are told before this; the driver notes the id first.
    Connected {
        /// Which.
        socket: SocketId,
        /// Its id.
        sid: P,
        /// Whether it is the session of the last connection, and brings along what was missed.
        recovered: bool,
    },
    /// A socket was refused, or an attempt failed.
    ConnectError {
        /// Which.
        socket: SocketId,
        /// Why.
        error: ConnectError<P>,
    },
    /// A connected socket was disconnected.
    Disconnected {
        /// Which.
        socket: SocketId,
        /// The reason, in the protocol's words.
        reason: Reason,
        /// More of it, for people.
        detail: Option<P>,
    },
    /// An event came.
    Received {
        /// For which socket.
        socket: SocketId,
        /// What the chat layer calls it.
        name: EventName<P>,
        /// Its arguments, the name first.
        args: P,
        /// The id to acknowledge it with before the socket is disconnected, where that is asked for.
        ack: Option<u64>,
    },
    /// An acknowledgement that the application waits for came, or never will.
    Acked {
        /// Of which socket.
        socket: SocketId,
        /// The id that [`super::Client::emit`] returned.
        id: u64,
        /// Its arguments.
        result: Result<P, AckError>,
    },
    /// What the manager of the connection reports.
    Manager(ManagerEvent<P>),
    /// An entry's fate.
    Settled {
        /// Which. It is still in the outbox if it failed or expired.
        key: Key,
        /// What became of it.
        outcome: Outcome<P>,
    },
    /// The server, or the lack of a token, asks for a new sign-in. Once per loss.
    AuthRequired(ConnectError<P>),
    /// Something that a snapshot shows has changed.
    Changed,
}

/// Why an acknowledgement will not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AckError {
    /// Its time ran out.
    Timeout,
    /// The socket was disconnected.
    Disconnected,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<P> {
    /// The server has it: the acknowledgement's arguments.
    Acknowledged(P),
    /// The server has it: the arguments of the event that brought it back.
    Echoed(P),
    /// It was handed to the network, and that is all that was asked for.
    Sent,
    /// See [`DeliveryStatus::Failed`] and [`DeliveryStatus::Expired`].
    Ended(DeliveryStatus, Option<P>),
    /// The application discarded it.
    Discarded,
}

/// What the connection under all sockets does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ManagerEvent<P> {
    /// The handshake is done.
    Open,
    /// An attempt failed.
    Error(P),
    /// An open connection was lost, with more of the reason for people.
    Close(Reason, Option<P>),
    /// A ping came.
    Ping,
    /// An attempt to connect again begins; counted from 1.
    ReconnectAttempt(u32),
    /// It worked.
    Reconnect(u32),
    /// It did not.
    ReconnectError(P),
    /// There will be no more.
    ReconnectFailed,
}

/// Why a connection ended, in Socket.IO's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The server closed the namespace.
    ServerDisconnect,
    /// The application did.
    ClientDisconnect,
    /// No ping came in time.
    PingTimeout,
    /// The other side or the network closed the transport.
    TransportClose,
    /// The transport failed, or spoke no Engine.IO.
    TransportError,
    /// The server spoke no Socket.IO.
    ParseError,
    /// The last socket over the connection was closed by the application.
    ForcedClose,
}

impl Reason {
    pub(crate) fn words<P: Value>(self) -> P {
        P::literal(self.text())
    }

    /// The words.
    pub fn text(self) -> &'static str {
        match self {
            Reason::ServerDisconnect => "io server disconnect",
            Reason::ClientDisconnect => "io client disconnect",
            Reason::PingTimeout => "ping timeout",
            Reason::TransportClose => "transport close",
            Reason::TransportError => "transport error",
            Reason::ParseError => "parse error",
            Reason::ForcedClose => "forced close",
        }
    }
}
