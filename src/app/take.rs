//! Taking in a text as it travelled.

use super::ingest::ingest;
use super::tell::Change;
use crate::domain::Timestamp;
use crate::domain::policy::Rules;
use crate::ports::store::{Store, StoreError};
use crate::wire::{Message, Reading};

/// What became of a text.
#[derive(Debug, Default)]
pub struct Took {
    /// How many messages in it were about approvals.
    pub taken: u64,
    pub changes: Vec<Change>,
    /// Why messages in it say nothing of an approval.
    pub skipped: Vec<String>,
    /// Why messages in it could not be read.
    pub malformed: Vec<String>,
}

/// Takes in what was read. Taking it again adds nothing.
pub async fn take<S: Store>(
    store: &S,
    rules: &Rules,
    readings: Vec<Reading>,
    now: Timestamp,
) -> Result<Took, StoreError> {
    let mut took = Took::default();
    for reading in readings {
        match reading.message {
            Message::Heard(heard) => {
                took.changes.extend(ingest(store, rules, &heard, now).await?);
                took.taken += 1;
            }
            Message::Skipped { reason } => took.skipped.push(reason),
            Message::Malformed { reason } => took.malformed.push(reason),
        }
    }
    Ok(took)
}
