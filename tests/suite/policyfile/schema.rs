//! The JSON Schema that editors check policy files against.

use holdpoint::policyfile::{DEFAULT, schema};
use serde_json::{Value, json};

use super::{complaint, in_policy};
use crate::support::schema::against;

fn said_of(text: &str) -> Vec<String> {
    let value: Value = serde_saphyr::from_str(text).expect("YAML");
    let schema = schema();
    against(&schema, &schema, &value, "")
}

#[test]
fn the_schema_takes_the_default_policy() {
    assert_eq!(said_of(DEFAULT), Vec::<String>::new());
}

const TOPIC: &str = "\"arn:aws:sns:eu-west-1:111122223333:approvals\"";

#[test]
fn the_schema_takes_topics_and_wordings() {
    let text = format!(
        "version: 1\nrecipients: {{ leads: {{ sns: {TOPIC}, format: chat, wording: {{ subject: x }} }} }}\npolicies: [{{ name: all, target: 4h, wording: {{ text: hello }} }}]\n"
    );
    assert_eq!(said_of(&text), Vec::<String>::new());
    super::good(&text);
}

#[test]
fn what_the_schema_refuses_the_program_refuses_too() {
    let wrong = [
        in_policy("taget: 4h"),
        in_policy("match: { pipeline: x }"),
        in_policy("target: 4h\nmatch: { pipelines: x }"),
        in_policy("target: 4h\nsteps: [{ at: 50%, remind: approvers }]"),
        in_policy("target: 4h\nsteps: [{ at: 50%, remind: [approvers], repeat: { until: 8h } }]"),
        "version: 2\npolicies: [{ name: all, target: 4h }]\n".to_owned(),
        "version: 1\npolicies: []\n".to_owned(),
        "version: 1\n".to_owned(),
        "version: 1\nrecipients: { leads: { email: x } }\npolicies: [{ name: all, target: 4h }]\n".to_owned(),
        format!(
            "version: 1\nrecipients: {{ leads: {{ sns: {TOPIC}, format: html }} }}\npolicies: [{{ name: all, target: 4h }}]\n"
        ),
        in_policy("target: 4h\nwording: { title: x }"),
    ];
    for text in wrong {
        assert_ne!(said_of(&text), Vec::<String>::new(), "{text}");
        assert!(!complaint(&text).is_empty());
    }
}

#[test]
fn the_schema_explains_every_key() {
    let schema = schema();
    let mut objects = vec![&schema];
    objects.extend(schema["$defs"].as_object().expect("definitions").values());
    for object in objects {
        assert_eq!(object["additionalProperties"], json!(false), "a typo is noticed: {object}");
        for (name, property) in object["properties"].as_object().expect("properties") {
            assert!(property["description"].is_string(), "{name} is explained: {property}");
        }
    }
    assert_eq!(schema["required"], json!(["version", "policies"]));
    assert_eq!(schema["$defs"]["policy"]["required"], json!(["name", "target"]));
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
}
