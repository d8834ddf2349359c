//! A simulation for machines: one JSON object.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::text::all_recipients;
use super::{Report, Side};
use crate::app::simulate::{Change, Figures, Judged, Notices, Waits};
use crate::domain::PolicyName;
use crate::record::line::gate;
use crate::record::time::to_text;

pub(super) fn object(report: &Report) -> Value {
    let simulation = &report.simulation;
    let (old, new) = (&simulation.old, &simulation.new);
    let recipients = all_recipients(old, new).into_iter().map(|recipient| {
        json!({
            "recipient": recipient.as_str(),
            "old": notices(old.notices_to(recipient)),
            "new": notices(new.notices_to(recipient)),
        })
    });
    let keys: BTreeSet<_> = old.notices.keys().chain(new.notices.keys()).map(|(name, week)| (*week, name)).collect();
    let weeks = keys.into_iter().map(|(week, recipient)| {
        let of = |figures: &Figures| figures.notices.get(&(recipient.clone(), week)).copied().unwrap_or_default();
        json!({
            "week": week.format("%G-W%V").to_string(),
            "recipient": recipient.as_str(),
            "old": notices(of(old)),
            "new": notices(of(new)),
        })
    });
    json!({
        "history": {
            "approvals": simulation.approvals,
            "from": simulation.first_requested_at.map(to_text),
            "until": (simulation.approvals > 0).then(|| to_text(report.until)),
            "malformed": report.malformed,
            "unreadable": simulation.unreadable,
        },
        "old": side(&report.old, old),
        "new": side(&report.new, new),
        "difference": difference(old, new),
        "recipients": recipients.collect::<Vec<_>>(),
        "weeks": weeks.collect::<Vec<_>>(),
        "changes": simulation.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn side(side: &Side, figures: &Figures) -> Value {
    json!({
        "policy": side.name,
        "version": side.version,
        "promised": figures.promised,
        "breaches": figures.breaches,
        "breach_rate": figures.breach_rate(),
        "notices": notices(figures.notices_in_all()),
        "wait": waits(&figures.waits),
        "working_wait": waits(&figures.working),
    })
}

/// New less old.
fn difference(old: &Figures, new: &Figures) -> Value {
    let less = |new: u64, old: u64| i128::from(new) - i128::from(old);
    let (was, is) = (old.notices_in_all(), new.notices_in_all());
    let waits = |old: &Waits, new: &Waits| {
        let less = |percent| Some((new.percentile(percent)? - old.percentile(percent)?).as_seconds_f64());
        json!({ "p50": less(50), "p90": less(90), "p99": less(99) })
    };
    json!({
        "promised": less(new.promised, old.promised),
        "breaches": less(new.breaches, old.breaches),
        "breach_rate": old.breach_rate().zip(new.breach_rate()).map(|(old, new)| new - old),
        "notices": {
            "reminder": less(is.reminders, was.reminders),
            "escalation": less(is.escalations, was.escalations),
        },
        "wait": waits(&old.waits, &new.waits),
        "working_wait": waits(&old.working, &new.working),
    })
}

fn notices(notices: Notices) -> Value {
    json!({ "reminder": notices.reminders, "escalation": notices.escalations })
}

/// Seconds.
fn waits(waits: &Waits) -> Value {
    let seconds = |percent: usize| waits.percentile(percent).map(TimeDelta::as_seconds_f64);
    json!({ "count": waits.count(), "p50": seconds(50), "p90": seconds(90), "p99": seconds(99) })
}

fn change(change: &Change) -> Value {
    json!({
        "approval": change.approval.as_str(),
        "gate": gate(change.gate.as_ref()),
        "requested_at": change.requested_at.map(to_text),
        "old": judged(&change.old),
        "new": judged(&change.new),
    })
}

fn judged(judged: &Judged) -> Value {
    json!({
        "policy": judged.policy.as_ref().map(PolicyName::as_str),
        "deadline": judged.deadline.map(to_text),
        "breached": judged.breached,
    })
}
