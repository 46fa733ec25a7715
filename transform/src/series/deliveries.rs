//! `rpu_livraisons`: the counts that deliveries of RPU carry (RPU-T10).

use jiff::civil::Date;
use lake::delivery::Delivery;
use polars::prelude::*;

use crate::prepare::{epoch_day, sites_by_finess};
use crate::{Error, Inputs};

/// Deliveries that were read, whose day lies from `from` to `to`.
pub fn rpu_livraisons(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let read: Vec<&Delivery> = inputs
        .deliveries
        .iter()
        .filter(|delivery| delivery.table == "rpu" && delivery.verdict.is_loaded())
        .filter(|delivery| delivery.finess.is_some() && (from..=to).contains(&day(delivery)))
        .collect();
    let count = |name: &str, value: fn(&Delivery) -> u64| -> Column {
        let values = read.iter().map(|delivery| i32::try_from(value(delivery)).unwrap_or(i32::MAX));
        Column::new(name.into(), values.collect::<Vec<_>>())
    };
    let finess: Vec<&str> = read.iter().filter_map(|delivery| delivery.finess.as_deref()).collect();
    let days: Vec<i32> = read.iter().map(|delivery| epoch_day(day(delivery))).collect();
    let columns = vec![
        Column::new("finess".into(), finess),
        Column::new("jour".into(), days),
        count("lus", |delivery| delivery.counts.rows_read),
        count("rejetes", |delivery| delivery.counts.rejected),
        count("doublons", |delivery| delivery.counts.duplicates),
    ];
    let frame = DataFrame::new(read.len(), columns).map_err(Error::frame("lay out the deliveries"))?;
    let left = JoinArgs::new(JoinType::Left).with_coalesce(JoinCoalesce::CoalesceColumns);
    Ok(frame
        .lazy()
        .join(sites_by_finess(inputs), [col("finess")], [col("finess")], left)
        .with_column(col("jour").cast(DataType::Date)))
}

/// The day a file was made, else the last of its window, else the day it was received.
pub fn day(delivery: &Delivery) -> Date {
    delivery
        .extract
        .map(|extract| extract.date())
        .or(delivery.date_to)
        .unwrap_or_else(|| delivery.received_at.to_zoned(jiff::tz::TimeZone::UTC).date())
}
