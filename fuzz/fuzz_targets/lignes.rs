//! Fuzz target: rows under the header of each flat kind.
#![no_main]

libfuzzer_sys::fuzz_target!(|content: &[u8]| fuzz::execute("lignes", content));
