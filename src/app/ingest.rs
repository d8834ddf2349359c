//! Taking in what was heard.

use super::pages::Pages;
use super::resolve::resolve;
use super::tell::{Change, load, tell, tell_loaded};
use crate::domain::evidence::{Basis, End, EndState, Source};
use crate::domain::execution::{ExecutionKey, ExecutionNews};
use crate::domain::input::{Ended, Heard, Input, Named, PipelineKey, PipelineNews, Place};
use crate::domain::policy::Rules;
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, Timestamp};
use crate::ports::store::{Query, Store, StoreError};

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
        Heard::Pipeline { key, news } => about_pipeline(store, rules, key, news, now).await,
        Heard::Approval { named, input } => {
            let id = match named {
                Named::ById(id) => id.clone(),
                Named::ByPlace { token } => resolve(store, rules, token.as_ref(), input, now).await?,
            };
            about_approval(store, rules, &id, &[input], now).await
        }
    }
}

/// An approval that is heard of for the first time also looks at what is known of its run; later news of the run is
/// passed on to it.
///
/// News of a run is kept first and passed on afterwards; here the approval is committed first and the run looked at
/// again afterwards. Whichever of two concurrent calls comes second sees the other's.
pub(super) async fn about_approval<S: Store>(
    store: &S,
    rules: &Rules,
    id: &ApprovalId,
    inputs: &[&Input],
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    let loaded = load(store, id).await?;
    let is_new = loaded.0.execution.is_none();
    let place = inputs.iter().find_map(|input| input.place());
    let Some(key) = place.and_then(Place::execution_key).filter(|_| is_new) else {
        return Ok(tell_loaded(store, rules, loaded, inputs, now).await?.into_iter().collect());
    };
    let (execution, seen) = store.execution(&key).await?;
    let run = Input::Execution(execution);
    let with_run: Vec<&Input> = inputs.iter().copied().chain([&run]).collect();
    let mut changes: Vec<Change> = tell_loaded(store, rules, loaded, &with_run, now).await?.into_iter().collect();
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

/// An edit is noted at whatever waits in the pipeline; what it does to the wait, CodePipeline's API tells (see `enrich`).
/// With the pipeline itself every wait in it is over.
async fn about_pipeline<S: Store>(
    store: &S,
    rules: &Rules,
    key: &PipelineKey,
    news: &PipelineNews,
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    let (mut pages, mut changes) = (Pages::new(store, Query { open_only: true, ..Query::default() }), Vec::new());
    while let Some(page) = pages.next().await? {
        for known in page.iter().filter(|known| known.gate.as_ref().is_some_and(|gate| gate.pipeline_key() == *key)) {
            let input = match news {
                PipelineNews::Edited(edit) => Some(Input::Edited(edit.clone())),
                PipelineNews::Deleted { at, event_id } => gone(known, *at, event_id.clone()),
            };
            if let Some(input) = input {
                changes.extend(tell(store, rules, &known.id, &[&input], now).await?);
            }
        }
    }
    Ok(changes)
}

/// The end of a wait whose pipeline was deleted at `at`; none for one that began later, in another pipeline of that name.
pub(super) fn gone(known: &Projection, at: Timestamp, event_id: Option<String>) -> Option<Input> {
    let place = Place { gate: known.gate.clone()?, execution: known.execution.clone(), attempt: known.attempt };
    let end =
        End { state: EndState::Canceled, at, source: Source::PipelineGone, error_code: None, summary: None, event_id };
    let began_before = known.requested_at.is_none_or(|requested_at| requested_at <= at);
    began_before.then_some(Input::Ended(Ended { place, requested_at: None, end }))
}
