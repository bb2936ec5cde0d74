//! JavaScript, as the driver calls it: the link of `link.js`, and the layer above, made in `chat_socket.js`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// See `link.js`.
    pub type Link;
    #[wasm_bindgen(method)]
    pub fn open(this: &Link, number: u32);
    #[wasm_bindgen(method)]
    pub fn shut(this: &Link);
    #[wasm_bindgen(method, js_name = send)]
    pub fn send_digits(this: &Link, head: f64, prefix: &JsValue, payload: &JsValue);
    #[wasm_bindgen(method, js_name = send)]
    pub fn send_text(this: &Link, head: &str, prefix: &JsValue, payload: &JsValue);
    #[wasm_bindgen(method, js_name = sendRaw)]
    pub fn send_raw(this: &Link, frame: &JsValue);
    #[wasm_bindgen(method)]
    pub fn buffered(this: &Link) -> u32;

    /// Those that begin with `note` are called at once and must not call the application; all others are called while nothing is
    /// borrowed, and may do anything.
    pub type Hooks;

    /// A socket was connected, with this id, or disconnected.
    #[wasm_bindgen(method, js_name = noteState)]
    pub fn note_state(this: &Hooks, connected: bool, id: Option<&str>);
    /// The arguments of the last message, or notification.
    #[wasm_bindgen(method, js_name = noteLast)]
    pub fn note_last(this: &Hooks, notification: bool, args: &JsValue);
    /// Snapshots are out of date.
    #[wasm_bindgen(method, js_name = noteChange)]
    pub fn note_change(this: &Hooks);

    #[wasm_bindgen(method, js_name = isAuthError)]
    pub fn is_auth_error(this: &Hooks, message: &str, data: &JsValue) -> bool;
    /// Asks for what to authenticate with; `reason` is the number of the [`crate::client::AskReason`].
    #[wasm_bindgen(method)]
    pub fn ask(this: &Hooks, question: u32, reason: u32);
    #[wasm_bindgen(method)]
    pub fn change(this: &Hooks);
    #[wasm_bindgen(method)]
    pub fn message(this: &Hooks, args: &JsValue);
    #[wasm_bindgen(method)]
    pub fn notification(this: &Hooks, args: &JsValue);
    #[wasm_bindgen(method, js_name = authRequired)]
    pub fn auth_required(this: &Hooks, message: &str, data: &JsValue);
    #[wasm_bindgen(method)]
    pub fn delivered(this: &Hooks, key: u32, response: &JsValue);
    /// `status` as `DeliveryOutcome` names it.
    #[wasm_bindgen(method)]
    pub fn ended(this: &Hooks, key: u32, status: &str, error: Option<&str>);

    #[wasm_bindgen(method)]
    pub fn connect(this: &Hooks);
    #[wasm_bindgen(method, js_name = connectError)]
    pub fn connect_error(this: &Hooks, message: &str, data: &JsValue);
    #[wasm_bindgen(method)]
    pub fn disconnect(this: &Hooks, reason: &str, description: Option<&str>);
    /// An event, to be acknowledged with `ack` over `transport`, or -1.
    #[wasm_bindgen(method)]
    pub fn received(this: &Hooks, args: &JsValue, transport: u32, ack: f64);
    #[wasm_bindgen(method)]
    pub fn acked(this: &Hooks, id: f64, error: Option<&str>, args: &JsValue);
    /// A [`crate::client::ManagerEvent`] with its text or number.
    #[wasm_bindgen(method)]
    pub fn manager(this: &Hooks, event: &str, detail: &JsValue);
}
