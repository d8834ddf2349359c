//! What a verifier says.

use super::problem::Problems;
use crate::audit::checkpoint::Checkpoint;
use crate::audit::hash::Hash;

/// An export that was looked at.
#[derive(Clone, Debug)]
pub struct Looked {
    /// Of its folder.
    pub name: String,
    pub checkpoint: Option<Checkpoint>,
    pub sha256: Option<Hash>,
    pub signature: Signed,
}

/// What the signature of a checkpoint says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signed {
    /// By a key that the verifier was told.
    ByTheKeyGiven,
    /// By the key that the checkpoint names, whosever that is.
    ByTheKeyNamed,
    /// It has none, and a later one that has names it, or what names it.
    ByALaterOne,
    #[default]
    NotSigned,
    Wrong,
}

impl Signed {
    pub fn word(self) -> &'static str {
        match self {
            Self::ByTheKeyGiven => "by_the_key_given",
            Self::ByTheKeyNamed => "by_the_key_named",
            Self::ByALaterOne => "by_a_later_one",
            Self::NotSigned => "not_signed",
            Self::Wrong => "wrong",
        }
    }
}

#[derive(Clone, Debug, Default)]
pub struct Report {
    pub exports: Vec<Looked>,
    pub problems: Problems,
    /// What is in order, and has to be known nevertheless.
    pub notes: Vec<String>,
}
