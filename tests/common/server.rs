//! A Socket.IO server in memory that does what a test says. It reads frames with a parser of its own, so that a mistake
//! of the client's codec is not made twice.

use std::collections::{HashSet, VecDeque};

use serde_json::Value;

/// What the server does with a message or a read mark.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Takes it and acknowledges.
    Accept,
    /// Takes it and says nothing.
    Silent,
    /// Neither takes it nor answers.
    Ignore,
    Refuse(&'static str),
    /// Refuses with `retryable: true`.
    RefuseForNow(&'static str),
}

/// One server, whatever the number of connections one after another.
pub struct Server {
    /// Whether a transport can be opened.
    pub reachable: bool,
    /// The text of the open packet; None never sends one.
    pub handshake: Option<String>,
    pub answers_connect: bool,
    /// Payloads of CONNECT_ERROR for the next CONNECT packets.
    pub refusals: VecDeque<String>,
    pub bad_tokens: Vec<&'static str>,
    /// Frames before the CONNECT answer.
    pub early: Vec<String>,
    /// Whether `connected` is emitted after the CONNECT answer.
    pub sends_ready: bool,
    /// Whether it offers to recover sessions, and does.
    pub recovers: bool,
    pub ping_interval: u64,
    pub pings: bool,
    /// For the next messages, then `default`.
    pub answers: VecDeque<Answer>,
    pub default: Answer,
    /// Messages with this content are refused when they first come.
    pub refuse_once: HashSet<String>,
    /// Whether accepted messages come back as `message` events.
    pub echo: bool,
    /// The open transport.
    pub link: Option<u32>,
    /// Every frame, in order of arrival.
    pub received: Vec<String>,
    /// The payloads of CONNECT packets.
    pub connects: Vec<String>,
    /// Messages accepted, each id once.
    pub accepted: Vec<Value>,
    /// How many messages came with an id that was accepted before.
    pub repeats: usize,
    /// Payloads of markAsRead events that were accepted.
    pub reads: Vec<Value>,
    seen: HashSet<String>,
    sids: u32,
}

impl Default for Server {
    fn default() -> Self {
        Server {
            reachable: true,
            handshake: Some(handshake(25_000, 20_000, 1_000_000)),
            answers_connect: true,
            refusals: VecDeque::new(),
            bad_tokens: vec!["bad", "worse"],
            early: Vec::new(),
            sends_ready: false,
            recovers: false,
            ping_interval: 25_000,
            pings: true,
            answers: VecDeque::new(),
            default: Answer::Accept,
            refuse_once: HashSet::new(),
            echo: false,
            link: None,
            received: Vec::new(),
            connects: Vec::new(),
            accepted: Vec::new(),
            repeats: 0,
            reads: Vec::new(),
            seen: HashSet::new(),
            sids: 0,
        }
    }
}

pub fn handshake(interval: u64, timeout: u64, payload: u64) -> String {
    format!(
        r#"0{{"sid":"lv_VI97HAXpY6yYWAAAB","upgrades":[],"pingInterval":{interval},"pingTimeout":{timeout},"maxPayload":{payload}}}"#
    )
}

impl Server {
    /// Ids of accepted messages, in order.
    pub fn ids(&self) -> Vec<&str> {
        self.accepted.iter().filter_map(|message| message["id"].as_str()).collect()
    }

    /// Contents of accepted messages of one conversation, in order.
    pub fn contents(&self, conversation: &str) -> Vec<&str> {
        let of = self.accepted.iter().filter(|message| message["conversationId"] == conversation);
        of.filter_map(|message| message["content"].as_str()).collect()
    }

    /// A frame came. Returns the frames that answer it.
    pub fn receive(&mut self, frame: &str) -> Vec<String> {
        self.received.push(frame.to_owned());
        let Some(packet) = frame.strip_prefix('4') else {
            return Vec::new();
        };
        let (kind, rest) = packet.split_at(1);
        let (namespace, rest) = match rest.strip_prefix('/').and_then(|rest| rest.split_once(',')) {
            Some((name, rest)) => (format!("/{name},"), rest),
            None => (String::new(), rest),
        };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (ack, payload) = rest.split_at(digits);
        match kind {
            "0" => self.connect(&namespace, payload),
            "2" => self.event(&namespace, ack, &serde_json::from_str(payload).expect("events are JSON")),
            _ => Vec::new(),
        }
    }

    fn connect(&mut self, namespace: &str, payload: &str) -> Vec<String> {
        self.connects.push(payload.to_owned());
        if let Some(refusal) = self.refusals.pop_front() {
            return vec![format!("44{namespace}{refusal}")];
        }
        let auth: Value = serde_json::from_str(payload).unwrap_or_default();
        if self.bad_tokens.iter().any(|bad| auth["token"] == format!("Bearer {bad}")) {
            return vec![format!(r#"44{namespace}{{"message":"invalid token","data":{{"code":401}}}}"#)];
        }
        if !self.answers_connect {
            return Vec::new();
        }
        self.sids += 1;
        let mut frames = self.early.clone();
        let sid = self.sids;
        frames.push(match (self.recovers, auth["pid"].as_str()) {
            (false, _) => format!(r#"40{namespace}{{"sid":"sid{sid}"}}"#),
            (true, Some(pid)) => format!(r#"40{namespace}{{"sid":"sid{sid}","pid":"{pid}"}}"#),
            (true, None) => format!(r#"40{namespace}{{"sid":"sid{sid}","pid":"pid{sid}"}}"#),
        });
        if self.sends_ready {
            frames.push(format!(r#"42{namespace}["connected",{{}}]"#));
        }
        frames
    }

    fn event(&mut self, namespace: &str, ack: &str, args: &Value) -> Vec<String> {
        let read = args[0] == "markAsRead";
        if !read && args[0] != "sendMessage" {
            return Vec::new();
        }
        let mut answer = self.answers.pop_front().unwrap_or_else(|| self.default.clone());
        if self.refuse_once.remove(args[1]["content"].as_str().unwrap_or_default()) {
            answer = Answer::Refuse("not yet");
        }
        let mut frames = Vec::new();
        if matches!(answer, Answer::Accept | Answer::Silent) {
            let id = args[1]["id"].as_str().unwrap_or_default().to_owned();
            if read {
                self.reads.push(args[1].clone());
            } else if self.seen.insert(id) {
                self.accepted.push(args[1].clone());
            } else {
                self.repeats += 1;
            }
            if self.echo && !read {
                frames.push(format!(r#"42{namespace}["message",{}]"#, args[1]));
            }
        }
        let reply = match answer {
            Answer::Accept => r#"{"ok":true}"#.to_owned(),
            Answer::Silent | Answer::Ignore => return frames,
            Answer::Refuse(error) => format!(r#"{{"error":"{error}"}}"#),
            Answer::RefuseForNow(error) => format!(r#"{{"error":"{error}","retryable":true}}"#),
        };
        if !ack.is_empty() {
            frames.push(format!("43{namespace}{ack}[{reply}]"));
        }
        frames
    }
}
