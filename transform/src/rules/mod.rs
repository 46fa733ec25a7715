//! The rule engine: declared rules over declared tables give findings and anomalies. A rule is a row of `rules/*.toml`, of this crate or of `lake`;
//! nothing here knows any identifier.

mod compile;
mod examples;
mod file;
mod formula;
mod judge;
mod leaves;
mod not_yet;
mod pass;
mod source;
mod tally;
mod truth;
mod values;

use lake::finding::{Anomaly, Finding};

pub use compile::{Compiled, compile};
pub use examples::{Example, FileExample, examples, file_example};
pub use judge::judge;
pub use lake::rules::{Applied, Category, Filled, Parameter, Rule, RuleRow, Scope, SqlText};
pub use not_yet::not_yet;
pub(crate) use pass::{Counts, pass};
pub(crate) use source::frame_of;
pub use values::ValuesRow;

/// Declaration files embedded in the program: (name shown in messages, content).
pub fn embedded() -> impl Iterator<Item = (&'static str, &'static str)> {
    let own = OWN.iter().copied();
    let (fields, others) = (own.clone().take(1), own.skip(1));
    fields.chain(lake::rules::DECLARED.iter().copied()).chain(others)
}

const OWN: &[(&str, &str)] = &[
    ("rules/rpu_champs.toml", include_str!("../../rules/rpu_champs.toml")),
    ("rules/rpu_series.toml", include_str!("../../rules/rpu_series.toml")),
    ("rules/rpu_suivi.toml", include_str!("../../rules/rpu_suivi.toml")),
    ("rules/mmg_plages.toml", include_str!("../../rules/mmg_plages.toml")),
    ("rules/livraisons.toml", include_str!("../../rules/livraisons.toml")),
    ("rules/rpu_fichier.toml", include_str!("../../rules/rpu_fichier.toml")),
    ("rules/sae.toml", include_str!("../../rules/sae.toml")),
    ("rules/seuils.toml", include_str!("../../rules/seuils.toml")),
];

/// What the rules say of a period.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    pub findings: Vec<Finding>,
    /// Where the anomalies are, but those whose effect is `info`.
    pub anomalies: Vec<Anomaly>,
    /// Why some rules could not run, in French.
    pub errors: Vec<String>,
}

/// Period grains for which findings are wanted. A finding of a month or quarter covers the part of it that lies in the request:
/// ask for whole ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grains {
    pub days: Days,
    pub month: bool,
    pub quarter: bool,
}

/// Which findings there are by day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// One per area, day and rule: to be asked for over a few weeks.
    All,
    /// Those in anomaly, of the sites: a false alarm is of days, and may be declared once the period was judged.
    OfSitesInAnomaly,
    None,
}

#[cfg(test)]
mod cases;
#[cfg(test)]
mod tests;
