//! The JSON Schema that editors check policy files against.

use holdpoint::policyfile::{DEFAULT, schema};
use serde_json::{Map, Value, json};

use super::{complaint, in_policy};

/// What the schema says against `value`, in the words that it has for it. Knows as much of JSON Schema as ours uses, and
/// refuses to go on where it does not.
fn against(schema: &Value, whole: &Value, value: &Value, place: &str) -> Vec<String> {
    let empty = Map::new();
    let mut said = Vec::new();
    for (word, rule) in schema.as_object().expect("a schema is an object") {
        match word.as_str() {
            "$schema" | "$defs" | "title" | "description" | "default" | "format" => {}
            "$ref" => {
                let target = rule.as_str().and_then(|r| whole.pointer(r.trim_start_matches('#'))).expect("it is there");
                said.extend(against(target, whole, value, place));
            }
            "anyOf" => {
                let ways = rule.as_array().expect("a list");
                if ways.iter().all(|way| !against(way, whole, value, place).is_empty()) {
                    said.push(format!("{place}: none of the ways fits"));
                }
            }
            "type" => {
                let wanted: Vec<&str> = rule.as_str().into_iter().chain(strings(rule)).collect();
                if !wanted.iter().any(|kind| is_a(value, kind)) {
                    said.push(format!("{place}: not {wanted:?}"));
                }
            }
            "required" => {
                let missing = strings(rule).into_iter().filter(|name| value.get(name).is_none());
                said.extend(missing.map(|name| format!("{place}: {name} is missing")));
            }
            "properties" => {
                for (name, rule) in rule.as_object().expect("an object") {
                    if let Some(value) = value.get(name) {
                        said.extend(against(rule, whole, value, &format!("{place}/{name}")));
                    }
                }
            }
            "additionalProperties" => {
                let known = schema.get("properties").and_then(Value::as_object).unwrap_or(&empty);
                for (name, value) in
                    value.as_object().into_iter().flatten().filter(|(name, _)| !known.contains_key(*name))
                {
                    match rule {
                        Value::Bool(false) => said.push(format!("{place}: {name} is not known")),
                        rule => said.extend(against(rule, whole, value, &format!("{place}/{name}"))),
                    }
                }
            }
            "items" => {
                for (n, value) in value.as_array().into_iter().flatten().enumerate() {
                    said.extend(against(rule, whole, value, &format!("{place}/{n}")));
                }
            }
            "enum" => {
                if !rule.as_array().expect("a list").contains(value) {
                    said.push(format!("{place}: not one of {rule}"));
                }
            }
            "minItems" => {
                let count = value.as_array().map(Vec::len);
                if count.zip(rule.as_u64()).is_some_and(|(count, least)| (count as u64) < least) {
                    said.push(format!("{place}: too few"));
                }
            }
            "minimum" | "maximum" => {
                let (number, bound) = (value.as_f64(), rule.as_f64());
                let is_outside = number.zip(bound).is_some_and(|(n, b)| if word == "minimum" { n < b } else { n > b });
                if is_outside {
                    said.push(format!("{place}: out of bounds"));
                }
            }
            other => panic!("the schema says `{other}`, which this test does not know"),
        }
    }
    said
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn is_a(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "null" => value.is_null(),
        other => panic!("no kind of value: {other}"),
    }
}

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
