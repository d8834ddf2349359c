//! One pipeline, looked at: each approval in it that CodePipeline and the store may think differently of.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{Mark, behind};
use crate::app::ingest::{about_approval, gone};
use crate::app::observed::{Run, Sighting};
use crate::app::tell::{Change, load};
use crate::domain::approval::DEFAULT_EXPIRY;
use crate::domain::evidence::CANCELED_SUMMARY;
use crate::domain::input::Input;
use crate::domain::policy::Rules;
use crate::domain::projection::Projection;
use crate::domain::{Approval, ApprovalId, ExecutionId, FactKind, Phase, Timestamp};
use crate::ports::pipelines::{ActionKind, ActionRun, Declared, Latest, LookError, Pipelines, Start, State, Status};
use crate::ports::store::{Store, StoreError};

/// An approval that began and ended unheard is taken in if it ended no longer ago than EventBridge goes on delivering.
const LOOK_BACK: TimeDelta = TimeDelta::hours(24);

#[derive(Debug, Default)]
pub(super) struct Look {
    pub(super) changes: Vec<Change>,
    pub(super) found: usize,
    pub(super) closed: usize,
    pub(super) learnt: usize,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    #[error(transparent)]
    Api(#[from] LookError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Looks at the pipeline at `mark`, of which `open` is known to be open here. `version` spares the look at a pipeline that
/// is known to have no approvals.
pub(super) async fn look<S: Store, P: Pipelines>(
    store: &S,
    rules: &Rules,
    pipelines: &P,
    mark: &Mark,
    version: Option<u32>,
    open: &[Projection],
    now: Timestamp,
) -> Result<Look, Trouble> {
    let mut looker = Looker { store, rules, pipelines, mark, now, histories: BTreeMap::new(), look: Look::default() };
    if let (Some(version), []) = (version, open)
        && pipelines.declared(&mark.site, &mark.pipeline, version).await?.approvals.is_empty()
    {
        return Ok(looker.look);
    }
    let state = match pipelines.state(&mark.site, &mark.pipeline).await {
        Ok(state) => state,
        Err(LookError::NotFound) => {
            looker.all_gone(open).await?;
            return Ok(looker.look);
        }
        Err(error) => return Err(error.into()),
    };
    let declared = pipelines.declared(&mark.site, &mark.pipeline, state.version).await?;
    let current = Current { version: state.version, declared };
    for candidate in looker.candidates(&state, &current, open).await? {
        looker.look_at(&current, &candidate).await?;
        looker.look_behind(&state, &candidate).await?;
    }
    Ok(looker.look)
}

struct Looker<'a, S, P> {
    store: &'a S,
    rules: &'a Rules,
    pipelines: &'a P,
    mark: &'a Mark,
    now: Timestamp,
    /// The actions of each run that was asked for; none where CodePipeline does not know the run.
    histories: BTreeMap<ExecutionId, Option<Vec<ActionRun>>>,
    look: Look,
}

/// The pipeline as it is declared now.
struct Current {
    version: u32,
    declared: Declared,
}

impl Current {
    fn has(&self, stage: &str, action: &str) -> bool {
        self.declared.approvals.iter().any(|a| a.stage == stage && a.action == action)
    }
}

/// An approval to be looked at.
struct Candidate<'a> {
    id: ApprovalId,
    latest: Option<&'a Latest>,
    open: Option<&'a Projection>,
    /// The run that it is probably of, where the approval itself does not know.
    hint: Option<ExecutionId>,
}

