//! What CloudWatch can answer.

use holdpoint::adapters::cloudwatch::CloudWatch;
use holdpoint::ports::EntryError;
use holdpoint::ports::metrics::{Datum, Metrics};

use super::datum;
use crate::support::answers::{answering, asked, cbor_error, settings};
use crate::support::world::minute;

fn groups(pipelines: &[&str]) -> Vec<Vec<Datum>> {
    pipelines.iter().map(|pipeline| vec![datum(pipeline, 60.0, minute(0))]).collect()
}

fn words(results: &[Result<(), EntryError>]) -> Vec<&'static str> {
    let word = |result: &Result<(), EntryError>| match result {
        Ok(()) => "taken",
        Err(EntryError::Retry(_)) => "later",
        Err(EntryError::Refused(_)) => "never",
    };
    results.iter().map(word).collect()
}

async fn outcome(pipelines: &[&str], answers: &[(u16, Vec<u8>)]) -> (Vec<&'static str>, Vec<String>) {
    let server = answering(answers);
    let metrics = CloudWatch::new(&settings(&server), "Holdpoint".to_owned());
    let results = metrics.record(&groups(pipelines), minute(1)).await;
    (words(&results), asked(&server))
}

#[tokio::test]
async fn one_bad_group_costs_no_other() {
    let (taken, refused) = ((200, vec![0xa0]), (400, cbor_error("InvalidParameterValue")));
    // All four; the first two; the last two; each of these.
    let answers = [refused.clone(), taken.clone(), refused.clone(), refused, taken];
    let (results, asked) = outcome(&["one", "two", "bad", "four"], &answers).await;
    assert_eq!(results, ["taken", "taken", "never", "taken"]);
    let bad: Vec<_> = asked.iter().map(|body| body.contains("bad")).collect();
    assert_eq!(bad, [true, false, true, true, false]);
    let taken_once = asked.iter().zip([false, true, false, false, true]).filter(|(_, is_taken)| *is_taken);
    assert_eq!(taken_once.filter(|(body, _)| body.contains("four")).count(), 1);
}

#[tokio::test]
async fn what_passes_or_can_be_repaired_is_tried_again_later() {
    for code in ["Throttling", "ThrottlingException", "AccessDenied", "InternalServiceError"] {
        let (results, asked) = outcome(&["one", "two"], &[(400, cbor_error(code))]).await;
        assert_eq!(results, ["later", "later"], "{code}");
        assert_eq!(asked.len(), 1, "{code}");
    }
}

#[tokio::test]
async fn data_whose_answer_is_lost_are_tried_again_later() {
    let (results, _) = outcome(&["one"], &[]).await;
    assert_eq!(results, ["later"]);
}

#[tokio::test]
async fn only_the_groups_of_a_failed_request_are_tried_again() {
    let many: Vec<Vec<Datum>> =
        (0..300).map(|n| (0..4).map(|m| datum(&format!("p{n}-{m}"), 60.0, minute(0))).collect()).collect();
    // The second request finds nobody.
    let server = answering(&[(200, vec![0xa0])]);
    let metrics = CloudWatch::new(&settings(&server), "Holdpoint".to_owned());
    let results = words(&metrics.record(&many, minute(1)).await);
    assert_eq!(results.iter().filter(|word| **word == "taken").count(), 250);
    assert_eq!(results.iter().filter(|word| **word == "later").count(), 50);
}

#[tokio::test]
async fn data_that_are_too_old_are_given_up_and_hold_back_no_other() {
    let groups = [vec![datum("old", 1.0, minute(-30 * 24 * 60))], vec![datum("new", 1.0, minute(0))]];
    let server = answering(&[(200, vec![0xa0])]);
    let metrics = CloudWatch::new(&settings(&server), "Holdpoint".to_owned());
    assert_eq!(words(&metrics.record(&groups, minute(1)).await), ["never", "taken"]);
}
