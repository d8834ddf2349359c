//! A replay for machines: one JSON object a line.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::summary::Summary;
use crate::app::replay::Told;
use crate::cli::timeline::Place;
use crate::domain::FactKind;
use crate::domain::evidence::Outcome;
use crate::record::line;
use crate::record::names::Named;
use crate::record::time::to_text;

pub(super) fn tell(told: &Told, place: &Place<'_>, namespace: &str, out: &mut dyn Write) -> io::Result<()> {
    match told {
        Told::Changed(change) => {
            for fact in &change.facts {
                match &fact.kind {
                    FactKind::Settled(s) => print(out, &line::settled("settled", &change.approval, s))?,
                    FactKind::Corrected(s) => print(out, &line::settled("corrected", &change.approval, s))?,
                    _ => {}
                }
            }
            Ok(())
        }
        Told::Sent(letter) => {
            let mut object = Map::from_iter([("type".to_owned(), json!("notice"))]);
            object.extend(letter.data.as_object().cloned().unwrap_or_default());
            print(out, &Value::Object(object))
        }
        Told::Measured(datum) => {
            print(out, &line::metric(namespace, datum.name, datum.value, datum.at, &datum.dimensions))
        }
        Told::Skipped { reason } => {
            print(out, &json!({ "type": "skipped", "reason": reason, "source": place.source, "line": place.line }))
        }
        Told::Malformed { reason } => {
            print(out, &json!({ "type": "malformed", "source": place.source, "line": place.line, "reason": reason }))
        }
    }
}

pub(super) fn finish(summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    let count = |outcome: Outcome| summary.outcomes.get(&outcome).copied().unwrap_or_default();
    let outcomes: Map<String, Value> =
        Outcome::ALL.iter().map(|outcome| (outcome.word().to_owned(), json!(count(*outcome)))).collect();
    print(
        out,
        &json!({
            "type": "summary",
            "inputs": summary.inputs,
            "skipped": summary.skipped,
            "malformed": summary.malformed,
            "approvals": summary.approvals,
            "waiting": summary.waiting,
            "unsettled": summary.unsettled,
            "outcomes": outcomes,
            "notices": { "reminder": summary.reminders, "escalation": summary.escalations },
            "breaches": summary.breaches,
            "ended_at": to_text(summary.ended_at),
        }),
    )
}

fn print(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}
