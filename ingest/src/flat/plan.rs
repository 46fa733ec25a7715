//! Which cell of a row fills which column, from the header line.

use std::collections::BTreeMap;

use lake::table::Replacement;
use rustc_hash::FxHashMap;

use crate::flat::cell::Cells;
use crate::kinds::{Extract, Kind};

/// How the rows of one content are read.
pub struct Plan {
    pub separator: u8,
    /// Declared columns in order, each with the position of its cell.
    pub columns: Vec<(Cells, Option<usize>)>,
    /// Unknown headers and their positions.
    pub unknown: Vec<(String, usize)>,
    pub width: usize,
    /// Ranks of the columns of the key, in its order.
    pub cle: Vec<usize>,
    /// Rank of the column that names the site, of the one that gives the month, of the one that gives the instant of production.
    pub site: Option<usize>,
    pub month: Option<usize>,
    pub produced: Option<usize>,
    /// Of each computed column, in their order.
    pub derived: Vec<Derivation>,
    /// Rank of each column in the table, by name.
    ranks: FxHashMap<&'static str, usize>,
}

/// Ranks of a computed column and of what it is computed from.
pub struct Derivation {
    pub target: Option<usize>,
    pub from: Option<usize>,
    pub to: Option<usize>,
}

impl Plan {
    pub fn of(kind: &Kind, header: &str, separator: char) -> Result<Plan, String> {
        let table = kind.table();
        let names: Vec<String> = cells(header, separator);
        let mut positions: BTreeMap<&str, usize> = BTreeMap::new();
        let mut unknown = Vec::new();
        for (position, name) in names.iter().enumerate() {
            match column_named(kind, name) {
                Some(column) => {
                    if positions.insert(column, position).is_some() {
                        return Err(format!("la colonne {column} est présente deux fois"));
                    }
                }
                None if kind.ignorees.contains_key(name) => {}
                None => unknown.push((name.clone(), position)),
            }
        }
        let site = table.site.first();
        let ranked = table.colonnes.iter().enumerate();
        let columns = table
            .colonnes
            .iter()
            .map(|column| {
                let position = positions.get(column.nom.as_str()).copied();
                let is_finess = site == Some(&column.nom) && table.site_libre.is_none();
                (Cells::of(column, kind, is_finess), position)
            })
            .collect();
        let ranks: FxHashMap<&str, usize> = ranked.map(|(rank, column)| (column.nom.as_str(), rank)).collect();
        let rank = |name: &String| ranks.get(name.as_str()).copied();
        let derived = kind.derivee.iter().map(|derived| Derivation {
            target: rank(&derived.colonne),
            from: derived.de.as_ref().and_then(rank),
            to: derived.a.as_ref().and_then(rank),
        });
        Ok(Plan {
            separator: separator as u8,
            columns,
            unknown,
            width: names.len(),
            cle: match &table.remplacement {
                Replacement::Cle { cle, .. } => cle.iter().filter_map(rank).collect(),
                Replacement::Fenetre { .. } => Vec::new(),
            },
            site: site.and_then(rank),
            month: rank(&table.mois),
            produced: match &kind.extract {
                Extract::Colonne { colonne } => rank(colonne),
                _ => None,
            },
            derived: derived.collect(),
            ranks,
        })
    }

    /// Rank of a column in the table.
    pub fn rank(&self, name: &str) -> Option<usize> {
        self.ranks.get(name).copied()
    }
}

/// Whether a header line, and the first row under it, are those of a kind; if so with which separator.
pub fn recognises(kind: &Kind, header: &str, first_row: Option<&str>) -> Option<char> {
    kind.separateurs.iter().copied().find(|separator| {
        let names = cells(header, *separator);
        let columns: Vec<Option<&str>> = names.iter().map(|name| column_named(kind, name)).collect();
        let has = |wanted: &String| columns.contains(&Some(wanted.as_str())) || names.contains(wanted);
        !kind.reconnaissance.colonnes.is_empty()
            && kind.reconnaissance.colonnes.iter().all(has)
            && version_fits(kind, &columns, first_row, *separator)
    })
}

