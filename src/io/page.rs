//! The page's lifecycle: network, visibility, the back-forward cache.

use wasm_bindgen::prelude::*;
use web_sys::{Event, EventTarget, VisibilityState, window};

/// What a page tells its connections.
#[derive(Clone, Copy)]
pub enum Change {
    Online,
    Offline,
    Resumed,
}

const WINDOW_EVENTS: [&str; 3] = ["online", "offline", "pageshow"];
const DOCUMENT_EVENT: &str = "visibilitychange";

/// Listens until it is dropped. Where there is no window it does nothing.
#[must_use = "the listeners are removed when this is dropped"]
pub struct Page {
    listener: Closure<dyn Fn(Event)>,
}

impl Page {
    pub fn listen(tell: impl Fn(Change) + 'static) -> Self {
        let listener = Closure::new(move |event: Event| match event.type_().as_str() {
            "online" => tell(Change::Online),
            "offline" => tell(Change::Offline),
            DOCUMENT_EVENT if !is_visible() => {}
            _ => tell(Change::Resumed),
        });
        let page = Page { listener };
        page.each(|target, event, listener| drop(target.add_event_listener_with_callback(event, listener)));
        page
    }

    fn each(&self, act: impl Fn(&EventTarget, &str, &js_sys::Function)) {
        let Some(window) = window() else { return };
        let listener = self.listener.as_ref().unchecked_ref();
        for event in WINDOW_EVENTS {
            act(&window, event, listener);
        }
        if let Some(document) = window.document() {
            act(&document, DOCUMENT_EVENT, listener);
        }
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.each(|target, event, listener| drop(target.remove_event_listener_with_callback(event, listener)));
    }
}

fn is_visible() -> bool {
    window()
        .and_then(|window| window.document())
        .is_some_and(|document| document.visibility_state() == VisibilityState::Visible)
}

/// Whether the browser says that there is no network at all.
pub fn is_offline() -> bool {
    window().is_some_and(|window| !window.navigator().on_line())
}
