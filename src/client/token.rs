//! The chat client's token: when it is asked for, how long it lives, and what follows from the answer. The token itself is opaque: of its
//! text the machine knows only whether it is the same as before.
//!
//! Times in a token are the issuer's, and the client's clock may be wrong by minutes. So a token that looks expired is asked for once more,
//! and only the same one again, expired for longer than [`CLOCK_ERROR`], counts as none.

use super::frame::ConnectError;
use super::link::LinkState;
use super::socket::SocketState;
use super::{Answer, Ask, AskReason, Client, ConnectionStatus, DeliveryStatus, Millis, Reason, SocketId, Timer};
use crate::engineio::Value;

/// By how much clocks may disagree (milliseconds).
const CLOCK_ERROR: Millis = 5 * 60_000;
/// A token is replaced so long before it expires (milliseconds), or when three quarters of what was left of its life are over.
const AHEAD: Millis = 60_000;
/// From one replacement to the next, at least (milliseconds), where a token does not say how long it lives: where the clock is ahead, every
/// token seems about to expire.
const RARELY: Millis = 10_000;

/// What is known of tokens.
#[derive(Debug)]
pub(super) struct Tokens<P> {
    /// The question that is not answered yet, why it was asked, and when.
    question: Option<(AskReason, Millis)>,
    /// The last token that was answered, if any was.
    last: Option<Option<P>>,
    /// The one of the last CONNECT packet.
    tried: Option<Option<P>>,
    /// The one that the server refused.
    refused: Option<Option<P>>,
    /// When it expires, on the client's clock.
    expires: Millis,
    /// When to replace it.
    replace: Millis,
    /// When the last one was replaced.
    replaced: Millis,
    /// Whether it looked expired, and was asked for once more.
    doubted: bool,
    /// The CONNECT payload of the connection that is to replace this one.
    pub successor: Option<Option<P>>,
    /// The refusal after which another token was asked for.
    pub refusal: Option<ConnectError<P>>,
    /// Whether the application knows that it has to ask for a sign-in, and there has been no other token to try since.
    pub lost: bool,
}

impl<P> Default for Tokens<P> {
    fn default() -> Self {
        Tokens {
            question: None,
            last: None,
            tried: None,
            refused: None,
            expires: Millis::MAX,
            replace: Millis::MAX,
            replaced: 0,
            doubted: false,
            successor: None,
            refusal: None,
            lost: false,
        }
    }
}

/// A token, as far as it concerns the machine.
#[derive(Clone, Debug)]
pub struct Token<P> {
    /// Its text. None where there is none, and none is needed.
    pub text: Option<P>,
    /// When it was issued, in milliseconds since 1970 (`iat` of a JWT).
    pub issued: Option<Millis>,
    /// When it expires (`exp`).
    pub expires: Option<Millis>,
}

impl<P> Default for Token<P> {
    fn default() -> Self {
        Token { text: None, issued: None, expires: None }
    }
}

impl<P: Value> Tokens<P> {
    /// Takes note of an answer. True if it is the token of the answer before.
    fn take(&mut self, now: Millis, Token { text, issued, expires }: Token<P>) -> bool {
        let same = self.last.as_ref() == Some(&text);
        self.last = Some(text);
        // Issued in the future: the clock is behind by that at least.
        let behind = issued.map_or(0, |issued| issued.saturating_sub(now));
        self.expires = expires.map_or(Millis::MAX, |expires| expires.saturating_sub(behind));
        let left = self.expires.saturating_sub(now);
        let rarely = match (issued, expires) {
            (Some(issued), Some(expires)) => expires.saturating_sub(issued) / 4,
            _ => RARELY,
        };
        self.replace = (self.expires - AHEAD.min(left / 4)).max(self.replaced.saturating_add(rarely));
        same
    }

    /// The server refused what was tried, for this.
    pub fn refuse(&mut self, error: ConnectError<P>) {
        self.refused.clone_from(&self.tried);
        self.refusal = Some(error);
    }

    /// When to ask for a successor, if this can be told.
    fn due(&self, now: Millis) -> Option<Millis> {
        (self.expires != Millis::MAX && self.expires > now).then_some(self.replace)
    }
}

