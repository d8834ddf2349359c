//! What auditors get: one row an approval, in the form that they ask for.
//!
//! A writer takes one approval at a time and keeps no more of them than its form needs. The same approvals in the same
//! order give the same bytes.

pub mod canonical;
pub mod chain;
pub mod checkpoint;
mod csv;
pub mod hash;
mod jsonl;
pub mod series;
mod shown;
pub mod verify;

use std::io::{self, Write};

use crate::domain::projection::Projection;
use crate::domain::{Approval, Fact};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    JsonLines,
}

impl Format {
    /// As it is named on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
        }
    }

    /// What the name of a file in this form ends with.
    pub fn ending(self) -> &'static str {
        self.word()
    }

    /// Whether each approval is a piece of the file.
    pub fn has_rows(self) -> bool {
        match self {
            Self::Csv | Self::JsonLines => true,
        }
    }
}

/// An approval with all that is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    pub projection: &'a Projection,
    pub approval: &'a Approval,
    pub facts: &'a [Fact],
}

/// A file of approvals while it is written.
pub struct Writer<W: Write> {
    format: Format,
    out: W,
}

impl<W: Write> Writer<W> {
    /// Begins the file.
    pub fn new(format: Format, mut out: W) -> io::Result<Self> {
        match format {
            Format::Csv => csv::write_head(&mut out)?,
            Format::JsonLines => {}
        }
        Ok(Self { format, out })
    }

    pub fn add(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        match self.format {
            Format::Csv => csv::write_row(&mut self.out, entry),
            Format::JsonLines => jsonl::write_line(&mut self.out, entry),
        }
    }

    /// Where it goes, for whoever counts or hashes what has been written so far.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.out
    }

    /// Writes what stands at the end, and gives back where it went.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}
