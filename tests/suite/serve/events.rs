//! `POST /events`: what is taken, and what is said of the rest.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::process::{Place, Server};
use crate::cli::run::holdpoint;
use crate::support::waiting::{asked, waiting};
use crate::wire::fixtures::text;

/// As `src/cli/serve` has it.
const MAX_BODY: usize = 8 * 1024 * 1024;

fn request(number: u64) -> String {
    asked(&waiting(number, TimeDelta::minutes(5)))
}

/// The ids of what is open.
fn open(server: &Server) -> Vec<Value> {
    server.approvals("").into_iter().map(|approval| approval["approval"].clone()).collect()
}

fn id(number: u64) -> Value {
    waiting(number, TimeDelta::zero()).approval().into()
}

/// One fixture on one line.
fn line(name: &str) -> String {
    let value: Value = serde_json::from_str(&text(name)).expect("a fixture is JSON");
    value.to_string()
}

#[test]
fn one_event_an_array_and_lines_are_taken() {
    let place = Place::new();
    let server = place.serve();
    let taken = |n: u64| json!({ "taken": n, "skipped": 0, "malformed": 0, "reasons": [] });

    let one = server.post(request(1));
    assert_eq!((one.status, one.json()), (200, taken(1)));
    let array = server.post(format!("[{},\n{}]", request(2), request(3)));
    assert_eq!((array.status, array.json()), (200, taken(2)));
    let lines = server.post(format!("{}\n{}\n\n{}\n", request(4), request(5), request(6)));
    assert_eq!((lines.status, lines.json()), (200, taken(3)));
    let again = server.post(request(1));
    assert_eq!((again.status, again.json()), (200, taken(1)), "whoever delivers twice is not told off");

    let mut open = open(&server);
    open.sort_by_key(Value::to_string);
    assert_eq!(open, (1..=6).map(id).collect::<Vec<_>>());
}

#[test]
fn messages_in_the_envelopes_of_queues_are_taken() {
    let place = Place::new();
    let server = place.serve();
    for envelope in ["sqs-records", "sqs-messages"] {
        let answer = server.post(text(envelope));
        assert_eq!((answer.status, &answer.json()["taken"]), (200, &json!(2)), "{envelope}: {answer:?}");
    }
    // Asked for and rejected, both in the same batch.
    let listed = server.approvals("open=false");
    let found: Vec<_> = listed.iter().map(|a| (a["approval"].as_str(), a["phase"].as_str())).collect();
    assert_eq!(found, [(Some("6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10"), Some("ended"))]);
}

#[test]
fn the_answer_counts_what_became_of_the_events_and_says_where_and_why() {
    let place = Place::new();
    let server = place.serve();
    let body = format!("{}\n{}\n{}\nnot JSON\n", request(1), line("deploy-abandoned"), line("malformed"));
    let answer = server.post(body);
    assert_eq!(answer.status, 200);
    let answer = answer.json();
    assert_eq!(
        (&answer["taken"], &answer["skipped"], &answer["malformed"]),
        (&json!(1), &json!(1), &json!(2)),
        "{answer}"
    );
    let reasons: Vec<_> = answer["reasons"].as_array().expect("a list").iter().collect();
    let places: Vec<_> = reasons.iter().map(|r| (r["line"].as_u64(), r["kind"].as_str())).collect();
    let (skipped, malformed) = (Some("skipped"), Some("malformed"));
    assert_eq!(places, [(Some(2), skipped), (Some(3), malformed), (Some(4), malformed)]);
    let said: Vec<_> = reasons.iter().filter_map(|r| r["reason"].as_str()).collect();
    assert_eq!(said[0], "action category `Deploy` is not an approval");
    assert!(said[1].contains("detail.start-time") && said[1].contains("yesterday evening"), "{}", said[1]);
    assert_eq!(said[2], "not a JSON object");
}

#[test]
fn malformed_messages_are_kept_for_whoever_looks_into_them() {
    let place = Place::new();
    let server = place.serve();
    let bad = line("malformed");
    let answer = server.post_with(&bad, &[("User-Agent", "the-forwarder/2")]);
    assert_eq!(answer.status, 400, "there is nothing in it to take: {answer:?}");
    assert_eq!(answer.json()["malformed"], 1);
    server.post("{ \"cut\": \"off");

    let listed = server.get("/api/malformed").json();
    let listed = listed["malformed"].as_array().expect("a list").clone();
    assert_eq!(listed.len(), 2);
    assert_eq!(listed[0]["reason"], "it ends in the middle", "the newest comes first");
    assert_eq!((&listed[1]["source"], &listed[1]["body"]), (&json!("the-forwarder/2"), &json!(bad)));
    assert_eq!(server.get("/api/malformed?limit=1").json()["malformed"], json!([listed[0]]));

    let lines = place.ask(&["malformed", "--format", "json"]);
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(lines, listed, "the command and the server say the same");
    let told = place.ask(&["malformed", "--limit", "5"]);
    assert!(told.contains(" from the-forwarder/2\n  ") && told.contains("yesterday evening"), "{told}");
    assert!(told.lines().all(|line| line.chars().count() <= 310), "{told}");
}

#[test]
fn where_every_message_could_be_read_the_command_says_so() {
    let place = Place::new();
    let server = place.serve();
    server.post(request(1));
    assert_eq!(server.get("/api/malformed").json(), json!({ "malformed": [] }));
    assert_eq!(place.ask(&["malformed"]), "Every message could be read.\n");
    assert_eq!(place.ask(&["malformed", "--format", "json"]), "");
    assert_eq!(holdpoint(&["malformed", "--store", "nowhere.sqlite"]).code, Some(1));
}

#[test]
fn a_body_over_the_limit_is_refused_and_one_below_is_not() {
    let place = Place::new();
    let server = place.serve();
    let padded = |size: usize| {
        let event = request(1);
        let padding = " ".repeat(size - event.len());
        event + &padding
    };
    let over = server.post(padded(MAX_BODY + 1));
    assert_eq!(
        (over.status, over.error()),
        (413, "the body is larger than 8 MiB: send fewer events at once".to_owned())
    );
    assert_eq!(open(&server), Vec::<Value>::new());
    assert_eq!(server.post(padded(MAX_BODY)).status, 200);
    assert_eq!(open(&server), [id(1)]);
}

#[test]
fn an_empty_body_is_a_mistake() {
    let place = Place::new();
    let server = place.serve();
    for body in ["", " \r\n\t\n"] {
        let answer = server.post(body);
        let said = "the body is empty: send one event, an array, or JSON Lines";
        assert_eq!((answer.status, answer.error().as_str()), (400, said));
    }
    assert_eq!(server.get("/api/malformed").json(), json!({ "malformed": [] }));
}

#[test]
fn a_time_from_the_ends_of_the_calendar_stops_nothing() {
    let place = Place::new();
    let server = place.serve();
    for (number, time) in (1..).zip(["0000-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]) {
        let mut event: Value = serde_json::from_str(&request(number)).expect("it is JSON");
        event["detail"]["start-time"] = time.into();
        // Twice, because the second time what was stored is read again.
        assert_eq!(server.post(format!("{event}\n{event}")).json()["taken"], 2, "{time}");
        assert_eq!(server.get("/healthz").status, 200, "{time}");
        place.ask(&["explain", &waiting(number, TimeDelta::zero()).approval()]);
    }
    server.post(request(3));
    assert_eq!(open(&server), [1, 3, 2].map(id));
}