impl<P: Value> Client<P> {
    /// For an attempt. One question at a time, unless the one asked has gone without an answer for as long as an attempt may take.
    pub(super) fn ask_token(&mut self, now: Millis) {
        let Some(chat) = &self.chat else { return };
        let reason = match (&chat.tokens.refusal, chat.status) {
            (Some(_), _) => AskReason::Rejected,
            (None, ConnectionStatus::Connecting) => AskReason::Initial,
            _ => AskReason::Reconnect,
        };
        self.ask_for(now, reason);
    }

    fn ask_for(&mut self, now: Millis, reason: AskReason) {
        let timeout = self.config.timeout;
        let Some(chat) = &mut self.chat else { return };
        if chat.tokens.question.is_none_or(|(_, asked)| now >= asked.saturating_add(timeout)) {
            chat.tokens.question = Some((reason, now));
            let socket = chat.socket;
            self.ask(socket, reason);
        }
        if self.link.is_open() {
            self.watch_token(now);
        }
    }

    /// There is a new token, or somebody new to ask for it: what was asked before is void, and a connection that is up or on its way asks again.
    pub fn replace_token(&mut self, now: Millis) {
        self.forget_token();
        let Some(chat) = &mut self.chat else { return };
        let Some(socket) = self.sockets.get_mut(chat.socket.0) else { return };
        chat.tokens.question = None;
        chat.tokens.doubted = false;
        socket.ask = Ask(socket.ask.0 + 1);
        if socket.active && self.link.state != LinkState::Closed {
            self.ask_for(now, AskReason::Initial);
        }
    }

    /// What was answered is not used any more.
    pub(super) fn forget_token(&mut self) {
        self.timers.clear(Timer::Token);
        let Some(chat) = &mut self.chat else { return };
        chat.tokens.successor = None;
        if let Some(socket) = self.sockets.get_mut(chat.socket.0) {
            socket.auth = None;
        }
    }

    /// The token will expire soon; or who was asked over a connection has not answered, or could not.
    pub(super) fn handle_expiring(&mut self, now: Millis) {
        let Some(chat) = &self.chat else { return };
        let other = if chat.is_known() { AskReason::Expiring } else { AskReason::Initial };
        let reason = chat.tokens.question.map_or(other, |(reason, _)| reason);
        self.ask_for(now, reason);
    }

    /// The answer to a question.
    pub(super) fn handle_token(&mut self, now: Millis, id: SocketId, answer: Answer<P>) {
        // Over the link, where that is open already.
        let attempts = matches!(self.link.state, LinkState::Asking | LinkState::Opening)
            || self.socket(id).is_some_and(|socket| socket.state == SocketState::Asking);
        let Some(chat) = &mut self.chat else { return };
        let Some((reason, _)) = chat.tokens.question.take() else { return };
        if !self.is_active(id) {
            return;
        }
        let Some(chat) = &mut self.chat else { return };
        match (self.link.state, answer) {
            (LinkState::Closed, _) => {}
            (_, Answer::SignedOut) => self.require_auth(now, "no token: sign in first"),
            // Asked again once the transport is open, or by the next attempt.
            (LinkState::Opening, Answer::Failed(_)) | (LinkState::Waiting, _) => {}
            (_, Answer::Auth { payload, token }) if attempts => self.connect_with(now, id, payload, token),
            (_, Answer::Auth { payload, token }) => self.succeed_with(now, reason, payload, token),
            (LinkState::Asking, Answer::Failed(message)) => self.lose(now, Reason::TransportError, Some(message)),
            (_, Answer::Failed(message)) if attempts => self.fail_namespace(now, id, message),
            (_, Answer::Failed(_)) if !chat.is_known() => self.watch_token(now),
            (_, Answer::Failed(_)) => {
                let half = now + chat.tokens.expires.saturating_sub(now) / 2;
                let again = chat.tokens.due(now).map(|_| half.max(now + RARELY));
                self.timers.put(Timer::Token, again);
            }
        }
    }

