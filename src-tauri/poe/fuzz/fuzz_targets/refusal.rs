//! The body of a refusal. Before it comes the status, in two bytes.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    if let Some((status, body)) = input.split_first_chunk() {
        poe::fuzzing::refusal(u16::from_be_bytes(*status), body);
    }
});
