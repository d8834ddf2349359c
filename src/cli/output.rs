//! Standard output, in colour where a person looks at it.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

/// Buffered, and colourless unless it goes to a terminal that wants colour (`NO_COLOR` is honoured).
pub(super) fn stdout() -> impl Write {
    io::BufWriter::with_capacity(64 * 1024, anstream::AutoStream::auto(io::stdout().lock()))
}

/// The same for files: every byte as it is, also those that would be taken for colours.
pub(super) fn bytes() -> impl Write {
    io::BufWriter::with_capacity(64 * 1024, io::stdout().lock())
}

pub(super) const DIM: Style = Style::new().dimmed();
pub(super) const BOLD: Style = Style::new().bold();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const BAD: Style = AnsiColor::Red.on_default();
pub(super) const WARN: Style = AnsiColor::Yellow.on_default();

/// The text between the codes that switch the style on and off.
pub(super) fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}
