//! Indicators: declarations in `indicators/*.toml`, and the engine that turns them into figures.

use serde::Deserialize;

/// Declaration files embedded in the program: (name shown in messages, content).
pub const EMBEDDED: &[(&str, &str)] = &[];

/// One `[[indicateur]]`.
#[derive(Debug, Clone, Deserialize)]
pub struct Indicator {
    pub id: String,
}

/// One `[[population]]`.
#[derive(Debug, Clone, Deserialize)]
pub struct Population {
    pub id: String,
}

/// One `[[dimension]]`.
#[derive(Debug, Clone, Deserialize)]
pub struct Dimension {
    pub id: String,
}
