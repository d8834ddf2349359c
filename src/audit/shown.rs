//! What several forms show alike.

use serde_json::{Map, Value, json};

use crate::domain::evidence::{Decision, Witness};
use crate::domain::policy::{Act, PolicyRef};
use crate::domain::projection::Projection;
use crate::domain::{Approval, Fact, FactKind, Timestamp};
use crate::record::names::Named;
use crate::record::time::to_text;

/// A notice that reached somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told<'a> {
    pub(super) recipient: &'a str,
    pub(super) notice: &'a str,
    /// What the channel called it: SNS's message id, for one.
    pub(super) message: Option<&'a str>,
    pub(super) at: Timestamp,
}

/// Something that an auditor should know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingLine {
    pub kind: &'static str,
    pub at: Timestamp,
    /// One sentence.
    pub says: String,
    /// What it rests on, each with a name.
    pub evidence: Vec<(&'static str, String)>,
}

impl Told<'_> {
    pub(super) fn to_json(&self) -> Value {
        let Self { recipient, notice, message, at } = self;
        json!({ "recipient": recipient, "notice": notice, "message": message, "at": to_text(*at) })
    }
}

impl FindingLine {
    pub(super) fn to_json(&self) -> Value {
        let evidence: Map<String, Value> =
            self.evidence.iter().map(|(name, value)| ((*name).to_owned(), value.as_str().into())).collect();
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

/// The permission set of IAM Identity Center in whose role the answer was given. Identity Center makes a role
/// `AWSReservedSSO_NAME_` and sixteen hexadecimal digits for it in each account; nobody else can make one of that name.
pub(super) fn permission_set(arn: &str) -> Option<&str> {
    let resource = arn.splitn(6, ':').nth(5)?;
    let role = resource.strip_prefix("assumed-role/")?.split('/').next()?;
    let (name, digits) = role.strip_prefix("AWSReservedSSO_")?.rsplit_once('_')?;
    let is_suffix = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_suffix && !name.is_empty()).then_some(name)
}

/// The human who is named where a bot's role answered. Nothing looks for one yet.
pub(super) fn claimed_by(_approval: &Approval) -> Option<&str> {
    None
}

/// The wait by the policy's calendar. The settlement does not say it yet.
pub(super) fn working_wait_seconds(_approval: &Approval) -> Option<i64> {
    None
}

/// The promised time, as the policy file writes it. The settlement does not say it yet.
pub(super) fn target(_approval: &Approval) -> Option<&str> {
    None
}

/// What an auditor should know of, in the order in which it was found.
pub fn findings(facts: &[Fact]) -> Vec<FindingLine> {
    facts.iter().filter_map(finding).collect()
}

fn finding(fact: &Fact) -> Option<FindingLine> {
    match &fact.kind {
        FactKind::NoticeGivenUp { notice, recipient, attempts, reason } => Some(FindingLine {
            kind: "notice_given_up",
            at: fact.recorded_at,
            says: format!("A notice to {recipient} was given up after {attempts} attempts."),
            evidence: vec![("notice", notice.to_string()), ("reason", reason.clone())],
        }),
        _ => None,
    }
}
