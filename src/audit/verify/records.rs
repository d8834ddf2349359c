//! The rows of a file, one after the other, as far as a verifier has to know them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use serde::Deserialize;
use serde_json::Value;

use crate::audit::chain;
use crate::audit::checkpoint::ChainLine;
use crate::audit::hash::{Hash, Hashing, Sum};

/// A row that is longer than this is taken for several.
const LONGEST: u64 = 16 * 1024 * 1024;

/// How a file's rows are told apart, and what they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// RFC 4180; the first row is a head that names the column `approval`.
    Csv,
    /// A JSON object a line, with `approval` and `facts`.
    JsonLines,
    /// Lines of which only the bytes are known here.
    Lines,
    /// No rows that have bytes of their own.
    Whole,
}

impl Form {
    pub(super) fn of(name: &str) -> Self {
        match name {
            name if name.ends_with(".ocsf.jsonl") => Self::Lines,
            name if name.ends_with(".jsonl") => Self::JsonLines,
            name if name.ends_with(".csv") => Self::Csv,
            _ => Self::Whole,
        }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) row: Hash,
    /// As it says itself.
    pub(super) approval: Option<String>,
    /// Made of the facts in it.
    pub(super) chain: Option<Vec<Hash>>,
    /// In their canonical form; `None` for what can be no fact.
    pub(super) facts: Vec<Option<Vec<u8>>>,
}

impl Record {
    /// Whether a line of the chains is that of this row.
    pub(super) fn is_of(&self, line: &ChainLine, form: Form) -> bool {
        let names_it = self.approval.as_ref() == Some(&line.approval) || form == Form::Lines;
        let has_its_chain = self.chain.as_ref() == Some(&line.chain) || form != Form::JsonLines;
        line.row == Some(self.row) && names_it && has_its_chain
    }
}

/// Reads pieces up to a line's end, and hashes all that it reads.
pub(super) struct Lines {
    reader: BufReader<Hashing<File>>,
    piece: Vec<u8>,
}

impl Lines {
    pub(super) fn new(file: File) -> Self {
        Self { reader: BufReader::with_capacity(128 * 1024, Hashing::new(file)), piece: Vec::new() }
    }

    /// The next piece up to its line end, which is kept.
    fn line(&mut self) -> io::Result<Option<&[u8]>> {
        self.piece.clear();
        let read = self.reader.by_ref().take(LONGEST).read_until(b'\n', &mut self.piece)?;
        Ok((read > 0).then_some(&self.piece))
    }

    /// The same, where line ends between quotes end nothing.
    fn row(&mut self) -> io::Result<Option<&[u8]>> {
        self.piece.clear();
        let mut is_quoted = false;
        loop {
            let begin = self.piece.len();
            let room = LONGEST.saturating_sub(begin as u64);
            let read = self.reader.by_ref().take(room).read_until(b'\n', &mut self.piece)?;
            let quotes = self.piece.iter().skip(begin).filter(|byte| **byte == b'"').count();
            is_quoted ^= quotes % 2 == 1;
            if read == 0 || !is_quoted {
                break;
            }
        }
        Ok((!self.piece.is_empty()).then_some(&self.piece))
    }

    /// The next line as a chain; `None` in place of what is none.
    pub(super) fn chain(&mut self) -> io::Result<Option<Option<ChainLine>>> {
        Ok(self.line()?.map(|line| serde_json::from_slice(line).ok()))
    }

    /// Reads to the end, and says what all of it was.
    pub(super) fn sum(mut self) -> io::Result<Sum> {
        io::copy(&mut self.reader, &mut io::sink())?;
        Ok(self.reader.get_ref().sum())
    }
}

pub(super) struct Records {
    form: Form,
    lines: Lines,
    /// The place of the approval's id in a table.
    column: Option<usize>,
}

impl Records {
    pub(super) fn new(form: Form, file: File) -> io::Result<Self> {
        let mut lines = Lines::new(file);
        let mut column = None;
        if form == Form::Csv {
            let head = lines.row()?.unwrap_or_default();
            column = cells(head).position(|cell| cell == b"approval");
        }
        Ok(Self { form, lines, column })
    }

    pub(super) fn sum(self) -> io::Result<Sum> {
        self.lines.sum()
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Record>> {
        let bytes = match self.form {
            Form::Csv => self.lines.row()?,
            Form::JsonLines | Form::Lines => self.lines.line()?,
            Form::Whole => None,
        };
        let Some(bytes) = bytes else { return Ok(None) };
        let mut record = Record { row: Hash::of(bytes), approval: None, chain: None, facts: Vec::new() };
        match self.form {
            Form::Csv => record.approval = self.column.and_then(|n| cells(bytes).nth(n)).map(text),
            Form::JsonLines => read_facts(bytes, &mut record),
            Form::Lines | Form::Whole => {}
        }
        Ok(Some(record))
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

fn read_facts(line: &[u8], record: &mut Record) {
    #[derive(Deserialize)]
    struct Line {
        approval: String,
        facts: Vec<Value>,
    }
    if let Ok(line) = serde_json::from_slice::<Line>(line) {
        record.facts = line.facts.iter().map(chain::canonical).collect();
        let mut head = chain::beginning(&line.approval);
        let link = |fact: &Option<Vec<u8>>| {
            head = chain::link(&head, fact.as_ref()?);
            Some(head)
        };
        record.chain = record.facts.iter().map(link).collect();
        record.approval = Some(line.approval);
    }
}

/// The cells of a row, without the quotes around them.
fn cells(row: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    let row = row.strip_suffix(b"\n").unwrap_or(row);
    let row = row.strip_suffix(b"\r").unwrap_or(row);
    let mut is_quoted = false;
    row.split(move |byte| {
        is_quoted ^= *byte == b'"';
        *byte == b',' && !is_quoted
    })
    .map(|cell| match cell.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) {
        Some(quoted) => String::from_utf8_lossy(quoted).replace("\"\"", "\"").into_bytes(),
        None => cell.to_vec(),
    })
}
