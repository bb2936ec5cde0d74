//! Who connects: the token or its provider, and the owner of the queue that follows from it.

use std::cell::{Cell, RefCell};

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::error::Code;
use super::options::Options;
use crate::client::{Answer, AskReason};

#[wasm_bindgen(module = "/src/js/auth.js")]
extern "C" {
    #[wasm_bindgen(js_name = askProvider)]
    fn ask_provider(provider: &Function, reason: &str, previous: Option<&str>, done: &JsValue, question: u32);
    #[wasm_bindgen(js_name = authPayload)]
    fn auth_payload(scheme: &JsValue, token: Option<&str>, more: &JsValue) -> JsValue;
    fn subject(token: &str) -> Option<String>;
    #[wasm_bindgen(js_name = looksLikeAuthError)]
    fn looks_like_auth_error(message: &str, data: &JsValue) -> bool;
    #[wasm_bindgen(js_name = callAuthError)]
    fn call_auth_error(is_auth_error: &Function, message: &str, data: &JsValue) -> bool;
}

/// Where the token comes from.
enum Source {
    /// Nothing was said: connect without a token.
    None,
    /// Nobody is signed in.
    SignedOut,
    Token(String),
    Provider(Function),
}

/// A provider's answer: the question's number, the token, or what went wrong.
pub type Answered = Closure<dyn Fn(u32, JsValue, Option<String>)>;

/// What a client authenticates with.
pub struct Auth {
    source: RefCell<Source>,
    /// The token that was used last.
    previous: RefCell<Option<String>>,
    /// Why the provider is being asked.
    rejected: Cell<bool>,
    scheme: JsValue,
    /// More members of the CONNECT payload.
    pub more: RefCell<JsValue>,
    user: Option<String>,
    is_auth_error: Option<Function>,
}

/// What is known at once.
pub enum Token {
    Known(Answer<JsValue>),
    /// The provider was asked.
    Asked,
}

impl Auth {
    pub fn new(options: &Options) -> Result<Self, JsValue> {
        let scheme = options.get("authScheme");
        let scheme = if scheme.is_null() {
            scheme
        } else {
            options.text("authScheme")?.unwrap_or_else(|| "Bearer".to_owned()).into()
        };
        Ok(Auth {
            source: RefCell::new(source(options.get("token"), Code::InvalidOption)?.unwrap_or(Source::None)),
            previous: RefCell::default(),
            rejected: Cell::default(),
            scheme,
            more: RefCell::new(options.object("auth")?),
            user: options.text("userId")?,
            is_auth_error: options.function("isAuthError")?,
        })
    }

    /// Takes a new token or provider. Returns whether it may succeed where the last one was refused.
    pub fn replace(&self, token: JsValue) -> Result<bool, JsValue> {
        match source(token, Code::InvalidArgument)? {
            None => Ok(matches!(*self.source.borrow(), Source::Provider(_))),
            Some(new) => {
                let same =
                    matches!((&*self.source.borrow(), &new), (Source::Token(old), Source::Token(new)) if old == new);
                self.source.replace(new);
                Ok(!same)
            }
        }
    }

    /// Answers, or asks the provider, who will call `done`.
    pub fn ask(&self, reason: AskReason, question: u32, done: &Answered) -> Token {
        let rejected = reason == AskReason::Rejected;
        let provider = match &*self.source.borrow() {
            Source::None => {
                return Token::Known(Answer::Auth { payload: self.payload(None), same: rejected });
            }
            Source::SignedOut => return Token::Known(Answer::SignedOut),
            Source::Token(token) => {
                self.previous.replace(Some(token.clone()));
                return Token::Known(Answer::Auth { payload: self.payload(Some(token)), same: rejected });
            }
            Source::Provider(provider) => provider.clone(),
        };
        self.rejected.set(rejected);
        let reason = match reason {
            AskReason::Initial => "initial",
            AskReason::Reconnect => "reconnect",
            AskReason::Rejected => "rejected",
        };
        ask_provider(&provider, reason, self.previous.borrow().as_deref(), done.as_ref(), question);
        Token::Asked
    }

    /// What a provider's answer means.
    pub fn answered(&self, token: &JsValue, error: Option<String>) -> Answer<JsValue> {
        if let Some(error) = error {
            return Answer::Failed(error);
        }
        match token.as_string().filter(|token| !token.is_empty()) {
            Some(token) => {
                let payload = self.payload(Some(&token));
                let same = self.previous.replace(Some(token.clone())) == Some(token) && self.rejected.get();
                Answer::Auth { payload, same }
            }
            None if token.is_null() || token.is_undefined() || token.is_string() => Answer::SignedOut,
            None => Answer::Failed("the token provider returned no string".to_owned()),
        }
    }

    /// Whose queue it is: `userId`, else the `sub` of a JWT, else "anonymous".
    pub fn owner(&self) -> String {
        let token = match &*self.source.borrow() {
            Source::Token(token) => Some(token.clone()),
            Source::Provider(_) => self.previous.borrow().clone(),
            Source::None | Source::SignedOut => None,
        };
        let owner = self.user.clone().or_else(|| subject(&token?));
        owner.unwrap_or_else(|| "anonymous".to_owned())
    }

    pub fn is_auth_error(&self, message: &str, data: &JsValue) -> bool {
        match &self.is_auth_error {
            Some(function) => call_auth_error(function, message, data),
            None => looks_like_auth_error(message, data),
        }
    }

    fn payload(&self, token: Option<&str>) -> Option<JsValue> {
        Some(auth_payload(&self.scheme, token, &self.more.borrow())).filter(|payload| !payload.is_undefined())
    }
}

/// Undefined says nothing.
fn source(token: JsValue, code: Code) -> Result<Option<Source>, JsValue> {
    if token.is_undefined() {
        return Ok(None);
    }
    if token.is_null() {
        return Ok(Some(Source::SignedOut));
    }
    if let Some(text) = token.as_string() {
        return Ok(Some(if text.is_empty() { Source::SignedOut } else { Source::Token(text) }));
    }
    let provider = token.dyn_into().map_err(|_| code.error("token must be a string, null or a function"))?;
    Ok(Some(Source::Provider(provider)))
}
