//! Asking CodePipeline's API at once when an event tells of an end but not of who brought it about, so that who and when are
//! exact within seconds. CloudTrail says so minutes later, and the reconciler asks again; so nothing depends on it.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};

use super::ingest::about_approval;
use super::observed::{Run, Sighting};
use super::tell::Change;
use crate::domain::input::{Input, PipelineKey};
use crate::domain::policy::Rules;
use crate::domain::{Approval, FactKind, Phase, Timestamp};
use crate::ports::pipelines::{ActionRun, LookError, Pipelines, Site, Status};
use crate::ports::store::Store;

/// How many pipelines are asked for after one batch of events. The reconciler asks for the rest.
const MAX_PIPELINES: usize = 20;
/// How many at the same time.
const AT_ONCE: usize = 4;

/// Asks for each approval that `changes` brought to an end without a decider, and for those whose pipeline was edited: one
/// call a pipeline, and one more where its state does not show the approval. Says what changed by that. An API or a store
/// that fails is logged only.
pub async fn enrich<S: Store, P: Pipelines>(
    store: &S,
    rules: &Rules,
    pipelines: &P,
    changes: &[Change],
    now: Timestamp,
) -> Vec<Change> {
    let mut wanted: BTreeMap<PipelineKey, BTreeMap<&str, &Approval>> = BTreeMap::new();
    for change in changes.iter().filter(|change| wants(change)) {
        if let Some(gate) = &change.approval.gate {
            let of_pipeline = wanted.entry(gate.pipeline_key()).or_default();
            of_pipeline.insert(change.approval.id.as_str(), &change.approval);
        }
    }
    let mut asked = Vec::new();
    for (key, approvals) in wanted.into_iter().take(MAX_PIPELINES) {
        let Some(site) = site(pipelines, &key) else { continue };
        asked.push(ask_and_tell(store, rules, pipelines, site, key, approvals.into_values().collect(), now));
    }
    stream::iter(asked).buffered(AT_ONCE).concat().await
}

/// The approval has just ended without a decider, or was just found to be in a pipeline that was edited.
fn wants(change: &Change) -> bool {
    let has_news = |news: fn(&FactKind) -> bool| change.facts.iter().any(|fact| news(&fact.kind));
    match change.approval.phase() {
        Phase::Ended => {
            change.approval.decision().is_none() && has_news(|kind| matches!(kind, FactKind::EndSeen { .. }))
        }
        Phase::Waiting => has_news(|kind| matches!(kind, FactKind::ContextLearnt(learnt) if learnt.edit.is_some())),
        Phase::Unseen | Phase::Settled => false,
    }
}

fn site<'p, P: Pipelines>(pipelines: &'p P, key: &PipelineKey) -> Option<&'p Site> {
    pipelines.sites().iter().find(|site| Some(&site.account) == key.account.as_ref() && site.region == key.region)
}

async fn ask_and_tell<S: Store, P: Pipelines>(
    store: &S,
    rules: &Rules,
    pipelines: &P,
    site: &Site,
    key: PipelineKey,
    approvals: Vec<&Approval>,
    now: Timestamp,
) -> Vec<Change> {
    let mut changes = Vec::new();
    let told = match ask(pipelines, site, &key.pipeline, &approvals).await {
        Ok(told) => told,
        Err(error) => {
            tracing::warn!(%site, pipeline = key.pipeline, %error, "who ended an approval could not be asked at once");
            return changes;
        }
    };
    for (approval, inputs) in told {
        let inputs: Vec<&Input> = inputs.iter().collect();
        match about_approval(store, rules, &approval.id, &inputs, now).await {
            Ok(more) => changes.extend(more),
            Err(error) => tracing::warn!(id = %approval.id, %error, "what the API says could not be kept"),
        }
    }
    changes
}

/// What the API has to say to each of the approvals.
async fn ask<'a, P: Pipelines>(
    pipelines: &P,
    site: &Site,
    pipeline: &str,
    approvals: &[&'a Approval],
) -> Result<Vec<(&'a Approval, Vec<Input>)>, LookError> {
    let state = pipelines.state(site, pipeline).await?;
    let mut told = Vec::new();
    for approval in approvals {
        let latest = state.latest.iter().find(|latest| latest.id == approval.id);
        let is_over = latest.is_some_and(|latest| latest.standing.status != Status::InProgress);
        // In PARALLEL mode, and once the next run has come, the state does not show it.
        let actions = match &approval.execution {
            Some(execution) if !is_over && approval.phase() == Phase::Ended => {
                pipelines.actions(site, pipeline, execution).await?
            }
            _ => Vec::new(),
        };
        let of = actions.iter().find(|action| action.id == approval.id && action.standing.status != Status::InProgress);
        let sighting = Sighting {
            site,
            pipeline,
            latest: latest.filter(|_| is_over),
            run: of.map(|of: &ActionRun| Run { of, actions: &actions, time_out: None, start: None }),
            edited_at: approval.context.edit.as_ref().map(|edit| edit.at),
            is_taken_out: false,
        };
        told.push((*approval, sighting.inputs(approval)));
    }
    Ok(told)
}
