//! Making text fit: the characters that SNS and SQS take, and no more bytes than they take.

use serde_json::Value;

/// The characters that both take; those that neither does leave a mark.
pub(super) fn valid(text: &str) -> String {
    let is_taken = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}');
    text.chars().map(|c| if is_taken(c) { c } else { '\u{FFFD}' }).collect()
}

/// The beginning of `text`, of at most so many bytes.
pub(super) fn cut(text: &str, max: usize) -> String {
    const MARK: &str = "…";
    if text.len() <= max {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(max.saturating_sub(MARK.len()));
    text.get(..end).unwrap_or_default().to_owned() + MARK
}

/// The longest text that each attempt leaves whole, in bytes. With the last, what a letter can hold fits several times
/// over.
const ATTEMPTS: [usize; 4] = [usize::MAX, 20_000, 2_000, 200];

/// JSON of at most so many bytes: long texts in it give way.
pub(super) fn json(value: &Value, max: usize) -> String {
    let mut text = String::new();
    for longest in ATTEMPTS {
        text = valid(&shortened(value, longest).to_string());
        if text.len() <= max {
            break;
        }
    }
    text
}

fn shortened(value: &Value, longest: usize) -> Value {
    match value {
        Value::String(text) => Value::String(cut(text, longest)),
        Value::Array(items) => items.iter().map(|item| shortened(item, longest)).collect(),
        Value::Object(fields) => fields.iter().map(|(key, value)| (key.clone(), shortened(value, longest))).collect(),
        other => other.clone(),
    }
}
