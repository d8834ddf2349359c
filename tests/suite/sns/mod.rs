//! Notices through Amazon SNS.

mod arrive;
mod chat;
mod faults;
mod rules;
mod words;

use holdpoint::domain::context::Revision;
use holdpoint::domain::effect::Notice;
use holdpoint::domain::{Approval, Timestamp};
use holdpoint::notice::{Written, write};
use holdpoint::policyfile::{Format, PolicyFile, Recipient, Topic, read};
use holdpoint::ports::channel::Letter;

use crate::notice::{context, fired, rules};

/// The letter of a step of the notices' policy at `now`.
fn letter(approval: Approval, step: usize, now: Timestamp) -> Letter {
    let rules = rules();
    let (notice, approval) = fired(approval, &rules, step, 0, now);
    let written = write(&notice, &approval, &rules, now);
    of(notice, written, now)
}

fn of(notice: Notice, written: Written, sent_at: Timestamp) -> Letter {
    let Written { gate, subject, text, title, markdown, data } = written;
    Letter { notice, gate, subject, text, title, markdown, data, sent_at }
}

/// A policy that tells these recipients at half its target of 4 hours.
fn policy(recipients: &[(&str, &str)]) -> PolicyFile {
    let forms: String = recipients.iter().map(|(name, form)| format!("  {name}: {form}\n")).collect();
    let names: Vec<&str> = recipients.iter().map(|(name, _)| *name).collect();
    let text = format!(
        "version: 1\nrecipients:\n{forms}policies:\n  - name: production\n    target: 4h\n    steps: [{{ at: 50%, remind: [{}] }}]\n",
        names.join(", ")
    );
    read("policy.yaml", &text).unwrap_or_else(|errors| panic!("{errors}"))
}

fn topic(arn: &str) -> Topic {
    match policy(&[("there", &format!("{{ sns: \"{arn}\" }}"))]).recipients.into_values().next() {
        Some(Recipient::Sns { topic, format: Format::Text }) => topic,
        other => panic!("not a topic: {other:?}"),
    }
}

/// So many sources of a release.
fn revisions(count: usize) -> Vec<Revision> {
    let one = context().revisions.remove(0);
    (0..count).map(|n| Revision { action: format!("Code{n}"), ..one.clone() }).collect()
}
