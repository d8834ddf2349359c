//! What must go out because of a fact.
//!
//! Effects are stored together with their fact and performed afterwards. Their ids come from the fact alone, so that
//! performing one twice can be recognised.

use chrono::TimeDelta;

use super::event::{DomainEvent, event};
use super::evidence::Outcome;
use super::fact::{Fact, FactKind, Settlement, StepFired, Unwanted};
use super::finding::{Finding, FindingKind};
use super::measure::{Labels, Measures, Name};
use super::policy::{Act, PolicyRef, Rules};
use super::span::later;
use super::{Approval, ApprovalId, NoticeId, Phase, RecipientName, StepId, Timestamp};

/// How long a notice waits before it is looked at again for which a later one stands that is not out yet.
pub const WAIT_FOR_ANOTHER: TimeDelta = TimeDelta::minutes(15);

#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    Notice(Notice),
    Record(Measures),
    /// Other programs are told.
    Publish(Box<DomainEvent>),
    /// The approvals of a run hear of each other's decisions.
    Compare,
}

/// One message to one recipient. Its text is written when it is sent, so that it says how things stand then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    pub act: Act,
    pub step: StepId,
    pub repeat: u32,
    pub recipient: RecipientName,
    pub due_at: Timestamp,
    /// When its recipient's hours begin, where it is not within them.
    pub held_until: Option<Timestamp>,
    pub policy: PolicyRef,
    /// What it reports; it is no step's then.
    pub finding: Option<FindingKind>,
}

/// The effects of `fact`; `approval` is the fold up to and including it.
pub fn effects(approval: &Approval, fact: &Fact, rules: &Rules) -> Vec<Effect> {
    let mut effects = match &fact.kind {
        FactKind::StepFired(fired) => notices(&approval.id, fired).map(Effect::Notice).collect(),
        FactKind::Settled(settlement) => settled(approval, settlement, rules),
        FactKind::Corrected(settlement) => {
            let corrected = record(approval, rules, settlement.ended_at, vec![(Name::OutcomeCorrected, 1.0)]);
            corrected.into_iter().chain(compare(rules)).collect()
        }
        FactKind::NoticeDelivered { act, at, .. } => {
            let name = match act {
                Act::Remind => Name::RemindersSent,
                Act::Escalate => Name::EscalationsSent,
                // Counted when it was found.
                Act::Report => return Vec::new(),
            };
            record(approval, rules, *at, vec![(name, 1.0)])
        }
        FactKind::NoticeGivenUp { .. } => record(approval, rules, fact.recorded_at, vec![(Name::NoticesGivenUp, 1.0)]),
        FactKind::Found(finding) => found(approval, fact, finding, rules),
        // Who decided has become known better.
        FactKind::DecisionSeen { .. } if approval.settlement.is_some() => compare(rules),
        FactKind::Requested { .. }
        | FactKind::PolicyChanged { .. }
        | FactKind::Acknowledged(_)
        | FactKind::Snoozed { .. }
        | FactKind::ContextLearnt(_)
        | FactKind::Breached { .. }
        | FactKind::DecisionSeen { .. }
        | FactKind::AttemptSeen(_)
        | FactKind::EndSeen { .. }
        | FactKind::NoticeWithdrawn { .. }
        | FactKind::Joined { .. }
        | FactKind::Cleared(_)
        | FactKind::ClaimSeen { .. }
        | FactKind::Pruned(_) => Vec::new(),
    };
    if rules.publishes_events {
        effects.extend(event(approval, fact, rules).map(|event| Effect::Publish(Box::new(event))));
    }
    effects
}

/// Whether there is still a reason to send it. Asked again just before sending.
pub fn still_wanted(notice: &Notice, approval: &Approval, rules: &Rules) -> Result<(), Unwanted> {
    if let Some(kind) = notice.finding {
        return if approval.findings.contains_key(&kind) { Ok(()) } else { Err(Unwanted::Cleared) };
    }
    if approval.phase() != Phase::Waiting || approval.joined.is_some() {
        return Err(Unwanted::Over);
    }
    if approval.told_with_another.contains(&notice.id) {
        return Err(Unwanted::Merged);
    }
    let ladder = approval.ladder(rules);
    let is_silent = match &ladder {
        Some(ladder) => ladder.silences(notice.act, notice.due_at),
        None => notice.act == Act::Remind && !approval.acknowledged.is_empty(),
    };
    if is_silent { Err(Unwanted::Acknowledged) } else { Ok(()) }
}

/// The notices that do not come by themselves once this one is out: those that fired before it for the same recipient and
/// are not out, because they are held, put off, or could not be delivered.
pub fn stands_for<'a>(
    notice: &Notice,
    approval: &'a Approval,
    rules: &'a Rules,
) -> impl Iterator<Item = &'a Notice> + use<'a> {
    let (earlier, _) = approval.around(notice);
    earlier.iter().filter(|known| still_wanted(known, approval, rules).is_ok())
}

/// What the notice is to its recipient: an escalation also where it only stands for one.
pub fn act_of(notice: &Notice, approval: &Approval, rules: &Rules) -> Act {
    stands_for(notice, approval, rules).map(|known| known.act).fold(notice.act, Act::max)
}

/// Whether a later one to the same recipient could go at `now` and stands for it. It waits for what becomes of that one: if
/// it is given up or not wanted any more, this one comes as if the other had never been.
pub fn waits_for_another(notice: &Notice, approval: &Approval, rules: &Rules, now: Timestamp) -> bool {
    let (_, later) = approval.around(notice);
    let could_go = |other: &Notice| {
        still_wanted(other, approval, rules).is_ok() && is_allowed_at(other, approval, rules, now) <= now
    };
    later.iter().any(could_go)
}

