//! What a run brings of one site to one month: its rows fetched, with what orders them.

use std::ops::Range;

use arrow::array::RecordBatch;
use arrow::row::Rows;
use rayon::prelude::*;

use super::error::{Result, StoreError};
use super::load::{Context, Incoming};
use super::narrow::{Comparable, Technical};
use super::pile;
use crate::table::Table;

pub(super) struct Arrival {
    pub sources: Vec<RecordBatch>,
    /// Deliveries in the order of (EXTRACT, content hash), each with the places of its batches in `sources`.
    pub loads: Vec<(usize, Range<usize>)>,
    /// Of each source, the columns that decide and the sorting keys.
    pub read: Vec<(Technical, Rows)>,
}

impl Arrival {
    /// `cluster`: the deliveries of the site, in their order.
    pub fn fetch(context: &Context, table: &Table, order: &Comparable, cluster: Incoming) -> Result<Arrival> {
        let (mut sources, mut loads, mut of) = (Vec::new(), Vec::new(), Vec::new());
        for (load, waiting) in cluster {
            let first = sources.len();
            sources.extend(pile::fetch(waiting)?);
            loads.push((load, first..sources.len()));
            of.resize(sources.len(), load);
        }
        let read = |(source, load): (&RecordBatch, &usize)| {
            let columns = Technical::of(source, table);
            let both = columns.and_then(|columns| Ok((columns, order.rows(source)?)));
            both.map_err(|cause| StoreError::Unusable {
                delivery: context.manifest.loads[*load].id.clone(),
                cause,
            })
        };
        let read = sources.par_iter().zip(&of).map(read).collect::<Result<_>>()?;
        Ok(Arrival { sources, loads, read })
    }
}
