//! Fuzz target: delimited text.
#![no_main]

use std::cell::OnceCell;

use libfuzzer_sys::fuzz_target;

#[path = "../harness.rs"]
mod harness;

thread_local! {
    static HARNESS: OnceCell<(tempfile::TempDir, harness::Harness)> = const { OnceCell::new() };
}

fuzz_target!(|content: &[u8]| {
    HARNESS.with(|cell| {
        let (_, harness) = cell.get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let harness = harness::Harness::new(folder.path());
            (folder, harness)
        });
        harness.read(&[("b_20250127_20250202_20250203032510.csv".to_owned(), content.to_vec())]);
    });
});
