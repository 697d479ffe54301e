//! One chat of Claude's export, from any JSON.
#![no_main]

mod folder;

libfuzzer_sys::fuzz_target!(|json: &str| {
    if let Ok(value) = serde_json::from_str(json) {
        folder::with(|folder| telltale::import::fuzzing::claude(value, folder));
    }
});
