//! Taking in what was heard.

use super::resolve::resolve;
use super::tell::{Change, load, tell, tell_loaded};
use crate::domain::evidence::Basis;
use crate::domain::execution::{ExecutionKey, ExecutionNews};
use crate::domain::input::{Heard, Input, Named, Place};
use crate::domain::policy::Rules;
use crate::domain::{ApprovalId, Timestamp};
use crate::ports::store::{Store, StoreError};

/// Takes one thing in. Repeating the call, after a crash or a redelivery, adds nothing.
pub async fn ingest<S: Store>(
    store: &S,
    rules: &Rules,
    heard: &Heard,
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    match heard {
        Heard::Tick => Ok(Vec::new()),
        Heard::Execution { key, news } => about_execution(store, rules, key, news, now).await,
        Heard::Approval { named, input } => {
            let id = match named {
                Named::ById(id) => id.clone(),
                Named::ByPlace { token } => resolve(store, rules, token.as_ref(), input, now).await?,
            };
            about_approval(store, rules, &id, input, now).await
        }
    }
}

/// An approval that is heard of for the first time also looks at what is known of its run; later news of the run is
/// passed on to it.
///
/// News of a run is kept first and passed on afterwards; here the approval is committed first and the run looked at
/// again afterwards. Whichever of two concurrent calls comes second sees the other's.
async fn about_approval<S: Store>(
    store: &S,
    rules: &Rules,
    id: &ApprovalId,
    input: &Input,
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    let loaded = load(store, id).await?;
    let is_new = loaded.0.execution.is_none();
    let Some(key) = input.place().and_then(Place::execution_key).filter(|_| is_new) else {
        return Ok(tell_loaded(store, rules, loaded, &[input], now).await?.into_iter().collect());
    };
    let (execution, seen) = store.execution(&key).await?;
    let inputs = [input, &Input::Execution(execution)];
    let mut changes: Vec<Change> = tell_loaded(store, rules, loaded, &inputs, now).await?.into_iter().collect();
    let (execution, now_known) = store.execution(&key).await?;
    if now_known != seen {
        changes.extend(tell(store, rules, id, &[&Input::Execution(execution)], now).await?);
    }
    Ok(changes)
}

async fn about_execution<S: Store>(
    store: &S,
    rules: &Rules,
    key: &ExecutionKey,
    news: &ExecutionNews,
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    store.hear(key, news, now).await?;
    let mut approvals = store.approvals_of(key).await?;
    // Nothing that a run's end says is stronger than the approval's own evidence.
    approvals.retain(|known| known.basis < Some(Basis::ActionEvent));
    let mut changes = Vec::new();
    if !approvals.is_empty() {
        let (execution, _) = store.execution(key).await?;
        let run = Input::Execution(execution);
        for known in approvals {
            changes.extend(tell(store, rules, &known.id, &[&run], now).await?);
        }
    }
    Ok(changes)
}