    /// An attempt has its token.
    fn connect_with(&mut self, now: Millis, id: SocketId, payload: Option<P>, token: Token<P>) {
        let Some(chat) = &mut self.chat else { return };
        let tokens = &mut chat.tokens;
        let refused = tokens.refusal.is_some() && tokens.refused.as_ref() == Some(&token.text);
        let same = tokens.take(now, token);
        tokens.lost &= same;
        let doubted = std::mem::take(&mut tokens.doubted);
        if refused {
            return self.require_auth(now, "");
        }
        if now >= tokens.expires {
            if !doubted {
                tokens.doubted = true;
                return self.ask_for(now, AskReason::Expiring);
            }
            if same && now >= tokens.expires.saturating_add(CLOCK_ERROR) {
                return self.require_auth(now, "the token has expired: sign in again");
            }
        }
        self.open_with(now, id, payload);
    }

    fn open_with(&mut self, now: Millis, id: SocketId, payload: Option<P>) {
        if let Some(chat) = &mut self.chat {
            chat.tokens.tried.clone_from(&chat.tokens.last);
            chat.tokens.lost = false;
        }
        if let Some(socket) = self.socket_mut(id) {
            socket.auth = Some(payload);
        }
        match self.link.state {
            LinkState::Open => self.open_namespace(now, id),
            LinkState::Opening => {}
            _ => self.open_transport(),
        }
    }

    /// The connection has an answer to what was asked while it was up.
    fn succeed_with(&mut self, now: Millis, reason: AskReason, payload: Option<P>, token: Token<P>) {
        let Some(chat) = &mut self.chat else { return };
        let tokens = &mut chat.tokens;
        if reason == AskReason::Expiring {
            tokens.replaced = now;
        }
        let same = tokens.take(now, token);
        if same && reason == AskReason::Expiring {
            // Some keep a token until its last moment: once more then.
            let last = tokens.expires;
            return self.timers.put(Timer::Token, (now < last && last != Millis::MAX).then_some(last));
        }
        self.watch_token(now);
        if let Some(chat) = self.chat.as_mut().filter(|_| reason == AskReason::Expiring) {
            chat.tokens.successor = Some(payload);
            self.timers.set_earlier(Timer::Flush, now);
        }
    }

    /// There is a connection: its token is to be replaced in time, and who is signed in to be known in the end.
    pub(super) fn watch_token(&mut self, now: Millis) {
        let Some(chat) = &self.chat else { return };
        let due = match chat.tokens.question {
            Some((_, asked)) => Some(asked.saturating_add(self.config.timeout)),
            None if !chat.is_known() => Some(now.saturating_add(self.config.backoff.delay(2, &mut self.random))),
            None => chat.tokens.due(now),
        };
        self.timers.put(Timer::Token, due);
    }

    /// Connects anew with the new token, over the same link where others use that, once nothing is on the wire. True if nothing may be sent before that.
    pub(super) fn make_way(&mut self, now: Millis) -> bool {
        let Some(chat) = self.chat.as_mut().filter(|chat| chat.tokens.successor.is_some()) else { return false };
        if chat.outbox.entries().iter().all(|entry| entry.status != DeliveryStatus::Sending)
            && let Some(payload) = chat.tokens.successor.take()
        {
            let socket = chat.socket;
            if self.chat_is_alone() {
                self.close_link_and_tell();
                self.timers.set(Timer::Connect, now.saturating_add(self.config.timeout));
            } else {
                self.send_disconnect(now, socket);
                self.socket_down(socket, Reason::ForcedClose, None);
                self.chat_down(ConnectionStatus::Reconnecting, None);
            }
            self.open_with(now, socket, payload);
        }
        true
    }

    /// Ends the connection, if there is one or will be, for a reason that is no error.
    pub(super) fn close_link_and_tell(&mut self) -> bool {
        if self.link.is_open() {
            self.cut(Reason::ForcedClose, None);
            if let Some(chat) = &mut self.chat {
                chat.error = None;
            }
            return true;
        }
        self.link.state == LinkState::Opening && self.close_link() == LinkState::Opening
    }

    /// The server refused the token, or there was no usable one: nothing more until there is another. `words`: why, where the server did not say.
    fn require_auth(&mut self, now: Millis, words: &'static str) {
        let refusal = self.chat.as_mut().and_then(|chat| chat.tokens.refusal.take());
        let own = || ConnectError { message: P::literal(words), data: None, sign_in: true };
        self.sign_out(now, refusal.unwrap_or_else(own));
    }
}
