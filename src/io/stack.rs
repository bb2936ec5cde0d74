//! Room on the engine's stack: where there is none left, any call throws, and what throws while the machine is at work leaves it lost.

use js_sys::Date;
use wasm_bindgen::prelude::*;

/// Throws a RangeError unless there is room for 512 numbers. `never`: false.
///
/// An engine makes room for whatever a function could need when it is called, and touches what it does need: that costs as little as calling one
/// that needs nothing. In JavaScript it would leave out what has never been reached. A build without optimisation checks nothing: there each
/// number is in a function of its own.
#[wasm_bindgen(js_name = core_need_stack)]
pub fn need_stack(never: bool) -> f64 {
    if never { keep_512(|| 0.0) } else { 0.0 }
}

/// A reading of the clock that has to be kept while the next ones are taken.
#[inline(always)]
fn keep(next: impl FnOnce() -> f64) -> f64 {
    let reading = Date::now();
    next() + reading
}

#[inline(always)]
fn keep_8(next: impl FnOnce() -> f64) -> f64 {
    keep(|| keep(|| keep(|| keep(|| keep(|| keep(|| keep(|| keep(next))))))))
}

#[inline(always)]
fn keep_64(next: impl FnOnce() -> f64) -> f64 {
    keep_8(|| keep_8(|| keep_8(|| keep_8(|| keep_8(|| keep_8(|| keep_8(|| keep_8(next))))))))
}

#[inline(always)]
fn keep_512(next: impl FnOnce() -> f64) -> f64 {
    keep_64(|| keep_64(|| keep_64(|| keep_64(|| keep_64(|| keep_64(|| keep_64(|| keep_64(next))))))))
}
