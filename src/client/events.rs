//! The events of a socket, out and in, and their acknowledgements.

use super::frame::EventName;
use super::socket::Socket;
use super::{AckError, Body, Client, Event, Millis, SocketId, Timer};
use crate::engineio::Value;
use crate::socketio::{Header, PacketType};

/// An acknowledgement that the application waits for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Waiting {
    pub id: u64,
    /// `Millis::MAX` for never.
    pub due: Millis,
    /// Whether its event has been sent over this connection.
    pub sent: bool,
}

/// What is sent of an event or acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload<P> {
    /// The JSON array, with a placeholder for each attachment, and the attachments.
    pub args: P,
    /// How many there are.
    pub attachments: u32,
}

/// How to emit an event.
#[derive(Clone, Copy, Debug, Default)]
pub struct Emit {
    /// Whether an acknowledgement is asked for.
    pub ack: bool,
    /// Milliseconds to wait for it; without an end where `None`.
    pub timeout: Option<Millis>,
    /// Whether it is dropped, not buffered, where there is no connection.
    pub volatile: bool,
}

impl<P: Value> Client<P> {
    /// Emits an event: sends it, or keeps it until there is a connection. Returns the id of the acknowledgement, if one was asked for.
    pub fn emit(&mut self, now: Millis, id: SocketId, payload: Payload<P>, emit: Emit) -> Option<u64> {
        self.check_heartbeat(now);
        let connected = self.is_connected(id);
        let socket = self.sockets.get_mut(id.0)?;
        let due = emit.timeout.map_or(Millis::MAX, |timeout| now.saturating_add(timeout));
        let ack = emit.ack.then(|| socket.take_ack());
        if let Some(ack) = ack {
            if !connected && emit.volatile && emit.timeout.is_none() {
                // Nobody will answer what is dropped.
                self.tell(Event::Acked { socket: id, id: ack, result: Err(AckError::Disconnected) });
                return Some(ack);
            }
            socket.acks.push(Waiting { id: ack, due, sent: connected });
            self.timers.set_earlier(Timer::Ack, due);
        }
        if connected {
            self.send_event(id, ack, payload);
        } else if !emit.volatile {
            socket.buffer.push((ack, payload));
        }
        ack
    }

    /// Acknowledges an event, where the socket is connected. The caller sees to it that it came since the last disconnection: ids mean nothing
    /// to another session.
    pub fn acknowledge(&mut self, now: Millis, id: SocketId, ack: u64, payload: Payload<P>) {
        self.check_heartbeat(now);
        if self.is_connected(id) {
            self.send_payload(id, [PacketType::Ack, PacketType::BinaryAck], Some(ack), payload);
        }
    }

    pub(super) fn send_event(&mut self, id: SocketId, ack: Option<u64>, payload: Payload<P>) {
        self.send_payload(id, [PacketType::Event, PacketType::BinaryEvent], ack, payload);
    }

    /// Sends a packet of the first type, or with its attachments one of the second.
    fn send_payload(&mut self, id: SocketId, [plain, binary]: [PacketType; 2], ack: Option<u64>, payload: Payload<P>) {
        let Some(socket) = self.socket(id) else {
            return;
        };
        let Payload { args, attachments } = payload;
        let kind = if attachments == 0 { plain } else { binary };
        let header = Header { ack, attachments, ..socket.header(kind) };
        self.send_packet(header, Body::Payload(args));
    }

    /// An event that the application made itself, as if the server had sent it.
    pub fn simulate(&mut self, now: Millis, socket: SocketId, name: EventName<P>, args: P) {
        self.check_heartbeat(now);
        self.handle_event(now, socket, name, args, None);
    }

    pub(super) fn handle_event(
        &mut self,
        now: Millis,
        socket: SocketId,
        name: EventName<P>,
        args: P,
        ack: Option<u64>,
    ) {
        self.chat_event(now, socket, &name, &args);
        self.tell(Event::Received { socket, name, args, ack });
    }

    pub(super) fn handle_ack(&mut self, id: SocketId, ack: u64, args: P) {
        let Some(socket) = self.socket_mut(id) else {
            return;
        };
        if let Some(at) = socket.acks.iter().position(|waiting| waiting.id == ack) {
            socket.acks.remove(at);
            self.tell(Event::Acked { socket: id, id: ack, result: Ok(args) });
        }
    }

    pub(super) fn handle_ack_timeouts(&mut self, now: Millis) {
        for id in self.socket_ids() {
            self.fail_acks(id, AckError::Timeout, now);
        }
    }

    /// Those that will never come: the ones overdue, or the ones that were under way.
    pub(super) fn fail_acks(&mut self, id: SocketId, error: AckError, now: Millis) {
        let mut at = 0;
        while let Some(socket) = self.socket_mut(id)
            && let Some(ack) = socket.acks.get(at).copied()
        {
            let lost = match error {
                AckError::Timeout => ack.due <= now,
                AckError::Disconnected => ack.sent,
            };
            if lost {
                socket.acks.remove(at);
                socket.buffer.retain(|(waiting, _)| *waiting != Some(ack.id));
                self.tell(Event::Acked { socket: id, id: ack.id, result: Err(error) });
            } else {
                at += 1;
                self.timers.set_earlier(Timer::Ack, ack.due);
            }
        }
    }
}

impl<P: Value> Socket<P> {
    /// Events that waited for a connection go nowhere any more; those who wait for their acknowledgement hear of that at the next loss.
    pub fn drop_buffered(&mut self) {
        self.buffer.clear();
        for ack in &mut self.acks {
            ack.sent = true;
        }
    }

    pub fn take_ack(&mut self) -> u64 {
        let ack = self.next_ack;
        self.next_ack += 1;
        ack
    }
}
