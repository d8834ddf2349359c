//! What S3 and Systems Manager can answer.

use std::str::FromStr;

use holdpoint::adapters::policysource::{Place, PolicySource};
use serde_json::json;

use super::{built_in, is, look, naming, off, policy, version};
use crate::support::answers::{ETAG, answering, asked, json_error, settings, xml_error};
use crate::support::world::minute;

fn parameter(version: i64, text: &str) -> (u16, Vec<u8>) {
    (200, json!({ "Parameter": { "Version": version, "Value": text } }).to_string().into_bytes())
}

#[tokio::test]
async fn a_policy_that_cannot_be_read_for_a_while_stays() {
    let throttled = (400, json_error("ThrottlingException"));
    let server = answering(&[parameter(1, &policy("first")), throttled, parameter(1, &policy("first"))]);
    let source = PolicySource::new(Place::from_str("ssm:/p").expect("a place"), &settings(&server), built_in());
    assert_eq!(look(&source, 0).await, is("first", false));
    assert_eq!(look(&source, 1).await, is("first", true));
    assert_eq!(look(&source, 2).await, is("first", false));
    assert_eq!(look(&source, 3).await, is("first", true), "the answer was lost");
}

#[tokio::test]
async fn whoever_never_read_a_policy_does_nothing_by_another() {
    let server = answering(&[(400, json_error("AccessDeniedException")), parameter(1, &policy("first"))]);
    let source = PolicySource::new(Place::from_str("ssm:/p").expect("a place"), &settings(&server), built_in());
    let error = source.current(minute(0)).await.expect_err("it may not be read").to_string();
    assert_eq!(
        error,
        "the policy `ssm:/p` cannot be read: AccessDeniedException: as the test wants it; \
         is it there, and may this program read and list it?"
    );
    // It does not wait for a minute to look again.
    assert_eq!(look(&source, 0).await, is("first", false));
}

#[tokio::test]
async fn a_history_that_cannot_be_read_is_no_history_without_a_policy() {
    let server = answering(&[parameter(7, "nonsense"), (400, json_error("ThrottlingException"))]);
    let source = PolicySource::new(Place::from_str("ssm:/p").expect("a place"), &settings(&server), built_in());
    assert!(source.current(minute(0)).await.is_err());
    assert_eq!(asked(&server).len(), 2);
}

#[tokio::test]
async fn an_object_that_is_known_already_is_not_fetched_again() {
    let server = answering(&[(200, policy("first").into_bytes()), (304, Vec::new())]);
    let place = Place::from_str("s3://policies/policy.yaml").expect("a place");
    let source = PolicySource::new(place, &settings(&server), built_in());
    assert_eq!(look(&source, 0).await, is("first", false));
    assert_eq!(look(&source, 1).await, is("first", false));
    let known: Vec<_> = server.actual_requests().map(|request| request.headers().get("if-none-match")).collect();
    assert_eq!(known, [None, Some(ETAG)]);
}

#[tokio::test]
async fn a_named_file_that_cannot_be_read_for_a_while_changes_nothing() {
    let (slow, denied) = ((503, xml_error("SlowDown")), (403, xml_error("AccessDenied")));
    let (policy, off) = ((200, naming("first", "company.ics").into_bytes()), |date| (200, off(date).into_bytes()));
    let (same, another) = ((304, Vec::new()), (200, super::policy("second").into_bytes()));
    let answers = [
        // With empty hands it is not known what was promised.
        vec![policy.clone(), slow.clone()],
        vec![policy.clone(), off("20261224")],
        vec![same.clone(), slow.clone()],
        // What changes while the policy cannot be read counts afterwards.
        vec![same.clone(), off("20261231")],
        vec![same.clone(), same.clone()],
        // It will not pass by itself.
        vec![same.clone(), denied],
        vec![same.clone(), off("20261231")],
        // Another policy counts only when all of it is read.
        vec![(200, naming("third", "other.ics").into_bytes()), slow],
        vec![(200, naming("third", "other.ics").into_bytes()), off("20261231")],
        vec![another],
        vec![same],
    ];
    let server = answering(&answers.concat());
    let place = Place::from_str("s3://policies/policy.yaml").expect("a place");
    let source = PolicySource::new(place, &settings(&server), built_in());
    assert!(source.current(minute(0)).await.is_err());
    assert_eq!(look(&source, 1).await, is("first", false));
    let before = version(&source, 1).await;
    assert_eq!(look(&source, 2).await, is("first", true));
    assert_eq!(look(&source, 3).await, is("first", false));
    let after = version(&source, 3).await;
    assert_ne!(after, before);
    assert_eq!(look(&source, 4).await, is("first", false));
    assert_eq!(look(&source, 5).await, is("first", true));
    assert_eq!(look(&source, 6).await, is("first", false));
    assert_eq!(version(&source, 6).await, after);
    assert_eq!(look(&source, 7).await, is("first", true));
    assert_eq!(look(&source, 8).await, is("third", false));
    assert_eq!(look(&source, 9).await, is("second", false));
    assert_eq!(look(&source, 10).await, is("second", false), "which names none that would be looked at");
    assert_eq!(asked(&server).len(), answers.concat().len());
}

#[tokio::test]
async fn what_is_too_large_to_be_a_policy_is_none() {
    let first = (200, policy("first").into_bytes());
    // In order but for its size.
    let large = policy("large") + "#" + &"x".repeat(1024 * 1024);
    let server = answering(&[first, (200, large.into_bytes())]);
    let place = Place::from_str("s3://policies/policy.yaml").expect("a place");
    let source = PolicySource::new(place, &settings(&server), built_in());
    assert_eq!(look(&source, 0).await, is("first", false));
    assert_eq!(look(&source, 1).await, is("first", true));
}
