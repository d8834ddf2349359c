//! Batches and envelopes around messages.

use holdpoint::wire::Reading;
use serde_json::{Value, json};

use super::fixtures::{readings, text};
use super::shown::shown;

fn all_shown(value: &Value) -> Vec<String> {
    readings(&value.to_string()).iter().map(shown).collect()
}

#[test]
fn a_message_reads_the_same_inside_any_envelope() {
    let bare = text("approval-rejected");
    let expected = readings(&bare);
    let in_sqs = json!({ "Records": [{ "eventSource": "aws:sqs", "body": bare }] });
    let in_sns = json!({ "Type": "Notification", "TopicArn": "arn:aws:sns:eu-west-1:111122223333:t", "Message": bare });
    let in_both = json!({ "Messages": [{ "Body": in_sns.to_string() }] });
    for envelope in [json!([in_sqs]), in_sqs, in_sns, in_both] {
        assert_eq!(readings(&envelope.to_string()), expected, "{envelope}");
    }
}

#[test]
fn a_batch_gives_its_messages_in_order_and_one_bad_message_costs_itself_alone() {
    let (started, ended) = (text("approval-started"), text("approval-rejected"));
    let batch = json!({ "Records": [{ "body": started }, { "body": "{\"cut\": " }, { "body": ended }] });
    let [first, second, third]: [Reading; 3] = readings(&batch.to_string()).try_into().expect("three readings");
    assert_eq!([first], *readings(&started));
    assert_eq!([third], *readings(&ended));
    assert_eq!(
        shown(&second),
        "- malformed: the message in the envelope is not JSON: EOF while parsing a value at line 1 column 8"
    );
}

#[test]
fn an_empty_batch_is_told_of() {
    let empty = ["- skipped: an empty batch"];
    for batch in [json!({ "Records": [] }), json!({ "Messages": [] }), json!({ "Events": [] }), json!([])] {
        assert_eq!(all_shown(&batch), empty, "{batch}");
    }
    assert_eq!(all_shown(&json!({ "Records": [{ "body": "[]" }] })), empty);
}

#[test]
fn envelopes_without_end_are_refused() {
    let deep = (0..20).fold(json!({}), |inner, _| json!({ "Records": [inner] }));
    assert_eq!(all_shown(&deep), ["- malformed: envelopes are nested too deeply"]);
    let text = "[".repeat(100_000);
    assert_eq!(readings(&text).len(), 1);
}
