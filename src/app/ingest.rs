//! Taking in what was heard.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::pages::Pages;
use super::resolve::resolve;
use super::tell::{Change, load, tell, tell_loaded};
use crate::domain::context::{Edit, Newer};
use crate::domain::evidence::{Basis, End, EndState, Source};
use crate::domain::execution::{ExecutionKey, ExecutionNews};
use crate::domain::input::{Ended, Heard, Input, Named, PipelineKey, PipelineNews, Place};
use crate::domain::policy::Rules;
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, Gate, Phase, Timestamp};
use crate::ports::store::{Query, Store, StoreError};

/// How long before an edit what it edited can have been asked and be decided by now. What waits longer than CodePipeline's
/// usual time-out is open still, or was decided minutes ago.
const LATE_EDIT: TimeDelta = TimeDelta::days(7);

/// Takes one thing in. Repeating the call, after a crash or a redelivery, adds nothing.
pub async fn ingest<S: Store>(
    store: &S,
    rules: &Rules,
    heard: &Heard,
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    match heard {
        Heard::Tick => Ok(Vec::new()),
        Heard::Execution { key, news, at } => {
            let mut changes = about_execution(store, rules, key, news, now).await?;
            if let ExecutionNews::RevisionLearnt(revision) = news
                && rules.demand(|controls| controls.forbids_outdated_revisions)
            {
                let (execution, revision) = (key.id.clone(), revision.clone());
                let newer = Newer { execution, revision, at: at.unwrap_or(now) };
                changes.extend(newer_came(store, rules, key, &newer, now).await?);
            }
            Ok(changes)
        }
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
    // Nothing that a run's end says is stronger than the approval's own evidence; but who asked, and for what, always counts.
    let is_end = matches!(news, ExecutionNews::Ended(_) | ExecutionNews::Stopping { .. });
    approvals.retain(|known| !is_end || known.basis < Some(Basis::ActionEvent));
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
    let (PipelineNews::Edited { edit, .. } | PipelineNews::Deleted(edit)) = news;
    let inputs = |known: &Projection| match news {
        PipelineNews::Edited { edit, gates } => vec![Input::Edited(of_gate(edit, gates.as_ref(), known))],
        PipelineNews::Deleted(edit) => {
            let end = gone(known, edit.at, edit.event_id.clone());
            [Input::Edited(edit.clone())].into_iter().chain(end).collect()
        }
    };
    let open = Query { open_only: true, ..Query::default() };
    let mut changes = tell_each(store, rules, open, key, inputs, now).await?;
    // CloudTrail says so minutes later, when what waited then can be decided.
    if rules.demand(|controls| controls.forbids_edits) {
        let from = edit.at.checked_sub_signed(LATE_EDIT);
        let then = Query { open_only: false, from, to: Some(edit.at) };
        let is_settled = |known: &Projection| known.phase == Phase::Settled;
        let of_settled = |known: &Projection| if is_settled(known) { inputs(known) } else { Vec::new() };
        changes.extend(tell_each(store, rules, then, key, of_settled, now).await?);
    }
    Ok(changes)
}

/// A newer revision stands behind whatever waits in the pipeline.
async fn newer_came<S: Store>(
    store: &S,
    rules: &Rules,
    key: &ExecutionKey,
    newer: &Newer,
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    let (account, region, pipeline) = (key.account.clone(), key.region.clone(), key.pipeline.clone());
    let key = PipelineKey { account, region, pipeline };
    let query = Query { open_only: true, ..Query::default() };
    tell_each(store, rules, query, &key, |_| vec![Input::Newer(newer.clone())], now).await
}

/// Tells each approval of the pipeline what `inputs` says of it, if anything.
async fn tell_each<S: Store>(
    store: &S,
    rules: &Rules,
    query: Query,
    key: &PipelineKey,
    inputs: impl Fn(&Projection) -> Vec<Input>,
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    let (mut pages, mut changes) = (Pages::new(store, query), Vec::new());
    while let Some(page) = pages.next().await? {
        for known in page.iter().filter(|known| known.gate.as_ref().is_some_and(|gate| gate.pipeline_key() == *key)) {
            let inputs = inputs(known);
            if inputs.is_empty() {
                continue;
            }
            let inputs: Vec<&Input> = inputs.iter().collect();
            changes.extend(tell(store, rules, &known.id, &inputs, now).await?);
        }
    }
    Ok(changes)
}

/// What the edit does to the gate of `known`.
fn of_gate(edit: &Edit, gates: Option<&BTreeSet<(String, String)>>, known: &Projection) -> Edit {
    let is_there = |gate: &Gate| gates.is_none_or(|gates| gates.contains(&(gate.stage.clone(), gate.action.clone())));
    Edit { removes_gate: known.gate.as_ref().is_some_and(|gate| !is_there(gate)), ..edit.clone() }
}

/// The end of a wait whose pipeline was deleted at `at`; none for one that began later, in another pipeline of that name.
pub(super) fn gone(known: &Projection, at: Timestamp, event_id: Option<String>) -> Option<Input> {
    let place = Place { gate: known.gate.clone()?, execution: known.execution.clone(), attempt: known.attempt };
    let end =
        End { state: EndState::Canceled, at, source: Source::PipelineGone, error_code: None, summary: None, event_id };
    let began_before = known.requested_at.is_none_or(|requested_at| requested_at <= at);
    began_before.then_some(Input::Ended(Ended { place, requested_at: None, end }))
}
