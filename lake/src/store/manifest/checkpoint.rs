//! A checkpoint: every segment up to one, merged. A folder of two files: `index.json`, what opening the lake reads, and
//! `livraisons.parquet`, the details of the deliveries, compressed and read on demand.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, UInt64Type};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{FORMAT, Manifest};
use crate::delivery::Delivery;
use crate::store::error::{Result, StoreError};
use crate::store::files;
use crate::store::layout::Layout;

const SUFFIX: &str = ".checkpoint";
const INDEX: &str = "index.json";
const DETAILS: &str = "livraisons.parquet";

/// Details per row group: reading those of a night must not expand three years.
const GROUP: usize = 512;

pub(crate) fn is_one(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.to_string_lossy().ends_with(SUFFIX))
}

/// Writes and publishes the checkpoint of a manifest, then removes the files it replaces. Readers that still look for them
/// read the manifest again.
pub(crate) fn write(layout: &Layout, manifest: &mut Manifest) -> Result<PathBuf> {
    let everything: Vec<usize> = (0..manifest.loads.len()).collect();
    let details = manifest.details(&everything)?;
    let aside = layout.staging().join("checkpoint");
    files::remove(&aside)?;
    files::create_folder(&aside)?;
    let index = serde_json::to_vec(manifest).map_err(StoreError::encoding(&aside))?;
    files::publish_bytes(&layout.staging(), &aside.join(INDEX), &index)?;
    write_details(&aside.join(DETAILS), &details)?;
    files::sync_folder(&aside)?;
    let path = layout
        .manifest()
        .join(format!("{:06}-{}{SUFFIX}", manifest.seq, manifest.head));
    if manifest.checkpoint() == Some(&path) {
        files::remove(&aside)?;
        return Ok(path);
    }
    let replaced: Vec<PathBuf> = manifest.segments().iter().chain(manifest.checkpoint()).cloned().collect();
    files::rename_into_place(&aside, &path)?;
    files::sync_folder(&layout.manifest())?;
    replaced.iter().try_for_each(|old| files::remove(old))?;
    manifest.set_checkpoint(path.clone());
    Ok(path)
}

fn write_details(path: &Path, details: &[Delivery]) -> Result<()> {
    let fail = StoreError::encoding(path);
    let schema = Arc::new(Schema::new(vec![
        Field::new("load", DataType::UInt64, false),
        Field::new("livraison", DataType::Utf8, false),
    ]));
    let level = ZstdLevel::try_new(3).expect("3 is a zstd level");
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_dictionary_enabled(false)
        .set_max_row_group_row_count(Some(GROUP))
        .build();
    let mut writer = ArrowWriter::try_new(files::create_file(path)?, schema.clone(), Some(properties))
        .map_err(|error| fail(error.to_string()))?;
    for (chunk, first) in details.chunks(GROUP).zip((0..).step_by(GROUP)) {
        let mut texts = Vec::with_capacity(chunk.len());
        for detail in chunk {
            texts.push(serde_json::to_string(detail).map_err(|error| fail(error.to_string()))?);
        }
        let loads = UInt64Array::from_iter_values(first as u64..(first + chunk.len()) as u64);
        let batch = RecordBatch::try_new(schema.clone(), vec![Arc::new(loads), Arc::new(StringArray::from(texts))])
            .map_err(|error| fail(error.to_string()))?;
        writer.write(&batch).map_err(|error| fail(error.to_string()))?;
    }
    writer.close().map_err(|error| fail(error.to_string()))?;
    files::sync_file(path)
}

pub(crate) fn read(path: &Path) -> Result<Manifest> {
    let index = path.join(INDEX);
    let bytes = std::fs::read(&index).map_err(StoreError::io("lecture de", &index))?;
    let mut manifest: Manifest = serde_json::from_slice(&bytes).map_err(|error| StoreError::damaged(&index, error))?;
    if manifest.format != FORMAT {
        let cause = format!("format {} inconnu de cette version", manifest.format);
        return Err(StoreError::damaged(&index, cause));
    }
    manifest.checkpoint = Some(path.to_owned());
    Ok(manifest)
}

/// Details of some loads (indices in increasing order), with their index.
pub(crate) fn read_details(path: &Path, wanted: &[usize]) -> Result<Vec<(usize, Delivery)>> {
    let path = path.join(DETAILS);
    let fail = |cause: String| StoreError::damaged(&path, cause);
    let file = File::open(&path).map_err(StoreError::io("lecture de", &path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| fail(error.to_string()))?;
    let mut groups: Vec<usize> = wanted.iter().map(|load| load / GROUP).collect();
    groups.dedup();
    groups.retain(|group| *group < builder.metadata().num_row_groups());
    let reader = builder
        .with_row_groups(groups)
        .with_batch_size(GROUP)
        .build()
        .map_err(|error| fail(error.to_string()))?;
    let mut details = Vec::with_capacity(wanted.len());
    for batch in reader {
        let batch = batch.map_err(|error| fail(error.to_string()))?;
        let loads = batch.column(0).as_primitive::<UInt64Type>();
        let texts = batch.column(1).as_string::<i32>();
        for row in 0..batch.num_rows() {
            let load = loads.value(row) as usize;
            if wanted.binary_search(&load).is_ok() {
                let detail = serde_json::from_str(texts.value(row)).map_err(|error| fail(error.to_string()))?;
                details.push((load, detail));
            }
        }
    }
    Ok(details)
}
