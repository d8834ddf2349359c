//! A projection as one line of JSON: `{"v":1,"id":...,"phase":...}`.

use serde::{Deserialize, Serialize};

use super::names::{Named, word};
use super::parts::GateRecord;
use super::time;
use super::{RecordError, read};
use crate::domain::evidence::{Basis, Outcome};
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, ExecutionId, Phase, PolicyName, Timestamp};

/// The version that is written. Older ones stay readable for ever.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct ProjectionRecord {
    v: u32,
    id: String,
    #[serde(with = "word")]
    phase: Phase,
    #[serde(skip_serializing_if = "Option::is_none")]
    gate: Option<GateRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    execution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    requested_at: Option<Timestamp>,
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    deadline: Option<Timestamp>,
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "is_false")]
    breached: bool,
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    due_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<String>,
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    ended_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    changed_at: Option<Timestamp>,
}

fn is_false(is: &bool) -> bool {
    !is
}

pub fn to_text(projection: &Projection) -> Result<String, RecordError> {
    let p = projection.clone();
    Ok(serde_json::to_string(&ProjectionRecord {
        v: VERSION,
        id: p.id.to_string(),
        phase: p.phase,
        gate: p.gate.as_ref().map(Into::into),
        execution: p.execution.map(|id| id.to_string()),
        attempt: p.attempt,
        policy: p.policy.map(|name| name.to_string()),
        requested_at: p.requested_at,
        deadline: p.deadline,
        expires_at: p.expires_at,
        breached: p.breached,
        due_at: p.due_at,
        outcome: p.outcome.map(|outcome| outcome.word().to_owned()),
        basis: p.basis.map(|basis| basis.word().to_owned()),
        ended_at: p.ended_at,
        decided_by: p.decided_by,
        comment: p.comment,
        changed_at: p.changed_at,
    })?)
}

pub fn from_text(text: &str) -> Result<Projection, RecordError> {
    let r = read(text, VERSION, |record: &ProjectionRecord| record.v)?;
    Ok(Projection {
        id: ApprovalId::new(r.id),
        phase: r.phase,
        gate: r.gate.map(Into::into),
        execution: r.execution.map(ExecutionId::new),
        attempt: r.attempt,
        policy: r.policy.map(PolicyName::new),
        requested_at: r.requested_at,
        deadline: r.deadline,
        expires_at: r.expires_at,
        breached: r.breached,
        due_at: r.due_at,
        outcome: r.outcome.as_deref().map(Outcome::from_word).transpose()?,
        basis: r.basis.as_deref().map(Basis::from_word).transpose()?,
        ended_at: r.ended_at,
        decided_by: r.decided_by,
        comment: r.comment,
        changed_at: r.changed_at,
    })
}
