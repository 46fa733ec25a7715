//! Fuzz target: archives and compressed files.
#![no_main]

libfuzzer_sys::fuzz_target!(|content: &[u8]| fuzz::execute("archive", content));
