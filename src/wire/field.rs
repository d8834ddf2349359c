//! Fields of a JSON object, taken as AWS really writes them: numbers as `1`, `1.0` or `"1"`, times with and without
//! seconds, unset texts as null or "".

use chrono::{DateTime, NaiveDateTime, SubsecRound, Utc};
use serde_json_borrow::Value;

use super::Malformed;
use crate::domain::Timestamp;

/// Longer texts are cut. CodePipeline's own longest is a thousand characters; commit messages have no limit.
const MAX_TEXT: usize = 2000;
/// Longer names and ids are refused. AWS's are at most 100 characters long.
const MAX_NAME: usize = 256;

/// A text that is there and says something.
pub(super) fn text(object: &Value<'_>, name: &str) -> Option<String> {
    let text = object.get(name).as_str().filter(|text| !text.trim().is_empty())?;
    Some(if text.len() <= MAX_TEXT { text.to_owned() } else { text.chars().take(MAX_TEXT).collect() })
}

/// The same without a copy, for texts that are only compared.
pub(super) fn word<'a>(object: &'a Value<'a>, name: &'static str) -> &'a str {
    object.get(name).as_str().unwrap_or_default()
}

/// A name that must be there.
pub(super) fn name(object: &Value<'_>, place: &str, name: &str) -> Result<String, Malformed> {
    match object.get(name) {
        Value::Null => Err(Malformed(format!("`{place}{name}` is missing"))),
        Value::Str(text) if !text.trim().is_empty() && text.len() <= MAX_NAME => Ok(text.to_string()),
        Value::Str(text) if text.len() > MAX_NAME => {
            Err(Malformed(format!("`{place}{name}` is longer than {MAX_NAME} bytes")))
        }
        _ => Err(Malformed(format!("`{place}{name}` is not a text"))),
    }
}

/// An id that may be there. Ids end up in links, paths and headers, so nothing but what AWS's ids are made of is taken.
pub(super) fn id(object: &Value<'_>, place: &str, name: &str) -> Result<Option<String>, Malformed> {
    let Some(text) = text(object, name) else { return Ok(None) };
    let is_plain = text.len() <= 128 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b));
    if is_plain {
        Ok(Some(text))
    } else {
        Err(Malformed(format!("`{place}{name}` is not an id: letters, digits and `-_.:` are, up to 128 of them")))
    }
}

/// A whole number, however it is written; none when it is something else.
pub(super) fn count(object: &Value<'_>, name: &str) -> Option<u32> {
    let number = match object.get(name) {
        Value::Number(number) => number.as_f64()?,
        Value::Str(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    // In range and whole, as just checked, so nothing is cut off.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked in the line above")]
    is_whole.then_some(number as u32)
}

/// A time that may be there, but must be a time if it is.
pub(super) fn time(object: &Value<'_>, place: &str, name: &str) -> Result<Option<Timestamp>, Malformed> {
    let Some(text) = text(object, name) else { return Ok(None) };
    match parse_time(&text) {
        Some(at) => Ok(Some(at)),
        None => Err(Malformed(format!("`{place}{name}` is `{text}`, not a time such as 2026-09-28T17:33:53Z"))),
    }
}

/// RFC 3339, or the form without seconds of CodePipeline's SNS notification; to the millisecond, as AWS writes it.
pub(super) fn parse_time(text: &str) -> Option<Timestamp> {
    let exact = DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc));
    let at = exact.or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%MZ").map(|at| at.and_utc())).ok()?;
    Some(at.trunc_subsecs(3))
}
