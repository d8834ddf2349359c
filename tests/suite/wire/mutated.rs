//! Whatever comes in, there is a reading and no panic.

use holdpoint::domain::Gate;
use holdpoint::domain::input::{Heard, Input, Named};
use holdpoint::wire::{Message, Reading, read};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

use super::fixtures::{folder, received_at, texts};

/// What may happen to a value on its way.
#[derive(Clone, Debug)]
enum Change {
    Removed,
    Replaced(Value),
    /// Texts that are JSON inside, as bodies of envelopes are, come cut off.
    CutOff(Index),
}

fn hostile_text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[\\x00-\\x1f\\x7f\u{202e}\u{200b}]{1,20}",
        "[a-z0-9-]{200,400}",
        Just("2026-13-45T99:99:99Z".to_owned()),
        Just("+262143-12-31T23:59:59.999999999Z".to_owned()),
        Just("0000-01-01T00:00Z".to_owned()),
        Just("é".repeat(3000)),
    ]
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        hostile_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec(
                (
                    prop_oneof![
                        Just("Records".to_owned()),
                        Just("Sns".to_owned()),
                        Just("body".to_owned()),
                        "[a-z]{1,8}"
                    ],
                    inner
                ),
                0..4
            )
            .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![Just(Change::Removed), any_json().prop_map(Change::Replaced), any::<Index>().prop_map(Change::CutOff),]
}

/// The JSON pointer of every value inside.
fn places(value: &Value, place: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(object) => object.iter().map(|(name, child)| (name.clone(), child)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(n, child)| (n.to_string(), child)).collect(),
        _ => return,
    };
    for (name, child) in children {
        let name = name.replace('~', "~0").replace('/', "~1");
        let place = format!("{place}/{name}");
        places(child, &place, found);
        found.push(place);
    }
}

fn mutate(value: &mut Value, at: Index, change: Change) {
    let mut found = Vec::new();
    places(value, "", &mut found);
    if found.is_empty() {
        return;
    }
    let place = at.get(&found);
    let (parent, name) = place.rsplit_once('/').expect("a pointer has a slash");
    match change {
        Change::Removed => match value.pointer_mut(parent).expect("it was just found") {
            Value::Object(object) => drop(object.remove(&name.replace("~1", "/").replace("~0", "~"))),
            Value::Array(items) => drop(items.remove(name.parse().expect("an index"))),
            _ => {}
        },
        Change::Replaced(new) => *value.pointer_mut(place).expect("it was just found") = new,
        Change::CutOff(end) => {
            if let Some(Value::String(text)) = value.pointer_mut(place) {
                *text = cut(text, end);
            }
        }
    }
}

fn cut(text: &str, end: Index) -> String {
    text.chars().take(end.index(text.chars().count() + 1)).collect()
}

/// Ids end up in links, file names and headers; names on people's screens and in the database.
fn is_sound(reading: &Reading) -> bool {
    let is_id = |id: &str| {
        (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b))
    };
    let is_name = |name: &str| !name.trim().is_empty() && name.len() <= 256;
    let is_gate = |gate: &Gate| is_name(&gate.pipeline) && is_name(&gate.stage) && is_name(&gate.action);
    match &reading.message {
        Message::Heard(Heard::Approval { named, input }) => {
            let is_named = match named {
                Named::ById(id) => is_id(id.as_str()),
                Named::ByPlace { token } => token.as_ref().is_none_or(|id| is_id(id.as_str())),
            };
            let gate = match input {
                Input::Started(started) => &started.place.gate,
                Input::Ended(ended) => &ended.place.gate,
                Input::Decision(decision) => &decision.gate,
                Input::Notified(notified) => &notified.gate,
                Input::Execution(_)
                | Input::Edited(_)
                | Input::Newer(_)
                | Input::Others(_)
                | Input::Acknowledge(_)
                | Input::Snooze { .. }
                | Input::Tick => return false,
            };
            is_named && is_gate(gate)
        }
        Message::Heard(Heard::Execution { key, .. }) => is_id(key.id.as_str()) && is_name(&key.pipeline),
        Message::Heard(Heard::Pipeline { key, .. }) => is_name(&key.pipeline),
        Message::Heard(Heard::Tick) => true,
        Message::Skipped { reason } | Message::Malformed { reason } => !reason.is_empty(),
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let readings = read(text, received_at());
    prop_assert!(!readings.is_empty(), "nothing was read of {text}");
    for reading in &readings {
        prop_assert!(is_sound(reading), "{reading:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn a_mutated_message_is_read_skipped_or_malformed(
        fixture in any::<Index>(),
        changes in vec((any::<Index>(), change()), 1..4),
        wrapping in 0..4,
    ) {
        let fixtures = texts(&folder());
        let mut value: Value = serde_json::from_str(&fixture.get(&fixtures).1).expect("a fixture is JSON");
        for (at, change) in changes {
            mutate(&mut value, at, change);
        }
        let wrapped = match wrapping {
            0 => value,
            1 => json!({ "Records": [{ "body": value.to_string() }] }),
            2 => json!({ "TopicArn": "arn:aws:sns:eu-west-1:111122223333:t", "Message": value.to_string() }),
            _ => json!([value]),
        };
        check(&wrapped.to_string())?;
    }

    #[test]
    fn a_message_that_was_cut_off_is_malformed(fixture in any::<Index>(), end in any::<Index>()) {
        let fixtures = texts(&folder());
        let text = fixture.get(&fixtures).1.trim_end();
        let part = cut(text, end);
        let readings = read(&part, received_at());
        let is_malformed = matches!(readings.as_slice(), [Reading { message: Message::Malformed { .. }, .. }]);
        prop_assert!(is_malformed || part == text, "{readings:?}");
    }

    #[test]
    fn any_text_at_all_gives_a_reading(text in hostile_text()) {
        check(&text)?;
    }

    #[test]
    fn any_json_at_all_gives_a_reading(value in any_json()) {
        check(&value.to_string())?;
    }
}
