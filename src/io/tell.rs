//! What the machine tells the application, as calls of the hooks.

use wasm_bindgen::JsValue;

use super::hooks::Hooks;
use super::reader::element;
use super::wire::fill;
use crate::client::{AckError, Ask, AskReason, DeliveryStatus, Event, EventName, ManagerEvent, Outcome, Payload};

/// What is done while nothing is borrowed, one after another.
pub enum Effect {
    /// Tell the application.
    Tell(Event<JsValue>),
    /// Find what to authenticate with.
    Ask(Ask, AskReason),
}

impl Hooks {
    /// What has to be known at once.
    pub fn note(&self, event: &Event<JsValue>) {
        match event {
            Event::Connected { sid, .. } => self.note_state(true, Some(sid)),
            Event::Disconnected { .. } => self.note_state(false, None),
            Event::Received { name: EventName::Message(_), payload, .. } => self.note_last(false, &payload.args),
            Event::Received { name: EventName::Notification, payload, .. } => self.note_last(true, &payload.args),
            Event::Changed => self.note_change(),
            _ => {}
        }
    }

    pub fn perform(&self, effect: Effect) {
        match effect {
            Effect::Tell(event) => self.tell(event),
            Effect::Ask(ask, reason) => self.ask(ask.0, reason as u32),
        }
    }

    fn tell(&self, event: Event<JsValue>) {
        match event {
            Event::Connected { .. } => self.connect(),
            Event::ConnectError { error, .. } => self.connect_error(&error.message, &error.data.unwrap_or_default()),
            Event::Disconnected { reason, detail, .. } => self.disconnect(reason.text(), detail.as_deref()),
            Event::Received { name, payload, ack, .. } => {
                let args = complete(payload);
                let (transport, ack) = ack.map_or((0, -1.0), |ack| (ack.transport.0, ack.id as f64));
                self.received(&args, transport, ack);
                match name {
                    EventName::Message(_) => self.message(&args),
                    EventName::Notification => self.notification(&args),
                    _ => {}
                }
            }
            Event::Acked { id, result: Ok(payload), .. } => self.acked(id as f64, None, &complete(payload)),
            Event::Acked { id, result: Err(error), .. } => {
                let error = match error {
                    AckError::Timeout => "operation has timed out",
                    AckError::Disconnected => "socket has been disconnected",
                };
                self.acked(id as f64, Some(error), &JsValue::UNDEFINED);
            }
            Event::Manager(event) => self.tell_manager(event),
            Event::Settled { key, outcome } => match outcome {
                Outcome::Acknowledged(args) => self.delivered(key.0, &element(&args, 0)),
                Outcome::Echoed(args) => self.delivered(key.0, &element(&args, 1)),
                Outcome::Sent => self.delivered(key.0, &JsValue::UNDEFINED),
                Outcome::Discarded => self.ended(key.0, "discarded", None),
                Outcome::Ended(DeliveryStatus::Expired, error) => self.ended(key.0, "expired", error.as_deref()),
                Outcome::Ended(_, error) => self.ended(key.0, "failed", error.as_deref()),
            },
            Event::AuthRequired(error) => self.auth_required(&error.message, &error.data.unwrap_or_default()),
            Event::Changed => self.change(),
        }
    }

    fn tell_manager(&self, event: ManagerEvent) {
        let (name, detail) = match event {
            ManagerEvent::Open => ("open", JsValue::UNDEFINED),
            ManagerEvent::Error(text) => ("error", text.into()),
            ManagerEvent::Close(reason) => ("close", reason.text().into()),
            ManagerEvent::Ping => ("ping", JsValue::UNDEFINED),
            ManagerEvent::ReconnectAttempt(count) => ("reconnect_attempt", count.into()),
            ManagerEvent::Reconnect(count) => ("reconnect", count.into()),
            ManagerEvent::ReconnectError(text) => ("reconnect_error", text.into()),
            ManagerEvent::ReconnectFailed => ("reconnect_failed", JsValue::UNDEFINED),
        };
        self.manager(name, &detail);
    }
}

/// The arguments, with the attachments in their places.
fn complete(payload: Payload<JsValue>) -> JsValue {
    if payload.attachments.is_empty() {
        return payload.args;
    }
    fill(&payload.args, &payload.attachments.into_iter().collect())
}
