//! JavaScript's values as the codecs' texts and payloads.

#![allow(unsafe_code)] // An index of wasm-bindgen's table is taken from a `JsValue` and given back to one: each call says why that is sound.

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::num::NonZeroU32;

use js_sys::JsString;
use wasm_bindgen::convert::{FromWasmAbi, IntoWasmAbi};
use wasm_bindgen::describe::WasmDescribe;
use wasm_bindgen::prelude::*;

use crate::engineio::{END, Text, Value};

/// A `JsValue` whose `Option` is no larger, and whose copies and end are calls: most payloads are optional, and moving them about is much of
/// the code.
/// Not to be sent to another thread, which has another table.
pub struct Js(NonZeroU32, PhantomData<*mut ()>);

impl Js {
    /// The value as wasm-bindgen's functions take it.
    pub fn view(&self) -> ManuallyDrop<JsValue> {
        // The index is this value's until it is dropped, and the view is not dropped.
        ManuallyDrop::new(unsafe { JsValue::from_abi(self.0.get()) })
    }

    /// Nothing for undefined.
    #[inline(never)]
    pub fn defined(self) -> Option<Js> {
        Some(self).filter(|value| !value.view().is_undefined())
    }
}

impl From<JsValue> for Js {
    fn from(value: JsValue) -> Js {
        // Indices begin behind the room that wasm-bindgen keeps for borrowed values.
        Js(unsafe { NonZeroU32::new_unchecked(value.into_abi()) }, PhantomData)
    }
}

impl Default for Js {
    fn default() -> Js {
        JsValue::UNDEFINED.into()
    }
}

// What is called takes the index, not a reference: so a value need not be in memory.

impl Drop for Js {
    #[inline(always)]
    fn drop(&mut self) {
        release(self.view());
    }
}

#[inline(never)]
fn release(value: ManuallyDrop<JsValue>) {
    drop(ManuallyDrop::into_inner(value));
}

impl Clone for Js {
    #[inline(always)]
    fn clone(&self) -> Js {
        copy(self.view())
    }
}

#[inline(never)]
fn copy(value: ManuallyDrop<JsValue>) -> Js {
    JsValue::clone(&value).into()
}

impl PartialEq for Js {
    #[inline(always)]
    fn eq(&self, other: &Js) -> bool {
        same(self.view(), other.view())
    }
}

#[inline(never)]
fn same(one: ManuallyDrop<JsValue>, other: ManuallyDrop<JsValue>) -> bool {
    *one == *other
}

impl WasmDescribe for Js {
    fn describe() {
        JsValue::describe();
    }
}

impl FromWasmAbi for Js {
    type Abi = u32;

    unsafe fn from_abi(index: u32) -> Js {
        // The caller hands over an index, as it would to a `JsValue`.
        unsafe { JsValue::from_abi(index) }.into()
    }
}

impl IntoWasmAbi for Js {
    type Abi = u32;

    fn into_abi(self) -> u32 {
        ManuallyDrop::new(self).0.get()
    }
}

impl IntoWasmAbi for &Js {
    type Abi = u32;

    fn into_abi(self) -> u32 {
        self.0.get()
    }
}

/// A JavaScript string, read where it is.
pub struct JsText(pub JsString);

impl Text for JsText {
    type Value = Js;

    fn unit(&self, index: u32) -> u32 {
        let unit = self.0.char_code_at(index);
        if unit >= 0.0 { unit as u32 } else { END }
    }

    fn slice(&self, start: u32, end: u32) -> Js {
        JsValue::from(self.0.slice(start, end)).into()
    }
}

#[wasm_bindgen(module = "/src/io/texts.js")]
extern "C" {
    #[wasm_bindgen(js_name = textDigest)]
    fn text_digest(text: &Js) -> u32;
    #[wasm_bindgen(js_name = utf8Length)]
    fn utf8_length(text: &Js) -> u32;
}

#[wasm_bindgen(module = "/src/io/binary.js")]
extern "C" {
    fn fill(payload: &Js, number: u32, bytes: &Js);
}

impl Value for Js {
    fn digest(&self) -> u32 {
        text_digest(self)
    }

    fn utf8_length(&self) -> u32 {
        utf8_length(self)
    }

    fn attach(&mut self, number: u32, bytes: &Self) {
        fill(self, number, bytes);
    }

    #[inline(never)]
    fn literal(text: &'static str) -> Self {
        JsValue::from_str(text).into()
    }
}
