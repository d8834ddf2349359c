//! What several forms show alike.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::domain::evidence::{Decision, Witness};
use crate::domain::finding::{Exhibit, Finding, FindingKind, What};
use crate::domain::policy::{Act, PolicyRef};
use crate::domain::projection::Projection;
use crate::domain::span::Span;
use crate::domain::{Approval, Fact, FactKind, Timestamp};
use crate::notice::clean;
use crate::notice::found::{says, title};
use crate::record::names::Named;
use crate::record::time::to_text;

/// A channel can say whatever its server answered.
const LONGEST_REASON: usize = 300;

/// A notice that reached somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told<'a> {
    pub(super) recipient: &'a str,
    pub(super) notice: &'a str,
    /// What the channel called it: SNS's message id, for one.
    pub(super) message: Option<&'a str>,
    pub(super) at: Timestamp,
}

/// A notice that was given up: whoever it was for never got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Undelivered<'a> {
    pub(super) recipient: &'a str,
    pub(super) notice: &'a str,
    pub(super) at: Timestamp,
    /// What the channel said last, in which others' texts are made harmless.
    pub(super) reason: Option<String>,
}

/// A finding that no later evidence has cleared, in people's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FindingLine<'a> {
    pub(super) kind: &'static str,
    pub(super) title: &'static str,
    /// When it was found.
    pub(super) at: Timestamp,
    pub(super) says: &'static str,
    pub(super) evidence: &'a [Exhibit],
}

impl Told<'_> {
    pub(super) fn to_json(&self) -> Value {
        let Self { recipient, notice, message, at } = self;
        json!({ "recipient": recipient, "notice": notice, "message": message, "at": to_text(*at) })
    }
}

impl Undelivered<'_> {
    pub(super) fn to_json(&self) -> Value {
        let Self { recipient, notice, at, reason } = self;
        json!({ "recipient": recipient, "notice": notice, "at": to_text(*at), "reason": reason })
    }
}

impl FindingLine<'_> {
    pub(super) fn to_json(&self) -> Value {
        let exhibit = |exhibit: &Exhibit| json!({ "what": exhibit.what.word(), "is": exhibit.is });
        let evidence: Value = self.evidence.iter().map(exhibit).collect();
        json!({ "kind": self.kind, "at": to_text(self.at), "says": self.says, "evidence": evidence })
    }
}

/// Who or what started the run, as CodePipeline says.
pub(super) fn requester(approval: &Approval) -> Option<&str> {
    let trigger = approval.context.trigger.as_ref()?;
    trigger.author.as_deref().or(trigger.detail.as_deref())
}

/// The notices of one kind that were delivered, in that order.
pub(super) fn told<'a>(facts: &'a [Fact], wanted: Act) -> Vec<Told<'a>> {
    let delivered = |fact: &'a Fact| match &fact.kind {
        FactKind::NoticeDelivered { notice, act, recipient, at, receipt } if *act == wanted => {
            Some(Told { recipient: recipient.as_str(), notice: notice.as_str(), message: receipt.as_deref(), at: *at })
        }
        _ => None,
    };
    facts.iter().filter_map(delivered).collect()
}

/// The notices of whatever kind that were given up, in that order.
pub(super) fn undelivered<'a>(facts: &'a [Fact]) -> Vec<Undelivered<'a>> {
    let given_up = |fact: &'a Fact| match &fact.kind {
        FactKind::NoticeGivenUp { notice, recipient, reason, .. } => {
            let reason = Some(clean(reason, LONGEST_REASON)).filter(|reason| !reason.is_empty());
            Some(Undelivered { recipient: recipient.as_str(), notice: notice.as_str(), at: fact.recorded_at, reason })
        }
        _ => None,
    };
    facts.iter().filter_map(given_up).collect()
}

/// The answer that counts. Whoever is named at a time-out has answered nothing.
pub(super) fn answer(approval: &Approval) -> Option<&Decision> {
    let is_decided = approval.settlement.as_ref().is_none_or(|settlement| settlement.outcome.is_decision());
    approval.decision().filter(|_| is_decided)
}

/// When it was decided, which is not when CodePipeline gave up or when a run was stopped.
pub(super) fn decided_at(projection: &Projection, approval: &Approval) -> Option<Timestamp> {
    match projection.outcome {
        Some(outcome) => projection.ended_at.filter(|_| outcome.is_decision()),
        None => approval.decision().map(|decision| decision.at),
    }
}

/// Where the end that is shown comes from.
pub(super) fn evidence_source(approval: &Approval) -> Option<&'static str> {
    let end = approval.end().map(|end| end.source.word());
    approval.decision().map(|decision| decision.witness.word()).or(end)
}

/// CloudTrail's `eventID`, under which the answer can be looked up.
pub(super) fn cloudtrail_event(answer: &Decision) -> Option<&str> {
    answer.event_id.as_deref().filter(|_| answer.witness == Witness::CloudTrail)
}

/// The policy that counted at the end, or else the one that was applied last.
pub(super) fn policy(approval: &Approval) -> Option<&PolicyRef> {
    match &approval.settlement {
        Some(settlement) => settlement.policy.as_ref(),
        None => approval.applied.as_ref(),
    }
}

/// The human whom a bot's session or comment names. An older holdpoint wrote that down with its findings alone.
pub(super) fn claimed_by(approval: &Approval) -> Option<&str> {
    let found = || approval.findings.values().find_map(|finding| finding.exhibit(What::ClaimedBy));
    approval.claimed_by.as_deref().or_else(found)
}

/// The wait by the policy's calendar.
pub(super) fn working_wait_seconds(approval: &Approval) -> Option<i64> {
    Some(approval.settlement.as_ref()?.working_wait?.num_seconds())
}

/// The promised time, as a policy file has it.
pub(super) fn target(approval: &Approval) -> Option<String> {
    let exactly = |time: TimeDelta| humantime::format_duration(time.to_std().unwrap_or_default()).to_string();
    Some(match approval.settlement.as_ref()?.target? {
        Span::Working(time) => exactly(time),
        Span::Wall(time) => format!("{} wall", exactly(time)),
        Span::WorkingDays(1) => "1 working day".to_owned(),
        Span::WorkingDays(days) => format!("{days} working days"),
    })
}

/// What was promised when it ended, or is promised today.
pub(super) fn deadline(projection: &Projection, approval: &Approval) -> Option<Timestamp> {
    approval.settlement.as_ref().and_then(|settlement| settlement.deadline).or(projection.deadline)
}

/// What an auditor should know of, in the order in which it was found.
pub(super) fn findings<'a>(approval: &'a Approval, facts: &[Fact]) -> Vec<FindingLine<'a>> {
    let found_at = |kind: FindingKind| {
        let found = |fact: &&Fact| matches!(&fact.kind, FactKind::Found(finding) if finding.kind == kind);
        facts.iter().rfind(found).map(|fact| fact.recorded_at)
    };
    let line = |finding: &'a Finding| FindingLine {
        kind: finding.kind.as_str(),
        title: title(finding.kind),
        at: found_at(finding.kind).or(approval.changed_at).unwrap_or_default(),
        says: says(finding.kind),
        evidence: &finding.evidence,
    };
    let mut findings: Vec<_> = approval.findings.values().map(line).collect();
    findings.sort_by_key(|finding| finding.at);
    findings
}
