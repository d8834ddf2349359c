//! JSON Schema, as much of it as ours uses.

use serde_json::{Map, Value};

/// What the schema says against `value`, in the words that it has for it. Knows as much of JSON Schema as ours uses, and
/// refuses to go on where it does not.
pub(crate) fn against(schema: &Value, whole: &Value, value: &Value, place: &str) -> Vec<String> {
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
            "const" if rule != value => said.push(format!("{place}: not {rule}")),
            "const" => {}
            "enum" => {
                if !rule.as_array().is_some_and(|values| values.contains(value)) {
                    said.push(format!("{place}: none of {rule}"));
                }
            }
            "maxLength" => {
                let length = value.as_str().map(|text| text.chars().count() as u64);
                if length.zip(rule.as_u64()).is_some_and(|(length, most)| length > most) {
                    said.push(format!("{place}: too long"));
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
