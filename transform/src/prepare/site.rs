//! Attributes of sites, from the table of structures.

use std::collections::{BTreeMap, BTreeSet};

use lake::reference::Structure;
use polars::prelude::*;

/// `finess`, `ordre`, `flux_id`, `departement`, `type_etablissement`: one row per structure of the records, known or not. A
/// structure listed twice (its type changed) has its latest attributes.
pub fn by_flux(records: &DataFrame, structures: &[Structure]) -> PolarsResult<LazyFrame> {
    let mut latest: BTreeMap<(&str, i16), &Structure> = BTreeMap::new();
    for structure in structures {
        let slot = latest.entry((&structure.finess, structure.ordre)).or_insert(structure);
        if structure.ouvert_du > slot.ouvert_du {
            *slot = structure;
        }
    }
    let finess = records.column("finess")?.str()?;
    let ordre = records.column("ordre")?.i16()?;
    let met: BTreeSet<(&str, i16)> = finess
        .iter()
        .zip(ordre.iter())
        .filter_map(|(finess, ordre)| Some((finess?, ordre?)))
        .collect();
    let known: Vec<Option<&Structure>> = met.iter().map(|flux| latest.get(flux).copied()).collect();
    let text = |name: &str, value: fn(&Structure) -> &str| -> Column {
        let values = known.iter().map(|row| row.map(value));
        Column::new(name.into(), values.collect::<Vec<_>>())
    };
    let columns = vec![
        Column::new("finess".into(), met.iter().map(|(finess, _)| *finess).collect::<Vec<_>>()),
        Column::new("ordre".into(), met.iter().map(|(_, ordre)| *ordre).collect::<Vec<_>>()),
        Column::new(
            "flux_id".into(),
            met.iter()
                .map(|(finess, ordre)| format!("{finess}/{ordre}"))
                .collect::<Vec<_>>(),
        ),
        text("departement", |row| &row.departement),
        text("type_etablissement", |row| &row.type_structure),
    ];
    Ok(DataFrame::new(met.len(), columns)?.lazy())
}

/// `finess`, `departement`, `type_etablissement`: one row per site, with the type of its general structure (lowest ORDRE).
pub fn by_finess(structures: &[Structure]) -> LazyFrame {
    let mut general: BTreeMap<&str, &Structure> = BTreeMap::new();
    for structure in structures {
        let slot = general.entry(&structure.finess).or_insert(structure);
        if (structure.ordre, slot.ouvert_du) < (slot.ordre, structure.ouvert_du) {
            *slot = structure;
        }
    }
    let text = |name: &str, value: fn(&Structure) -> &str| -> Column {
        Column::new(name.into(), general.values().map(|row| value(row)).collect::<Vec<_>>())
    };
    let columns = vec![
        text("finess", |row| &row.finess),
        text("departement", |row| &row.departement),
        text("type_etablissement", |row| &row.type_structure),
    ];
    DataFrame::new(general.len(), columns)
        .expect("the columns have one value per site")
        .lazy()
}
