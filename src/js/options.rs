//! Options, read through typed getters: what is missing has its default, what is of the wrong kind is an error.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use super::error::Code;

/// An object of options, and what it is called in errors.
pub struct Options {
    object: JsValue,
    name: &'static str,
}

impl Options {
    /// Undefined and null are no options at all.
    pub fn new(object: JsValue, name: &'static str) -> Result<Self, JsValue> {
        let options = Options { object, name };
        if options.object.is_undefined() || options.object.is_null() {
            return Ok(Options { object: Object::new().into(), name });
        }
        if options.object.is_object() {
            Ok(options)
        } else {
            Err(Code::InvalidOption.error(&[name, " must be an object"].concat()))
        }
    }

    /// A member, or undefined.
    pub fn get(&self, name: &str) -> JsValue {
        Reflect::get(&self.object, &name.into()).unwrap_or_default()
    }

    pub fn nested(&self, name: &'static str) -> Result<Options, JsValue> {
        Options::new(self.get(name), name)
    }

    fn wrong(&self, name: &str, what: &str) -> JsValue {
        Code::InvalidOption.error(&[self.name, ".", name, " must be ", what].concat())
    }

    pub fn text(&self, name: &str) -> Result<Option<String>, JsValue> {
        let value = self.get(name);
        if value.is_undefined() {
            return Ok(None);
        }
        value.as_string().map(Some).ok_or_else(|| self.wrong(name, "a string"))
    }

    pub fn flag(&self, name: &str, default: bool) -> Result<bool, JsValue> {
        let value = self.get(name);
        if value.is_undefined() { Ok(default) } else { value.as_bool().ok_or_else(|| self.wrong(name, "a boolean")) }
    }

    /// A number of at least `least`; Infinity is one.
    pub fn number(&self, name: &str, default: f64, least: f64) -> Result<f64, JsValue> {
        let value = self.get(name);
        if value.is_undefined() {
            return Ok(default);
        }
        value.as_f64().filter(|number| *number >= least).ok_or_else(|| self.wrong(name, "a number in its range"))
    }

    pub fn object(&self, name: &str) -> Result<JsValue, JsValue> {
        let value = self.get(name);
        if value.is_undefined() || value.is_object() { Ok(value) } else { Err(self.wrong(name, "an object")) }
    }

    pub fn function(&self, name: &str) -> Result<Option<Function>, JsValue> {
        let value = self.get(name);
        if value.is_undefined() {
            return Ok(None);
        }
        value.dyn_into().map(Some).map_err(|_| self.wrong(name, "a function"))
    }

    /// One of a few words.
    pub fn word(&self, name: &str, words: &[&str]) -> Result<usize, JsValue> {
        let Some(text) = self.text(name)? else {
            return Ok(0);
        };
        words.iter().position(|word| *word == text).ok_or_else(|| self.wrong(name, &words.join(" or ")))
    }
}
