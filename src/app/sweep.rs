//! Looking at everything that is due.

use std::collections::HashSet;

use super::tell::{Change, refresh, tell};
use crate::domain::input::Input;
use crate::domain::policy::Rules;
use crate::domain::{ApprovalId, Timestamp};
use crate::ports::store::{Store, StoreError};

/// How many due approvals are asked for at a time.
const PAGE: usize = 500;

/// What a sweep did.
#[derive(Debug, Default)]
pub struct Swept {
    pub changes: Vec<Change>,
    /// Approvals whose record cannot be read, or not be written. They keep nothing from the others.
    pub unreadable: usize,
}

/// Tells every due approval that time has passed. Afterwards nothing that can be read is due at `now`.
pub async fn sweep<S: Store>(store: &S, rules: &Rules, now: Timestamp) -> Result<Swept, StoreError> {
    let mut swept = Swept::default();
    let mut seen = HashSet::new();
    loop {
        let due = store.due(now, PAGE).await?;
        let mut is_stuck = true;
        for id in due {
            if !seen.insert(id.clone()) {
                continue;
            }
            is_stuck = false;
            match look(store, rules, &id, now).await {
                Ok(change) => swept.changes.extend(change),
                Err(error @ (StoreError::Corrupt { .. } | StoreError::Refused { .. })) => {
                    tracing::error!(%id, %error, "a due approval is passed over");
                    swept.unreadable += 1;
                }
                Err(other) => return Err(other),
            }
        }
        // Also the way out when a lagging index keeps naming what was looked at already.
        if is_stuck {
            return Ok(swept);
        }
    }
}

async fn look<S: Store>(
    store: &S,
    rules: &Rules,
    id: &ApprovalId,
    now: Timestamp,
) -> Result<Option<Change>, StoreError> {
    let change = tell(store, rules, id, &[&Input::Tick], now).await?;
    // Where there is nothing new, the rules have moved what was due.
    if change.is_none()
        && let Some(known) = store.projection(id).await?
    {
        refresh(store, rules, &known).await?;
    }
    Ok(change)
}
