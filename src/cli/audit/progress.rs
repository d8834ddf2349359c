//! How far an export is.

use std::io::{self, IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

use crate::domain::Timestamp;
use crate::domain::projection::Projection;
use crate::notice::moment;

/// Without a terminal, a line for so many approvals.
const A_LINE: u64 = 10_000;

/// A bar where a person looks at it; elsewhere lines, where they are asked for.
///
/// Nobody knows how many approvals there will be, but they come in the order of their requests: the bar goes from the time
/// of the first one to the period's end.
pub(super) struct Progress {
    bar: ProgressBar,
    says_lines: bool,
    ends_at: Timestamp,
    first: Option<Timestamp>,
    count: u64,
}

impl Progress {
    pub(super) fn new(ends_at: Timestamp, is_asked_for: bool) -> Self {
        let is_terminal = io::stderr().is_terminal();
        let bar = if is_terminal { ProgressBar::new(1) } else { ProgressBar::hidden() };
        let style = ProgressStyle::with_template("exporting {bar:30} {percent:>3}%  {msg}, {eta} left");
        let bar = style.map_or(bar.clone(), |style| bar.with_style(style));
        Self { bar, says_lines: is_asked_for && !is_terminal, ends_at, first: None, count: 0 }
    }

    pub(super) fn tell(&mut self, projection: &Projection) {
        self.count += 1;
        let Some(at) = projection.listed_at() else { return };
        if !self.bar.is_hidden() {
            let first = *self.first.get_or_insert(at);
            let seconds = |span: chrono::TimeDelta| u64::try_from(span.num_seconds()).unwrap_or_default();
            self.bar.set_length(seconds(self.ends_at - first).max(1));
            self.bar.set_position(seconds(at - first));
            if self.count.is_multiple_of(100) {
                self.bar.set_message(format!("{} approvals", self.count));
            }
        }
        if self.says_lines && self.count.is_multiple_of(A_LINE) {
            // Whoever closes standard error wants no progress.
            _ = writeln!(io::stderr(), "{} approvals, up to {}", self.count, moment(at));
        }
    }

    pub(super) fn done(&self) {
        self.bar.finish_and_clear();
    }
}
