//! Times as RFC 3339 in UTC, with as many decimals as there are.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serializer, de::Error};

use crate::domain::Timestamp;

pub fn to_text(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

pub fn from_text(text: &str) -> Result<Timestamp, chrono::ParseError> {
    DateTime::parse_from_rfc3339(text).map(|at| at.with_timezone(&Utc))
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
