//! Fuzz target: delimited text, its header included.
#![no_main]

libfuzzer_sys::fuzz_target!(|content: &[u8]| fuzz::execute("texte", content));
