//! A file of any bytes, whose chats are found by their fields.
#![no_main]

mod folder;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| folder::with(|folder| telltale::import::fuzzing::json(bytes, folder)));
