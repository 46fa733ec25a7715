//! Parquet as the store writes it. The bytes depend on the rows alone: rows come in chunks of a fixed size, and columns, which
//! are encoded in parallel, do not see one another.

use std::path::{Path, PathBuf};

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;

use super::error::{Result, StoreError};
use super::files::HashedFile;

/// Rows given to the encoders at once: small enough to stay in cache, large enough to make overheads vanish.
pub(super) const CHUNK: usize = 16_384;
/// Rows of a row group.
const GROUP: usize = 8 * CHUNK;

/// Metadata of every file the store writes.
pub(super) const TABLE_KEY: &str = "oru.table";
pub(super) const MONTH_KEY: &str = "oru.mois";
/// Fingerprint of the view that the file is.
pub(super) const VIEW_KEY: &str = "oru.empreinte";

/// A Parquet file under construction.
pub(super) struct Encoder {
    path: PathBuf,
    schema: SchemaRef,
    file: SerializedFileWriter<HashedFile>,
    factory: ArrowRowGroupWriterFactory,
    columns: Vec<ArrowColumnWriter>,
    rows_in_group: usize,
    rows: u64,
    groups: usize,
}

/// What is known of a finished file.
#[derive(Debug)]
pub(super) struct Encoded {
    pub rows: u64,
    pub bytes: u64,
    pub blake3: String,
}

impl Encoder {
    /// Columns of `schema` must not be nested deeper than a list, so that each has one leaf.
    pub fn create(path: &Path, schema: SchemaRef) -> Result<Encoder> {
        let fail = StoreError::encoding(path);
        let writer = ArrowWriter::try_new(HashedFile::create(path)?, schema.clone(), Some(properties(&schema))).map_err(&fail)?;
        let (file, factory) = writer.into_serialized_writer().map_err(&fail)?;
        Ok(Encoder {
            path: path.to_owned(),
            schema,
            columns: factory.create_column_writers(0).map_err(&fail)?,
            file,
            factory,
            rows_in_group: 0,
            rows: 0,
            groups: 0,
        })
    }

    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Adds rows: `column` makes the array of each column, in parallel. Every call but the last has exactly `CHUNK` rows.
    pub fn write<F>(&mut self, rows: usize, column: F) -> Result<()>
    where
        F: Fn(usize) -> Result<ArrayRef> + Sync,
    {
        let (fields, path) = (self.schema.fields(), &self.path);
        self.columns
            .par_iter_mut()
            .with_max_len(1)
            .enumerate()
            .try_for_each(|(index, writer)| {
                let array = column(index)?;
                let fail = StoreError::encoding(path);
                let leaves = compute_leaves(&fields[index], &array).map_err(&fail)?;
                leaves.iter().try_for_each(|leaf| writer.write(leaf)).map_err(&fail)
            })?;
        self.rows_in_group += rows;
        self.rows += rows as u64;
        if self.rows_in_group >= GROUP {
            self.end_group()
        } else {
            Ok(())
        }
    }

    fn end_group(&mut self) -> Result<()> {
        let next = self.factory.create_column_writers(self.groups + 1);
        let columns = std::mem::replace(&mut self.columns, next.map_err(StoreError::encoding(&self.path))?);
        self.append(columns).map_err(StoreError::encoding(&self.path))?;
        self.rows_in_group = 0;
        self.groups += 1;
        Ok(())
    }

    fn append(&mut self, columns: Vec<ArrowColumnWriter>) -> std::result::Result<(), ParquetError> {
        let chunks: Vec<ArrowColumnChunk> = columns
            .into_par_iter()
            .with_max_len(1)
            .map(ArrowColumnWriter::close)
            .collect::<std::result::Result<_, _>>()?;
        let mut group = self.file.next_row_group()?;
        for chunk in chunks {
            chunk.append_to_row_group(&mut group)?;
        }
        group.close()?;
        Ok(())
    }

    /// Ends and syncs the file.
    pub fn finish(mut self, metadata: &[(&str, &str)]) -> Result<Encoded> {
        if self.rows_in_group > 0 {
            self.end_group()?;
        }
        let fail = StoreError::encoding(&self.path);
        for (key, value) in metadata {
            self.file
                .append_key_value_metadata(KeyValue::new((*key).to_owned(), (*value).to_owned()));
        }
        let file = self.file.into_inner().map_err(&fail)?;
        let (blake3, bytes) = file.finish().map_err(StoreError::io("écriture de", &self.path))?;
        Ok(Encoded {
            rows: self.rows,
            bytes,
            blake3,
        })
    }
}

/// Level 1 of zstd, statistics only where readers prune (site and times), no page index. Hashes are noise: neither dictionary
/// nor compression helps them. Times, ranks and small numbers change little from one row to the
/// next: they are stored as differences.
fn properties(schema: &SchemaRef) -> WriterProperties {
    let level = ZstdLevel::try_new(1).expect("1 is a zstd level");
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_write_batch_size(4096);
    for field in schema.fields() {
        let path = ColumnPath::from(field.name().as_str());
        match field.data_type() {
            DataType::UInt64 => {
                builder = builder
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_compression(path, Compression::UNCOMPRESSED);
            }
            DataType::Timestamp(..) | DataType::Date32 => {
                builder = builder
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path.clone(), Encoding::DELTA_BINARY_PACKED)
                    .set_column_statistics_enabled(path, EnabledStatistics::Chunk);
            }
            DataType::UInt32 | DataType::Int16 => {
                builder = builder
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
            }
            _ if field.name().starts_with("finess") => {
                builder = builder.set_column_statistics_enabled(path, EnabledStatistics::Chunk);
            }
            _ => {}
        }
    }
    builder.build()
}
