//! Links to media in an answer's text.
#![no_main]

libfuzzer_sys::fuzz_target!(|answer: &str| poe::fuzzing::media(answer));
