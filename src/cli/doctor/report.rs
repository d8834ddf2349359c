//! The report as it is written: a line a finding, for people or for machines.

use std::io::{self, Write};

use serde_json::json;

use super::finding::{Finding, Word};
use crate::cli::output::{BAD, BOLD, DIM, GOOD, WARN, styled};
use crate::cli::settings::Format;
use crate::notice::{counted, wrap};

const WIDTH: usize = 80;
/// Where the findings begin, behind their words.
const INDENT: usize = 9;

pub(super) struct Report<W> {
    out: W,
    format: Format,
    /// How many findings there are of each word.
    counts: [usize; 3],
}

impl<W: Write> Report<W> {
    pub(super) fn new(out: W, format: Format) -> Self {
        Self { out, format, counts: [0; 3] }
    }

    pub(super) fn add(&mut self, findings: &[Finding]) -> io::Result<()> {
        for finding in findings {
            if let Some(count) = self.counts.get_mut(finding.word as usize) {
                *count += 1;
            }
            match self.format {
                Format::Json => self.line(finding)?,
                Format::Text => self.show(finding)?,
            }
        }
        // Some checks take their time, and nobody should have to wait for the others.
        self.out.flush()
    }

    fn line(&mut self, finding: &Finding) -> io::Result<()> {
        let Finding { word, subject, found, remedy } = finding;
        let line = json!({ "word": word.as_str(), "subject": subject, "found": found, "remedy": remedy });
        writeln!(self.out, "{line}")
    }

    fn show(&mut self, finding: &Finding) -> io::Result<()> {
        let style = match finding.word {
            Word::Ok => GOOD,
            Word::Warning => WARN,
            Word::Problem => BAD,
        };
        let word = format!("{:<INDENT$}", finding.word.as_str());
        let lines = wrap(&format!("{}: {}", finding.subject, finding.found), WIDTH - INDENT);
        for (n, line) in lines.iter().enumerate() {
            // The subject is short, so it stands on the first line, and a break can only be at its end.
            let subject = if n == 0 { line.strip_prefix(&finding.subject) } else { None };
            let line = subject.map_or_else(|| line.clone(), |rest| styled(BOLD, &finding.subject) + rest);
            let first = if n == 0 { styled(style, &word) } else { " ".repeat(INDENT) };
            writeln!(self.out, "{first}{line}")?;
        }
        for line in finding.remedy.iter().flat_map(|remedy| wrap(remedy, WIDTH - INDENT - 2)) {
            writeln!(self.out, "{:INDENT$}  {line}", "")?;
        }
        Ok(())
    }

    /// Gives the number of problems.
    pub(super) fn end(mut self) -> io::Result<usize> {
        let [ok, warnings, problems] = self.counts;
        if self.format == Format::Text {
            let total = format!("{ok} ok, {}, {}", counted(warnings, "warning"), counted(problems, "problem"));
            writeln!(self.out, "{}", styled(DIM, total))?;
        }
        self.out.flush()?;
        Ok(problems)
    }
}
