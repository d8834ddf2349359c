//! A table for databases that read Parquet: DuckDB, Athena and others, as it is.
//!
//! Rows are kept until there are enough for a group, which is written at once; so memory does not grow with the file. What
//! the file says of its writer never changes, and it has no time of writing: the same approvals give the same bytes.

mod leaf;
mod schema;

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;

use super::columns::COLUMNS;
use super::entry::Entry;
use super::row::Row;
use leaf::Leaf;

/// As many rows are a group, or fewer where their texts are long. A reader skips or takes a group as a whole.
const GROUP_ROWS: usize = 10_000;
const GROUP_BYTES: usize = 16 * 1024 * 1024;

/// In the form in which readers look for a version: those of Hadoop take the statistics of text columns only from a writer
/// whose version they can read.
const CREATED_BY: &str = "holdpoint version 1.0.0 (build 1)";

/// A file while it is written.
pub(super) struct File {
    /// What it has put into its buffer goes out after each group.
    file: SerializedFileWriter<Vec<u8>>,
    leaves: Vec<Leaf>,
    rows: usize,
}

impl File {
    pub(super) fn new() -> io::Result<Self> {
        let properties = WriterProperties::builder()
            // Hive, and so Athena, reads the pages of version 1.
            .set_writer_version(WriterVersion::PARQUET_1_0)
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .set_created_by(CREATED_BY.to_owned())
            .build();
        let schema = schema::of_columns().map_err(other)?;
        let file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties)).map_err(other)?;
        Ok(Self { file, leaves: Leaf::of_columns(), rows: 0 })
    }

    pub(super) fn add(&mut self, out: &mut impl Write, entry: &Entry<'_>) -> io::Result<()> {
        let row = Row::of(entry);
        let mut leaves = self.leaves.as_mut_slice();
        for column in &COLUMNS {
            let (of_column, rest) = leaves.split_at_mut(schema::leaves(column.kind));
            leaf::push(of_column, &(column.read)(&row));
            leaves = rest;
        }
        self.rows += 1;
        let bytes: usize = self.leaves.iter().map(Leaf::bytes).sum();
        if self.rows >= GROUP_ROWS || bytes >= GROUP_BYTES { self.end_group(out) } else { Ok(()) }
    }

    pub(super) fn finish(mut self, out: &mut impl Write) -> io::Result<()> {
        if self.rows > 0 {
            self.end_group(out)?;
        }
        out.write_all(&self.file.into_inner().map_err(other)?)
    }

    fn end_group(&mut self, out: &mut impl Write) -> io::Result<()> {
        let mut group = self.file.next_row_group().map_err(other)?;
        for leaf in &mut self.leaves {
            let mut column = group.next_column().map_err(other)?.ok_or_else(|| io::Error::other("too few columns"))?;
            leaf.write(column.untyped()).map_err(other)?;
            column.close().map_err(other)?;
        }
        group.close().map_err(other)?;
        self.rows = 0;
        self.file.flush()?;
        out.write_all(&std::mem::take(self.file.inner_mut()))
    }
}

fn other(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => io::Error::other(cause),
        error => io::Error::other(error),
    }
}
