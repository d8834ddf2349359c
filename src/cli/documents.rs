//! JSON documents out of a stream, one after the other and none kept: a JSON file, JSON Lines, or one long array.
//!
//! A document that is broken costs itself and no other: reading goes on with the next line that begins one.

use std::io::{self, BufRead};

/// CloudTrail's log files, the largest documents there are, stay far below.
const MAX_BYTES: usize = 64 * 1024 * 1024;
const MAX_DEPTH: usize = 128;

#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Document {
    /// The line on which it begins, from 1.
    pub(super) line: u64,
    /// The JSON text; of a broken document, as much as was read of it.
    pub(super) text: String,
    /// What is wrong with it.
    pub(super) problem: Option<&'static str>,
}

impl Document {
    pub(super) fn text(&self) -> Result<&str, &str> {
        self.problem.map_or(Ok(&self.text), Err)
    }
}

pub(super) struct Documents<R> {
    reader: R,
    /// Bytes that were read for a document that turned out to be broken, to be read again.
    again: Vec<u8>,
    next_again: usize,
    line: u64,
    is_line_start: bool,
    in_array: bool,
    consumed: u64,
}

impl<R: BufRead> Documents<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, again: Vec::new(), next_again: 0, line: 1, is_line_start: true, in_array: false, consumed: 0 }
    }

    /// How many bytes were read so far.
    pub(super) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// The next document; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Document>> {
        loop {
            let Some(byte) = self.peek()? else { return Ok(None) };
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | 0xEF | 0xBB | 0xBF => self.advance(),
                b',' | b']' if self.in_array => {
                    self.in_array = byte == b',';
                    self.advance();
                }
                b'[' if !self.in_array => {
                    self.in_array = true;
                    self.advance();
                }
                _ => return self.document(byte).map(Some),
            }
        }
    }

    fn document(&mut self, first: u8) -> io::Result<Document> {
        let line = self.line;
        let mut text = Vec::new();
        let mut scan = Scan::default();
        let problem = loop {
            let Some(byte) = self.peek()? else { break Some("it ends in the middle") };
            self.advance();
            text.push(byte);
            if !matches!(first, b'{' | b'[') {
                if byte == b'\n' || text.len() >= MAX_BYTES || self.peek()?.is_none() {
                    break Some("not a JSON object");
                }
                continue;
            }
            match scan.take(byte) {
                Ok(false) if text.len() >= MAX_BYTES => break Some("longer than 64 MiB"),
                Ok(false) => {}
                Ok(true) => break None,
                Err(problem) => break Some(problem),
            }
        };
        if problem.is_some() {
            self.skip_broken(line, &text)?;
        }
        Ok(match String::from_utf8(text) {
            Ok(text) => Document { line, text, problem },
            Err(error) => {
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                Document { line, text, problem: problem.or(Some("not UTF-8")) }
            }
        })
    }

    /// Goes back to the end of the broken document's first line, and on to the next line that begins a document.
    fn skip_broken(&mut self, line: u64, text: &[u8]) -> io::Result<()> {
        match text.iter().position(|byte| *byte == b'\n') {
            Some(end) => {
                let rest = text.get(end + 1..).unwrap_or_default();
                let unread = self.again.split_off(self.next_again.min(self.again.len()));
                self.again = [rest, &unread].concat();
                self.next_again = 0;
                self.line = line + 1;
                self.is_line_start = true;
            }
            None => self.skip_line()?,
        }
        while let Some(byte) = self.peek()? {
            let may_be_indented = self.in_array && matches!(byte, b' ' | b'\t');
            if self.is_line_start && matches!(byte, b'{' | b'[' | b']') {
                break;
            }
            if may_be_indented {
                let was_line_start = self.is_line_start;
                self.advance();
                self.is_line_start = was_line_start;
            } else {
                self.skip_line()?;
            }
        }
        Ok(())
    }

    fn skip_line(&mut self) -> io::Result<()> {
        while let Some(byte) = self.peek()? {
            self.advance();
            if byte == b'\n' {
                break;
            }
        }
        Ok(())
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        if let Some(byte) = self.again.get(self.next_again) {
            return Ok(Some(*byte));
        }
        if !self.again.is_empty() {
            self.again.clear();
            self.next_again = 0;
        }
        Ok(self.reader.fill_buf()?.first().copied())
    }

    /// Steps over the byte that was peeked at.
    fn advance(&mut self) {
        let byte = if let Some(byte) = self.again.get(self.next_again) {
            self.next_again += 1;
            Some(*byte)
        } else {
            let byte = self.reader.fill_buf().ok().and_then(|buffer| buffer.first().copied());
            self.reader.consume(usize::from(byte.is_some()));
            self.consumed += u64::from(byte.is_some());
            byte
        };
        self.is_line_start = byte == Some(b'\n');
        self.line += u64::from(self.is_line_start);
    }
}

