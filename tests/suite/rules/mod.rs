//! The event patterns in `rules/events/` let through what holdpoint hears, and hardly anything else.

use std::collections::BTreeSet;
use std::path::Path;

use aws_sdk_eventbridge::Client as EventBridge;
use holdpoint::wire::{Message, read};
use serde_json::Value;

use crate::support::server::Server;
use crate::wire::fixtures::{folder, texts};

/// Each pattern, and the events that it matches.
const TABLE: &[(&str, &[&str])] = &[
    (
        "approval-actions",
        &[
            "approval-abandoned",
            "approval-canceled",
            "approval-failed-permission-error",
            "approval-rejected",
            "approval-started",
            "approval-started-2018",
            "approval-started-after-retry",
            "approval-succeeded",
            "malformed",
            "unknown-provider",
            "unknown-state",
        ],
    ),
    (
        "decisions",
        &[
            "cloudtrail-approved-sso-session-wrapped",
            "cloudtrail-refused-wrapped",
            "cloudtrail-rejected-iam-user-wrapped",
        ],
    ),
    ("pipeline-edits", &["cloudtrail-delete-pipeline-wrapped", "cloudtrail-update-pipeline-wrapped"]),
    (
        "run-states",
        &[
            "pipeline-canceled",
            "pipeline-failed",
            "pipeline-started-by-push",
            "pipeline-started-by-tag",
            "pipeline-started-by-user",
            "pipeline-stopped",
            "pipeline-stopping",
            "pipeline-succeeded",
            "pipeline-superseded",
        ],
    ),
    ("source-revisions", &["source-succeeded", "source-succeeded-connection"]),
    ("stage-states", &["stage-canceled", "stage-failed", "stage-stopped", "stage-succeeded"]),
];

/// Matched although nothing is heard from them.
const FOR_NOTHING: &[(&str, &str)] = &[
    ("malformed", "an approval that cannot be read is kept for somebody to look at"),
    ("unknown-provider", "CodePipeline may get another provider of approvals, and then it shall be noticed"),
    ("unknown-state", "an approval may get another state, and then it shall be noticed"),
];

/// Heard although no pattern matches them.
const ON_ANOTHER_WAY: &[(&str, &str)] = &[("scheduled", "the schedule of the sweep invokes it directly")];

/// EventBridge events as they travel: neither envelopes around them nor other messages.
fn events() -> Vec<(String, String)> {
    let is_event = |text: &str| {
        let value: Value = serde_json::from_str(text).expect("a fixture is JSON");
        ["source", "detail-type", "detail"].iter().all(|field| value.get(field).is_some())
    };
    texts(&folder()).into_iter().filter(|(_, text)| is_event(text)).collect()
}

fn patterns() -> Vec<(String, String)> {
    texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/events"))
}

#[tokio::test]
async fn each_pattern_matches_the_events_of_its_row_and_no_other() {
    let server = Server::aws();
    let client = EventBridge::new(&server.config());
    let events = events();
    let mut found = Vec::new();
    for (name, pattern) in patterns() {
        let mut matched = Vec::new();
        for (event, text) in &events {
            let call = client.test_event_pattern().event_pattern(&pattern).event(text);
            if call.send().await.unwrap_or_else(|error| panic!("{name}, {event}: {error:?}")).result() {
                matched.push(event.clone());
            }
        }
        found.push((name, matched));
    }
    let rows =
        |(name, events): &(&str, &[&str])| ((*name).to_owned(), events.iter().map(|e| (*e).to_owned()).collect());
    assert_eq!(found, TABLE.iter().map(rows).collect::<Vec<(String, Vec<String>)>>());
}

#[test]
fn what_is_heard_is_asked_for_and_nothing_else_is() {
    let asked: BTreeSet<&str> = TABLE.iter().flat_map(|(_, events)| *events).copied().collect();
    let names = |list: &'static [(&str, &str)]| list.iter().map(|(name, _)| *name).collect::<BTreeSet<&str>>();
    let events = events();
    let is_heard = |text: &str| {
        let received_at = "2027-01-01T00:00:00Z".parse().expect("a time");
        read(text, received_at).iter().any(|reading| matches!(reading.message, Message::Heard(_)))
    };
    let heard: BTreeSet<&str> =
        events.iter().filter(|(_, text)| is_heard(text)).map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        heard.difference(&asked).copied().collect::<BTreeSet<_>>(),
        names(ON_ANOTHER_WAY),
        "heard, not asked for"
    );
    assert_eq!(asked.difference(&heard).copied().collect::<BTreeSet<_>>(), names(FOR_NOTHING), "asked for, not heard");
}