impl<S: Store, P: Pipelines> Looker<'_, S, P> {
    /// What the state shows, and what is open here. In PARALLEL mode the state shows one of many, so the runs that are
    /// under way are looked through instead.
    async fn candidates<'c>(
        &mut self,
        state: &'c State,
        current: &Current,
        open: &'c [Projection],
    ) -> Result<Vec<Candidate<'c>>, Trouble> {
        let find = |id: &ApprovalId| open.iter().find(|known| known.id == *id);
        let mut candidates = BTreeMap::new();
        let mut add = |id: &ApprovalId, latest, hint| {
            let candidate = Candidate { id: id.clone(), latest, open: find(id), hint };
            candidates.entry(id.clone()).or_insert(candidate);
        };
        if current.declared.is_parallel {
            for execution in self.pipelines.under_way(&self.mark.site, &self.mark.pipeline).await? {
                let actions = self.history(&execution).await?.into_iter().flatten();
                for action in actions.filter(|action| action.kind == ActionKind::Approval) {
                    add(&action.id, None, Some(execution.clone()));
                }
            }
        } else {
            let of_approvals =
                |latest: &&Latest| current.has(&latest.stage, &latest.action) || find(&latest.id).is_some();
            for latest in state.latest.iter().filter(of_approvals) {
                add(&latest.id, Some(latest), latest.in_stage.clone());
            }
        }
        open.iter().for_each(|known| add(&known.id, None, None));
        Ok(candidates.into_values().collect())
    }

    async fn look_at(&mut self, current: &Current, candidate: &Candidate<'_>) -> Result<(), Trouble> {
        let known = load(self.store, &candidate.id).await?.0;
        let needs_history = match needs(&known, candidate.latest, self.now) {
            Needs::Nothing => return Ok(()),
            Needs::State => false,
            Needs::History => true,
        };
        let execution = known.execution.clone().or_else(|| candidate.hint.clone()).filter(|_| needs_history);
        let actions = match &execution {
            Some(execution) => self.history(execution).await?.unwrap_or_default().to_vec(),
            None => Vec::new(),
        };
        let of = actions.iter().find(|action| action.id == candidate.id);
        let is_run_gone = execution.is_some_and(|e| self.histories.get(&e).is_some_and(Option::is_none));
        if is_run_gone && candidate.latest.is_none() {
            return match candidate.open {
                Some(open) => self.all_gone(std::slice::from_ref(open)).await,
                None => Ok(()),
            };
        }
        let (time_out, start) = match of {
            Some(of) => (self.time_out(of).await, self.start(of, &known).await),
            None => (None, None),
        };
        let edited_at = known.context.edit.as_ref().map(|edit| edit.at).or_else(|| {
            let of = of.filter(|of| of.version < current.version)?;
            Some(current.declared.updated_at.unwrap_or(self.now).max(of.started_at))
        });
        let is_taken_out = edited_at.is_some() && of.is_some_and(|of| !current.has(&of.stage, &of.action));
        let sighting = Sighting {
            site: &self.mark.site,
            pipeline: &self.mark.pipeline,
            latest: candidate.latest,
            run: of.map(|of| Run { of, actions: &actions, time_out, start: start.as_ref() }),
            edited_at,
            is_taken_out,
        };
        let inputs = sighting.inputs(&known);
        let was_heard_of = known.phase() != Phase::Unseen;
        if was_heard_of || is_news(&inputs, self.now) {
            self.tell(&candidate.id, &inputs, was_heard_of).await?;
        }
        Ok(())
    }

    /// Whether a newer revision waits to enter the stage in which somebody is asked. Only a policy that forbids to approve
    /// then makes that worth a call.
    async fn look_behind(&mut self, state: &State, candidate: &Candidate<'_>) -> Result<(), Trouble> {
        let Some(latest) = candidate.latest.filter(|latest| latest.standing.status == Status::InProgress) else {
            return Ok(());
        };
        let of_stage = state.inbound.iter().filter(|inbound| inbound.stage == latest.stage);
        let inbound: Vec<&ExecutionId> = of_stage.map(|inbound| &inbound.execution).collect();
        if inbound.is_empty() {
            return Ok(());
        }
        let known = load(self.store, &candidate.id).await?.0;
        let is_forbidden = known.policy(self.rules).is_some_and(|policy| policy.controls.forbids_outdated_revisions);
        let Some(execution) =
            known.execution.as_ref().filter(|_| is_forbidden && behind::may_be_news(&known, &inbound))
        else {
            return Ok(());
        };
        let runs = match self.pipelines.since(&self.mark.site, &self.mark.pipeline, execution).await {
            Ok(runs) => runs,
            // The list lags behind the state, and the next look asks again.
            Err(error) => {
                tracing::warn!(id = %known.id, %error, "what waits behind an approval could not be looked at");
                return Ok(());
            }
        };
        let Some(newer) = behind::newer(&known, &inbound, &runs) else { return Ok(()) };
        let is_counted = self.look.changes.iter().any(|change| change.approval.id == known.id);
        let changes = about_approval(self.store, self.rules, &known.id, &[&Input::Newer(newer)], self.now).await?;
        self.look.learnt += usize::from(!is_counted && !changes.is_empty());
        self.look.changes.extend(changes);
        Ok(())
    }

    async fn tell(&mut self, id: &ApprovalId, inputs: &[Input], was_heard_of: bool) -> Result<(), StoreError> {
        let inputs: Vec<&Input> = inputs.iter().collect();
        let changes = about_approval(self.store, self.rules, id, &inputs, self.now).await?;
        let ends = |kind: &FactKind| matches!(kind, FactKind::EndSeen { .. } | FactKind::DecisionSeen { .. });
        if changes.is_empty() {
        } else if !was_heard_of {
            self.look.found += 1;
        } else if changes.iter().flat_map(|change| &change.facts).any(|fact| ends(&fact.kind)) {
            self.look.closed += 1;
        } else {
            self.look.learnt += 1;
        }
        self.look.changes.extend(changes);
        Ok(())
    }

    /// CodePipeline knows neither the pipeline nor the run any more.
    async fn all_gone(&mut self, open: &[Projection]) -> Result<(), Trouble> {
        for known in open.iter().filter(|known| known.is_waiting()) {
            if let Some(input) = gone(known, self.now, None) {
                self.tell(&known.id, &[input], true).await?;
            }
        }
        Ok(())
    }

    async fn history(&mut self, execution: &ExecutionId) -> Result<Option<&[ActionRun]>, LookError> {
        if !self.histories.contains_key(execution) {
            let actions = match self.pipelines.actions(&self.mark.site, &self.mark.pipeline, execution).await {
                Ok(actions) => Some(actions),
                Err(LookError::NotFound) => None,
                Err(error) => return Err(error),
            };
            self.histories.insert(execution.clone(), actions);
        }
        Ok(self.histories.get(execution).and_then(Option::as_deref))
    }

    async fn time_out(&self, of: &ActionRun) -> Option<TimeDelta> {
        let declared = self.pipelines.declared(&self.mark.site, &self.mark.pipeline, of.version).await;
        let declared =
            declared.inspect_err(|error| tracing::debug!(%error, "an old declaration cannot be read")).ok()?;
        let approval = declared.approvals.into_iter().find(|a| a.stage == of.stage && a.action == of.action)?;
        Some(approval.time_out.unwrap_or(DEFAULT_EXPIRY))
    }

    /// Why the run was started, where no event told. It is good to know, and no reason to stop.
    async fn start(&self, of: &ActionRun, known: &Approval) -> Option<Start> {
        if known.context.trigger.is_some() {
            return None;
        }
        let start = self.pipelines.start(&self.mark.site, &self.mark.pipeline, &of.execution).await;
        start.inspect_err(|error| tracing::debug!(%error, "a run cannot be read")).ok().flatten()
    }
}

