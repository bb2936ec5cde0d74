//! What the fuzzers run, over the inputs that they have found worth keeping and over random ones: see fuzz/.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../fuzz/src/choices.rs"]
mod choices;
mod common;
#[path = "../fuzz/src/frame.rs"]
mod frame;
#[path = "../fuzz/src/frames.rs"]
mod frames;
#[path = "../fuzz/src/header.rs"]
mod header;
#[path = "../fuzz/src/ledger.rs"]
mod ledger;
#[path = "../fuzz/src/machine.rs"]
mod machine;

use std::collections::BTreeSet;
use std::path::Path;

use choices::Choices;
use frames::{FRAMES, any_frame};

/// Runs a target over its committed inputs.
fn replay(target: &str, run: impl Fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let files: Vec<_> = folder.read_dir().unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.len() > 20, "{} inputs in {}", files.len(), folder.display());
    for file in files {
        println!("{}", file.display());
        run(&std::fs::read(file).unwrap());
    }
}

/// Random bytes, the same at every run.
fn random(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(length);
    for _ in 0..length {
        state ^= state >> 12;
        state ^= state << 25;
        state ^= state >> 27;
        bytes.push((state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 40) as u8);
    }
    bytes
}

#[test]
fn the_corpus_of_frames_is_read_or_refused() {
    replay("frame", frame::run);
}

#[test]
fn the_corpus_of_headers_comes_back_as_it_was() {
    replay("header", header::run);
}

#[test]
fn the_corpus_of_things_that_happen_leaves_a_client_that_works() {
    replay("machine", machine::run);
}

#[test]
fn frames_cut_and_changed_at_random_are_read_or_refused() {
    for seed in 0..100_000 {
        frame::run(any_frame(&mut Choices::new(&random(seed, 40))).as_bytes());
    }
}

#[test]
fn every_frame_cut_at_every_place_is_read_or_refused() {
    for frame in FRAMES {
        for (at, _) in frame.char_indices() {
            frame::run(&frame.as_bytes()[..at]);
            frame::run(&frame.as_bytes()[at..]);
        }
    }
}

#[test]
fn random_headers_come_back_as_they_were() {
    for seed in 0..50_000 {
        header::run(&random(seed, 24));
    }
}

#[test]
fn random_things_in_any_order_leave_a_client_that_works() {
    let mut seen = BTreeSet::new();
    for seed in 0..150 {
        println!("seed {seed}");
        seen.extend(machine::torment(&random(seed, 6_000)));
    }
    assert_eq!(seen.len(), 11, "only {seen:?} were ever reached: the steps are no good test");
}
