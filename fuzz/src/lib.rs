//! What is fuzzed: functions that take any bytes and panic where a promise is broken. `tests/corpus.rs` runs the same ones.

#[path = "../../tests/common/mod.rs"]
pub mod common;

pub mod choices;
pub mod frame;
pub mod frames;
pub mod header;
pub mod ledger;
pub mod machine;
