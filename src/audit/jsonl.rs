//! One JSON object a line, with every fact.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::Entry;
use super::shown::{requester, told};
use crate::domain::policy::Act;
use crate::record::fact::FactRecord;
use crate::record::line::{evidence, gate};
use crate::record::names::Named;
use crate::record::time::to_text;

pub(super) fn write_line(out: &mut impl Write, entry: &Entry<'_>) -> io::Result<()> {
    writeln!(out, "{}", object(entry)?)
}

fn object(entry: &Entry<'_>) -> Result<Value, serde_json::Error> {
    let Entry { projection, approval, facts } = *entry;
    let revisions: Vec<Value> = approval
        .context
        .revisions
        .iter()
        .map(|r| json!({ "action": r.action, "id": r.id, "summary": r.summary, "url": r.url }))
        .collect();
    let records: Result<Vec<Value>, _> =
        facts.iter().map(|fact| serde_json::to_value(FactRecord::from(fact))).collect();
    Ok(json!({
        "approval": projection.id.as_str(),
        "gate": gate(projection.gate.as_ref()),
        "execution": projection.execution.as_ref().map(crate::domain::ExecutionId::as_str),
        "attempt": projection.attempt,
        "revisions": revisions,
        "requester": requester(approval),
        "requested_at": projection.requested_at.map(to_text),
        "ended_at": projection.ended_at.map(to_text),
        "phase": projection.phase.word(),
        "outcome": projection.outcome.map(Named::word),
        "basis": projection.basis.map(Named::word),
        "decided_by": projection.decided_by,
        "comment": projection.comment,
        "evidence": evidence(approval),
        "wait_seconds": projection.wait().map(|wait| wait.num_seconds()),
        "deadline": projection.deadline.map(to_text),
        "breached": projection.breached,
        "policy": projection.policy.as_ref().map(crate::domain::PolicyName::as_str),
        "reminders": told(facts, Act::Remind),
        "escalations": told(facts, Act::Escalate),
        "facts": records?,
    }))
}