/// Whether every column of the header has the very name that the kind gives it: its alias where it declares one, else its own.
pub fn is_its_own(kind: &Kind, header: &str, separator: char) -> bool {
    cells(header, separator).iter().all(|name| match column_named(kind, name) {
        Some(column) => kind.alias.get(column).map_or(column == name, |names| names.contains(name)),
        None => true,
    })
}

/// The header that a kind asks for, under the names it gives.
pub fn own_header(kind: &Kind) -> Option<String> {
    let separator = kind.separateurs.first()?;
    let own = |wanted: &String| {
        kind.alias
            .get(wanted)
            .and_then(|names| names.first())
            .unwrap_or(wanted)
            .clone()
    };
    let names: Vec<String> = kind.reconnaissance.colonnes.iter().map(own).collect();
    Some(names.join(&separator.to_string()))
}

/// A kind that a header nearly is: the columns it lacks, each with the nearest header that names no column.
pub fn nearly<'k>(kind: &'k Kind, header: &str) -> Option<Vec<(&'k str, Option<String>)>> {
    let wanted = &kind.reconnaissance.colonnes;
    let tried = kind.separateurs.iter().map(|separator| {
        let names = cells(header, *separator);
        let columns: Vec<Option<&str>> = names.iter().map(|name| column_named(kind, name)).collect();
        let has = |wanted: &&String| columns.contains(&Some(wanted.as_str())) || names.contains(wanted);
        let unknown: Vec<&String> = names
            .iter()
            .zip(&columns)
            .filter(|(_, column)| column.is_none())
            .map(|(name, _)| name)
            .collect();
        let missing: Vec<_> = wanted.iter().filter(|wanted| !has(wanted)).collect();
        let near = |wanted: &String| {
            let scored = unknown.iter().map(|name| (strsim::jaro_winkler(wanted, name), *name));
            let best = scored
                .filter(|(score, _)| *score >= LIKE_ENOUGH)
                .max_by(|a, b| a.0.total_cmp(&b.0));
            best.map(|(_, name)| name.clone())
        };
        missing
            .into_iter()
            .map(|wanted| (wanted.as_str(), near(wanted)))
            .collect::<Vec<_>>()
    });
    let missing = tried.min_by_key(Vec::len)?;
    (missing.len() * 2 <= wanted.len() && !missing.is_empty()).then_some(missing)
}

/// Similarity from which a header may be another one misspelt.
const LIKE_ENOUGH: f64 = 0.8;

/// Whether the first row names a version of the kind, where the kind asks for it. A content without row is accepted.
fn version_fits(kind: &Kind, columns: &[Option<&str>], first_row: Option<&str>, separator: char) -> bool {
    let (Some(version), Some(row)) = (&kind.reconnaissance.schema_version, first_row) else {
        return true;
    };
    let position = columns.iter().position(|column| *column == Some(version.colonne.as_str()));
    let row: Vec<&str> = row.split(separator).map(|cell| cell.trim().trim_matches('"')).collect();
    position
        .and_then(|position| row.get(position))
        .is_some_and(|value| version.valeurs.iter().any(|known| known == value))
}

/// Header cells in lower case, quotes and white space removed.
pub fn cells(header: &str, separator: char) -> Vec<String> {
    header
        .split(separator)
        .map(|cell| cell.trim().trim_matches('"').trim().to_lowercase())
        .collect()
}

fn column_named<'k>(kind: &'k Kind, name: &str) -> Option<&'k str> {
    if let Some(column) = kind.table().column(name) {
        return Some(&column.nom);
    }
    kind.alias
        .iter()
        .find(|(_, names)| names.iter().any(|alias| alias == name))
        .map(|(column, _)| column.as_str())
}
