//! An error with its causes, which say more than it does itself.

use std::error::Error;

/// More causes than this are not told.
const MAX_CAUSES: usize = 8;

/// On one line, and what a cause only repeats once.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut causes = vec![on_one_line(error)];
    let mut next = error.source();
    while let Some(cause) = next.filter(|_| causes.len() <= MAX_CAUSES) {
        causes.push(on_one_line(cause));
        next = cause.source();
    }
    causes.dedup();
    causes.join(": ")
}

fn on_one_line(error: &dyn Error) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}
