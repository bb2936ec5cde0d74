//! `ChatSocket`, the class that applications use: its members check their arguments and hand over to [`Chat`].

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;

use super::chat::Chat;
use super::error::Code;
use super::options::Options;
use super::port::{Socket, closed};

/// The chat client. The package's declarations say what each member does.
#[wasm_bindgen]
pub struct ChatSocket {
    /// None once it is closed.
    chat: RefCell<Option<Rc<Chat>>>,
    /// What is left to see of a closed client.
    last: RefCell<JsValue>,
    use_mock_socket: bool,
}

impl ChatSocket {
    fn chat(&self) -> Result<Rc<Chat>, JsValue> {
        self.chat.borrow().clone().ok_or_else(closed)
    }

    fn member(&self, name: &str) -> JsValue {
        crate::io::member(&self.get_snapshot(), name)
    }
}

fn text(value: &JsValue, name: &str) -> Result<String, JsValue> {
    value
        .as_string()
        .filter(|text| !text.is_empty())
        .ok_or_else(|| Code::InvalidArgument.error(&[name, " must be a text that is not empty"].concat()))
}

#[wasm_bindgen]
impl ChatSocket {
    /// A client that does nothing before `initializeSocket`. Throws ERR_INVALID_OPTION.
    #[wasm_bindgen(constructor)]
    pub fn new(options: JsValue) -> Result<ChatSocket, JsValue> {
        let chat = Chat::new(&Options::new(options, "options")?)?;
        let use_mock_socket = chat.mock().is_some();
        Ok(ChatSocket { chat: RefCell::new(Some(chat)), last: RefCell::default(), use_mock_socket })
    }

    /// See the declarations.
    #[wasm_bindgen(getter, js_name = isConnected)]
    pub fn is_connected(&self) -> bool {
        self.chat().is_ok_and(|chat| chat.is_connected())
    }

    /// See the declarations.
    #[wasm_bindgen(getter, js_name = lastMessage)]
    pub fn last_message(&self) -> JsValue {
        self.member("lastMessage")
    }

    /// See the declarations.
    #[wasm_bindgen(getter, js_name = lastNotification)]
    pub fn last_notification(&self) -> JsValue {
        self.member("lastNotification")
    }

    /// See the declarations.
    #[wasm_bindgen(getter, js_name = connectionError)]
    pub fn connection_error(&self) -> JsValue {
        self.member("connectionError")
    }

    /// See the declarations.
    #[wasm_bindgen(getter, js_name = useMockSocket)]
    pub fn use_mock_socket(&self) -> bool {
        self.use_mock_socket
    }

    /// See the declarations.
    #[wasm_bindgen(getter, js_name = offlineMessages)]
    pub fn offline_messages(&self) -> JsValue {
        self.member("offlineMessages")
    }

    /// See the declarations.
    #[wasm_bindgen(getter)]
    pub fn status(&self) -> JsValue {
        self.member("status")
    }

    /// See the declarations.
    #[wasm_bindgen(getter, js_name = pendingMessages)]
    pub fn pending_messages(&self) -> JsValue {
        self.chat().map_or_else(|_| self.offline_messages(), |chat| chat.pending_messages())
    }

    /// See the declarations.
    #[wasm_bindgen(getter)]
    pub fn conversations(&self) -> Vec<String> {
        self.chat().map(|chat| chat.driver.read(|client| client.conversations().to_vec())).unwrap_or_default()
    }

    /// See the declarations.
    #[wasm_bindgen(getter)]
    pub fn socket(&self) -> Result<Socket, JsValue> {
        Ok(self.chat()?.socket())
    }

    /// See the declarations.
    #[wasm_bindgen(getter)]
    pub fn mock(&self) -> Result<JsValue, JsValue> {
        Ok(self.chat()?.mock().unwrap_or(JsValue::NULL))
    }

