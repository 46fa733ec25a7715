//! `rpu_livraisons`: the counts that the deliveries of a site carry, month by month (RPU-T10).

use std::collections::BTreeMap;

use jiff::civil::Date;
use lake::delivery::Delivery;
use polars::prelude::*;

use crate::prepare::{epoch_day, sites_by_finess};
use crate::{Error, Inputs};

/// Deliveries that were read, whose day lies from `from` to `to`, added up by site and month: a share by delivery would judge a
/// night of three records like a month. Placed on the first day asked for of the month.
pub fn rpu_livraisons(inputs: &Inputs, from: Date, to: Date) -> Result<LazyFrame, Error> {
    let read: Vec<&Delivery> = inputs
        .deliveries
        .iter()
        .filter(|delivery| delivery.table == "rpu" && delivery.verdict.is_loaded())
        .filter(|delivery| delivery.finess.is_some() && (from..=to).contains(&day(delivery)))
        .collect();
    let mut months: BTreeMap<(&str, i32), [u64; 3]> = BTreeMap::new();
    for delivery in read {
        let Some(finess) = delivery.finess.as_deref() else { continue };
        let first = day(delivery).first_of_month().max(from);
        let counts = [
            delivery.counts.rows_read,
            delivery.counts.rejected,
            delivery.counts.duplicates,
        ];
        let sums = months.entry((finess, epoch_day(first))).or_default();
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    let count = |name: &str, rank: usize| -> Column {
        let values = months.values().map(|sums| i32::try_from(sums[rank]).unwrap_or(i32::MAX));
        Column::new(name.into(), values.collect::<Vec<_>>())
    };
    let columns = vec![
        Column::new("finess".into(), months.keys().map(|(finess, _)| *finess).collect::<Vec<_>>()),
        Column::new("jour".into(), months.keys().map(|(_, day)| *day).collect::<Vec<_>>()),
        count("lus", 0),
        count("rejetes", 1),
        count("doublons", 2),
    ];
    let frame = DataFrame::new(months.len(), columns).map_err(Error::frame("ranger les envois"))?;
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
