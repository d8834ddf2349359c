//! A file of approvals, in whichever form. It takes one approval at a time and keeps no more of them than its form needs.
//! The same approvals in the same order give the same bytes.

use std::io::{self, Write};

use super::entry::Entry;
use super::format::Format;
#[cfg(feature = "html")]
use super::html;
#[cfg(feature = "parquet")]
use super::parquet;
use super::scope::Scope;
use super::{csv, jsonl, ocsf};

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