/// The earliest time from `now` on at which it may go out; where it waits for another, when to look again.
pub fn may_go_at(notice: &Notice, approval: &Approval, rules: &Rules, now: Timestamp) -> Timestamp {
    let at = is_allowed_at(notice, approval, rules, now);
    let waits = at <= now && waits_for_another(notice, approval, rules, now);
    if waits { later(now, WAIT_FOR_ANOTHER) } else { at }
}

/// From `now` on, not while somebody has put it off, and within its recipient's hours, which can be over when an earlier
/// attempt has failed.
pub fn is_allowed_at(notice: &Notice, approval: &Approval, rules: &Rules, now: Timestamp) -> Timestamp {
    // What somebody has put off is the question, not what is found of its answer.
    let snoozed_until = approval.snoozed_until.filter(|_| notice.finding.is_none());
    let at = snoozed_until.map_or(now, |until| until.max(now));
    let steps = approval.policy(rules).map_or(&[][..], |policy| policy.steps(approval.attempt));
    let is_urgent = steps.iter().any(|step| step.id == notice.step && step.is_urgent);
    let hours = rules.hours.get(&notice.recipient).filter(|_| !is_urgent);
    hours.map_or(at, |hours| hours.opens_at(at))
}

/// One to each recipient of the step.
pub fn notices<'a>(approval: &'a ApprovalId, fired: &'a StepFired) -> impl Iterator<Item = Notice> + use<'a> {
    fired.to.iter().map(move |recipient| Notice {
        id: notice_id(approval, fired, recipient),
        act: fired.act,
        step: fired.step.clone(),
        repeat: fired.repeat,
        recipient: recipient.clone(),
        due_at: fired.due_at,
        held_until: fired.held.iter().find(|held| held.recipient == *recipient).map(|held| held.until),
        policy: fired.policy.clone(),
        finding: None,
    })
}

/// The same for the same step, however often it is asked for.
pub fn notice_id(approval: &ApprovalId, fired: &StepFired, recipient: &RecipientName) -> NoticeId {
    NoticeId::new(format!("{approval}/{}/{}/{recipient}", fired.step, fired.repeat))
}

fn settled(approval: &Approval, settlement: &Settlement, rules: &Rules) -> Vec<Effect> {
    let mut values = vec![(outcome_count(settlement.outcome), 1.0)];
    if settlement.outcome.is_decision() {
        let wait = approval.request.map(|request| settlement.ended_at - request.at);
        if let Some(wait) = wait {
            values.push((Name::ApprovalLatency, wait.max(chrono::TimeDelta::zero()).as_seconds_f64()));
        }
        values.push((Name::Rejected, one_if(settlement.outcome == Outcome::Rejected)));
        if settlement.policy.is_some() {
            values.push((Name::Breached, one_if(settlement.breached)));
        }
    }
    record(approval, rules, settlement.ended_at, values).into_iter().chain(compare(rules)).collect()
}

/// Whoever approved one gate may have approved the others as well.
fn compare(rules: &Rules) -> Vec<Effect> {
    if rules.demand(|controls| controls.requires_two_people) { vec![Effect::Compare] } else { Vec::new() }
}

/// A notice to each who is told of findings, and a measure.
fn found(approval: &Approval, fact: &Fact, finding: &Finding, rules: &Rules) -> Vec<Effect> {
    let (tell, policy) = match (approval.policy(rules), &finding.policy) {
        (Some(policy), Some(reference)) => (policy.controls.tell.as_slice(), reference),
        _ => return record(approval, rules, fact.recorded_at, vec![(Name::FindingsRaised, 1.0)]),
    };
    let kind = finding.kind.as_str();
    let notice = |recipient: &RecipientName| {
        let opens_at = rules.hours.get(recipient).map(|hours| hours.opens_at(fact.recorded_at));
        Effect::Notice(Notice {
            id: NoticeId::new(format!("{}/finding/{kind}/{recipient}", approval.id)),
            act: Act::Report,
            step: StepId::new(format!("finding/{kind}")),
            repeat: 0,
            recipient: recipient.clone(),
            due_at: fact.recorded_at,
            held_until: opens_at.filter(|at| *at > fact.recorded_at),
            policy: policy.clone(),
            finding: Some(finding.kind),
        })
    };
    let notices = tell.iter().map(notice);
    notices.chain(record(approval, rules, fact.recorded_at, vec![(Name::FindingsRaised, 1.0)])).collect()
}

fn outcome_count(outcome: Outcome) -> Name {
    match outcome {
        Outcome::Approved => Name::OutcomeApproved,
        Outcome::Rejected => Name::OutcomeRejected,
        Outcome::TimedOut => Name::OutcomeTimedOut,
        Outcome::Abandoned => Name::OutcomeAbandoned,
        Outcome::Cancelled => Name::OutcomeCancelled,
        Outcome::NeverAsked => Name::OutcomeNeverAsked,
        Outcome::Failed => Name::OutcomeFailed,
    }
}

fn one_if(claim: bool) -> f64 {
    if claim { 1.0 } else { 0.0 }
}

fn record(approval: &Approval, rules: &Rules, at: Timestamp, values: Vec<(Name, f64)>) -> Vec<Effect> {
    let Some(gate) = &approval.gate else { return Vec::new() };
    let labels = Labels { gate: gate.clone(), policy: rules.policy_for(gate).map(|p| p.name.clone()) };
    vec![Effect::Record(Measures { labels, at, values })]
}
