//! What is wrong in a policy file, and where.

use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError {
    /// From 1; 0 when the place is not known.
    pub line: u64,
    pub column: u64,
    /// Inside the file: `policies[0].steps[1].at`.
    pub path: String,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// All that is wrong in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyErrors {
    /// The file's name, as the user gave it.
    pub file: String,
    pub errors: Vec<PolicyError>,
    text: String,
}

impl PolicyErrors {
    pub(super) fn new(file: &str, text: &str, errors: Vec<PolicyError>) -> Self {
        Self { file: file.to_owned(), errors, text: text.to_owned() }
    }
}

impl std::error::Error for PolicyErrors {}

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, error) in self.errors.iter().enumerate() {
            if n > 0 {
                writeln!(f)?;
            }
            write!(f, "{}:{}:{}: ", self.file, error.line, error.column)?;
            if !error.path.is_empty() {
                write!(f, "{}: ", error.path)?;
            }
            f.write_str(&showable(&error.message))?;
            if let Some((line, marker)) = self.excerpt(error) {
                write!(f, "\n{:>5} | {line}\n      | {marker}^", error.line)?;
            }
        }
        Ok(())
    }
}

impl PolicyErrors {
    /// The line in question, and the space up to the column.
    fn excerpt(&self, error: &PolicyError) -> Option<(String, String)> {
        let index = usize::try_from(error.line.checked_sub(1)?).ok()?;
        let line = self.text.lines().nth(index)?;
        let before = usize::try_from(error.column.saturating_sub(1)).ok()?;
        Some((showable(line), " ".repeat(before)))
    }
}

/// As many characters as in `text`, so that the marker stays where it belongs: control characters as spaces, and stars
/// for what stands before the `@` of an address. Messages end up in logs, and secrets do not belong there.
fn showable(text: &str) -> String {
    let visible: Vec<char> = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words = visible.split_inclusive(|c| c.is_whitespace() || matches!(c, '"' | '\'' | '`'));
    words.map(without_secret).collect()
}

fn without_secret(word: &[char]) -> String {
    let scheme = word.windows(3).position(|part| part == [':', '/', '/']).map(|start| start + 3);
    let begin = scheme.or_else(|| word.iter().position(|c| *c == ':').map(|start| start + 1));
    let end = word.iter().rposition(|c| *c == '@');
    let (Some(begin), Some(end)) = (begin, end) else { return word.iter().collect() };
    word.iter().enumerate().map(|(n, c)| if (begin..end).contains(&n) { '*' } else { *c }).collect()
}
