//! Attributes of sites, from the table of structures.

use std::collections::{BTreeMap, BTreeSet};

use lake::reference::{Structure, latest};
use polars::prelude::*;
use rustc_hash::FxHashMap;

use super::looked_up::of_structures;

/// `flux_id`, `departement`, `type_etablissement` of the rows that name a structure by these two columns, known or not. A structure
/// listed twice (its type changed) has its latest attributes.
pub fn columns(names: [&str; 2], structures: &[Structure]) -> [Expr; 3] {
    let named: BTreeSet<(&str, i16)> = structures.iter().map(|row| (row.finess.as_str(), row.ordre)).collect();
    let of = |(finess, ordre): (&str, i16)| latest(structures.iter().filter(|row| row.finess == finess && row.ordre == ordre));
    let known = |value: fn(&Structure) -> String| {
        let found = named.iter().filter_map(|name| Some((name, of(*name)?)));
        found
            .map(|((finess, ordre), row)| (((*finess).to_owned(), *ordre), value(row)))
            .collect()
    };
    let flux = |finess: &str, ordre: i16| Some(format!("{finess}/{ordre}"));
    [
        of_structures(names, "flux_id", FxHashMap::default(), flux),
        of_structures(names, "departement", known(|row| row.departement.clone()), |_, _| None),
        of_structures(
            names,
            "type_etablissement",
            known(|row| row.type_structure.clone()),
            |_, _| None,
        ),
    ]
}

/// The structure that stands for a site: that of lowest ORDRE; 0 for a site that has none.
pub fn first_structure(finess: &str, structures: &[Structure]) -> String {
    let of_site = structures.iter().filter(|structure| structure.finess == finess);
    let ordre = of_site.map(|structure| structure.ordre).min();
    format!("{finess}/{}", ordre.unwrap_or(0))
}

/// `finess`, `flux_id`, `departement`, `type_etablissement`: one row per site, those of its general structure (lowest ORDRE).
pub fn by_finess(structures: &[Structure]) -> LazyFrame {
    let mut general: BTreeMap<&str, &Structure> = BTreeMap::new();
    for structure in structures {
        let slot = general.entry(&structure.finess).or_insert(structure);
        if (structure.ordre, slot.ouvert_du) < (slot.ordre, structure.ouvert_du) {
            *slot = structure;
        }
    }
    let flux: Vec<String> = general.values().map(|row| row.flux()).collect();
    let text = |name: &str, value: fn(&Structure) -> &str| -> Column {
        Column::new(name.into(), general.values().map(|row| value(row)).collect::<Vec<_>>())
    };
    let columns = vec![
        text("finess", |row| &row.finess),
        Column::new("flux_id".into(), flux),
        text("departement", |row| &row.departement),
        text("type_etablissement", |row| &row.type_structure),
    ];
    DataFrame::new(general.len(), columns)
        .expect("the columns have one value per site")
        .lazy()
}
