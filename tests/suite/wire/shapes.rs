//! Shapes that others recorded, and shapes at the edge of what AWS sends.

use std::path::Path;

use holdpoint::domain::input::{Heard, Input, Named};
use holdpoint::wire::Message;

use super::fixtures::{input, reading, readings, received_at, text, texts};
use super::shown::shown;

#[test]
fn recorded_messages_of_others_read_without_a_complaint() {
    // They are not ours to publish, so they lie beside the repository, if at all; our own fixtures have the same shapes.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/events");
    if !folder.is_dir() {
        println!("{} is not there: nothing to read", folder.display());
        return;
    }
    for (name, text) in texts(&folder) {
        let readings = readings(&text);
        assert!(!readings.is_empty(), "{name}");
        for reading in readings {
            assert!(!matches!(reading.message, Message::Malformed { .. }), "{name}: {}", shown(&reading));
        }
    }
}

#[test]
fn what_is_missing_or_wrong_is_named_with_its_place() {
    let event = text("approval-started");
    let cases = [
        (r#""stage": "Production","#, "", "`detail.stage` is missing"),
        (r#""stage": "Production""#, r#""stage": null"#, "`detail.stage` is missing"),
        (r#""stage": "Production""#, r#""stage": ["Production"]"#, "`detail.stage` is not a text"),
        (r#""stage": "Production""#, r#""stage": "  ""#, "`detail.stage` is not a text"),
        (r#""state": "STARTED","#, "", "`detail.state` is missing"),
        ("07.412Z", "07,4", "`detail.start-time` is `2026-10-06T09:12:07,4`, not a time such as 2026-09-28T17:33:53Z"),
        (
            "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10",
            "../../etc/passwd",
            "`detail.action-execution-id` is not an id: letters, digits and `-_.:` are, up to 128 of them",
        ),
        (r#""detail": {"#, r#""detail": 7, "other": {"#, "`detail` is missing"),
    ];
    for (found, put, expected) in cases {
        let changed = event.replace(found, put);
        assert_ne!(changed, event, "{found}");
        assert_eq!(shown(&reading(&changed)), format!("- malformed: {expected}"), "{found} -> {put}");
    }
}

#[test]
fn a_name_longer_than_any_of_aws_is_refused() {
    let changed = text("approval-started").replace("\"Production\"", &format!("\"{}\"", "x".repeat(300)));
    assert_eq!(shown(&reading(&changed)), "- malformed: `detail.stage` is longer than 256 bytes");
}

#[test]
fn without_a_start_time_the_wait_began_at_the_events_own_time_or_else_on_arrival() {
    let event = text("approval-started");
    let without_start = event.replace(r#""start-time": "2026-10-06T09:12:07.412Z","#, "");
    let without_both = without_start.replace(r#""time": "2026-10-06T09:12:07Z","#, "");
    let asked_at = |text: &str| match input(text) {
        Input::Started(started) => started.requested_at,
        other => panic!("{other:?}"),
    };
    assert_eq!(asked_at(&without_start).to_rfc3339(), "2026-10-06T09:12:07+00:00");
    assert_eq!(asked_at(&without_both), received_at());
}

#[test]
fn an_answer_without_a_recorded_response_decided_nothing() {
    let record = text("cloudtrail-rejected-iam-user");
    let response = "\"responseElements\": {\n    \"approvedAt\": \"2026-10-06T10:41:27Z\"\n  }";
    let changed = record.replace(response, "\"responseElements\": null");
    assert_ne!(changed, record);
    let Input::Decision(decision) = input(&changed) else {
        panic!("an attempt is heard of");
    };
    assert_eq!(decision.error.as_deref(), Some("no response recorded"));
}

#[test]
fn an_event_that_names_neither_its_approval_nor_its_run_is_about_nothing() {
    let event = text("approval-started");
    let changed = event.replace("\"execution-id\"", "\"some-id\"").replace("\"action-execution-id\"", "\"other-id\"");
    assert_eq!(
        shown(&reading(&changed)),
        "- malformed: neither `detail.action-execution-id` nor `detail.execution-id` is there"
    );
}

#[test]
fn an_unknown_field_anywhere_is_no_reason_to_refuse_a_message() {
    let event = text("approval-started");
    let changed = event.replace("\"detail\": {", "\"new\": {\"a\": [1]}, \"detail\": {\n    \"newer\": null,");
    assert_eq!(reading(&changed), reading(&event));
}

#[test]
fn the_token_of_a_notification_names_the_same_approval_as_the_event() {
    let id = |name: &str| match reading(&text(name)).message {
        Message::Heard(Heard::Approval { named: Named::ById(id), .. }) => id,
        other => panic!("{other:?}"),
    };
    assert_eq!(id("sns-envelope"), id("approval-started"));
    assert_eq!(id("cloudtrail-rejected-iam-user"), id("approval-rejected"));
}
