//! Events of the Open Cybersecurity Schema Framework, one a line.
//!
//! An approval is an entity that somebody manages: it is asked for, and then decided, or it ends without anybody's doing. So
//! it is an event of the class Entity Management, which needs no actor. `docs/audit.md` says why no other, and what stands
//! where; a test holds every line against the schema.

use std::io::{self, Write};
use std::net::IpAddr;

use serde_json::{Map, Value, json};

use super::entry::Entry;
use super::line;
use super::row::Row;
use super::shown::{self, FindingLine, Told, Undelivered};
use crate::domain::Timestamp;
use crate::domain::principal::Principal;
use crate::notice::clean;
use crate::record::time::to_text;

/// The first version in which this class takes the profile of security controls. Nothing newer is used, so that readers of
/// any later one take it as well.
const VERSION: &str = "1.4.0";
const PROFILES: [&str; 2] = ["cloud", "security_control"];
const CATEGORY: (u32, &str) = (3, "Identity & Access Management");
const CLASS: (u32, &str) = (3004, "Entity Management");
const LONGEST_MESSAGE: usize = 300;

/// One of the schema's numbers and its caption; where it has none that fits, "Other" and our own word.
type Named<'a> = (u32, &'a str);

const UNKNOWN: Named<'static> = (0, "Unknown");
const OTHER: u32 = 99;

pub(super) fn write_line(out: &mut impl Write, entry: &Entry<'_>) -> io::Result<()> {
    line::write(out, event(entry))
}

fn event(entry: &Entry<'_>) -> Value {
    let row = Row::of(entry);
    let (activity, status, severity) = (activity(&row), status(&row), severity(&row));
    let (action, disposition) = control(&row);
    let at = row.ended_at.or(row.requested_at).or(entry.approval.changed_at).unwrap_or_default();
    let event = json!({
        "category_uid": CATEGORY.0, "category_name": CATEGORY.1,
        "class_uid": CLASS.0, "class_name": CLASS.1,
        "activity_id": activity.0, "activity_name": activity.1,
        "type_uid": CLASS.0 * 100 + activity.0, "type_name": format!("{}: {}", CLASS.1, activity.1),
        "time": millis(at),
        "start_time": row.requested_at.map(millis),
        "end_time": row.ended_at.map(millis),
        "duration": row.requested_at.zip(row.ended_at).map(|(from, to)| (to - from).num_milliseconds().max(0)),
        "severity_id": severity.0, "severity": severity.1,
        "status_id": status.0, "status": status.1,
        "status_code": row.outcome.unwrap_or(row.phase),
        "status_detail": row.basis,
        "action_id": action.0, "action": action.1,
        "disposition_id": disposition.0, "disposition": disposition.1,
        "is_alert": is_alert(&row),
        "message": message(&row),
        "comment": row.comment,
        "metadata": metadata(&row),
        "cloud": cloud(&row),
        "entity": entity(&row),
        "actor": actor(&row, shown::answer(entry.approval).map(|answer| &answer.by)),
        "src_endpoint": row.source_ip.map(endpoint),
        "api": row.cloudtrail_event_id.map(|_| {
            json!({ "operation": "PutApprovalResult", "service": { "name": "codepipeline.amazonaws.com" } })
        }),
        "policy": row.policy.map(|name| json!({ "name": name, "version": row.policy_version })),
        "unmapped": unmapped(&row),
    });
    without_nothing(event)
}

fn millis(at: Timestamp) -> i64 {
    at.timestamp_millis()
}

