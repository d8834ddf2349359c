//! Notices as readable lines on standard output.

use std::io::Write;

use crate::domain::policy::Act;
use crate::ports::channel::{Letter, SendError};

/// Prints the letter between rules, so that one is told from the next.
pub fn send(letter: &Letter) -> Result<Option<String>, SendError> {
    let kind = match letter.notice.act {
        Act::Remind => "reminder",
        Act::Escalate => "escalation",
    };
    let head = format!("{kind} to {}, {}", letter.notice.recipient, letter.sent_at.format("%a %-d %b %Y %H:%M:%S UTC"));
    let mut out = anstream::AutoStream::auto(std::io::stdout().lock());
    let style = anstyle::Style::new().bold();
    writeln!(out, "{style}--- {head}{style:#}\n{}\n\n{}", letter.subject, letter.text)
        .and_then(|()| out.flush())
        .map_err(|error| SendError::Retry { after: None, cause: Box::new(error) })?;
    Ok(None)
}
