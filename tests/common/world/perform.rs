//! A driver in memory: it performs what the machine asks for, and writes down what happened.

use socketio_wasm::client::{
    AckError, Answer, Ask, AskReason, Body, Event, Input, Kind, ManagerEvent, Outcome, Output, SocketId, Transport,
    Turn, Write,
};

use super::{Effect, Happening, SignIn, World};
use crate::common::head;

impl World {
    pub(super) fn drain(&mut self) {
        loop {
            self.crashed |= self.fuse == Some(0);
            if self.crashed {
                return;
            }
            match self.client.poll_output() {
                Output::Wait(wake) => {
                    self.wake = wake;
                    return;
                }
                output => {
                    self.fuse = self.fuse.map(|left| left - 1);
                    self.outputs += 1;
                    self.perform(output);
                }
            }
        }
    }

    /// As the browser's driver: the application is told when the wire and the storage have been seen to.
    pub(super) fn pump(&mut self) {
        if std::mem::replace(&mut self.pumping, true) {
            return;
        }
        for turn in 0.. {
            assert!(turn < 100_000, "the machine never rests: {:#?}", self.tail());
            if self.crashed {
                break;
            }
            if let Some(effect) = self.effects.pop_front() {
                match effect {
                    Effect::Tell(event) => self.tell(event),
                    Effect::Ask(socket, ask, reason) => self.find_token(socket, ask, reason),
                    Effect::TakeTurn => {
                        self.client.take_turn(self.now, if self.locks { Turn::Mine } else { Turn::Shared });
                        self.drain();
                    }
                }
            } else if self.wake.is_some_and(|wake| wake <= self.now) {
                self.client.handle_input(self.now, Input::Wake);
                self.drain();
            } else {
                break;
            }
        }
        self.pumping = false;
    }