enum Needs {
    Nothing,
    /// The state says all.
    State,
    /// The history of its run has to be asked for.
    History,
}

fn needs(known: &Approval, latest: Option<&Latest>, now: Timestamp) -> Needs {
    let is_whole = known.request.is_some() && known.execution.is_some();
    let Some(standing) = latest.map(|latest| &latest.standing) else {
        return if known.phase() == Phase::Settled { Needs::Nothing } else { Needs::History };
    };
    match (known.phase(), standing.status) {
        (Phase::Settled, _) => Needs::Nothing,
        // Its end is known, and the state does not show it yet.
        (Phase::Ended, Status::InProgress) if is_whole => Needs::Nothing,
        (_, Status::InProgress) if is_whole && known.context.expires_at.is_some() => Needs::Nothing,
        (Phase::Unseen, status)
            if status != Status::InProgress && standing.at.is_some_and(|at| at < now - LOOK_BACK) =>
        {
            Needs::Nothing
        }
        (Phase::Ended, _) if is_whole && known.decision().is_some() => Needs::Nothing,
        (_, Status::Succeeded | Status::Failed) => {
            let says_all = standing.by.is_some() && standing.at.is_some();
            let may_be_edit = standing.summary.as_deref() == Some(CANCELED_SUMMARY);
            if is_whole && says_all && !may_be_edit { Needs::State } else { Needs::History }
        }
        (_, Status::InProgress | Status::Abandoned) => Needs::History,
    }
}

/// Whether an approval that nothing was heard of is worth taking in: it waits, or has waited until lately.
fn is_news(inputs: &[Input], now: Timestamp) -> bool {
    let ended_at = inputs.iter().find_map(|input| match input {
        Input::Ended(ended) => Some(ended.end.at),
        Input::Decision(decision) => Some(decision.at),
        _ => None,
    });
    inputs.iter().any(|input| matches!(input, Input::Started(_))) && ended_at.is_none_or(|at| at >= now - LOOK_BACK)
}