    /// See the declarations.
    #[wasm_bindgen(js_name = initializeSocket)]
    pub fn initialize_socket(&self, token: JsValue) -> Result<(), JsValue> {
        self.chat()?.initialize(token)
    }

    /// See the declarations.
    #[wasm_bindgen(js_name = sendMessage)]
    pub fn send_message(&self, message: JsValue) -> Result<JsValue, JsValue> {
        self.chat()?.send(&message)
    }

    /// See the declarations.
    #[wasm_bindgen(js_name = joinConversation)]
    pub fn join_conversation(&self, conversation: JsValue) -> Result<(), JsValue> {
        let conversation = text(&conversation, "conversationId")?;
        self.chat()?.driver.run(|client, now| client.join(now, &conversation));
        Ok(())
    }

    /// See the declarations.
    #[wasm_bindgen(js_name = leaveConversation)]
    pub fn leave_conversation(&self, conversation: JsValue) -> Result<(), JsValue> {
        let conversation = text(&conversation, "conversationId")?;
        self.chat()?.driver.run(|client, now| client.leave(now, &conversation));
        Ok(())
    }

    /// See the declarations.
    #[wasm_bindgen(js_name = markAsRead)]
    pub fn mark_as_read(&self, conversation: JsValue, ids: JsValue) -> Result<(), JsValue> {
        self.chat()?.mark_read(&text(&conversation, "conversationId")?, &ids)
    }

    /// See the declarations.
    #[wasm_bindgen(js_name = simulateReceiveMessage)]
    pub fn simulate_receive_message(&self, message: JsValue) -> Result<JsValue, JsValue> {
        self.chat()?.simulate(&message)
    }

    /// See the declarations.
    #[wasm_bindgen(js_name = retryMessage)]
    pub fn retry_message(&self, id: JsValue) -> Result<bool, JsValue> {
        let id = text(&id, "id")?;
        Ok(self.chat()?.driver.run(|client, now| client.retry(now, &id)))
    }

    /// See the declarations.
    #[wasm_bindgen(js_name = discardMessage)]
    pub fn discard_message(&self, id: JsValue) -> Result<bool, JsValue> {
        let id = text(&id, "id")?;
        Ok(self.chat()?.driver.run(|client, now| client.discard(now, &id)))
    }

    /// See the declarations.
    #[wasm_bindgen(js_name = discardAll)]
    pub fn discard_all(&self) -> Result<usize, JsValue> {
        Ok(self.chat()?.driver.run(|client, now| client.discard_all(now)))
    }

    /// See the declarations.
    pub fn subscribe(&self, listener: JsValue) -> Result<JsValue, JsValue> {
        self.chat()?.on_change(listener)
    }

    /// See the declarations.
    #[wasm_bindgen(js_name = getSnapshot)]
    pub fn get_snapshot(&self) -> JsValue {
        self.chat().map_or_else(|_| self.last.borrow().clone(), |chat| chat.snapshot())
    }

    /// See the declarations.
    #[wasm_bindgen(js_name = onMessage)]
    pub fn on_message(&self, listener: JsValue) -> Result<JsValue, JsValue> {
        self.chat()?.on_message(listener)
    }

    /// See the declarations.
    #[wasm_bindgen(js_name = onNotification)]
    pub fn on_notification(&self, listener: JsValue) -> Result<JsValue, JsValue> {
        self.chat()?.on_notification(listener)
    }

    /// See the declarations.
    #[wasm_bindgen(js_name = onAuthRequired)]
    pub fn on_auth_required(&self, listener: JsValue) -> Result<JsValue, JsValue> {
        self.chat()?.on_auth_required(listener)
    }

    /// See the declarations.
    pub fn disconnect(&self) -> Result<(), JsValue> {
        self.chat()?.stop();
        Ok(())
    }

    /// See the declarations.
    pub fn close(&self) {
        let chat = self.chat.take();
        if let Some(chat) = chat {
            self.last.replace(chat.close());
        }
    }
}
