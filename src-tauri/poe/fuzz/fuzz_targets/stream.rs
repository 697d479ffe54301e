//! Server-sent events: the same whatever the pieces, and no frame may panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| poe::fuzzing::stream(bytes));
