//! The form of the events is what the documents promise.

use std::fs;
use std::path::Path;

use holdpoint::adapters::eventbridge::requests;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{delivered, one_of_each, published};
use crate::record::{any, known};
use crate::support::schema::against;

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn schema() -> Value {
    serde_json::from_str(&document("events.schema.json")).expect("JSON")
}

fn said_of(event: &Value) -> Vec<String> {
    let schema = schema();
    let mut said = against(&schema, &schema, event, "");
    unknown(&schema, &schema, event, "", &mut said);
    said
}

/// The keys in `value` of which the schema does not speak.
fn unknown(schema: &Value, whole: &Value, value: &Value, place: &str, said: &mut Vec<String>) {
    let target = schema["$ref"].as_str().and_then(|r| whole.pointer(r.trim_start_matches('#')));
    let either = schema["anyOf"].as_array().and_then(|ways| ways.iter().find(|way| way.get("$ref").is_some()));
    if let Some(schema) = target.or(either) {
        return unknown(schema, whole, value, place, said);
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        match schema["properties"].get(key) {
            Some(schema) => unknown(schema, whole, value, &format!("{place}/{key}"), said),
            None => said.push(format!("{place}: {key} is not in the schema")),
        }
    }
}

/// All events as they are delivered.
fn all(events: Vec<holdpoint::ports::events::Published>) -> Vec<Value> {
    requests(&events, "bus").iter().flatten().map(|(_, entry)| delivered(entry)).collect()
}

#[test]
fn every_kind_of_event_fits_the_schema() {
    for event in all(published(known::events())) {
        assert_eq!(said_of(&event), Vec::<String>::new(), "{event:#}");
    }
}

#[test]
fn the_schema_refuses_what_is_not_promised() {
    let settled = all(one_of_each()).remove(4);
    assert_eq!(said_of(&settled), Vec::<String>::new());
    let without = |key: &str| {
        let mut event = settled.clone();
        event["detail"].as_object_mut().expect("an object").remove(key).expect("it is there");
        event
    };
    let with = |pointer: &str, value: Value| {
        let mut event = settled.clone();
        *event.pointer_mut(pointer).expect("it is there") = value;
        event
    };
    let wrong = [
        without("settlement"),
        without("deadline"),
        with("/detail/version", json!("2")),
        with("/detail/settlement/outcome", json!("denied")),
        with("/detail/gate/pipeline", Value::Null),
        with("/detail/settlement/comment", json!("x".repeat(1025))),
        with("/source", json!("aws.codepipeline")),
        with("/detail-type", json!("Reminder Sent")),
    ];
    for event in wrong {
        assert_ne!(said_of(&event), Vec::<String>::new(), "{event:#}");
    }
}

proptest! {
    #[test]
    fn any_event_fits_the_schema(event in any::event()) {
        let events = all(published([event]));
        prop_assert_eq!(said_of(&events[0]), Vec::<String>::new());
    }
}

#[test]
fn the_examples_in_the_document_are_what_is_sent() {
    let text = document("events.md");
    let examples: Vec<Value> = text
        .split("```json\n")
        .skip(1)
        .map(|rest| serde_json::from_str(rest.split("```").next().unwrap_or_default()).expect("JSON"))
        .collect();
    let sent = all(one_of_each());
    assert_eq!(examples.len(), sent.len(), "one of each kind");
    for (example, sent) in examples.iter().zip(&sent) {
        assert_eq!(example, sent, "write it anew");
    }
}
