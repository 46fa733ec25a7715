//! Restricted parts: rejected records and raw values of a run, one file each, in their own folder. They share the retention
//! of `raw/`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use arrow::compute::concat_batches;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;

use super::encode::{CHUNK, Encoder, TABLE_KEY};
use super::error::{Result, StoreError};
use super::manifest::{Part, PartKind};
use super::pile::{self, Waiting};
use super::side::{rejected_schema, values_schema};
use super::sink::Spool;
use crate::delivery::{Delivery, DeliveryId};

/// Writes them aside, deliveries in the order they were given; returns each file and its part. Nothing to keep, no file.
pub(super) fn write(
    staging: &Path,
    seq: u64,
    deliveries: &[Delivery],
    fresh: &[usize],
    mut spools: BTreeMap<DeliveryId, Spool>,
) -> Result<Vec<(PathBuf, Part)>> {
    let ordered: Vec<Spool> = fresh
        .iter()
        .filter_map(|index| spools.remove(&deliveries[*index].id))
        .collect();
    let (mut rejected, mut values) = (Vec::new(), Vec::new());
    for spool in ordered {
        rejected.push(spool.rejected);
        values.push(spool.values);
    }
    let mut written = Vec::new();
    for (kind, schema, waiting) in [
        (PartKind::Rejets, rejected_schema(), rejected),
        (PartKind::Valeurs, values_schema(), values),
    ] {
        let path = staging.join(kind.zone().replace('/', "-"));
        if let Some(part) = write_one(&path, kind, schema, waiting, seq)? {
            written.push((path, part));
        }
    }
    Ok(written)
}

fn write_one(path: &Path, kind: PartKind, schema: SchemaRef, waiting: Vec<Vec<Waiting>>, seq: u64) -> Result<Option<Part>> {
    if waiting.iter().all(Vec::is_empty) {
        return Ok(None);
    }
    let mut encoder = Encoder::create(path, schema.clone())?;
    let mut rest = RecordBatch::new_empty(schema.clone());
    for delivery in waiting {
        for batch in pile::fetch(delivery)? {
            let both = concat_batches(&schema, [&rest, &batch]).map_err(StoreError::encoding(path))?;
            let mut done = 0;
            while both.num_rows() - done >= CHUNK {
                put(&mut encoder, &both.slice(done, CHUNK))?;
                done += CHUNK;
            }
            rest = both.slice(done, both.num_rows() - done);
        }
    }
    if rest.num_rows() > 0 {
        put(&mut encoder, &rest)?;
    }
    let encoded = encoder.finish(&[(TABLE_KEY, kind.zone())])?;
    Ok(Some(Part {
        kind,
        table: String::new(),
        month: None,
        path: format!("{}/{seq:06}.parquet", kind.zone()),
        rows: encoded.rows,
        bytes: encoded.bytes,
        blake3: encoded.blake3,
        view: None,
    }))
}

fn put(encoder: &mut Encoder, batch: &RecordBatch) -> Result<()> {
    encoder.write(batch.num_rows(), |column| Ok(batch.column(column).clone()))
}
