//! Fuzz target: messages in JSON.
#![no_main]

libfuzzer_sys::fuzz_target!(|content: &[u8]| fuzz::execute("json", content));
