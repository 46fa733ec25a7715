//! Fuzz target: messages made again from what was received.
#![no_main]

libfuzzer_sys::fuzz_target!(|content: &[u8]| fuzz::execute("renvoi", content));
