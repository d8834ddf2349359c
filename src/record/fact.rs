//! A fact as one line of JSON: `{"v":1,"recorded_at":...,"fact":{"requested":{...}}}`.

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::finding::FindingRecord;
use super::names::word;
use super::parts::{ContextRecord, DecisionRecord, EndRecord, PlaceRecord, PolicyRecord, ResponseRecord};
use super::span::SpanRecord;
use super::time;
use super::{RecordError, read};
use crate::domain::evidence::{Basis, Outcome, Source};
use crate::domain::fact::Unwanted;
use crate::domain::fact::{Held, Pruned, Settlement, Skipped, StepFired};
use crate::domain::finding::FindingKind;
use crate::domain::policy::Act;
use crate::domain::{ApprovalId, Fact, FactKind, NoticeId, RecipientName, StepId, Timestamp};

/// The version that is written. Older ones stay readable for ever.
const VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactRecord {
    v: u32,
    #[serde(with = "time")]
    recorded_at: Timestamp,
    fact: FactKindRecord,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "an approval has some ten facts: a box for its context would cost more than the room"
)]
enum FactKindRecord {
    Requested {
        place: PlaceRecord,
        #[serde(with = "time")]
        at: Timestamp,
        #[serde(with = "word")]
        source: Source,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        policy: Option<PolicyRecord>,
    },
    PolicyChanged {
        policy: Option<PolicyRecord>,
        #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
    },
    Acknowledged(ResponseRecord),
    Snoozed {
        #[serde(with = "time")]
        until: Timestamp,
        response: ResponseRecord,
    },
    ContextLearnt(ContextRecord),
    StepFired(StepFiredRecord),
    Breached {
        #[serde(with = "time")]
        deadline: Timestamp,
        policy: PolicyRecord,
    },
    DecisionSeen {
        decision: DecisionRecord,
        #[serde(with = "time")]
        settle_by: Timestamp,
    },
    AttemptSeen(DecisionRecord),
    EndSeen {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<PlaceRecord>,
        end: EndRecord,
        #[serde(with = "time")]
        settle_by: Timestamp,
    },
    Settled(SettlementRecord),
    Corrected(SettlementRecord),
    NoticeDelivered {
        notice: String,
        #[serde(with = "word")]
        act: Act,
        recipient: String,
        #[serde(with = "time")]
        at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<String>,
    },
    NoticeWithdrawn {
        notice: String,
        recipient: String,
        #[serde(with = "word")]
        why: Unwanted,
    },
    NoticeGivenUp {
        notice: String,
        recipient: String,
        attempts: u32,
        reason: String,
    },
    Joined {
        into: String,
    },
    Found(FindingRecord),
    Cleared {
        #[serde(with = "word")]
        kind: FindingKind,
    },
    ClaimSeen {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    Pruned {
        facts: u64,
        head: String,
        checkpoint: String,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct StepFiredRecord {
    step: String,
    repeat: u32,
    #[serde(with = "word")]
    act: Act,
    to: Vec<String>,
    #[serde(with = "time")]
    due_at: Timestamp,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    skipped: Vec<SkippedRecord>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    held: Vec<HeldRecord>,
    policy: PolicyRecord,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct HeldRecord {
    recipient: String,
    #[serde(with = "time")]
    until: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct SkippedRecord {
    step: String,
    first: u32,
    last: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct SettlementRecord {
    #[serde(with = "word")]
    outcome: Outcome,
    #[serde(with = "time")]
    ended_at: Timestamp,
    #[serde(with = "word")]
    basis: Basis,
    breached: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<PolicyRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<SpanRecord>,
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    deadline: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    working_wait_seconds: Option<i64>,
}

pub fn to_text(fact: &Fact) -> Result<String, RecordError> {
    Ok(serde_json::to_string(&FactRecord::from(fact))?)
}

pub fn from_text(text: &str) -> Result<Fact, RecordError> {
    Ok(read(text, VERSION, |record: &FactRecord| record.v)?.into())
}

impl From<&Fact> for FactRecord {
    fn from(fact: &Fact) -> Self {
        Self { v: VERSION, recorded_at: fact.recorded_at, fact: (&fact.kind).into() }
    }
}

impl From<FactRecord> for Fact {
    fn from(record: FactRecord) -> Self {
        Self { recorded_at: record.recorded_at, kind: record.fact.into() }
    }
}

impl From<&FactKind> for FactKindRecord {
    fn from(kind: &FactKind) -> Self {
        match kind.clone() {
            FactKind::Requested { place, at, source, policy } => {
                Self::Requested { place: (&place).into(), at, source, policy: policy.as_ref().map(Into::into) }
            }
            FactKind::PolicyChanged { policy, deadline } => {
                Self::PolicyChanged { policy: policy.as_ref().map(Into::into), deadline }
            }
            FactKind::Acknowledged(response) => Self::Acknowledged(response.into()),
            FactKind::Snoozed { until, response } => Self::Snoozed { until, response: response.into() },
            FactKind::ContextLearnt(context) => Self::ContextLearnt((&context).into()),
            FactKind::StepFired(fired) => Self::StepFired(fired.into()),
            FactKind::Breached { deadline, policy } => Self::Breached { deadline, policy: (&policy).into() },
            FactKind::DecisionSeen { decision, settle_by } => {
                Self::DecisionSeen { decision: (&decision).into(), settle_by }
            }
            FactKind::AttemptSeen(attempt) => Self::AttemptSeen((&attempt).into()),
            FactKind::EndSeen { place, end, settle_by } => {
                Self::EndSeen { place: place.as_ref().map(Into::into), end: (&end).into(), settle_by }
            }
            FactKind::Settled(settlement) => Self::Settled(settlement.into()),
            FactKind::Corrected(settlement) => Self::Corrected(settlement.into()),
            FactKind::NoticeDelivered { notice, act, recipient, at, receipt } => {
                Self::NoticeDelivered { notice: notice.to_string(), act, recipient: recipient.to_string(), at, receipt }
            }
            FactKind::NoticeWithdrawn { notice, recipient, why } => {
                Self::NoticeWithdrawn { notice: notice.to_string(), recipient: recipient.to_string(), why }
            }
            FactKind::NoticeGivenUp { notice, recipient, attempts, reason } => {
                Self::NoticeGivenUp { notice: notice.to_string(), recipient: recipient.to_string(), attempts, reason }
            }
            FactKind::Joined { into } => Self::Joined { into: into.to_string() },
            FactKind::Found(finding) => Self::Found(finding.into()),
            FactKind::Cleared(kind) => Self::Cleared { kind },
            FactKind::ClaimSeen { name } => Self::ClaimSeen { name },
            FactKind::Pruned(Pruned { facts, head, checkpoint }) => Self::Pruned { facts, head, checkpoint },
        }
    }
}

impl From<FactKindRecord> for FactKind {
    fn from(record: FactKindRecord) -> Self {
        use FactKindRecord as Record;
        match record {
            Record::Requested { place, at, source, policy } => {
                Self::Requested { place: place.into(), at, source, policy: policy.map(Into::into) }
            }
            Record::PolicyChanged { policy, deadline } => {
                Self::PolicyChanged { policy: policy.map(Into::into), deadline }
            }
            Record::Acknowledged(response) => Self::Acknowledged(response.into()),
            Record::Snoozed { until, response } => Self::Snoozed { until, response: response.into() },
            Record::ContextLearnt(context) => Self::ContextLearnt(context.into()),
            Record::StepFired(fired) => Self::StepFired(fired.into()),
            Record::Breached { deadline, policy } => Self::Breached { deadline, policy: policy.into() },
            Record::DecisionSeen { decision, settle_by } => Self::DecisionSeen { decision: decision.into(), settle_by },
            Record::AttemptSeen(attempt) => Self::AttemptSeen(attempt.into()),
            Record::EndSeen { place, end, settle_by } => {
                Self::EndSeen { place: place.map(Into::into), end: end.into(), settle_by }
            }
            Record::Settled(settlement) => Self::Settled(settlement.into()),
            Record::Corrected(settlement) => Self::Corrected(settlement.into()),
            Record::NoticeDelivered { notice, act, recipient, at, receipt } => Self::NoticeDelivered {
                notice: NoticeId::new(notice),
                act,
                recipient: RecipientName::new(recipient),
                at,
                receipt,
            },
            Record::NoticeWithdrawn { notice, recipient, why } => {
                Self::NoticeWithdrawn { notice: NoticeId::new(notice), recipient: RecipientName::new(recipient), why }
            }
            Record::NoticeGivenUp { notice, recipient, attempts, reason } => Self::NoticeGivenUp {
                notice: NoticeId::new(notice),
                recipient: RecipientName::new(recipient),
                attempts,
                reason,
            },
            Record::Joined { into } => Self::Joined { into: ApprovalId::new(into) },
            Record::Found(finding) => Self::Found(finding.into()),
            Record::Cleared { kind } => Self::Cleared(kind),
            Record::ClaimSeen { name } => Self::ClaimSeen { name },
            Record::Pruned { facts, head, checkpoint } => Self::Pruned(Pruned { facts, head, checkpoint }),
        }
    }
}

impl From<StepFired> for StepFiredRecord {
    fn from(fired: StepFired) -> Self {
        let StepFired { step, repeat, act, to, due_at, skipped, held, policy } = fired;
        let skipped = skipped
            .into_iter()
            .map(|s| SkippedRecord { step: s.step.to_string(), first: s.first, last: s.last })
            .collect();
        let to = to.iter().map(ToString::to_string).collect();
        let held =
            held.into_iter().map(|h| HeldRecord { recipient: h.recipient.to_string(), until: h.until }).collect();
        Self { step: step.to_string(), repeat, act, to, due_at, skipped, held, policy: (&policy).into() }
    }
}

impl From<StepFiredRecord> for StepFired {
    fn from(fired: StepFiredRecord) -> Self {
        let StepFiredRecord { step, repeat, act, to, due_at, skipped, held, policy } = fired;
        let skipped =
            skipped.into_iter().map(|s| Skipped { step: StepId::new(s.step), first: s.first, last: s.last }).collect();
        let to = to.into_iter().map(RecipientName::new).collect();
        let held =
            held.into_iter().map(|h| Held { recipient: RecipientName::new(h.recipient), until: h.until }).collect();
        Self { step: StepId::new(step), repeat, act, to, due_at, skipped, held, policy: policy.into() }
    }
}

impl From<Settlement> for SettlementRecord {
    fn from(settlement: Settlement) -> Self {
        let Settlement { outcome, ended_at, basis, breached, policy, target, deadline, working_wait } = settlement;
        Self {
            outcome,
            ended_at,
            basis,
            breached,
            policy: policy.as_ref().map(Into::into),
            target: target.map(Into::into),
            deadline,
            working_wait_seconds: working_wait.map(|wait| wait.num_seconds()),
        }
    }
}

impl From<SettlementRecord> for Settlement {
    fn from(settlement: SettlementRecord) -> Self {
        let SettlementRecord { outcome, ended_at, basis, breached, policy, target, deadline, working_wait_seconds } =
            settlement;
        let working_wait = working_wait_seconds.and_then(TimeDelta::try_seconds);
        Self {
            outcome,
            ended_at,
            basis,
            breached,
            policy: policy.map(Into::into),
            target: target.map(Into::into),
            deadline,
            working_wait,
        }
    }
}
