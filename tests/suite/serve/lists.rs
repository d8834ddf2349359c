//! What can be read from the server: health, lists and the page.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::process::Place;
use crate::support::waiting::{asked, waiting};

const HOSTILE: &str = "<script>alert(1)</script>\" onload=\"x";

#[test]
fn a_server_that_works_says_that_it_is_healthy() {
    let place = Place::new();
    let server = place.serve();
    let answer = server.get("/healthz");
    assert_eq!((answer.status, answer.json()), (200, json!({ "status": "ok" })));
}

#[test]
fn approvals_are_listed_oldest_first_page_by_page() {
    let place = Place::new();
    let server = place.serve();
    let minutes = [30, 10, 50, 20, 40];
    for (number, minutes) in (1..).zip(minutes) {
        server.post(asked(&waiting(number, TimeDelta::minutes(minutes))));
    }
    let oldest_first: Vec<_> = [3, 5, 1, 4, 2].map(|n| waiting(n, TimeDelta::zero()).approval()).to_vec();
    for query in ["", "limit=2", "limit=1", "limit=500", "open=false&limit=3"] {
        let listed = server.approvals(query);
        let ids: Vec<_> = listed.iter().filter_map(|approval| approval["approval"].as_str()).collect();
        assert_eq!(ids, oldest_first, "{query}");
    }
    let page = server.get("/api/approvals?limit=2").json();
    assert_eq!(page["approvals"].as_array().map(Vec::len), Some(2));
    assert_eq!(page["approvals"][0]["phase"], "waiting");
    assert_eq!(page["approvals"][0]["waited_seconds"].as_u64().map(|seconds| seconds / 60), Some(50));
}

#[test]
fn a_list_query_that_cannot_be_read_is_a_mistake_of_the_callers() {
    let place = Place::new();
    let server = place.serve();
    for query in ["after=yesterday", "limit=many", "open=perhaps"] {
        let answer = server.get(&format!("/api/approvals?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert!(!answer.error().is_empty());
    }
}

#[test]
fn the_page_shows_what_waits_and_for_how_long() {
    let place = Place::new();
    let server = place.serve();
    let empty = server.get("/");
    assert!(empty.body.contains("Nothing waits."), "{}", empty.body);
    server.post(format!(
        "{}\n{}\nnot JSON\n",
        asked(&waiting(7, TimeDelta::minutes(70))),
        asked(&waiting(8, TimeDelta::hours(5)))
    ));
    let page = server.get("/");
    assert_eq!((page.status, page.headers["content-type"].as_str()), (200, "text/html; charset=utf-8"));
    let (older, newer) = (page.body.find("service-008-prod"), page.body.find("service-007-prod"));
    assert!(older.is_some() && older < newer, "{}", page.body);
    for shown in ["1h 10m", "2h 49m left", "1h past the deadline", "<title>2 waiting", "could not be read"] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
}

#[test]
fn nothing_that_comes_from_a_pipeline_becomes_markup() {
    let place = Place::new();
    let server = place.serve();
    let event = asked(&waiting(1, TimeDelta::minutes(5)));
    let mut event: Value = serde_json::from_str(&event).expect("it is JSON");
    for part in ["pipeline", "stage", "action"] {
        event["detail"][part] = HOSTILE.into();
    }
    assert_eq!(server.post(event.to_string()).json()["taken"], 1);
    let page = server.get("/").body;
    assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
    assert!(!page.contains("<script") && !page.contains("\" onload"), "{page}");
}

#[test]
fn what_is_shown_comes_from_nowhere_else_and_is_kept_nowhere() {
    let place = Place::new();
    let server = place.serve();
    for target in ["/", "/api/approvals", "/healthz", "/nowhere"] {
        let answer = server.get(target);
        let policy = &answer.headers["content-security-policy"];
        assert!(policy.starts_with("default-src 'none'; ") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("script"), "{policy}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
        assert_eq!(answer.headers["cache-control"], "no-store");
    }
    assert_eq!(server.get("/nowhere").status, 404);
}
