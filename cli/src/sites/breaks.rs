//! The known breaks of the series, one a line: `[sites] ruptures`.

use std::path::Path;

use transform::sites::{NatureRupture, Rupture};

use super::{number, site, unknown};
use crate::config::Config;
use crate::error::Result;
use crate::register::{self, Form, Row};
use crate::written;

const RUPTURES: Form = Form {
    what: "ruptures connues",
    columns: &["finess", "ordre", "date", "nature", "vers_finess", "note"],
    needed: &["finess", "date", "nature"],
};

/// The known breaks of the configured register, in the order of their dates; none without one.
pub fn ruptures(config: &Config) -> Result<Vec<Rupture>> {
    match config.sites.ruptures.as_deref() {
        Some(file) => breaks(file),
        None => Ok(Vec::new()),
    }
}

fn breaks(file: &Path) -> Result<Vec<Rupture>> {
    let rows = register::read(file, &RUPTURES)?;
    let mut found = rows.iter().map(rupture).collect::<Result<Vec<_>>>()?;
    found.sort_by(|a, b| (a.date, &a.finess, a.ordre).cmp(&(b.date, &b.finess, b.ordre)));
    Ok(found)
}

fn rupture(row: &Row) -> Result<Rupture> {
    let empty = || row.wrong("date", "cellule vide");
    Ok(Rupture {
        finess: row.value("finess", site)?.unwrap_or_default(),
        ordre: row.value("ordre", number)?,
        date: row.value("date", written::day)?.ok_or_else(empty)?,
        nature: row.value("nature", nature)?.ok_or_else(empty)?,
        vers_finess: row.value("vers_finess", site)?,
        note: row.text("note").map(str::to_owned),
    })
}

fn nature(text: &str) -> std::result::Result<NatureRupture, String> {
    let known = NatureRupture::ALL.map(|(_, code, _)| code);
    match NatureRupture::ALL.iter().find(|(_, code, _)| *code == text) {
        Some((nature, ..)) => Ok(*nature),
        None => Err(unknown("nature inconnue", text, &known)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nature_of_a_break_is_one_of_the_list() {
        let rows = register::parse(
            "finess,date,nature\n310783048,2025-02-01,logicel\n",
            "ruptures.csv",
            &RUPTURES,
        )
        .unwrap();
        let said = rupture(&rows[0]).unwrap_err().render();
        assert!(
            said.contains("ruptures.csv:2:22 : nature : nature inconnue « logicel » ; le plus proche est « logiciel »"),
            "{said}"
        );
    }
}
