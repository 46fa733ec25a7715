//! What can go wrong when a result is written or read.

use std::path::{Path, PathBuf};

use thiserror::Error;

/// The message says what was being done, on which file, and why it stopped.
#[derive(Debug, Error)]
pub enum ResultsError {
    #[error("écriture de {} impossible : {cause}", path.display())]
    Write { path: PathBuf, cause: String },
    #[error("lecture de {} impossible : {cause}", path.display())]
    Read { path: PathBuf, cause: String },
}

impl ResultsError {
    pub(super) fn write(path: &Path) -> impl Fn(String) -> ResultsError {
        move |cause| ResultsError::Write {
            path: path.to_owned(),
            cause,
        }
    }

    pub(super) fn read(path: &Path) -> impl Fn(String) -> ResultsError {
        move |cause| ResultsError::Read {
            path: path.to_owned(),
            cause,
        }
    }
}
