//! Fuzz target: the readers of one value.
#![no_main]

libfuzzer_sys::fuzz_target!(|content: &[u8]| fuzz::execute("valeurs", content));
