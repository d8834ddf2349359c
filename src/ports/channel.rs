//! A way to reach a recipient.

use std::future::Future;

use super::Source;
use crate::domain::Timestamp;
use crate::domain::effect::Notice;
use crate::domain::{Gate, RecipientName};

/// A notice as it is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Letter {
    pub notice: Notice,
    pub gate: Gate,
    pub subject: String,
    /// What people read.
    pub text: String,
    /// Subject and text for chats, in markdown; whatever is not ours is escaped.
    pub title: String,
    pub markdown: String,
    /// The same for machines.
    pub data: serde_json::Value,
    pub sent_at: Timestamp,
}

/// Delivers letters. A call may be repeated with the same notice id, after a crash or a lost answer; a channel that can
/// recognise the id should deliver once.
pub trait Channels: Send + Sync {
    /// The other side's receipt, where it gives one.
    fn send(
        &self,
        to: &RecipientName,
        letter: &Letter,
    ) -> impl Future<Output = Result<Option<String>, SendError>> + Send;
}

#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Try again later, not before `after` if the other side named a time.
    #[error("{cause}")]
    Retry { after: Option<std::time::Duration>, cause: Source },
    /// It will never work: give up at once.
    #[error("{0}")]
    Refused(Source),
}
