//! Looking at everything that is due.

use std::collections::HashSet;

use futures_util::{StreamExt, stream};

use super::tell::{Change, refresh, tell};
use crate::domain::input::Input;
use crate::domain::policy::Rules;
use crate::domain::{ApprovalId, Timestamp};
use crate::ports::store::{Store, StoreError};

/// How many due approvals are asked for at a time.
const PAGE: usize = 500;
/// How many approvals are looked at at the same time.
const AT_ONCE: usize = 8;

/// What a sweep did.
#[derive(Debug, Default)]
pub struct Swept {
    pub changes: Vec<Change>,
    /// Approvals whose record cannot be read, or not be written. They keep nothing from the others.
    pub unreadable: usize,
}

/// Tells every due approval that time has passed. Afterwards nothing that can be read is due at `now`.
pub async fn sweep<S: Store>(store: &S, rules: &Rules, now: Timestamp) -> Result<Swept, StoreError> {
    sweep_while(store, rules, now, || true).await
}

/// The same, but begins nothing more when `goes_on` says so; what is left stays due.
pub async fn sweep_while<S: Store>(
    store: &S,
    rules: &Rules,
    now: Timestamp,
    goes_on: impl Fn() -> bool + Sync,
) -> Result<Swept, StoreError> {
    let mut swept = Swept::default();
    let mut seen = HashSet::new();
    loop {
        let mut due = store.due(now, PAGE).await?;
        due.retain(|id| seen.insert(id.clone()));
        // Also the way out when a lagging index keeps naming what was looked at already.
        if due.is_empty() || !goes_on() {
            return Ok(swept);
        }
        let mut looks = Vec::with_capacity(due.len());
        for id in &due {
            let goes_on = &goes_on;
            looks.push(async move { if goes_on() { look(store, rules, id, now).await } else { Ok(None) } });
        }
        let looked: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
        for (id, result) in due.iter().zip(looked) {
            match result {
                Ok(change) => swept.changes.extend(change),
                Err(error) if error.is_of_one_record() => {
                    tracing::error!(%id, %error, "a due approval is passed over");
                    swept.unreadable += 1;
                }
                Err(other) => return Err(other),
            }
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
