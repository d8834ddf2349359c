//! What holdpoint needs from the world, as traits. Each contract stands in prose on its trait; errors are named after the
//! reaction they ask for.

pub mod archive;
pub mod channel;
pub mod clock;
pub mod events;
pub mod metrics;
pub mod pipelines;
pub mod signer;
pub mod store;

/// An error's cause, whatever technology it comes from.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why one entry of many was not taken.
#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    /// Try again later.
    #[error("{0}")]
    Retry(Source),
    /// It will never be taken: give up at once.
    #[error("{0}")]
    Refused(Source),
}
