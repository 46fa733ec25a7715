//! What a declared rule is: the rows of `rules/*.toml` and the SQL they hold, as written. Who evaluates it is another matter:
//! `transform` does on the whole lake, `ingest` on the records of one file. Both read these declarations, so that they say the same.

mod declare;
mod text;

pub use declare::{Applied, Category, Rule, RuleRow, Scope};
pub use text::{Filled, Parameter, SqlText};

/// Rules of passages that one file is enough to judge, for a good part: (name shown in messages, content). The other
/// declarations are those of `transform`, which alone evaluates them.
pub const RPU: &[(&str, &str)] = &[
    ("rules/rpu_coherence.toml", include_str!("../../rules/rpu_coherence.toml")),
    ("rules/rpu_completude.toml", include_str!("../../rules/rpu_completude.toml")),
];
