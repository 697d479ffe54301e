//! Rows of the history, a balance and a list of models, from any JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|json: &str| {
    poe::fuzzing::history(json);
    poe::fuzzing::models(json);
});
