//! Integration tests of the vocabulary and of the store. All data are fictional.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod cases;
mod place;
mod results;
mod sends;
mod snapshots;
mod store;
