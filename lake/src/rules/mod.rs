//! What a declared rule is: the rows of `rules/*.toml` and the SQL they hold, as written. Who evaluates it is another matter:
//! `transform` does on the whole lake, `ingest` on the records of one file. Both read these declarations, so that they say the same.

mod declare;
mod text;

pub use declare::{Applied, Category, Rule, RuleRow, Scope};
pub use text::{Filled, Parameter, SqlText};

/// Declaration files of rules that one file is enough to judge, for a good part: (name shown in messages, content). The other
/// declarations are those of `transform`, which alone evaluates them.
pub const DECLARED: &[(&str, &str)] = &[
    ("rules/rpu_coherence.toml", include_str!("../../rules/rpu_coherence.toml")),
    ("rules/rpu_completude.toml", include_str!("../../rules/rpu_completude.toml")),
    ("rules/lits_suivi.toml", include_str!("../../rules/lits_suivi.toml")),
    ("rules/samu_dossiers.toml", include_str!("../../rules/samu_dossiers.toml")),
    ("rules/samu_decisions.toml", include_str!("../../rules/samu_decisions.toml")),
    ("rules/samu_telephonie.toml", include_str!("../../rules/samu_telephonie.toml")),
    ("rules/sas.toml", include_str!("../../rules/sas.toml")),
    ("rules/smur_structure.toml", include_str!("../../rules/smur_structure.toml")),
    (
        "rules/smur_chronologie.toml",
        include_str!("../../rules/smur_chronologie.toml"),
    ),
    ("rules/smur_coherence.toml", include_str!("../../rules/smur_coherence.toml")),
    ("rules/mmg.toml", include_str!("../../rules/mmg.toml")),
    (
        "rules/mmg_consultations.toml",
        include_str!("../../rules/mmg_consultations.toml"),
    ),
    ("rules/lits.toml", include_str!("../../rules/lits.toml")),
];
