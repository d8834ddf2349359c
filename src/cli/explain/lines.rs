//! Lines that fit on 80 columns.

use std::io::{self, Write};

use chrono::NaiveDate;

use crate::cli::output::{DIM, styled};
use crate::domain::Timestamp;
use crate::notice::{Wall, wrap};

const WIDTH: usize = 80;

/// The text, its first line so far to the right and the others two more.
pub(in crate::cli) fn block(out: &mut impl Write, indent: usize, text: &str) -> io::Result<()> {
    let lines = wrap(text, WIDTH - indent - 2);
    lines.iter().enumerate().try_for_each(|(n, line)| {
        let indent = if n == 0 { indent } else { indent + 2 };
        writeln!(out, "{:indent$}{line}", "")
    })
}

/// Lines under the day on which they happened, each with its time on the wall and in UTC.
pub(super) struct Days<'a> {
    wall: &'a Wall,
    day: Option<NaiveDate>,
}

impl<'a> Days<'a> {
    pub(super) fn new(wall: &'a Wall) -> Self {
        Self { wall, day: None }
    }

    pub(super) fn show(
        &mut self,
        out: &mut impl Write,
        at: Timestamp,
        text: &str,
        details: &[String],
    ) -> io::Result<()> {
        let local = self.wall.local(at);
        if self.day != Some(local.date_naive()) {
            let zone =
                if self.wall.is_utc() { "UTC".to_owned() } else { format!("{} and UTC", self.wall.zone().name()) };
            writeln!(out, "{}", styled(DIM, format!("{}, {zone}", local.format("%a %-d %b %Y"))))?;
            self.day = Some(local.date_naive());
        }
        let mut time = local.format("%H:%M:%S").to_string();
        if !self.wall.is_utc() {
            time += &at.format("  %H:%M:%SZ").to_string();
        }
        let indent = time.len() + 4;
        for (n, line) in wrap(text, WIDTH - indent).iter().enumerate() {
            let time = if n == 0 { styled(DIM, &time) } else { " ".repeat(time.len()) };
            writeln!(out, "  {time}  {line}")?;
        }
        let lines = details.iter().flat_map(|detail| wrap(detail, WIDTH - indent));
        lines.into_iter().try_for_each(|line| writeln!(out, "{:indent$}{}", "", styled(DIM, line)))
    }
}
