//! Where files are kept for good.

use std::future::Future;

use super::Source;

/// Keeps files under names such as `approvals/2026-09-28/part-00000.jsonl`, and never changes one that it has.
pub trait Archive: Send + Sync {
    fn has(&self, name: &str) -> impl Future<Output = Result<bool, ArchiveError>> + Send;

    /// Keeps a file; one of that name that is there already stays as it is.
    fn put(&self, name: &str, body: Vec<u8>) -> impl Future<Output = Result<(), ArchiveError>> + Send;
}

/// Try again later.
#[derive(Debug, thiserror::Error)]
#[error("the archive does not take `{name}`: {cause}")]
pub struct ArchiveError {
    pub name: String,
    pub cause: Source,
}
