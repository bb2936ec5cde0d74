//! The driver: gives the machine its input and does what it asks for.
//!
//! Its rule: borrow, mutate, do all that needs no application code, end the borrow, and only then call the application. A listener may call
//! any method: what it causes on the wire and in storage happens before that method returns, and what it causes to be told is told after the
//! listeners that are being called now. `host.js` keeps what is to be told.

use gloo_timers::callback::Timeout;

use super::clock::Clock;
use super::host::{Act, Host};
use super::record::record;
use super::value::Js;
use crate::client::{
    AckError, Body, Client, DeliveryStatus, Event, EventName, Input, Kind, ManagerEvent, Millis, Outcome, Output,
    SocketId, Write,
};
use crate::socketio::Header;

/// A machine in a browser.
pub struct Driver {
    /// The machine. After a change of it, call [`Driver::drain`].
    pub client: Client<Js>,
    /// What the driver works through.
    pub host: Host,
    /// Its name in JavaScript.
    pub handle: usize,
    /// The time, as of the call of JavaScript that is being served.
    pub now: Millis,
    clock: Clock,
    timer: Option<(Millis, Timeout)>,
}

impl Driver {
    pub fn new(handle: usize, client: Client<Js>, host: Host) -> Self {
        Driver { client, host, handle, now: 0, clock: Clock::default(), timer: None }
    }

    /// Notes the time.
    pub fn look_at_clock(&mut self) {
        self.now = self.clock.now();
    }

    /// Does what has fallen due.
    pub fn wake(&mut self, fired: bool) {
        if fired {
            self.timer = None;
        }
        self.client.handle_input(self.now, Input::Wake);
    }

    /// Does what the machine asks for, up to what has to be told, which it hands on.
    pub fn drain(&mut self) {
        loop {
            let host = &self.host;
            match self.client.poll_output() {
                Output::Wait(wake) => return self.wait(wake),
                Output::Tell(event) => self.tell(event),
                Output::Open(number) => {
                    host.say(Act::Open, f64::from(number.0));
                }
                Output::Close(_) => {
                    host.say(Act::Close, 0.0);
                }
                Output::Pong(_) => {
                    host.say(Act::Pong, 0.0);
                }
                Output::Send { header, body, .. } => self.send(header, body),
                Output::AskBuffered(transport) => {
                    let bytes = host.say(Act::AskBuffered, 0.0) as u32;
                    self.client.handle_input(self.now, Input::Buffered { transport, bytes });
                }
                Output::AskAuth { socket, ask, reason } => {
                    host.act_of(socket, Act::Ask, f64::from(ask.0), f64::from(reason as u8), None, None);
                }
                Output::Lock(wanted) => {
                    host.say(Act::Lock, f64::from(u8::from(wanted)));
                }
                Output::Write(Write::Remove { scope, place, id }) => {
                    host.act(Act::Remove, place.time as f64, place.serial as f64, Some(id), Some(scope));
                }
                Output::Write(Write::Settle { scope, place, id, outcome }) => {
                    let (outcome, value) = settlement(outcome);
                    host.act(Act::Outcome, 0.0, outcome, value, None);
                    host.act(Act::Remove, place.time as f64, place.serial as f64, Some(id), Some(scope));
                }
                Output::Write(Write::Sweep) => {
                    host.say(Act::Sweep, 0.0);
                }
                Output::Write(Write::Store(key)) => {
                    let entry = self.client.outbox().and_then(|outbox| outbox.get(key));
                    if let Some(entry) = entry {
                        let scope = self.client.scope_of(entry).cloned();
                        let ok = host.act(Act::Store, 0.0, 0.0, Some(record(entry)), scope) == 1.0;
                        self.client.stored(key, ok);
                    }
                }
            }
        }
    }

    fn send(&self, header: Header<Js>, body: Body<Js>) {
        let (form, payload) = match body {
            Body::Empty => (0, None),
            Body::Payload(payload) => (0, Some(payload)),
            Body::Resume { pid, offset, payload } => {
                self.host.act(Act::Resume, 0.0, 0.0, Some(pid), offset);
                (0, payload)
            }
            Body::Queued(Kind::Message, payload) => (1, Some(payload)),
            Body::Queued(Kind::Read, payload) => (2, Some(payload)),
            Body::Join(conversation) => (3, Some(conversation)),
            Body::Leave(conversation) => (4, Some(conversation)),
        };
        let Header { kind, attachments, namespace, ack } = header;
        let packet = kind as u32 | form << 3 | attachments << 6;
        self.host.act(Act::Send, f64::from(packet), ack.map_or(-1.0, |ack| ack as f64), payload, namespace);
    }