/// Where a JSON value ends. Knows brackets and texts, which is enough to find the end; the rest is for the parser.
#[derive(Default)]
struct Scan {
    open: Vec<u8>,
    in_text: bool,
    is_escaped: bool,
    /// A value is complete, so only a comma or a bracket can follow.
    after_value: bool,
}

impl Scan {
    /// True when the value is complete.
    fn take(&mut self, byte: u8) -> Result<bool, &'static str> {
        if self.in_text {
            match byte {
                b'\n' => return Err("a line ends inside a text"),
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => {
                    self.in_text = false;
                    self.after_value = true;
                }
                _ => {}
            }
            return Ok(false);
        }
        match byte {
            b'{' | b'[' | b'"' if self.after_value => return Err("a comma is missing"),
            b'"' => self.in_text = true,
            b'{' | b'[' => {
                if self.open.len() >= MAX_DEPTH {
                    return Err("nested too deeply");
                }
                self.open.push(byte);
            }
            b'}' | b']' => {
                let opened = if byte == b'}' { b'{' } else { b'[' };
                if self.open.pop() != Some(opened) {
                    return Err("a bracket closes what was not opened");
                }
                self.after_value = true;
                return Ok(self.open.is_empty());
            }
            b',' | b':' => self.after_value = false,
            b' ' | b'\t' | b'\r' | b'\n' => {}
            // A number, or one of `true`, `false` and `null`.
            _ => self.after_value = true,
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Result<String, String>)> {
        let mut documents = Documents::new(io::Cursor::new(text));
        std::iter::from_fn(|| documents.next().expect("a cursor can be read"))
            .map(|d| (d.line, d.text().map(str::to_owned).map_err(str::to_owned)))
            .collect()
    }

    fn good(line: u64, text: &str) -> (u64, Result<String, String>) {
        (line, Ok(text.to_owned()))
    }

    fn bad(line: u64, problem: &str) -> (u64, Result<String, String>) {
        (line, Err(problem.to_owned()))
    }

    #[test]
    fn lines_arrays_and_pretty_documents_are_read_one_by_one() {
        assert_eq!(read("{\"a\":1}\n\n{\"b\":\"}\"}\n"), [good(1, "{\"a\":1}"), good(3, "{\"b\":\"}\"}")]);
        assert_eq!(read("[{\"a\":1},\n {\"b\":[2]}]"), [good(1, "{\"a\":1}"), good(2, "{\"b\":[2]}")]);
        assert_eq!(read("\u{feff}{\n  \"a\": {\n  }\n}\n"), [good(1, "{\n  \"a\": {\n  }\n}")]);
        assert_eq!(read(""), []);
    }

    #[test]
    fn a_broken_line_costs_itself_alone() {
        assert_eq!(
            read("{\"a\":\n{\"b\":1}\n{\"c\":2}\n"),
            [bad(1, "a comma is missing"), good(2, "{\"b\":1}"), good(3, "{\"c\":2}")]
        );
        assert_eq!(read("{\"a\": \"x\n{\"b\":1}\n"), [bad(1, "a line ends inside a text"), good(2, "{\"b\":1}")]);
        assert_eq!(read("hello\n{\"b\":1}\n"), [bad(1, "not a JSON object"), good(2, "{\"b\":1}")]);
        assert_eq!(
            read("{\"a\":]}\n{\"b\":1}"),
            [bad(1, "a bracket closes what was not opened"), good(2, "{\"b\":1}")]
        );
        assert_eq!(read("{\"a\":1}\n{\"b\":"), [good(1, "{\"a\":1}"), bad(2, "it ends in the middle")]);
    }

    #[test]
    fn a_broken_pretty_document_is_one_problem() {
        let text = "{\n  \"a\": 1\n  \"b\": 2\n}\n{\"c\":3}\n";
        assert_eq!(read(text), [bad(1, "a comma is missing"), good(5, "{\"c\":3}")]);
        let array = "[\n  { \"a\": \"\n  },\n  {\"b\":1}\n]";
        assert_eq!(read(array), [bad(2, "a line ends inside a text"), good(4, "{\"b\":1}")]);
    }
}
