//! Where files are kept for good.

use std::future::Future;
use std::path::Path;

use super::Source;

/// Keeps files under names such as `0003-2026-09-28-2026-09-29-csv/approvals.csv`. A file that was put is never changed:
/// another of its name is not taken.
pub trait Archive: Send + Sync {
    /// All names that begin so, in their order.
    fn list(&self, prefix: &str) -> impl Future<Output = Result<Vec<String>, ArchiveError>> + Send;

    /// A small file that is there.
    fn read(&self, name: &str) -> impl Future<Output = Result<Vec<u8>, ArchiveError>> + Send;

    /// Says whether it took it. Of several that put a file of one name at the same time, one is told so.
    fn put(&self, name: &str, content: Content<'_>) -> impl Future<Output = Result<bool, ArchiveError>> + Send;

    /// Keeps a file that was put under a second name, too. To do it again changes nothing.
    fn copy(&self, from: &str, to: &str) -> impl Future<Output = Result<(), ArchiveError>> + Send;
}

#[derive(Clone, Copy, Debug)]
pub enum Content<'a> {
    Bytes(&'a [u8]),
    /// A file of this machine, of any size.
    File(&'a Path),
}

/// Try again later.
#[derive(Debug, thiserror::Error)]
#[error("the archive does not answer for `{name}`: {cause}")]
pub struct ArchiveError {
    pub name: String,
    pub cause: Source,
}
