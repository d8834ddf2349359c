//! Times as RFC 3339 in UTC, with as many decimals as there are. Years before 0 and after 9999, which RFC 3339 does not
//! have, are written with a sign.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serializer, de::Error};

use crate::domain::Timestamp;

pub fn to_text(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// Also of a year with a sign: an event's time can be anything that has an offset from UTC, such as the last hours of 9999
/// west of Greenwich, and nobody must be able to write what stops the reader.
pub fn from_text(text: &str) -> Result<Timestamp, chrono::ParseError> {
    match DateTime::parse_from_rfc3339(text) {
        Ok(at) => Ok(at.with_timezone(&Utc)),
        Err(error) => text.parse().map_err(|_| error),
    }
}

/// For `#[serde(with)]`.
pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&to_text(*at))
}

/// For `#[serde(with)]`.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
    from_text(&text).map_err(|error| D::Error::custom(format!("`{text}` is not a time: {error}")))
}

/// The same for times that can be missing.
pub mod option {
    use super::{Deserialize, Deserializer, Error, Serializer, Timestamp, from_text, to_text};

    pub fn serialize<S: Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => serializer.serialize_str(&to_text(*at)),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        let read =
            |text: String| from_text(&text).map_err(|e| D::Error::custom(format!("`{text}` is not a time: {e}")));
        text.map(read).transpose()
    }
}
