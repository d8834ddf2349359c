//! A pattern that names fit: `*`, `?`, `[ab]`, `{x,y}`, and a `!` in front for all that do not fit the rest.

use std::borrow::Cow;
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    text: String,
    pattern: String,
}

/// What is wrong with a pattern.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct GlobError(fast_glob::Error);

impl Glob {
    pub fn new(text: &str) -> Result<Self, GlobError> {
        fast_glob::validate(text).map_err(GlobError)?;
        Ok(Self { text: text.to_owned(), pattern: whole(text).into_owned() })
    }

    pub fn matches(&self, name: &str) -> bool {
        fast_glob::glob_match(&self.pattern, whole(name).as_ref())
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A name is no path: what would separate the parts of one is a character like any other.
fn whole(text: &str) -> Cow<'_, str> {
    if text.contains('/') { Cow::Owned(text.replace('/', "\u{1}")) } else { Cow::Borrowed(text) }
}
