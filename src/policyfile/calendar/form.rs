//! Calendars as they are written. The doc comments here are what the JSON Schema says of them.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

#[cfg(feature = "cli")]
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_saphyr::Spanned;

type Text = Spanned<String>;

/// When a policy's clock runs: in windows on the wall of a time zone, but not on days off.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "calendar"))]
#[serde(deny_unknown_fields)]
pub(in crate::policyfile) struct CalendarForm {
    /// A time zone of the IANA database: `Europe/London`.
    #[cfg_attr(feature = "cli", schemars(with = "String"))]
    pub(super) timezone: Text,
    /// `24x7`, or windows for weekdays: `{ mon-fri: ["09:00-12:00", "13:00-17:30"], sat: "10:00-12:00" }`. A window that ends
    /// before it starts goes on after midnight and belongs to the day on which it starts: `17:00-09:00` is a night. An end
    /// can be `24:00`.
    #[cfg_attr(feature = "cli", schemars(with = "Either<BTreeMap<String, Either<Vec<Either<Vec<String>>>>>>"))]
    pub(super) hours: Spanned<Either<BTreeMap<String, Spanned<WindowsForm>>>>,
    /// Days off: the public holidays of a country (`gb`) or of a region (`gb-eng`) from 2020 to 2040, a date (`2026-12-24`), a
    /// range (`2026-12-27..2026-12-31`), a day of each year (`12-25`), or a file of iCalendar beside this one
    /// (`{ ical: company.ics }`).
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<Either<IcalForm>>"))]
    pub(super) holidays: Vec<Spanned<Either<IcalForm>>>,
    /// Dates that are worked on although the week or a holiday says otherwise: `2026-12-05`, or with hours of its own
    /// `{ date: 2026-12-19, hours: ["09:00-13:00"] }`.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<Either<WorkingDayForm>>"))]
    pub(super) working_days: Vec<Spanned<Either<WorkingDayForm>>>,
}

/// One window, or several: each as one text, or as its start and its end.
pub(super) type WindowsForm = Either<Vec<Spanned<Either<Vec<String>>>>>;

/// A file of iCalendar whose whole-day events are days off.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "ical"))]
#[serde(deny_unknown_fields)]
pub(super) struct IcalForm {
    /// The file's path, as seen from the policy file.
    #[cfg_attr(feature = "cli", schemars(with = "String"))]
    pub(super) ical: Text,
}

#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(rename = "working_day"))]
#[serde(deny_unknown_fields)]
pub(super) struct WorkingDayForm {
    /// The date: `2026-12-19`.
    #[cfg_attr(feature = "cli", schemars(with = "String"))]
    pub(super) date: Text,
    /// Its windows; left out, those of its weekday, or of the first weekday that has some.
    #[cfg_attr(feature = "cli", schemars(with = "Option<Either<Vec<Either<Vec<String>>>>>"))]
    pub(super) hours: Option<Spanned<WindowsForm>>,
}

/// A text, or something that says more. An enum that tries one form after the other would lose the place of a mistake.
#[derive(Debug)]
#[cfg_attr(feature = "cli", derive(JsonSchema), schemars(untagged, inline))]
pub(super) enum Either<T> {
    Text(String),
    More(T),
}

/// What says more than a text. Serde would read a list as a struct's values in turn, and nobody would mean that.
pub(super) trait More {
    const IS_LIST: bool;
}

impl<T> More for Vec<T> {
    const IS_LIST: bool = true;
}

impl<K, V> More for BTreeMap<K, V> {
    const IS_LIST: bool = false;
}

impl More for IcalForm {
    const IS_LIST: bool = false;
}

impl More for WorkingDayForm {
    const IS_LIST: bool = false;
}

impl<'de, T: Deserialize<'de> + More> Deserialize<'de> for Either<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EitherVisitor(PhantomData))
    }
}

struct EitherVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + More> Visitor<'de> for EitherVisitor<T> {
    type Value = Either<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, or more")
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Either::Text(text.to_owned()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Either::Text(number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Either::Text(number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Either::Text(number.to_string()))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
        // Also `no`, which is Norway.
        Err(E::custom("this word means true or false to YAML: put it in quotes"))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        Err(E::custom("nothing stands here: write something, or leave out the key"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        if !T::IS_LIST {
            return Err(A::Error::invalid_type(Unexpected::Seq, &self));
        }
        T::deserialize(SeqAccessDeserializer::new(list)).map(Either::More)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        if T::IS_LIST {
            return Err(A::Error::invalid_type(Unexpected::Map, &self));
        }
        T::deserialize(MapAccessDeserializer::new(map)).map(Either::More)
    }
}
