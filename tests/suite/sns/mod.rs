//! Notices through Amazon SNS.

mod arrive;
mod chat;
mod faults;
mod rules;
mod words;

use std::sync::Mutex;

use holdpoint::adapters::memory::MemoryStore;
use holdpoint::adapters::recipients::Recipients;
use holdpoint::app::dispatch::dispatch;
use holdpoint::app::ingest::ingest;
use holdpoint::app::sweep::sweep;
use holdpoint::domain::context::Revision;
use holdpoint::domain::effect::Notice;
use holdpoint::domain::input::{Heard, Named};
use holdpoint::domain::measure::Name;
use holdpoint::domain::{Approval, Fact, FactKind, Timestamp};
use holdpoint::notice::{Written, write};
use holdpoint::policyfile::{Format, PolicyFile, Recipient, Topic, read};
use holdpoint::ports::EntryError;
use holdpoint::ports::channel::Letter;
use holdpoint::ports::events::NoEvents;
use holdpoint::ports::metrics::{Datum, Metrics};
use holdpoint::ports::store::Store;

use crate::notice::{context, fired, rules};
use crate::support::world::{id, minute, started};

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

/// Tells the recipients of an approval that has waited for half its target; `at` are the minutes at which it is tried.
async fn told(policy: &PolicyFile, recipients: &Recipients, at: &[i64]) -> (Vec<Fact>, Vec<Name>) {
    let (store, measured) = (MemoryStore::new(), Measured::default());
    let heard = Heard::Approval { named: Named::ById(id()), input: started(minute(0)) };
    ingest(&store, &policy.rules, &heard, minute(0)).await.expect("it is taken in");
    for at in at.iter().copied().map(minute) {
        sweep(&store, &policy.rules, at).await.expect("a sweep");
        dispatch(&store, &policy.rules, recipients, &measured, &NoEvents, at).await.expect("a dispatch");
    }
    let facts = store.load(&id()).await.expect("it is there").facts;
    (facts, measured.0.into_inner().expect("nobody panicked"))
}

/// Measures, by their names.
#[derive(Default)]
struct Measured(Mutex<Vec<Name>>);

impl Metrics for Measured {
    async fn record(&self, groups: &[Vec<Datum>], _now: Timestamp) -> Vec<Result<(), EntryError>> {
        self.0.lock().expect("nobody panics with it").extend(groups.iter().flatten().map(|datum| datum.name));
        groups.iter().map(|_| Ok(())).collect()
    }
}

/// What became of notices.
fn ends(facts: &[Fact]) -> Vec<String> {
    let mut ends: Vec<String> = facts
        .iter()
        .filter_map(|fact| match &fact.kind {
            FactKind::NoticeGivenUp { recipient, attempts, reason, .. } => {
                let code = reason.split(':').next().unwrap_or_default();
                Some(format!("{recipient} given up after {attempts}: {code}"))
            }
            FactKind::NoticeDelivered { recipient, receipt, .. } => {
                assert!(receipt.is_some(), "the message's id is the receipt");
                Some(format!("{recipient} delivered"))
            }
            _ => None,
        })
        .collect();
    ends.sort();
    ends
}
