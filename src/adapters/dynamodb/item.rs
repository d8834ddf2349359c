//! Items of the table, and what is read out of them.

use std::collections::HashMap;
use std::str::FromStr;

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::{DateTime, TimeDelta};

use super::keys::{self, Keys, Shards};
use crate::domain::projection::Projection;
use crate::domain::{Phase, Timestamp};
use crate::ports::Source;
use crate::ports::store::{Commit, StoreError};
use crate::record::{self, RecordError};

pub(super) type Item = HashMap<String, AttributeValue>;

pub(super) const VERSION: &str = "version";
pub(super) const PROJECTION: &str = "projection";
pub(super) const FACTS: &str = "facts";
/// When DynamoDB may delete the item, in seconds since 1970.
pub const EXPIRES: &str = "ttl";

/// An item from the names and values of its attributes.
pub(super) fn item<'a>(attributes: impl IntoIterator<Item = (&'a str, AttributeValue)>) -> Item {
    attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

pub(super) fn key(pk: impl Into<String>, sk: impl Into<String>) -> Item {
    item([(Keys::Table.pk(), string(pk)), (Keys::Table.sk(), string(sk))])
}

pub(super) fn string(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

pub(super) fn number(n: impl ToString) -> AttributeValue {
    AttributeValue::N(n.to_string())
}

/// When an item of this time may be deleted.
pub(super) fn after(at: Timestamp, keep: TimeDelta) -> AttributeValue {
    number(at.checked_add_signed(keep).unwrap_or(Timestamp::MAX_UTC).timestamp())
}

/// The approval's head as the commit leaves it.
pub(super) fn head(commit: &Commit) -> Result<Item, RecordError> {
    let p = &commit.projection;
    let id = commit.id.as_str();
    let mut head = key(keys::approval(&commit.id), keys::HEAD);
    head.insert(VERSION.to_owned(), number(commit.expected + commit.facts.len() as u64));
    head.insert(PROJECTION.to_owned(), string(record::projection::to_text(p)?));
    let mut index = |keys: Keys, pk: String, sk: String| {
        head.insert(keys.pk().to_owned(), string(pk));
        head.insert(keys.sk().to_owned(), string(sk));
    };
    if let Some(at) = p.due_at {
        index(Keys::Due, Shards::Approvals.of(id), keys::timed(at, id));
    }
    if let Some(listed) = listed(p) {
        index(Keys::Listed, keys::month(&listed).to_owned(), listed.clone());
        if p.phase != Phase::Settled {
            index(Keys::Open, Shards::Open.of(id), listed);
        }
    }
    Ok(head)
}

/// The key by which an approval is listed; none if it is not.
pub(super) fn listed(projection: &Projection) -> Option<String> {
    let at = projection.listed_at().filter(|_| projection.phase != Phase::Unseen)?;
    Some(keys::timed(at, projection.id.as_str()))
}

pub(super) fn projection(item: &Item) -> Result<Projection, StoreError> {
    record::projection::from_text(text(item, PROJECTION)?).map_err(|cause| corrupt(item, cause))
}

pub(super) fn text<'a>(item: &'a Item, name: &str) -> Result<&'a str, StoreError> {
    let text = item.get(name).and_then(|value| value.as_s().ok());
    text.map(String::as_str).ok_or_else(|| corrupt(item, format!("its `{name}` is not a text")))
}

pub(super) fn count<T: FromStr>(item: &Item, name: &str) -> Result<T, StoreError> {
    let count = item.get(name).and_then(|value| value.as_n().ok()?.parse().ok());
    count.ok_or_else(|| corrupt(item, format!("its `{name}` is not a number")))
}

/// The time that a key or another sortable text begins with.
pub(super) fn time(item: &Item, name: &str) -> Result<Timestamp, StoreError> {
    let text = text(item, name)?;
    let time = text.split_once('#').map_or(text, |(time, _)| time);
    DateTime::parse_from_rfc3339(time).map(|at| at.to_utc()).map_err(|cause| corrupt(item, cause))
}

/// What the item is about: its key without the letter that says what it is.
pub(super) fn subject(item: &Item) -> &str {
    let pk = item.get(Keys::Table.pk()).and_then(|value| value.as_s().ok());
    pk.map_or("", |pk| pk.split_once('#').map_or(pk, |(_, id)| id))
}

pub(super) fn corrupt(item: &Item, cause: impl Into<Source>) -> StoreError {
    StoreError::Corrupt { id: subject(item).to_owned(), cause: cause.into() }
}
