//! Fuzz target: the messages of passages in XML.
#![no_main]

libfuzzer_sys::fuzz_target!(|content: &[u8]| fuzz::execute("xml", content));
