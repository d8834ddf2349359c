//! Notices as readable lines on standard output.

use std::io::Write;

use crate::ports::channel::{Letter, SendError};
use crate::record::names::Named;

/// Prints the letter between rules, so that one is told from the next.
pub fn send(letter: &Letter) -> Result<Option<String>, SendError> {
    #[cfg(feature = "cli")]
    let (mut out, bold, plain) = (anstream::AutoStream::auto(std::io::stdout().lock()), "\u{1b}[1m", "\u{1b}[0m");
    #[cfg(not(feature = "cli"))]
    let (mut out, bold, plain) = (std::io::stdout().lock(), "", "");
    let (kind, to) = (letter.notice.act.word(), &letter.notice.recipient);
    let at = letter.sent_at.format("%a %-d %b %Y %H:%M:%S UTC");
    writeln!(out, "{bold}--- {kind} to {to}, {at}{plain}\n{}\n\n{}", letter.subject, letter.text)
        .and_then(|()| out.flush())
        .map_err(|error| SendError::Retry { after: None, cause: Box::new(error) })?;
    Ok(None)
}
