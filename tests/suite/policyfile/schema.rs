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

fn with_calendar(calendar: &str) -> String {
    format!(
        "version: 1\ncalendars: {{ office: {calendar} }}\npolicies: [{{ name: all, target: 4h, calendar: office }}]\n"
    )
}

#[test]
fn the_schema_takes_calendars() {
    let good = [
        "{ timezone: Europe/London, hours: 24x7 }",
        "{ timezone: Europe/London, hours: { mon-fri: [\"09:00-17:30\"], sat: \"10:00-12:00\", sun: [[\"10:00\", \"12:00\"]] } }",
        "{ timezone: UTC, hours: 24x7, holidays: [gb, 2026-12-24, 2026-12-27..2026-12-31, 12-25] }",
        "{ timezone: UTC, hours: 24x7, working_days: [2026-12-05, { date: 2026-12-19, hours: [\"09:00-13:00\"] }] }",
    ];
    for calendar in good {
        let text = with_calendar(calendar);
        assert_eq!(said_of(&text), Vec::<String>::new(), "{calendar}");
        super::good(&text);
    }
    let with_file = with_calendar("{ timezone: UTC, hours: 24x7, holidays: [{ ical: company.ics }] }");
    assert_eq!(said_of(&with_file), Vec::<String>::new());
}

#[test]
fn the_schema_refuses_what_is_no_calendar() {
    let wrong = [
        "{ hours: 24x7 }",
        "{ timezone: Europe/London }",
        "{ timezone: Europe/London, hours: 24x7, holiday: [gb] }",
        "{ timezone: Europe/London, hours: [\"09:00-17:30\"] }",
        "{ timezone: Europe/London, hours: { mon: { from: \"09:00\" } } }",
        "{ timezone: Europe/London, hours: 24x7, holidays: gb }",
        "{ timezone: Europe/London, hours: 24x7, holidays: [{ ics: company.ics }] }",
        "{ timezone: Europe/London, hours: 24x7, holidays: [[gb]] }",
        "{ timezone: Europe/London, hours: 24x7, working_days: [{ hours: [\"09:00-13:00\"] }] }",
    ];
    for calendar in wrong {
        let text = with_calendar(calendar);
        assert_ne!(said_of(&text), Vec::<String>::new(), "{calendar}");
        assert!(!complaint(&text).is_empty());
    }
}
