//! An approval at a glance: what lists, gauges and the store's indexes need, without its facts.
//!
//! Always the fold of the facts under the rules of the moment it was written; nothing is known here that is not there.

use super::evidence::{Basis, Outcome};
use super::execution::ExecutionKey;
use super::policy::Rules;
use super::{Approval, ApprovalId, ExecutionId, Gate, Phase, PolicyName, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    pub id: ApprovalId,
    pub phase: Phase,
    pub gate: Option<Gate>,
    pub execution: Option<ExecutionId>,
    pub attempt: Option<u32>,
    pub policy: Option<PolicyName>,
    pub requested_at: Option<Timestamp>,
    pub deadline: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub breached: bool,
    /// When it must be looked at next.
    pub due_at: Option<Timestamp>,
    pub outcome: Option<Outcome>,
    pub basis: Option<Basis>,
    pub ended_at: Option<Timestamp>,
    /// The decider's ARN as CloudTrail or the API states it, never as a comment does.
    pub decided_by: Option<String>,
    pub comment: Option<String>,
    /// When its latest fact was recorded.
    pub changed_at: Option<Timestamp>,
}

impl Projection {
    pub fn of(approval: &Approval, rules: &Rules) -> Self {
        let settlement = approval.settlement.as_ref();
        let breached_while_open = settlement.is_none() && approval.breached.is_some();
        Self {
            id: approval.id.clone(),
            phase: approval.phase(),
            gate: approval.gate.clone(),
            execution: approval.execution.clone(),
            attempt: approval.attempt,
            policy: approval.policy(rules).map(|p| p.name.clone()),
            requested_at: approval.request.map(|r| r.at),
            deadline: approval.deadline(rules),
            expires_at: approval.expires_at(rules),
            breached: settlement.map_or(breached_while_open, |s| s.breached),
            due_at: if approval.joined.is_some() { None } else { approval.due(rules).map(|due| due.at) },
            outcome: settlement.map(|s| s.outcome),
            basis: settlement.map(|s| approval.decision().map_or(s.basis, |decision| decision.witness.basis())),
            ended_at: settlement.map(|s| s.ended_at).or_else(|| approval.ended_at()),
            decided_by: decider(approval).map(str::to_owned),
            comment: comment(approval).map(str::to_owned),
            changed_at: approval.changed_at,
        }
    }

    /// The time by which lists are ordered: the request, or else the end.
    pub fn listed_at(&self) -> Option<Timestamp> {
        self.requested_at.or(self.ended_at)
    }

    pub fn execution_key(&self) -> Option<ExecutionKey> {
        Some(self.gate.as_ref()?.execution_key(self.execution.clone()?))
    }

    /// Somebody is being waited for.
    pub fn is_waiting(&self) -> bool {
        self.phase == Phase::Waiting
    }

    pub fn wait(&self) -> Option<chrono::TimeDelta> {
        let wait = self.ended_at? - self.requested_at?;
        Some(wait.max(chrono::TimeDelta::zero()))
    }
}

/// Whoever the API names at a time-out has decided nothing.
fn decider(approval: &Approval) -> Option<&str> {
    let is_decided = approval.settlement.as_ref().is_none_or(|settlement| settlement.outcome.is_decision());
    approval.decision().filter(|_| is_decided).and_then(|decision| decision.by.arn.as_deref())
}

/// What the decider wrote: by CloudTrail's record where there is one, because where they wrote nothing CodePipeline puts a
/// text of its own into the event.
pub fn comment(approval: &Approval) -> Option<&str> {
    match approval.decision() {
        Some(decision) => decision.comment.as_deref(),
        None => approval.end().and_then(|end| end.summary.as_deref()),
    }
}
