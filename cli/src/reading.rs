//! What `ingest` is given: kinds, structures, aliases, caps, and the dates that stand in for what a form does not say.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, DateTime};
use lake::key::Key;
use lake::reference::Structure;

use crate::config::Config;
use crate::context::Context;
use crate::error::{CommandError, Doing, Result};
use crate::{aliases, extra, sites, words, written};

/// Dates of forms that have no window (flat RPU forms are refused without them).
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Window {
    /// Premier jour couvert, pour un format plat sans fenêtre (AAAA-MM-JJ)
    #[arg(long, value_name = "JOUR", value_parser = written::day)]
    pub du: Option<Date>,
    /// Dernier jour couvert, pour un format plat sans fenêtre (AAAA-MM-JJ)
    #[arg(long, value_name = "JOUR", value_parser = written::day)]
    pub au: Option<Date>,
    /// Instant de production, pour un format qui ne le dit pas (2025-02-03T05:00, heure légale)
    #[arg(long, value_name = "INSTANT", value_parser = written::civil)]
    pub extrait_le: Option<DateTime>,
}

/// Everything a reading depends on.
pub fn reader(context: &Context, key: Key, window: &Window) -> Result<ingest::Context> {
    let config = &context.config;
    if let (Some(from), Some(to)) = (window.du, window.au)
        && from > to
    {
        return Err(CommandError::usage(format!("--du {from} est après --au {to}")));
    }
    let mut reader = ingest::Context::new(key, structures(config)?, &config.region.code);
    reader.kinds = kinds(config)?;
    reader.finess_alias = aliases::read(config.structures.correspondances.as_deref())?;
    reader.caps = ingest::Caps {
        expanded: config.limites.taille_mo << 20,
        ratio: config.limites.rapport,
        entries: config.limites.entrees,
        depth: config.limites.profondeur,
        field: config.limites.champ,
    };
    // A certificate says all that one file is enough to judge.
    reader.lignes = config.certificats.dossier.is_some() || config.certificats.accuses.is_some();
    reader.avance_minutes = config.garde.avance_minutes;
    reader.options = ingest::Options {
        du: window.du,
        au: window.au,
        extrait_le: window.extrait_le,
    };
    Ok(reader)
}

/// The region's structures, with the types that the parameters of the sites give them, and the groupings they belong to.
pub fn structures(config: &Config) -> Result<Vec<Structure>> {
    let lines = sites::parametres(config)?;
    sites::with_groups(sites::with_types(declared_structures(config)?, &lines), config, &lines)
}

/// The configured file, else the demonstration region.
pub fn declared_structures(config: &Config) -> Result<Vec<Structure>> {
    let Some(file) = &config.structures.fichier else {
        return Ok(lake::reference::structures().to_vec());
    };
    let text = std::fs::read_to_string(file).doing(format!("lecture des structures {}", file.display()))?;
    let structures = lake::reference::read_structures(&text)
        .doing(format!("lecture des structures {}", file.display()))
        .map_err(|error| error.hint("l'en-tête attendu est celui de lake/reference/structures.csv"))?;
    match structures.is_empty() {
        false => Ok(structures),
        true => Err(CommandError::work(format!("{} ne contient aucune structure", file.display()))),
    }
}

/// Reference lengths of stay by year and GHM, days, from the configured file; nothing without one.
pub fn dms_reference(config: &Config) -> Result<BTreeMap<(i16, String), f64>> {
    let Some(file) = &config.lits.dms_reference else {
        return Ok(BTreeMap::new());
    };
    let text = std::fs::read_to_string(file)
        .doing(format!("lecture des durées de référence {}", file.display()))
        .map_err(|error| {
            error.hint(
                "mettre à cet endroit un fichier CSV annee,ghm,dms, ou retirer la ligne dms_reference de [lits] : l'IP-DMS \
                 (BED-I08) n'est alors pas calculé",
            )
        })?;
    let mut lines = text.trim_start_matches('\u{FEFF}').lines().enumerate();
    let header = lines.next().map_or("", |(_, line)| line.trim());
    let row = |line: &str| -> Option<((i16, String), f64)> {
        let mut cells = line.split(',').map(str::trim);
        let (year, ghm, days) = (cells.next()?.parse().ok()?, cells.next()?, cells.next()?.parse::<f64>().ok()?);
        (days > 0.0 && days.is_finite() && !ghm.is_empty()).then(|| ((year, ghm.to_owned()), days))
    };
    let mut found = BTreeMap::new();
    for (rank, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let (key, days) = row(line).filter(|_| header == "annee,ghm,dms").ok_or_else(|| {
            CommandError::work(format!("{}:{} : durée de référence illisible", file.display(), rank + 1))
                .hint("attendu : l'en-tête annee,ghm,dms puis, par exemple, 2025,05M092,5.4")
        })?;
        found.insert(key, days);
    }
    Ok(found)
}

/// The embedded extract kinds and those of the configuration.
pub fn kinds(config: &Config) -> Result<ingest::Kinds> {
    let files: Vec<PathBuf> = extra::files(config)?.kinds;
    ingest::Kinds::load(&files).map_err(|error| words::kinds(&error))
}

/// Whether a path can be read at all: said before any work is done.
pub fn must_exist(path: &Path) -> Result<()> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(CommandError::usage(format!("{} n'existe pas", path.display())))
        }
        found => found.map(|_| ()).doing(format!("lecture de {}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::DEFAULT;

    #[test]
    fn a_missing_file_of_reference_lengths_of_stay_says_what_to_do() {
        let mut config: Config = toml::from_str(DEFAULT).unwrap();
        config.lits.dms_reference = Some("region/references/dms_reference.csv".into());
        let said = dms_reference(&config).unwrap_err().render();
        assert!(said.contains("region/references/dms_reference.csv"), "{said}");
        assert!(said.contains("retirer la ligne dms_reference de [lits]"), "{said}");
    }
}
