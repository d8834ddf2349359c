//! One JSON object a line, with every fact.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::columns::COLUMNS;
use super::entry::Entry;
use super::line;
use super::row::Row;
use super::shown::FindingLine;
use crate::domain::Approval;
use crate::record::fact::FactRecord;
use crate::record::line::{evidence, gate};

/// Columns that are parts of `gate` and of `revisions`.
const NESTED: [&str; 7] = ["account", "region", "pipeline", "stage", "action", "revision", "revision_message"];

pub(super) fn write_line(out: &mut impl Write, entry: &Entry<'_>) -> io::Result<()> {
    line::write(out, object(entry)?)
}

fn object(entry: &Entry<'_>) -> Result<Value, serde_json::Error> {
    let row = Row::of(entry);
    let flat = COLUMNS.iter().filter(|column| !NESTED.contains(&column.name));
    let mut object: Map<String, Value> =
        flat.map(|column| (column.name.to_owned(), (column.read)(&row).to_json())).collect();
    let facts: Result<Vec<Value>, _> =
        entry.facts.iter().map(|fact| serde_json::to_value(FactRecord::from(fact))).collect();
    object.insert("gate".into(), gate(entry.projection.gate.as_ref()));
    object.insert("revisions".into(), revisions(entry.approval));
    object.insert("findings".into(), row.findings.iter().map(FindingLine::to_json).collect());
    object.insert("evidence".into(), evidence(entry.approval).into());
    object.insert("facts".into(), facts?.into());
    Ok(object.into())
}

fn revisions(approval: &Approval) -> Value {
    let revisions = approval.context.revisions.iter();
    revisions.map(|r| json!({ "action": r.action, "id": r.id, "summary": r.summary, "url": r.url })).collect()
}
