//! What EventBridge can answer.

use holdpoint::adapters::eventbridge::EventBridge;
use holdpoint::ports::EntryError;
use holdpoint::ports::events::Events;
use serde_json::json;

use super::published;
use crate::record::known;
use crate::support::answers::{answering, asked, json_error, settings};

/// What became of three events, and what was asked.
async fn outcome(answers: &[(u16, Vec<u8>)]) -> (Vec<&'static str>, Vec<String>) {
    let server = answering(answers);
    let bus = EventBridge::new(&settings(&server), "holdpoint".to_owned());
    let word = |result: Result<(), EntryError>| match result {
        Ok(()) => "taken",
        Err(EntryError::Retry(_)) => "later",
        Err(EntryError::Refused(_)) => "never",
    };
    let results = bus.publish(&published(known::events().into_iter().take(3))).await;
    (results.into_iter().map(word).collect(), asked(&server))
}

fn entries(codes: &[Option<&str>]) -> Vec<u8> {
    let entry = |code: &Option<&str>| match code {
        None => json!({ "EventId": "11710aed-b79e-4468-a20b-bb3c0c3b4860" }),
        Some(code) => json!({ "ErrorCode": code, "ErrorMessage": "as the test wants it" }),
    };
    let failed = codes.iter().flatten().count();
    let entries: Vec<_> = codes.iter().map(entry).collect();
    json!({ "FailedEntryCount": failed, "Entries": entries }).to_string().into_bytes()
}

#[tokio::test]
async fn of_a_request_that_failed_in_part_only_that_part_is_tried_again() {
    let answer = entries(&[None, Some("ThrottlingException"), Some("MalformedDetail")]);
    let (results, asked) = outcome(&[(200, answer)]).await;
    assert_eq!(results, ["taken", "later", "never"]);
    assert_eq!(asked.len(), 1);
}

#[tokio::test]
async fn an_entry_of_which_the_answer_says_nothing_is_tried_again() {
    let (results, _) = outcome(&[(200, entries(&[None]))]).await;
    assert_eq!(results, ["taken", "later", "later"]);
}

#[tokio::test]
async fn what_passes_or_can_be_repaired_is_tried_again_later() {
    for (status, code) in [
        (400, "ThrottlingException"),
        (500, "InternalException"),
        (400, "AccessDeniedException"),
        (400, "ResourceNotFoundException"),
    ] {
        let (results, _) = outcome(&[(status, json_error(code))]).await;
        assert_eq!(results, ["later"; 3], "{code}");
    }
    let (results, _) = outcome(&[]).await;
    assert_eq!(results, ["later"; 3], "the answer was lost");
}

#[tokio::test]
async fn one_bad_event_costs_no_other() {
    let refused = (400, json_error("ValidationException"));
    // All three; the first; the last two; each of these.
    let answers = [refused.clone(), (200, entries(&[None])), refused.clone(), refused, (200, entries(&[None]))];
    let (results, asked) = outcome(&answers).await;
    assert_eq!(results, ["taken", "never", "taken"]);
    assert_eq!(asked.len(), 5);
}

#[tokio::test]
async fn every_entry_names_the_bus_and_the_time() {
    let (_, asked) = outcome(&[(200, entries(&[None, None, None]))]).await;
    let body: serde_json::Value = serde_json::from_str(&asked[0]).expect("JSON");
    let entries = body["Entries"].as_array().expect("entries");
    assert_eq!(entries.len(), 3);
    for entry in entries {
        assert_eq!((&entry["EventBusName"], &entry["Source"]), (&json!("holdpoint"), &json!("holdpoint")));
        assert_eq!(entry["Time"].as_f64(), Some(1_791_283_318.0));
        assert_eq!(entry["Resources"], json!(["arn:aws:codepipeline:eu-west-1:111122223333:payments-prod"]));
    }
}
