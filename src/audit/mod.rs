//! What auditors get: one row an approval, in the form that they ask for.
//!
//! A writer takes one approval at a time and keeps no more of them than its form needs. The same approvals in the same
//! order give the same bytes.

mod csv;
pub mod html;
mod jsonl;
mod shown;

use std::io::{self, Write};

pub use html::Scope;

use crate::domain::projection::Projection;
use crate::domain::{Approval, Fact};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    JsonLines,
    /// The report.
    Html,
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
    Html(Box<html::Report>),
}

impl<W: Write> Writer<W> {
    /// Begins the file.
    pub fn new(format: Format, out: W) -> io::Result<Self> {
        Self::of(Scope::default(), format, out)
    }

    /// The same, told of what it is.
    pub fn of(scope: Scope, format: Format, mut out: W) -> io::Result<Self> {
        let form = match format {
            Format::Csv => {
                csv::write_head(&mut out)?;
                Form::Csv
            }
            Format::JsonLines => Form::JsonLines,
            Format::Html => Form::Html(Box::new(html::Report::new(scope))),
        };
        Ok(Self { form, out })
    }

    pub fn add(&mut self, entry: &Entry<'_>) -> io::Result<()> {
        match &mut self.form {
            Form::Csv => csv::write_row(&mut self.out, entry),
            Form::JsonLines => jsonl::write_line(&mut self.out, entry),
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
        if let Form::Html(report) = &self.form {
            report.write(&mut self.out)?;
        }
        self.out.flush()?;
        Ok(self.out)
    }
}
