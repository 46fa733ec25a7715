//! A checkpoint: every segment up to one, merged. `….checkpoint.json` is what opening the lake reads. The details of the
//! deliveries go to archives, compressed and read on demand; an archive is never written again, so that merging the segments of
//! two months costs the same after ten years.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{AsArray, RecordBatch, StringArray, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, UInt64Type};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde::{Deserialize, Serialize};

use super::{FORMAT, Manifest, segment};
use crate::delivery::Delivery;
use crate::store::error::{Result, StoreError};
use crate::store::files;
use crate::store::layout::Layout;

const SUFFIX: &str = ".checkpoint.json";

/// Details per row group: reading those of a night must not expand three years.
const GROUP: usize = 512;

/// Details of the loads `first..last`, in a file beside the segments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Archive {
    pub file: String,
    pub first: usize,
    pub last: usize,
}

/// The head in the name of a checkpoint; none when the file is not one.
pub(crate) fn head_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.strip_suffix(SUFFIX)?;
    Some(name.split_once('-')?.1.to_owned())
}

/// Writes and publishes the checkpoint of a manifest, then removes the files it replaces. Readers that still look for them
/// read the manifest again.
pub(crate) fn write(layout: &Layout, manifest: &mut Manifest) -> Result<()> {
    let folder = layout.manifest();
    let path = folder.join(format!("{:06}-{}{SUFFIX}", manifest.seq, manifest.head));
    if manifest.checkpoint.as_ref() == Some(&path) {
        return Ok(());
    }
    let first = manifest.archives.last().map_or(0, |archive| archive.last);
    if first < manifest.loads.len() {
        let archive = Archive {
            file: format!("livraisons-{:06}.parquet", manifest.seq),
            first,
            last: manifest.loads.len(),
        };
        let aside = layout.staging().join(&archive.file);
        files::create_folder(&layout.staging())?;
        archive_segments(&aside, first, &manifest.segments)?;
        files::rename_into_place(&aside, &folder.join(&archive.file))?;
        files::sync_folder(&folder)?;
        manifest.archives.push(archive);
    }
    let index = serde_json::to_vec(manifest).map_err(StoreError::encoding(&path))?;
    files::publish_bytes(&layout.staging(), &path, &index)?;
    let replaced: Vec<PathBuf> = manifest.segments.drain(..).chain(manifest.checkpoint.replace(path)).collect();
    replaced.iter().try_for_each(|old| files::remove(old))
}

fn archive_segments(path: &Path, first: usize, segments: &[PathBuf]) -> Result<()> {
    let fail = |error: String| StoreError::encoding(path)(error);
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
    let mut load = first as u64;
    for segment in segments {
        let texts = segment::detail_lines(segment)?;
        let loads = UInt64Array::from_iter_values(load..load + texts.len() as u64);
        load += texts.len() as u64;
        let batch = RecordBatch::try_new(schema.clone(), vec![Arc::new(loads), Arc::new(StringArray::from(texts))])
            .map_err(|error| fail(error.to_string()))?;
        writer.write(&batch).map_err(|error| fail(error.to_string()))?;
    }
    writer.close().map_err(|error| fail(error.to_string()))?;
    files::sync_file(path)
}

pub(crate) fn read(path: &Path) -> Result<Manifest> {
    let bytes = std::fs::read(path).map_err(StoreError::io("lecture de", path))?;
    let mut manifest: Manifest = serde_json::from_slice(&bytes).map_err(|error| StoreError::damaged(path, error))?;
    if manifest.format != FORMAT {
        let cause = format!("format {} inconnu de cette version", manifest.format);
        return Err(StoreError::damaged(path, cause));
    }
    manifest.checkpoint = Some(path.to_owned());
    Ok(manifest)
}

/// Details of some loads (indices in increasing order) of an archive, with their index.
pub(crate) fn read_archive(path: &Path, archive: &Archive, wanted: &[usize]) -> Result<Vec<(usize, Delivery)>> {
    let fail = |cause: String| StoreError::damaged(path, cause);
    let file = File::open(path).map_err(StoreError::io("lecture de", path))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| fail(error.to_string()))?;
    let mut groups: Vec<usize> = wanted.iter().map(|load| (load - archive.first) / GROUP).collect();
    groups.dedup();
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
