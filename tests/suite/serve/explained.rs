//! One approval over HTTP.

use chrono::TimeDelta;
use serde_json::Value;

use super::process::Place;
use crate::support::waiting::{asked, waiting};

/// After everything that the server can have heard.
const LATER: &str = "2100-01-01T00:00:00Z";

#[test]
fn an_approval_is_explained_over_http_as_on_the_command_line() {
    let place = Place::new();
    let server = place.serve();
    let run = waiting(1, TimeDelta::minutes(5));
    server.post(asked(&run));
    let answer = server.get(&format!("/api/approvals/{}?at={LATER}", run.approval()));
    let said = place.ask(&["explain", &run.approval(), "--format", "json", "--at", LATER]);
    let said: Value = serde_json::from_str(&said).expect("it is JSON");
    assert_eq!((answer.status, answer.json()), (200, said));
    let now = server.get(&format!("/api/approvals/{}", run.approval())).json();
    assert_eq!(
        (&now["phase"], &now["policy"], &now["ladder"][0]["fate"]),
        (&"waiting".into(), &"default".into(), &"due".into())
    );
}

#[test]
fn what_is_not_known_is_404_and_a_time_that_is_none_400() {
    let place = Place::new();
    let server = place.serve();
    let run = waiting(1, TimeDelta::minutes(5));
    server.post(asked(&run));
    let status = |id: &str, query: &str| {
        let answer = server.get(&format!("/api/approvals/{id}{query}"));
        assert!(!answer.error().is_empty());
        answer.status
    };
    assert_eq!(status("no-such", ""), 404);
    assert_eq!(status(&run.approval(), "?at=2001-01-01"), 404);
    assert_eq!(status(&run.approval(), "?at=yesterday"), 400);
}
