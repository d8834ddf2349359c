//! Rows for spreadsheets, per RFC 4180.

use std::io::{self, Write};

use super::Entry;
use super::shown::{requester, told};
use crate::domain::policy::Act;
use crate::record::names::Named;
use crate::record::time::to_text;

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

pub(super) fn write_head(out: &mut impl Write) -> io::Result<()> {
    write(out, COLUMNS.iter().map(|name| (*name).to_owned()).collect())
}

pub(super) fn write_row(out: &mut impl Write, entry: &Entry<'_>) -> io::Result<()> {
    write(out, row(entry))
}

fn row(entry: &Entry<'_>) -> Vec<String> {
    let Entry { projection, approval, facts } = *entry;
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

fn write(out: &mut impl Write, row: Vec<String>) -> io::Result<()> {
    // RFC 4180 ends lines with CR LF.
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(row.into_iter().map(harmless)).map_err(io::Error::other)?;
    out.write_all(&writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?)
}

/// A spreadsheet takes a cell that begins like this for a formula; an apostrophe makes it text.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}
