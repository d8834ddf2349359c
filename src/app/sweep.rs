//! Looking at everything that is due.

use std::collections::HashSet;

use super::tell::{Change, refresh, tell};
use crate::domain::Timestamp;
use crate::domain::input::Input;
use crate::domain::policy::Rules;
use crate::ports::store::{Store, StoreError};

/// How many due approvals are asked for at a time.
const PAGE: usize = 500;

/// Tells every due approval that time has passed. Afterwards nothing is due at `now`.
pub async fn sweep<S: Store>(store: &S, rules: &Rules, now: Timestamp) -> Result<Vec<Change>, StoreError> {
    let mut changes = Vec::new();
    let mut seen = HashSet::new();
    loop {
        let due = store.due(now, PAGE).await?;
        let mut is_stuck = true;
        for id in due {
            if !seen.insert(id.clone()) {
                continue;
            }
            is_stuck = false;
            match tell(store, rules, &id, &[&Input::Tick], now).await? {
                Some(change) => changes.push(change),
                // The rules have moved what was due.
                None => {
                    if let Some(known) = store.projection(&id).await? {
                        refresh(store, rules, &known).await?;
                    }
                }
            }
        }
        // Also the way out when a lagging index keeps naming what was looked at already.
        if is_stuck {
            return Ok(changes);
        }
    }
}
