//! An event as other programs get it: `docs/events.md` and `docs/events.schema.json` promise this form.
//!
//! Keys may be added to version 1; none is taken away or changes its meaning.

use serde_json::{Value, json};

use super::line;
use super::names::Named;
use super::time::to_text;
use crate::domain::event::{DomainEvent, Ending, Happening, Raised};
use crate::domain::finding::Finding;
use crate::domain::{Gate, NoticeId, RecipientName};

const VERSION: &str = "1";

/// Of a text that somebody else wrote, this many characters. More than any that AWS takes for a name or a comment.
const LONGEST_TEXT: usize = 1024;

/// What kind of event it is.
pub fn detail_type(happening: &Happening) -> &'static str {
    match happening {
        Happening::Requested => "Approval Requested",
        Happening::ReminderSent { .. } => "Reminder Sent",
        Happening::Escalated { .. } => "Approval Escalated",
        Happening::Breached => "SLA Breached",
        Happening::Settled(_) => "Approval Settled",
        Happening::FindingRaised(_) => "Finding Raised",
    }
}

/// All that is told of it. No text in it is longer than 1024 characters.
pub fn detail(id: &str, event: &DomainEvent) -> Value {
    let policy = event.policy.as_ref().map(|policy| json!({ "name": policy.name.as_str(), "version": policy.version }));
    let mut detail = json!({
        "version": VERSION,
        "id": id,
        "happened_at": to_text(event.at),
        "approval": event.approval.as_str(),
        "gate": line::gate(Some(&event.gate)),
        "execution": event.execution.as_ref().map(crate::domain::ExecutionId::as_str),
        "attempt": event.attempt,
        "policy": policy,
        "requested_at": event.requested_at.map(to_text),
        "deadline": event.deadline.map(to_text),
        "expires_at": event.expires_at.map(to_text),
    });
    let particulars = match &event.happening {
        Happening::Requested | Happening::Breached => None,
        Happening::ReminderSent { notice: id, recipient } | Happening::Escalated { notice: id, recipient } => {
            Some(("notice", notice(id, recipient)))
        }
        Happening::Settled(ending) => Some(("settlement", settlement(event, ending))),
        Happening::FindingRaised(found) => Some(("finding", finding(found))),
    };
    if let Some((key, value)) = particulars
        && let Some(detail) = detail.as_object_mut()
    {
        detail.insert(key.to_owned(), value);
    }
    shorten(&mut detail);
    detail
}

/// The pipeline's ARN, where the account is known.
pub fn pipeline_arn(gate: &Gate) -> Option<String> {
    let Gate { account, region, pipeline, .. } = gate;
    let partition = if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    };
    let arn = format!("arn:{partition}:codepipeline:{region}:{}:{pipeline}", account.as_deref()?);
    Some(arn.chars().take(LONGEST_TEXT).collect())
}

fn notice(id: &NoticeId, recipient: &RecipientName) -> Value {
    json!({ "id": id.as_str(), "recipient": recipient.as_str() })
}

fn settlement(event: &DomainEvent, ending: &Ending) -> Value {
    let settlement = &ending.settlement;
    let wait = event.requested_at.map(|at| (settlement.ended_at - at).num_seconds().max(0));
    json!({
        "outcome": settlement.outcome.word(),
        "ended_at": to_text(settlement.ended_at),
        "wait_seconds": wait,
        "basis": settlement.basis.word(),
        "breached": settlement.breached,
        "corrected": ending.is_corrected,
        "decided_by": ending.decided_by,
        "comment": ending.comment,
    })
}

fn finding(raised: &Raised) -> Value {
    match raised {
        Raised::NoticeGivenUp { notice: id, recipient, attempts, reason } => json!({
            "kind": "notice_given_up", "notice": notice(id, recipient), "attempts": attempts, "reason": reason,
        }),
        Raised::Control(Finding { kind, evidence, .. }) => {
            let exhibits = evidence.iter().map(|exhibit| json!({ "what": exhibit.what.word(), "is": exhibit.is }));
            json!({ "kind": kind.word(), "evidence": exhibits.collect::<Vec<_>>() })
        }
    }
}

/// Cuts every text in it.
fn shorten(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some((end, _)) = text.char_indices().nth(LONGEST_TEXT) {
                text.truncate(end);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(shorten),
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
