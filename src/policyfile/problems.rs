//! What is found wrong while a file is checked.

use serde_saphyr::Spanned;

use super::error::PolicyError;

#[derive(Default)]
pub(super) struct Problems(pub(super) Vec<PolicyError>);

impl Problems {
    pub(super) fn add<T>(&mut self, at: &Spanned<T>, path: &str, message: impl Into<String>) {
        self.add_at(place(at), path, message);
    }

    /// The same with a place told as line and column.
    pub(super) fn add_at(&mut self, (line, column): (u64, u64), path: &str, message: impl Into<String>) {
        self.0.push(PolicyError { line, column, path: path.to_owned(), message: message.into() });
    }

    /// The value, or its complaint noted.
    pub(super) fn take<T, U>(&mut self, at: &Spanned<T>, path: &str, result: Result<U, String>) -> Option<U> {
        result.map_err(|message| self.add(at, path, message)).ok()
    }
}

/// The line and the column at which a value stands.
pub(super) fn place<T>(at: &Spanned<T>) -> (u64, u64) {
    (at.referenced.line(), at.referenced.column())
}