/// An approval that is asked for is made; what follows changes it.
fn activity(row: &Row<'_>) -> Named<'static> {
    match (row.requested_at, row.ended_at) {
        (_, Some(_)) => (3, "Update"),
        (Some(_), None) => (1, "Create"),
        (None, None) => UNKNOWN,
    }
}

/// Whether it came to a decision. That it was a rejection is no failure.
fn status(row: &Row<'_>) -> Named<'static> {
    match row.outcome {
        Some("approved" | "rejected") => (1, "Success"),
        Some(_) => (2, "Failure"),
        None => UNKNOWN,
    }
}

fn severity(row: &Row<'_>) -> Named<'static> {
    if !row.findings.is_empty() {
        (3, "Medium")
    } else if row.breached {
        (2, "Low")
    } else {
        (1, "Informational")
    }
}

fn is_alert(row: &Row<'_>) -> bool {
    row.breached || !row.findings.is_empty()
}

/// What the gate did to the change that waited in front of it: the action and the disposition of a security control.
fn control<'a>(row: &Row<'a>) -> (Named<'a>, Named<'a>) {
    match row.outcome {
        Some("approved") => ((1, "Allowed"), (8, "Approved")),
        Some("rejected") => ((2, "Denied"), (25, "Rejected")),
        Some(outcome) => ((OTHER, outcome), (OTHER, outcome)),
        None => (UNKNOWN, UNKNOWN),
    }
}

/// The bare fact in a line that a person can read. What others wrote is made harmless.
fn message(row: &Row<'_>) -> String {
    let place = gate(row).unwrap_or_else(|| format!("approval {}", row.approval));
    let how = row.outcome.unwrap_or(row.phase).replace('_', " ");
    let by = row.decided_by_name.or(row.decided_by).map(|by| format!(" by {by}")).unwrap_or_default();
    clean(&format!("{place}: {how}{by}"), LONGEST_MESSAGE)
}

fn gate(row: &Row<'_>) -> Option<String> {
    Some(format!("{} / {} / {}", row.pipeline?, row.stage?, row.action?))
}

fn metadata(row: &Row<'_>) -> Value {
    json!({
        "version": VERSION,
        "profiles": PROFILES,
        "product": { "name": "holdpoint", "vendor_name": "holdpoint" },
        "uid": row.approval,
        "correlation_uid": row.execution,
        "log_name": "approvals",
    })
}

fn cloud(row: &Row<'_>) -> Value {
    let account = row.account.map(|uid| json!({ "uid": uid, "type_id": 10, "type": "AWS Account" }));
    json!({ "provider": "AWS", "region": row.region, "account": account })
}

fn entity(row: &Row<'_>) -> Value {
    json!({
        "uid": row.approval,
        "name": gate(row),
        "type_id": OTHER, "type": "CodePipeline approval",
        "data": {
            "pipeline": row.pipeline, "stage": row.stage, "action": row.action,
            "execution": row.execution, "attempt": row.attempt,
            "revision": row.revision, "revision_message": row.revision_message,
        },
    })
}

/// Who answered, where the evidence names somebody.
fn actor(row: &Row<'_>, by: Option<&Principal>) -> Option<Value> {
    row.decided_by.or(row.decided_by_name)?;
    let kind = match row.decided_by_type {
        Some("IAMUser" | "IdentityCenterUser") => (1, "User"),
        Some("Root") => (2, "Admin"),
        Some("AWSService") => (4, "Service"),
        // Whether a person or a program is in a role is not to be seen from its type.
        Some(kind) => (OTHER, kind),
        None => UNKNOWN,
    };
    let account = row.decided_by.and_then(|arn| arn.split(':').nth(4)).filter(|account| !account.is_empty());
    Some(json!({
        "user": {
            "uid": row.decided_by, "name": row.decided_by_name, "type_id": kind.0, "type": kind.1,
            "account": account.map(|uid| json!({ "uid": uid, "type_id": 10, "type": "AWS Account" })),
        },
        "session": { "issuer": by.and_then(Principal::role_arn) },
        "invoked_by": by.and_then(|by| by.invoked_by.as_deref()),
    }))
}

/// CloudTrail has an address there, or the name of the service that called.
fn endpoint(source: &str) -> Value {
    match source.parse::<IpAddr>() {
        Ok(ip) => json!({ "ip": ip.to_string() }),
        Err(_) => json!({ "svc_name": source }),
    }
}

/// What the schema has no place for, by the names of our columns.
fn unmapped(row: &Row<'_>) -> Value {
    json!({
        "requester": row.requester, "requester_email": row.requester_email,
        "commit": row.commit, "repository": row.repository,
        "permission_set": row.permission_set, "claimed_by": row.claimed_by,
        "evidence_source": row.evidence_source, "cloudtrail_event_id": row.cloudtrail_event_id,
        "wait_seconds": row.wait_seconds, "working_wait_seconds": row.working_wait_seconds,
        "target": row.target, "deadline": row.deadline.map(to_text), "breached": row.breached,
        "reminders": row.reminders.iter().map(Told::to_json).collect::<Value>(),
        "escalations": row.escalations.iter().map(Told::to_json).collect::<Value>(),
        "undelivered": row.undelivered.iter().map(Undelivered::to_json).collect::<Value>(),
        "findings": row.findings.iter().map(FindingLine::to_json).collect::<Value>(),
    })
}

/// The schema has no nulls: what is not known is left out, and so is what is left empty by that.
fn without_nothing(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().map(|(name, value)| (name, without_nothing(value)));
            Value::Object(kept.filter(|(_, value)| !is_nothing(value)).collect::<Map<_, _>>())
        }
        value => value,
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}
