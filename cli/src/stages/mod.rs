//! The stages of the data path, each a function from what the one before wrote to what the next one reads. Commands and pipelines
//! call the same ones. A stage that fails leaves the earlier ones done.

pub mod basis;
pub mod digest;
pub mod edition;
pub mod executions;
pub mod export;
pub mod fiches;
pub mod ingest;
pub mod release;
pub mod replay;
pub mod report;
pub mod reread;
pub mod retour;
pub mod scope;
mod silences;
pub mod transform;
mod waiting;

use std::collections::BTreeSet;

use lake::delivery::Delivery;
use lake::key::Key;
use lake::month::Month;
use lake::store::{Authority, Settings, Store, Writer};

use crate::config::Config;
use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::exit::Exit;
use crate::fail_on::{Tallies, Threshold};
use crate::{keys, words};

/// What a stage leaves besides its files.
#[derive(Debug, Clone)]
pub struct Done {
    pub exit: Exit,
    /// What `--fail-on` may be compared with, stage by stage: what a night received and what the months of the region hold are
    /// not counted over the same records.
    pub tallies: Vec<Tallies>,
    /// Months that received or lost records.
    pub touched: BTreeSet<Month>,
    /// The run that was computed, when one was.
    pub execution: Option<String>,
}

impl Done {
    /// A stage that had nothing to do.
    pub fn nothing() -> Done {
        Done {
            exit: Exit::Done,
            tallies: Vec::new(),
            touched: BTreeSet::new(),
            execution: None,
        }
    }

    /// Exit status once the thresholds asked for are compared; says which are passed.
    pub fn judged(&self, thresholds: &[Threshold]) -> Exit {
        let passed: Vec<String> = self.tallies.iter().flat_map(|stage| stage.passed(thresholds)).collect();
        for sentence in &passed {
            tracing::warn!("{sentence}");
        }
        match passed.is_empty() {
            true => self.exit,
            false => Exit::ThresholdPassed,
        }
    }

    /// This stage, then another.
    pub fn then(mut self, next: Done) -> Done {
        self.exit = self.exit.max(next.exit);
        self.tallies.extend(next.tallies);
        self.touched.extend(next.touched);
        self.execution = next.execution.or(self.execution);
        self
    }
}

/// The lake of the configuration.
pub fn open(context: &Context) -> Result<Store> {
    let root = &context.config.lake.racine;
    let there = root.try_exists().doing(format!("lecture du lac {}", root.display()))?;
    if !there {
        return Err(CommandError::work(format!("aucun lac dans {}", root.display()))
            .hint("`oru lake init` en crée un ; [lake] racine de la configuration dit où"));
    }
    Store::open(root).map_err(|error| words::store(&error))
}

/// The one that may write, or why it may not. The guards and authorities of the configuration are in force from now on.
pub fn writer(store: &Store, context: &Context) -> Result<Writer> {
    let mut writer = store.writer().map_err(|error| words::store(&error))?;
    let settings = settings(&context.config);
    let run = run_id(&["configure", &context.now.to_string()]);
    writer
        .configure(&settings, &run, context.now)
        .map_err(|error| words::store(&error))?;
    Ok(writer)
}

fn settings(config: &Config) -> Settings {
    let mut settings = Settings {
        seuil: config.garde.part_minimale,
        minimum: config.garde.effectif_minimal,
        consolidation_jours: config.garde.consolidation_jours,
        avance_minutes: config.garde.avance_minutes,
        ..Settings::default()
    };
    settings.autorites.extend(config.flux.iter().map(|line| Authority {
        table: line.table.clone(),
        finess: line.finess.clone(),
        flux: line.flux.clone(),
        du: line.du.map(|day| day.0),
        au: line.au.map(|day| day.0),
    }));
    settings
}

/// Every delivery the lake has, with its verdict of today.
pub fn deliveries(store: &Store) -> Result<Vec<Delivery>> {
    store.deliveries(None).map_err(|error| words::store(&error))
}

/// The key, once it goes with this lake.
pub fn key(context: &Context, store: &Store) -> Result<Key> {
    let key = keys::find(&context.config.cle)?;
    keys::agree(&key, store.is_synthetic())?;
    keys::is_the_one(&key, store.kid())?;
    Ok(key)
}

/// Identifier of a run: hash of what decides its result. 16 hexadecimal characters.
pub fn run_id(parts: &[&str]) -> String {
    lake::delivery::delivery_id(parts.join("\u{1f}").as_bytes())[..16].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(violated: u64, eligible: u64) -> Done {
        let mut tallies = Tallies::default();
        tallies.add("RPU-C06", violated, eligible);
        Done {
            tallies: vec![tallies],
            ..Done::nothing()
        }
    }

    #[test]
    fn a_threshold_passed_by_the_night_is_not_diluted_in_the_months_of_the_region() {
        let thresholds = ["RPU-C06=10%".parse().unwrap()];
        let (night, months) = (|| stage(50, 100), || stage(0, 1_000_000));
        assert_eq!(night().then(months()).judged(&thresholds), Exit::ThresholdPassed);
        assert_eq!(months().then(night()).judged(&thresholds), Exit::ThresholdPassed);
        assert_eq!(months().then(months()).judged(&thresholds), Exit::Done);
    }
}
