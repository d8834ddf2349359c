//! The audit export: one row an approval, streamed.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::pages::Pages;
use super::tell::load;
use crate::domain::policy::Act;
use crate::domain::projection::Projection;
use crate::domain::{Approval, Fact, FactKind};
use crate::ports::store::{Query, Store, StoreError};
use crate::record::fact::FactRecord;
use crate::record::line::{evidence, gate};
use crate::record::names::Named;
use crate::record::time::to_text;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    JsonLines,
}

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot write: {0}")]
    Write(#[from] io::Error),
}

const COLUMNS: [&str; 28] = [
    "account",
    "region",
    "pipeline",
    "stage",
    "action",
    "execution",
    "approval",
    "attempt",
    "revision",
    "revision_message",
    "requester",
    "requested_at",
    "ended_at",
    "phase",
    "outcome",
    "basis",
    "decided_by",
    "decided_by_type",
    "decided_by_name",
    "cloudtrail_event_id",
    "source_ip",
    "comment",
    "wait_seconds",
    "deadline",
    "breached",
    "policy",
    "reminders",
    "escalations",
];

/// Writes the approvals that `query` names, in the order of their requests; says how many there were.
pub async fn export<S: Store>(
    store: &S,
    query: &Query,
    format: Format,
    out: &mut impl Write,
) -> Result<u64, ExportError> {
    write_head(format, out)?;
    let mut pages = Pages::new(store, query.clone());
    let mut count = 0;
    while let Some(page) = pages.next().await? {
        for projection in &page {
            let (approval, loaded) = load(store, &projection.id).await?;
            write_approval(projection, &approval, &loaded.facts, format, out)?;
            count += 1;
        }
    }
    Ok(count)
}

/// What a file begins with.
pub fn write_head(format: Format, out: &mut impl Write) -> Result<(), ExportError> {
    match format {
        Format::Csv => write_csv(out, COLUMNS.iter().map(|name| (*name).to_owned()).collect()),
        Format::JsonLines => Ok(()),
    }
}

/// One row, or one line.
pub fn write_approval(
    projection: &Projection,
    approval: &Approval,
    facts: &[Fact],
    format: Format,
    out: &mut impl Write,
) -> Result<(), ExportError> {
    match format {
        Format::Csv => write_csv(out, row(projection, approval, facts)),
        Format::JsonLines => Ok(writeln!(out, "{}", object(projection, approval, facts)?)?),
    }
}

fn row(projection: &Projection, approval: &Approval, facts: &[Fact]) -> Vec<String> {
    let gate = projection.gate.as_ref();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let decision = approval.decision();
    let revision = approval.context.revisions.first();
    let (reminders, escalations) = (told(facts, Act::Remind).join(" "), told(facts, Act::Escalate).join(" "));
    vec![
        text(gate.and_then(|g| g.account.as_deref())),
        text(gate.map(|g| g.region.as_str())),
        text(gate.map(|g| g.pipeline.as_str())),
        text(gate.map(|g| g.stage.as_str())),
        text(gate.map(|g| g.action.as_str())),
        text(projection.execution.as_ref().map(crate::domain::ExecutionId::as_str)),
        projection.id.to_string(),
        projection.attempt.map(|n| n.to_string()).unwrap_or_default(),
        text(revision.map(|r| r.id.as_str())),
        text(revision.and_then(|r| r.summary.as_deref())),
        requester(approval).unwrap_or_default(),
        projection.requested_at.map(to_text).unwrap_or_default(),
        projection.ended_at.map(to_text).unwrap_or_default(),
        projection.phase.word().to_owned(),
        text(projection.outcome.map(Named::word)),
        text(projection.basis.map(Named::word)),
        text(projection.decided_by.as_deref()),
        text(decision.map(|d| d.by.kind.as_str())),
        text(decision.and_then(|d| d.by.name.as_deref())),
        text(decision.and_then(|d| d.event_id.as_deref())),
        text(decision.and_then(|d| d.source_ip.as_deref())),
        text(projection.comment.as_deref()),
        projection.wait().map(|wait| wait.num_seconds().to_string()).unwrap_or_default(),
        projection.deadline.map(to_text).unwrap_or_default(),
        projection.breached.to_string(),
        text(projection.policy.as_ref().map(crate::domain::PolicyName::as_str)),
        reminders,
        escalations,
    ]
}

fn object(projection: &Projection, approval: &Approval, facts: &[Fact]) -> Result<Value, ExportError> {
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
        "facts": records.map_err(io::Error::from)?,
    }))
}

/// Who or what started the run, as CodePipeline says.
fn requester(approval: &Approval) -> Option<String> {
    let trigger = approval.context.trigger.as_ref()?;
    trigger.author.clone().or_else(|| trigger.detail.clone())
}

/// The recipients who were told, in the order in which they were.
fn told(facts: &[Fact], wanted: Act) -> Vec<String> {
    let delivered = |fact: &Fact| match &fact.kind {
        FactKind::NoticeDelivered { act, recipient, .. } if *act == wanted => Some(recipient.to_string()),
        _ => None,
    };
    facts.iter().filter_map(delivered).collect()
}

fn write_csv(out: &mut impl Write, row: Vec<String>) -> Result<(), ExportError> {
    // RFC 4180 ends lines with CR LF.
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(row.into_iter().map(harmless)).map_err(io::Error::other)?;
    out.write_all(&writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?)?;
    Ok(())
}

/// A spreadsheet takes a cell that begins like this for a formula; an apostrophe makes it text.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}
