//! Fuzz target: workbooks, as the archives that they are.
#![no_main]

libfuzzer_sys::fuzz_target!(|content: &[u8]| fuzz::execute("classeur", content));
