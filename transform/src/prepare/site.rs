//! Attributes of sites, from the table of structures.

use std::collections::{BTreeMap, BTreeSet};

use lake::reference::{Structure, latest};
use polars::prelude::*;

/// The two columns that name a structure, then `flux_id`, `departement`, `type_etablissement`: one row per structure of the
/// records, known or not. A structure listed twice (its type changed) has its latest attributes.
pub fn by_flux(records: &DataFrame, names: [&str; 2], structures: &[Structure]) -> PolarsResult<LazyFrame> {
    let of = |(finess, ordre): (&str, i16)| latest(structures.iter().filter(|row| row.finess == finess && row.ordre == ordre));
    let finess = records.column(names[0])?.str()?;
    let ordre = records.column(names[1])?.i16()?;
    let met: BTreeSet<(&str, i16)> = finess
        .iter()
        .zip(ordre.iter())
        .filter_map(|(finess, ordre)| Some((finess?, ordre?)))
        .collect();
    let known: Vec<Option<&Structure>> = met.iter().map(|flux| of(*flux)).collect();
    let text = |name: &str, value: fn(&Structure) -> &str| -> Column {
        let values = known.iter().map(|row| row.map(value));
        Column::new(name.into(), values.collect::<Vec<_>>())
    };
    let columns = vec![
        Column::new(names[0].into(), met.iter().map(|(finess, _)| *finess).collect::<Vec<_>>()),
        Column::new(names[1].into(), met.iter().map(|(_, ordre)| *ordre).collect::<Vec<_>>()),
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
