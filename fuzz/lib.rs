//! What the fuzz targets share: a harness of their own for each thread, in a folder that stays in memory where there is one.

use std::cell::OnceCell;
use std::path::Path;

use harness::{Harness, TARGETS};

pub mod harness;

thread_local! {
    static HARNESS: OnceCell<(tempfile::TempDir, Harness)> = const { OnceCell::new() };
}

/// What a target does of a content.
pub fn execute(target: &str, content: &[u8]) {
    HARNESS.with(|cell| {
        let (_, harness) = cell.get_or_init(|| {
            let memory = Path::new("/dev/shm");
            let folder = match memory.is_dir() {
                true => tempfile::tempdir_in(memory),
                false => tempfile::tempdir(),
            };
            let folder = folder.expect("a temporary folder");
            let harness = Harness::new(folder.path());
            (folder, harness)
        });
        let known = TARGETS.iter().find(|(name, _)| *name == target);
        known.expect("a target of the list").1(harness, content);
    });
}
