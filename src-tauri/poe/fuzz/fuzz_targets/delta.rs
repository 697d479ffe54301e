//! The JSON of a frame: the fast way and serde_json's must agree. A line is a frame of the same answer.
#![no_main]

libfuzzer_sys::fuzz_target!(|frames: &str| poe::fuzzing::delta(frames));
