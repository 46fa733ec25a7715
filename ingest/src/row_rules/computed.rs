//! The columns that a declaration computes from the others of the same record (`lake/columns/*.toml`), and those that every table has:
//! an expression that names one is read as if it said what the column says. What needs other records, or the structures of a region, is
//! the lake's.

use std::sync::{Arc, OnceLock};

use lake::bornes::sans_soins;
use lake::site::SiteNature;
use lake::table::{ColumnType, Table};
use rustc_hash::FxHashSet;
use serde::Deserialize;

use super::columns::{self, Source};
use super::expr::Expr;
use super::read::{Columns, Read, Refused, whole};

/// Chains of columns are short: one that goes on names itself.
const DEEPEST: usize = 20;

/// Département of a SAMU, from its code (`lake::site::departement`).
const OF_SAMU: &str = "CASE WHEN STARTS_WITH({site}, 'samu97') THEN SUBSTR({site}, 5, 3) WHEN STARTS_WITH({site}, 'samu2a') THEN '2A' \
    WHEN STARTS_WITH({site}, 'samu2b') THEN '2B' ELSE SUBSTR({site}, 5, 2) END";

#[derive(Deserialize)]
struct Declared {
    #[serde(default)]
    colonne: Vec<Computed>,
}

#[derive(Deserialize)]
struct Computed {
    nom: String,
    #[serde(rename = "type")]
    kind: ColumnType,
    #[serde(default)]
    expression: String,
    dans: Option<Membership>,
}

#[derive(Deserialize)]
struct Membership {
    colonne: String,
    liste: String,
}

/// What the rules of a table may name, and where each is read.
pub struct Known<'t> {
    table: &'t Table,
    declared: Vec<Computed>,
    names: Vec<String>,
    pub sources: Vec<Source>,
    depth: usize,
}

impl Known<'_> {
    pub fn of(table: &Table) -> Known<'_> {
        let declared = lake::columns::of(&table.nom).map(|text| {
            toml::from_str::<Declared>(text)
                .expect("the embedded column declarations are valid")
                .colonne
        });
        Known {
            table,
            declared: declared.unwrap_or_default(),
            names: Vec::new(),
            sources: Vec::new(),
            depth: 0,
        }
    }

    /// What follows from the orientation of a passage, as `transform/columns/rpu.toml` says it, with the orientations of the national
    /// documents. An empty one leaves a field expected.
    fn of_passage(&self, name: &str) -> Option<String> {
        match name {
            _ if self.table.nom != "rpu" => None,
            "sans_soins" => {
                let codes: Vec<String> = sans_soins().map(|code| format!("'{code}'")).collect();
                Some(format!("orient IN ({})", codes.join(", ")))
            }
            "gravite_attendu" | "dp_attendu" => Some("COALESCE(NOT sans_soins, TRUE)".to_owned()),
            _ => None,
        }
    }

    /// What every table has: its day, its hour, its département when the code of the site says it.
    fn common(&self, name: &str) -> Option<String> {
        let calendar = self.table.calendrier.as_deref();
        match name {
            "jour" => Some(format!("CAST({} AS DATE)", self.table.mois)),
            "heure" => Some(format!("EXTRACT(HOUR FROM {})", calendar?)),
            "departement" if self.table.nature_of_site() == SiteNature::Samu => {
                Some(OF_SAMU.replace("{site}", self.table.finess()))
            }
            _ => None,
        }
    }

    fn computed(&mut self, name: &str) -> Read {
        let absent = || Refused::Column(name.to_owned());
        let declared = self.declared.iter().find(|column| column.nom == name);
        if let Some(Membership { colonne, liste }) = declared.and_then(|column| column.dans.as_ref()) {
            let (list, column) = (list(liste).ok_or_else(absent)?, colonne.clone());
            let (value, _) = self.column(&column)?;
            return Ok((Expr::Within(Box::new(value), list), super::expr::Kind::Bool));
        }
        let (sql, kind) = match declared {
            Some(column) if !column.expression.is_empty() => {
                (column.expression.clone(), columns::kind_of(column.kind).ok_or_else(absent)?)
            }
            Some(_) => return Err(absent()),
            None => {
                let sql = self.of_passage(name).or_else(|| self.common(name));
                return whole(&sql.ok_or_else(absent)?, self);
            }
        };
        Ok((whole(&sql, self)?.0, kind))
    }
}

impl Columns for Known<'_> {
    fn column(&mut self, name: &str) -> Read {
        if let Some((source, kind)) = columns::source(self.table, name) {
            let known = self.names.iter().position(|known| known == name);
            let place = known.unwrap_or_else(|| {
                self.names.push(name.to_owned());
                self.sources.push(source);
                self.names.len() - 1
            });
            return Ok((Expr::Column(place), kind));
        }
        if self.depth > DEEPEST {
            return Err(Refused::Form);
        }
        self.depth += 1;
        let read = self.computed(name);
        self.depth -= 1;
        read
    }
}

/// The values of a list that does not change from a region to another.
fn list(name: &str) -> Option<Arc<FxHashSet<&'static str>>> {
    static COMMUNES: OnceLock<Arc<FxHashSet<&'static str>>> = OnceLock::new();
    if name == "communes" {
        let insee = || lake::reference::communes().iter().map(|row| row.insee);
        return Some(Arc::clone(COMMUNES.get_or_init(|| Arc::new(insee().collect()))));
    }
    let codes = lake::code_list::code_list(name)?.codes.iter().map(|row| row.code.as_str());
    Some(Arc::new(codes.collect()))
}
