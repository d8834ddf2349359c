//! What other programs are told of an approval: that something happened, and how things stood when it was noted.

use super::evidence::Source;
use super::fact::{Fact, FactKind, Settlement};
use super::finding::Finding;
use super::policy::{Act, PolicyRef, Rules};
use super::projection::comment;
use super::{Approval, ApprovalId, ExecutionId, Gate, NoticeId, RecipientName, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainEvent {
    /// When it happened, which can be long before it was heard of.
    pub at: Timestamp,
    pub approval: ApprovalId,
    pub gate: Gate,
    pub execution: Option<ExecutionId>,
    pub attempt: Option<u32>,
    pub policy: Option<PolicyRef>,
    pub requested_at: Option<Timestamp>,
    pub deadline: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    pub happening: Happening,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Somebody was asked. Said once, also where a stronger source says it again.
    Requested,
    ReminderSent {
        notice: NoticeId,
        recipient: RecipientName,
    },
    Escalated {
        notice: NoticeId,
        recipient: RecipientName,
    },
    /// The deadline passed.
    Breached,
    Settled(Ending),
    /// Something is wrong that a person has to look into.
    FindingRaised(Raised),
}

/// How it ended, and what the evidence says of who ended it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    pub settlement: Settlement,
    /// Late evidence says otherwise than what was told before.
    pub is_corrected: bool,
    /// The decider's ARN as CloudTrail or the API states it, never as a comment does.
    pub decided_by: Option<String>,
    pub comment: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Raised {
    NoticeGivenUp { notice: NoticeId, recipient: RecipientName, attempts: u32, reason: String },
    Control(Finding),
}

/// What `fact` tells others; `approval` is the fold up to and including it.
pub(super) fn event(approval: &Approval, fact: &Fact, rules: &Rules) -> Option<DomainEvent> {
    let (at, happening) = match &fact.kind {
        FactKind::Requested { at, source, .. } => {
            is_first_request(approval, fact, *source).then_some((*at, Happening::Requested))?
        }
        FactKind::Breached { deadline, .. } => (*deadline, Happening::Breached),
        FactKind::Settled(settlement) => (settlement.ended_at, ended(approval, settlement, false)),
        FactKind::Corrected(settlement) => (settlement.ended_at, ended(approval, settlement, true)),
        FactKind::NoticeDelivered { notice, act, recipient, at, .. } => {
            let (notice, recipient) = (notice.clone(), recipient.clone());
            let happening = match act {
                Act::Remind => Happening::ReminderSent { notice, recipient },
                Act::Escalate => Happening::Escalated { notice, recipient },
                Act::Report => return None,
            };
            (*at, happening)
        }
        FactKind::NoticeGivenUp { notice, recipient, attempts, reason } => {
            let raised = Raised::NoticeGivenUp {
                notice: notice.clone(),
                recipient: recipient.clone(),
                attempts: *attempts,
                reason: reason.clone(),
            };
            (fact.recorded_at, Happening::FindingRaised(raised))
        }
        FactKind::Found(finding) => (fact.recorded_at, Happening::FindingRaised(Raised::Control(finding.clone()))),
        FactKind::ContextLearnt(_)
        | FactKind::PolicyChanged { .. }
        | FactKind::Acknowledged(_)
        | FactKind::Snoozed { .. }
        | FactKind::StepFired(_)
        | FactKind::DecisionSeen { .. }
        | FactKind::AttemptSeen(_)
        | FactKind::EndSeen { .. }
        | FactKind::NoticeWithdrawn { .. }
        | FactKind::Joined { .. }
        | FactKind::Cleared(_)
        | FactKind::ClaimSeen { .. }
        | FactKind::Pruned(_) => return None,
    };
    Some(DomainEvent {
        at,
        approval: approval.id.clone(),
        gate: approval.gate.clone()?,
        execution: approval.execution.clone(),
        attempt: approval.attempt,
        policy: approval.policy(rules).map(|policy| rules.reference(policy)),
        requested_at: approval.request.map(|request| request.at),
        deadline: if happening == Happening::Breached { Some(at) } else { approval.deadline(rules) },
        expires_at: approval.expires_at(rules),
        happening,
    })
}

/// The first statement is the one at which the approval was first heard of, and the one that is believed so far.
fn is_first_request(approval: &Approval, fact: &Fact, source: Source) -> bool {
    approval.heard_at == Some(fact.recorded_at) && approval.request.is_some_and(|request| request.source == source)
}

fn ended(approval: &Approval, settlement: &Settlement, is_corrected: bool) -> Happening {
    Happening::Settled(Ending {
        settlement: settlement.clone(),
        is_corrected,
        decided_by: approval.decision().and_then(|decision| decision.by.arn.clone()),
        comment: comment(approval).map(str::to_owned),
    })
}
