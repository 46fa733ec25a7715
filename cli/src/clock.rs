//! The clock, the environment, the terminal and randomness: the only place that reads them, so that everything below can be
//! replayed.

use std::io::{IsTerminal, Read};
use std::path::PathBuf;

use jiff::Timestamp;

/// The present instant, to the microsecond (what Parquet keeps).
#[allow(
    clippy::disallowed_methods,
    reason = "the command line is where the clock is read, and here only"
)]
pub fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).expect("an instant cut to the microsecond is an instant")
}

/// An environment variable; none when it is absent, empty or not text.
#[allow(
    clippy::disallowed_methods,
    reason = "the command line is where the environment is read, and here only"
)]
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

/// The user's folder.
pub fn home() -> Option<PathBuf> {
    environment("HOME").map(PathBuf::from)
}

/// Whether somebody is watching stderr.
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// 32 bytes from the system's generator.
pub fn random_bytes() -> std::io::Result<[u8; 32]> {
    let mut bytes = [0; 32];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes)
}
