//! `lits_sae_mois`: beds installed of a site and discipline in a month, beside those that it declared to the SAE (BED-C25).

use std::collections::BTreeMap;

use jiff::civil::Date;
use lake::reference::Structure;
use polars::prelude::*;

use super::monthly::month_of;
use crate::prepare::{source, with_first_structures};
use crate::{Error, Inputs};

/// Disciplines of the SAE, those of the units that they hold, and the beds declared.
type Discipline = (&'static str, &'static [&'static str], fn(&Structure) -> Option<u32>);
const DISCIPLINES: [Discipline; 6] = [
    ("MEDECINE", &["MED", "GER", "PED"], |row| row.lits_medecine),
    ("CHIRURGIE", &["CHIR"], |row| row.lits_chirurgie),
    ("OBSTETRIQUE", &["OBST"], |row| row.lits_obstetrique),
    ("REANIMATION", &["REA"], |row| row.lits_rea_adulte),
    ("SOINS_INTENSIFS", &["USI", "USIP"], |row| row.lits_si_adulte),
    ("UHCD", &["UHCD"], |row| row.lits_uhcd),
];

/// The months from that of `from` to that of `to`, where both sides are known. A unit has the most beds that it said in the month.
pub fn lits_sae_mois(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let doing = || Error::frame("comparer les lits à la SAE");
    let table = lake::table::table("lits").ok_or_else(|| Error::Request("la table « lits » n'existe pas".to_owned()))?;
    let of_unit = col("n_installes").max().cast(DataType::Int32).alias("installes");
    let units = source::days(table, inputs, from, to)?
        .filter(col("temporalite").eq(lit("01")).and(col("nature").eq(lit("01"))))
        .group_by_stable([
            col("finess_geo"),
            col("unite_id"),
            col("discipline"),
            month_of("ts_etat_local"),
        ])
        .agg([of_unit])
        .collect()
        .map_err(doing())?;
    let mut declared: BTreeMap<(&str, &str), i32> = BTreeMap::new();
    for structure in &inputs.structures {
        for (name, _, beds) in DISCIPLINES {
            if let Some(beds) = beds(structure) {
                *declared.entry((&structure.finess, name)).or_default() += i32::try_from(beds).unwrap_or(i32::MAX);
            }
        }
    }
    let mut sums: BTreeMap<(String, &str, i32), i32> = BTreeMap::new();
    let mut add = || -> PolarsResult<()> {
        let (sites, kinds) = (units.column("finess_geo")?.str()?, units.column("discipline")?.str()?);
        let days = units.column("jour")?.cast(&DataType::Int32)?;
        let (days, beds) = (days.i32()?, units.column("installes")?.i32()?);
        for row in 0..units.height() {
            let (Some(site), Some(kind), Some(day), Some(beds)) = (sites.get(row), kinds.get(row), days.get(row), beds.get(row))
            else {
                continue;
            };
            let group = DISCIPLINES.iter().find(|(_, kinds, _)| kinds.contains(&kind));
            if let Some((name, ..)) = group {
                *sums.entry((site.to_owned(), name, day)).or_default() += beds;
            }
        }
        Ok(())
    };
    add().map_err(doing())?;
    sums.retain(|(site, name, _), _| declared.contains_key(&(site.as_str(), *name)));
    let sae: Vec<i32> = sums.keys().map(|(site, name, _)| declared[&(site.as_str(), *name)]).collect();
    let days: Vec<i32> = sums.keys().map(|(.., day)| *day).collect();
    let columns = vec![
        Column::new(
            "finess".into(),
            sums.keys().map(|(site, ..)| site.clone()).collect::<Vec<_>>(),
        ),
        Column::new("jour".into(), days).cast(&DataType::Date).map_err(doing())?,
        Column::new("discipline".into(), sums.keys().map(|(_, name, _)| *name).collect::<Vec<_>>()),
        Column::new("installes".into(), sums.values().copied().collect::<Vec<_>>()),
        Column::new("sae".into(), sae),
    ];
    let frame = DataFrame::new(sums.len(), columns).map_err(doing())?;
    Ok(with_first_structures(frame.lazy(), "finess", inputs))
}
