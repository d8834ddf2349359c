//! What auditors get: one row an approval, in the form that they ask for.
//!
//! A writer takes one approval at a time and keeps no more of them than its form needs. The same approvals in the same
//! order give the same bytes.

pub mod canonical;
pub mod chain;
pub mod checkpoint;
mod columns;
mod csv;
pub mod hash;
#[cfg(feature = "html")]
pub mod html;
mod jsonl;
mod ocsf;
#[cfg(feature = "parquet")]
mod parquet;
mod row;
mod scope;
pub mod series;
mod shown;
pub mod verify;

use std::io::{self, Write};

pub use columns::{COLUMNS, Column, Kind, Part};
pub use scope::Scope;

use crate::domain::projection::Projection;
use crate::domain::{Approval, Fact};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For spreadsheets.
    Csv,
    /// For whoever needs every fact.
    JsonLines,
    /// For databases.
    #[cfg(feature = "parquet")]
    Parquet,
    /// For what watches a whole company's logs: events of the Open Cybersecurity Schema Framework.
    Ocsf,
    /// For people.
    #[cfg(feature = "html")]
    Html,
}

impl Format {
    /// How the name of a file in this form ends.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
            Self::Ocsf => "ocsf.jsonl",
            #[cfg(feature = "html")]
            Self::Html => "html",
        }
    }

    /// How the file of an export is named.
    pub fn file(self) -> String {
        format!("approvals.{}", self.ending())
    }

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::JsonLines | Self::Ocsf => "application/x-ndjson",
            #[cfg(feature = "parquet")]
            Self::Parquet => "application/vnd.apache.parquet",
            #[cfg(feature = "html")]
            Self::Html => "text/html; charset=utf-8",
        }
    }

    /// As it is named on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "jsonl",
            #[cfg(feature = "parquet")]
            Self::Parquet => "parquet",
            Self::Ocsf => "ocsf",
            #[cfg(feature = "html")]
            Self::Html => "html",
        }
    }

    /// Whether each approval is a piece of the file.
    pub fn has_rows(self) -> bool {
        match self {
            Self::Csv | Self::JsonLines | Self::Ocsf => true,
            #[cfg(feature = "parquet")]
            Self::Parquet => false,
            #[cfg(feature = "html")]
            Self::Html => false,
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
    form: Form,
    out: W,
}

/// A form, and what it has to keep until the end.
enum Form {
    Csv,
    JsonLines,
    #[cfg(feature = "parquet")]
    Parquet(Box<parquet::File>),
    Ocsf,
    #[cfg(feature = "html")]
    Html(Box<html::Report>),
}

impl<W: Write> Writer<W> {
    /// Begins the file.
    pub fn new(format: Format, out: W) -> io::Result<Self> {
        Self::of(Scope::default(), format, out)
    }

    /// The same, told of what it is.
    #[cfg_attr(not(feature = "html"), expect(unused_variables, reason = "only a report says what it is of"))]
    pub fn of(scope: Scope, format: Format, mut out: W) -> io::Result<Self> {
        let form = match format {
            Format::Csv => {
                csv::write_head(&mut out)?;
                Form::Csv
            }
            Format::JsonLines => Form::JsonLines,
            #[cfg(feature = "parquet")]
            Format::Parquet => Form::Parquet(Box::new(parquet::File::new()?)),
            Format::Ocsf => Form::Ocsf,
            #[cfg(feature = "html")]
            Format::Html => Form::Html(Box::new(html::Report::new(scope))),
        };
        Ok(Self { form, out })
    }

    pub fn add(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        match &mut self.form {
            Form::Csv => csv::write_row(&mut self.out, entry),
            Form::JsonLines => jsonl::write_line(&mut self.out, entry),
            #[cfg(feature = "parquet")]
            Form::Parquet(file) => file.add(&mut self.out, entry),
            Form::Ocsf => ocsf::write_line(&mut self.out, entry),
            #[cfg(feature = "html")]
            Form::Html(report) => {
                report.add(entry);
                Ok(())
            }
        }
    }

    /// Where it goes, for whoever counts or hashes what has been written so far.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.out
    }

    /// Writes what stands at the end, and gives back where it went.
    pub fn finish(mut self) -> io::Result<W> {
        match self.form {
            Form::Csv | Form::JsonLines | Form::Ocsf => {}
            #[cfg(feature = "parquet")]
            Form::Parquet(file) => file.finish(&mut self.out)?,
            #[cfg(feature = "html")]
            Form::Html(report) => report.write(&mut self.out)?,
        }
        self.out.flush()?;
        Ok(self.out)
    }
}
