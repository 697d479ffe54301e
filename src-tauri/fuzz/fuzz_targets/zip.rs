//! A zip file.
#![no_main]

mod folder;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| folder::with(|folder| telltale::import::fuzzing::zip(bytes, folder)));
