//! What happened, as one JSON object a line, for machines.

use serde_json::{Value, json};

use super::names::Named;
use super::parts::GateRecord;
use super::time::to_text;
use crate::domain::evidence::{Decision, End};
use crate::domain::fact::Settlement;
use crate::domain::measure::Name;
use crate::domain::projection::{Projection, comment};
use crate::domain::{Approval, Gate, Timestamp};

/// How an approval ended; `kind` is `settled`, or `corrected` when late evidence says otherwise.
pub fn settled(kind: &str, approval: &Approval, settlement: &Settlement) -> Value {
    let requested_at = approval.request.map(|request| request.at);
    let wait = requested_at.map(|at| (settlement.ended_at - at).num_seconds().max(0));
    json!({
        "type": kind,
        "approval": approval.id.as_str(),
        "gate": gate(approval.gate.as_ref()),
        "execution": approval.execution.as_ref().map(crate::domain::ExecutionId::as_str),
        "attempt": approval.attempt,
        "outcome": settlement.outcome.word(),
        "requested_at": requested_at.map(to_text),
        "ended_at": to_text(settlement.ended_at),
        "wait_seconds": wait,
        "decided_by": approval.decision().and_then(|decision| decision.by.arn.as_deref()),
        "comment": comment(approval),
        "basis": settlement.basis.word(),
        "evidence": evidence(approval),
        "breached": settlement.breached,
        "policy": settlement.policy.as_ref().map(|policy| policy.name.as_str()),
    })
}

/// Every statement about the end, each with its source.
pub fn evidence(approval: &Approval) -> Vec<Value> {
    let decisions = approval.decisions.iter().rev().map(|d| answer("decision", d));
    let ends = approval.ends.iter().rev().map(end);
    let attempts = approval.attempts.iter().map(|d| answer("attempt", d));
    decisions.chain(ends).chain(attempts).collect()
}

fn answer(kind: &str, decision: &Decision) -> Value {
    json!({
        "kind": kind,
        "source": decision.witness.word(),
        "at": to_text(decision.at),
        "verdict": decision.verdict.word(),
        "by": decision.by.arn,
        "by_type": decision.by.kind,
        "by_name": decision.by.name,
        "source_ip": decision.source_ip,
        "event_id": decision.event_id,
        "error": decision.error,
    })
}

fn end(end: &End) -> Value {
    json!({
        "kind": "end",
        "source": end.source.word(),
        "at": to_text(end.at),
        "state": end.state.word(),
        "error_code": end.error_code,
        "summary": end.summary,
        "event_id": end.event_id,
    })
}

/// One value of one metric, under the namespace that the policy file gives it.
pub fn metric(namespace: &str, name: Name, value: f64, at: Timestamp, dimensions: &[(&'static str, String)]) -> Value {
    let dimensions: serde_json::Map<String, Value> =
        dimensions.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    json!({
        "type": "metric", "namespace": namespace, "name": name.word(), "unit": name.unit(), "value": value, "at": to_text(at),
        "dimensions": dimensions,
    })
}

/// An approval at a glance, as lists show it.
pub fn glance(projection: &Projection, now: Timestamp) -> Value {
    let waited = projection.requested_at.map(|at| projection.ended_at.unwrap_or(now) - at);
    json!({
        "approval": projection.id.as_str(),
        "gate": gate(projection.gate.as_ref()),
        "execution": projection.execution.as_ref().map(crate::domain::ExecutionId::as_str),
        "attempt": projection.attempt,
        "phase": projection.phase.word(),
        "policy": projection.policy.as_ref().map(crate::domain::PolicyName::as_str),
        "requested_at": projection.requested_at.map(to_text),
        "waited_seconds": waited.map(|wait| wait.num_seconds().max(0)),
        "deadline": projection.deadline.map(to_text),
        "expires_at": projection.expires_at.map(to_text),
        "breached": projection.breached,
        "due_at": projection.due_at.map(to_text),
        "outcome": projection.outcome.map(Named::word),
        "basis": projection.basis.map(Named::word),
        "ended_at": projection.ended_at.map(to_text),
        "decided_by": projection.decided_by,
        "comment": projection.comment,
    })
}

/// The same, with what people have said of it.
pub fn responded(approval: &Approval, at_a_glance: &Projection, now: Timestamp) -> Value {
    let mut line = glance(at_a_glance, now);
    let acknowledged: Vec<Value> = approval
        .acknowledged
        .iter()
        .map(|(at, said)| json!({ "at": to_text(*at), "by": said.by, "note": said.note }))
        .collect();
    line["acknowledged"] = acknowledged.into();
    line["snoozed_until"] = json!(approval.snoozed_until.map(to_text));
    line
}

pub fn gate(gate: Option<&Gate>) -> Value {
    gate.map_or(Value::Null, |gate| {
        let GateRecord { account, region, pipeline, stage, action } = gate.into();
        json!({ "account": account, "region": region, "pipeline": pipeline, "stage": stage, "action": action })
    })
}