    fn perform(&mut self, output: Output<String>) {
        match output {
            Output::Open(Transport(transport)) => {
                self.log.push(format!("open {transport}"));
                self.transport = Some(transport);
                let reachable = self.server.reachable && !self.black_hole;
                if reachable || self.black_hole {
                    if reachable {
                        self.later(Happening::Opens(transport));
                    }
                } else {
                    self.later(Happening::CannotOpen(transport));
                }
            }
            Output::Close(Transport(transport)) => {
                self.log.push(format!("close {transport}"));
                assert_eq!(self.transport.take(), Some(transport), "closed twice");
                self.forget(transport);
            }
            Output::Pong(transport) => self.write(transport, "3".to_owned()),
            Output::Send { transport, header, body } => {
                let head = head(&header);
                let text = match body {
                    Body::Empty => head,
                    Body::Payload(payload) => head + &payload,
                    Body::Resume { pid, offset, payload } => resume(&head, &pid, offset, payload),
                    Body::Queued(Kind::Message, payload) => format!(r#"{head}["sendMessage",{payload}]"#),
                    Body::Queued(Kind::Read, payload) => format!(r#"{head}["markAsRead",{payload}]"#),
                    Body::Join(name) => format!(r#"{head}["joinConversation",{{"conversationId":"{name}"}}]"#),
                    Body::Leave(name) => format!(r#"{head}["leaveConversation",{{"conversationId":"{name}"}}]"#),
                };
                self.write(transport, text);
            }
            Output::AskBuffered(transport) => {
                self.log.push("ask-buffered".to_owned());
                let bytes = self.buffered;
                self.client.handle_input(self.now, Input::Buffered { transport, bytes });
            }
            Output::AskAuth { socket, ask, reason } => self.effects.push_back(Effect::Ask(socket, ask, reason)),
            Output::Write(Write::Store(key)) => {
                let Some(entry) = self.client.outbox().and_then(|outbox| outbox.get(key)) else { return };
                let scope = self.client.scope_of(entry).cloned().unwrap_or_default();
                let ok = self.storage.write(&scope, entry);
                self.log.push(format!("{} {}", if ok { "store" } else { "cannot-store" }, entry.id));
                self.client.stored(key, ok);
            }
            // No other tab competes for it.
            Output::Lock(true) => self.effects.push_back(Effect::TakeTurn),
            Output::Lock(false) => self.effects.retain(|effect| !matches!(effect, Effect::TakeTurn)),
            // Nobody waits for an outcome that another tab has left.
            Output::Write(Write::Remove { scope, place, id } | Write::Settle { scope, place, id, .. }) => {
                self.storage.remove(&scope, place, &id);
                self.log.push(format!("remove {id}"));
            }
            Output::Write(Write::Sweep) => {}
            Output::Tell(event) => self.effects.push_back(Effect::Tell(event)),
            Output::Wait(_) => {}
        }
    }

    fn find_token(&mut self, socket: SocketId, ask: Ask, reason: AskReason) {
        self.log.push(format!("ask {reason:?}"));
        self.asked = Some((socket, ask));
        let answer = match self.sign_in {
            SignIn::Token(token) => World::auth(token),
            SignIn::Until(token, issued, expires) => World::auth_until(token, issued, expires),
            SignIn::SignedOut => Answer::SignedOut,
            SignIn::Fails(error) => Answer::Failed(error.to_owned()),
            SignIn::Never => return,
        };
        self.answer(answer);
    }

    fn tell(&mut self, event: Event<String>) {
        let connect = matches!(event, Event::Connected { .. });
        let line = match event {
            Event::Connected { sid, recovered: true, .. } => format!("connect {sid} recovered"),
            Event::Connected { sid, .. } => format!("connect {sid}"),
            Event::ConnectError { error, .. } => format!("connect_error {}", error.message),
            Event::Disconnected { reason, detail, .. } => match detail {
                Some(detail) => format!("disconnect {}: {detail}", reason.text()),
                None => format!("disconnect {}", reason.text()),
            },
            Event::Received { args, ack, .. } => {
                let ack = ack.map(|ack| format!(" ack {ack}")).unwrap_or_default();
                format!("event {args}{ack}")
            }
            Event::Acked { id, result, .. } => match result {
                Ok(args) => format!("ack {id} {args}"),
                Err(AckError::Timeout) => format!("ack {id} timeout"),
                Err(AckError::Disconnected) => format!("ack {id} disconnected"),
            },
            Event::Manager(event) => format!("manager {}", manager(&event)),
            Event::Settled { key, outcome } => {
                let id = self.ids.get(&key).cloned().unwrap_or_else(|| format!("{key:?}"));
                let outcome = match outcome {
                    Outcome::Acknowledged(args) => format!("acknowledged {args}"),
                    Outcome::Echoed(_) => "echoed".to_owned(),
                    Outcome::Sent => "sent".to_owned(),
                    Outcome::Ended(status, error) => format!("{status:?} {}", error.unwrap_or_default()),
                    Outcome::Discarded => "discarded".to_owned(),
                };
                format!("settled {id} {outcome}")
            }
            Event::AuthRequired(error) => format!("auth_required {}", error.message),
            Event::Changed => {
                self.changes += 1;
                return;
            }
        };
        self.log.push(format!("told {line}"));
        if let Some(listener) = self.on_connect.filter(|_| connect) {
            listener(self);
        }
    }
}

/// The members of `payload` behind those of the session, as a driver writes them.
fn resume(head: &str, pid: &str, offset: Option<String>, payload: Option<String>) -> String {
    let mut members = vec![format!(r#""pid":"{pid}""#)];
    members.extend(offset.map(|offset| format!(r#""offset":"{offset}""#)));
    members.extend(payload.map(|payload| payload[1..payload.len() - 1].to_owned()).filter(|rest| !rest.is_empty()));
    format!("{head}{{{}}}", members.join(","))
}

fn manager(event: &ManagerEvent<String>) -> String {
    match event {
        ManagerEvent::Open => "open".to_owned(),
        ManagerEvent::Error(error) => format!("error {error}"),
        ManagerEvent::Close(reason, _) => format!("close {}", reason.text()),
        ManagerEvent::Ping => "ping".to_owned(),
        ManagerEvent::ReconnectAttempt(count) => format!("reconnect_attempt {count}"),
        ManagerEvent::Reconnect(count) => format!("reconnect {count}"),
        ManagerEvent::ReconnectError(error) => format!("reconnect_error {error}"),
        ManagerEvent::ReconnectFailed => "reconnect_failed".to_owned(),
    }
}
