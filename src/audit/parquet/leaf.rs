//! The values of one column of the file, until their group is written.
//!
//! A level says for each value how much of its path is there: `Dremel` shredding, as Parquet has it. Of a plain column 0 is
//! nothing and 1 a value; of a list's part 0 is a list without items, 1 an item without this part, 2 a value.

use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};

use crate::audit::columns::{COLUMNS, Cell, Column, Kind};

/// Where a list's first item stands, or its being empty; and every further item.
const BEGINS: i16 = 0;
const GOES_ON: i16 = 1;

pub(super) struct Leaf {
    values: Values,
    levels: Vec<i16>,
    /// Only a list's parts have them.
    repetitions: Option<Vec<i16>>,
}

enum Values {
    Texts(Vec<ByteArray>, usize),
    Numbers(Vec<i64>),
    Flags(Vec<bool>),
}

impl Leaf {
    pub(super) fn of_columns() -> Vec<Self> {
        COLUMNS.iter().flat_map(Self::of_column).collect()
    }

    fn of_column(column: &Column) -> Vec<Self> {
        match column.kind {
            Kind::List(parts) => parts.iter().map(|part| Self::of_kind(part.kind, Some(Vec::new()))).collect(),
            kind => vec![Self::of_kind(kind, None)],
        }
    }

    fn of_kind(kind: Kind, repetitions: Option<Vec<i16>>) -> Self {
        let values = match kind {
            Kind::Text | Kind::List(_) => Values::Texts(Vec::new(), 0),
            Kind::Time | Kind::Seconds | Kind::Count => Values::Numbers(Vec::new()),
            Kind::Flag => Values::Flags(Vec::new()),
        };
        Self { values, levels: Vec::new(), repetitions }
    }

    /// About what its texts and levels take.
    pub(super) fn bytes(&self) -> usize {
        let texts = if let Values::Texts(_, bytes) = self.values { bytes } else { 0 };
        texts + self.levels.len() * size_of::<i64>()
    }

    /// Says whether there was a value to keep.
    fn keep(&mut self, cell: &Cell<'_>) -> bool {
        match (&mut self.values, cell) {
            (Values::Texts(texts, bytes), Cell::Text(text)) => {
                *bytes += text.len();
                texts.push((*text).into());
            }
            (Values::Numbers(numbers), Cell::Time(at)) => numbers.push(at.timestamp_millis()),
            (Values::Numbers(numbers), Cell::Number(number)) => numbers.push(*number),
            (Values::Flags(flags), Cell::Flag(is)) => flags.push(*is),
            _ => return false,
        }
        true
    }

    /// Writes what it has, and is empty again.
    pub(super) fn write(&mut self, column: &mut ColumnWriter<'_>) -> Result<()> {
        let (levels, repetitions) = (Some(self.levels.as_slice()), self.repetitions.as_deref());
        match (&mut self.values, column) {
            (Values::Texts(texts, bytes), ColumnWriter::ByteArrayColumnWriter(writer)) => {
                writer.write_batch(texts, levels, repetitions)?;
                texts.clear();
                *bytes = 0;
            }
            (Values::Numbers(numbers), ColumnWriter::Int64ColumnWriter(writer)) => {
                writer.write_batch(numbers, levels, repetitions)?;
                numbers.clear();
            }
            (Values::Flags(flags), ColumnWriter::BoolColumnWriter(writer)) => {
                writer.write_batch(flags, levels, repetitions)?;
                flags.clear();
            }
            _ => return Err(ParquetError::General("a column is of another type than its values".to_owned())),
        }
        self.levels.clear();
        if let Some(repetitions) = &mut self.repetitions {
            repetitions.clear();
        }
        Ok(())
    }
}

/// Takes a cell into the leaves of its column.
pub(super) fn push(leaves: &mut [Leaf], cell: &Cell<'_>) {
    match cell {
        Cell::List(_, items) if items.is_empty() => leaves.iter_mut().for_each(|leaf| leaf.level(0, BEGINS)),
        Cell::List(_, items) => {
            for (n, item) in items.iter().enumerate() {
                for (leaf, part) in leaves.iter_mut().zip(item) {
                    let is_there = leaf.keep(part);
                    leaf.level(1 + i16::from(is_there), if n == 0 { BEGINS } else { GOES_ON });
                }
            }
        }
        cell => {
            for leaf in leaves {
                let is_there = leaf.keep(cell);
                leaf.level(i16::from(is_there), BEGINS);
            }
        }
    }
}

impl Leaf {
    fn level(&mut self, level: i16, repetition: i16) {
        self.levels.push(level);
        if let Some(repetitions) = &mut self.repetitions {
            repetitions.push(repetition);
        }
    }
}