    #[inline(never)]
    fn tell(&self, event: Event<Js>) {
        let mut of = SocketId(0);
        let (act, a, b, p, q) = match event {
            Event::Connected { socket, sid, recovered } => {
                of = socket;
                (Act::Connected, f64::from(u8::from(recovered)), 0.0, Some(sid), None)
            }
            Event::ConnectError { socket, error } => {
                of = socket;
                (Act::ConnectError, 0.0, 0.0, Some(error.message), error.data)
            }
            Event::Disconnected { socket, reason, detail } => {
                of = socket;
                (Act::Disconnected, 0.0, 0.0, Some(reason.words()), detail)
            }
            Event::Received { socket, name, args, ack } => {
                of = socket;
                // The names are those of the chat client's own namespace.
                let act = match name {
                    EventName::Message(_) if of.0 == 0 => Act::Message,
                    EventName::Notification if of.0 == 0 => Act::Notification,
                    _ => Act::Received,
                };
                (act, ack.map_or(-1.0, |id| id as f64), 0.0, Some(args), None)
            }
            Event::Acked { socket, id, result } => {
                of = socket;
                let (code, args) = match result {
                    Ok(args) => (0.0, Some(args)),
                    Err(AckError::Timeout) => (1.0, None),
                    Err(AckError::Disconnected) => (2.0, None),
                };
                (Act::Acked, id as f64, code, args, None)
            }
            Event::Manager(event) => {
                let (event, number, text, detail) = match event {
                    ManagerEvent::Open => {
                        (0.0, 0, self.client.handshake().map(|handshake| handshake.sid.clone()), None)
                    }
                    ManagerEvent::Error(text) => (1.0, 0, Some(text), None),
                    ManagerEvent::Close(reason, detail) => (2.0, 0, Some(reason.words()), detail),
                    ManagerEvent::Ping => (3.0, 0, None, None),
                    ManagerEvent::ReconnectAttempt(count) => (4.0, count, None, None),
                    ManagerEvent::Reconnect(count) => (5.0, count, None, None),
                    ManagerEvent::ReconnectError(text) => (6.0, 0, Some(text), None),
                    ManagerEvent::ReconnectFailed => (7.0, 0, None, None),
                };
                (Act::Manager, event, f64::from(number), text, detail)
            }
            Event::Settled { key, outcome } => {
                let (outcome, value) = settlement(outcome);
                (Act::Settled, f64::from(key.0), outcome, value, None)
            }
            Event::AuthRequired(error) => (Act::AuthRequired, 0.0, 0.0, Some(error.message), error.data),
            Event::Changed => {
                let error = self.client.connection_error().cloned();
                (Act::Changed, f64::from(self.client.status() as u8), 0.0, error, None)
            }
        };
        self.host.act_of(of, act, a, b, p, q);
    }

    /// Sets the one timer, unless it is set for an earlier time: then it will be set again when it fires.
    fn wait(&mut self, wake: Option<Millis>) {
        let Some(wake) = wake else { return self.timer = None };
        if wake <= self.now {
            self.host.say(Act::Due, 0.0);
        } else if self.timer.as_ref().is_none_or(|(at, _)| *at > wake) {
            let host = self.host.clone();
            let delay = (wake - self.now).min(i32::MAX as Millis) as u32;
            let timeout = Timeout::new(delay, move || {
                host.say(Act::Timer, 0.0);
            });
            self.timer = Some((wake, timeout));
        }
    }
}

/// The number of an outcome, and what comes with it.
fn settlement(outcome: Outcome<Js>) -> (f64, Option<Js>) {
    match outcome {
        Outcome::Acknowledged(args) => (0.0, Some(args)),
        Outcome::Echoed(args) => (1.0, Some(args)),
        Outcome::Sent => (2.0, None),
        Outcome::Ended(DeliveryStatus::Expired, error) => (4.0, error),
        Outcome::Ended(_, error) => (3.0, error),
        Outcome::Discarded => (5.0, None),
    }
}
