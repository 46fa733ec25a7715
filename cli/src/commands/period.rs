//! The period that `transform`, `release` and `report` are about.

use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeSet;

use crate::config::RECENT_DAYS;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::stages::scope::{Scope, nights};
use crate::written::{self, Quarter, Week};

#[derive(Debug, Clone, clap::Args)]
pub struct Period {
    /// Trimestre
    #[arg(long, value_name = "AAAA-Qn", value_parser = written::quarter, conflicts_with_all = ["year", "week", "du", "au"])]
    pub quarter: Option<Quarter>,
    /// Année civile, avec ses trimestres et ses mois, comparée à la précédente
    #[arg(long, value_name = "AAAA", value_parser = written::year, conflicts_with_all = ["week", "du", "au"])]
    pub year: Option<i16>,
    /// Semaine ISO
    #[arg(long, value_name = "AAAA-Wss", value_parser = written::week, conflicts_with_all = ["du", "au"])]
    pub week: Option<Week>,
    /// Premier jour, avec --au (AAAA-MM-JJ)
    #[arg(long, value_name = "JOUR", value_parser = written::day, requires = "au")]
    pub du: Option<Date>,
    /// Dernier jour, avec --du (AAAA-MM-JJ)
    #[arg(long, value_name = "JOUR", value_parser = written::day, requires = "du")]
    pub au: Option<Date>,
    /// Données telles que connues à cet instant (2025-04-15, ou 2025-04-15T08:00) ; sinon tout ce que le lac a reçu
    #[arg(long, value_name = "INSTANT", value_parser = written::instant)]
    pub as_of: Option<Timestamp>,
}

impl Period {
    /// The scope asked for; without any, the last days, as a night computes them.
    pub fn scope(&self, context: &Context) -> Result<Scope> {
        if let Some(year) = self.year {
            return Ok(Scope::Year(year));
        }
        match (self.quarter, self.week, self.du.zip(self.au)) {
            (Some(quarter), ..) => Ok(Scope::Quarter(quarter)),
            (None, Some(week), _) => Ok(Scope::Week(week)),
            (None, None, Some((from, to))) if from > to => Err(CommandError::usage(format!("--du {from} est après --au {to}"))),
            (None, None, Some(days)) => Ok(Scope::Days(vec![days])),
            (None, None, None) => Ok(Scope::Days(nights(&BTreeSet::new(), RECENT_DAYS, context.today()))),
        }
    }
}

/// A quarter or a year: what a release is about.
#[derive(Debug, Clone, clap::Args)]
pub struct OfRelease {
    #[command(flatten)]
    quarter: OfQuarter,
    /// Année civile, avec ses trimestres et ses mois, comparée à la précédente
    #[arg(long, value_name = "AAAA", value_parser = written::year, conflicts_with = "quarter")]
    year: Option<i16>,
}

impl OfRelease {
    pub fn scope(&self, context: &Context) -> Scope {
        self.year.map_or_else(|| self.quarter.scope(context), Scope::Year)
    }

    pub fn as_of(&self) -> Option<Timestamp> {
        self.quarter.as_of
    }
}

/// A quarter: what a report is about.
#[derive(Debug, Clone, clap::Args)]
pub struct OfQuarter {
    /// Trimestre ; sinon le dernier révolu
    #[arg(long, value_name = "AAAA-Qn", value_parser = written::quarter)]
    pub quarter: Option<Quarter>,
    /// Données telles que connues à cet instant (2025-04-15, ou 2025-04-15T08:00) ; sinon tout ce que le lac a reçu
    #[arg(long, value_name = "INSTANT", value_parser = written::instant)]
    pub as_of: Option<Timestamp>,
}

impl OfQuarter {
    pub fn scope(&self, context: &Context) -> Scope {
        Scope::Quarter(self.quarter.unwrap_or_else(|| Quarter::of(context.today()).previous()))
    }
}
