//! Fuzz target: the parts of a workbook.
#![no_main]

libfuzzer_sys::fuzz_target!(|content: &[u8]| fuzz::execute("feuille", content));
