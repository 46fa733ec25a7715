//! The expected deliveries as a table: `livraisons_jour`, declared in `columns/livraisons_jour.toml`.

use jiff::civil::Date;
use polars::prelude::*;

use super::expected::{Livraison, livraisons};
use crate::prepare::{epoch_day, sites_by_finess};
use crate::{Error, Inputs};

pub fn livraisons_jour(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let mut rows = livraisons(inputs, from, to);
    // Of the morning of a night, what came: the rest of that day is not over.
    rows.retain(|row| inputs.matin != Some(row.jour) || row.has_come());
    let number = |name: &str, value: fn(&Livraison) -> Option<i32>| -> Column {
        Column::new(name.into(), rows.iter().map(value).collect::<Vec<_>>())
    };
    let decimal = |name: &str, value: fn(&Livraison) -> Option<f64>| -> Column {
        Column::new(name.into(), rows.iter().map(value).collect::<Vec<_>>())
    };
    let columns = vec![
        Column::new(
            "finess".into(),
            rows.iter().map(|row| row.finess.as_str()).collect::<Vec<_>>(),
        ),
        Column::new("ordre".into(), rows.iter().map(|row| row.ordre).collect::<Vec<_>>()),
        Column::new("flux".into(), rows.iter().map(|row| row.flux.as_deref()).collect::<Vec<_>>()),
        Column::new("jour".into(), rows.iter().map(|row| epoch_day(row.jour)).collect::<Vec<_>>()),
        number("envois", |row| count(row.envois)),
        number("en_attente", |row| count(row.en_attente)),
        number("refuses", |row| count(row.refuses)),
        number("copies", |row| count(row.copies)),
        number("recu_min", |row| row.recu_min),
        number("limite_min", |row| Some(row.limite_min)),
        number("recul_jours", |row| row.recul_jours),
        number("sans_nouveau", |row| row.sans_nouveau.and_then(count)),
        number("jours_repris", |row| row.jours_repris.and_then(count)),
        number("jours_reduits", |row| row.jours_reduits.and_then(count)),
        number("passages_consolides", |row| row.passages_consolides.and_then(count)),
        number("passages_connus", |row| row.passages_connus.and_then(count)),
        decimal("derive_heure_min", |row| row.derive_heure_min),
        decimal("derive_fenetre_jours", |row| row.derive_fenetre_jours),
        decimal("derive_recul_jours", |row| row.derive_recul_jours),
    ];
    let frame = DataFrame::new(rows.len(), columns).map_err(Error::frame("ranger les livraisons attendues"))?;
    let left = JoinArgs::new(JoinType::Left).with_coalesce(JoinCoalesce::CoalesceColumns);
    Ok(frame
        .lazy()
        .join(sites_by_finess(inputs), [col("finess")], [col("finess")], left)
        .with_column(col("jour").cast(DataType::Date)))
}

fn count(number: u32) -> Option<i32> {
    i32::try_from(number).ok()
}
