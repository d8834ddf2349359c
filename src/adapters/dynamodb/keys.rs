//! Where things stand in the table.
//!
//! | `pk` | `sk` | what |
//! |---|---|---|
//! | `A#<approval>` | `H` | its head: version, projection, and what the indexes need |
//! | `A#<approval>` | `F#<number of the first>` | the facts of one commit |
//! | `O#<row>` | `O` | an outbox row |
//! | `R#<execution>` | `N#<hash>` | a piece of news of an execution |
//! | `R#<execution>` | `A#<approval>` | one of its approvals |
//! | `SEEN` | `M#<month>` | a month that something is listed in |
//! | `REJECTS` | `<time>#<number>` | a reject |
//!
//! The indexes are sparse: whoever lacks their attributes is not in them. Those that every approval writes to are
//! spread over [`SHARDS`] partitions by a hash of the id.

use std::ops::RangeInclusive;

use chrono::{Datelike, SecondsFormat};
use sha2::{Digest, Sha256};

use crate::domain::execution::ExecutionKey;
use crate::domain::{ApprovalId, Timestamp, hex};

pub(super) const HEAD: &str = "H";
pub(super) const ROW: &str = "O";
pub(super) const SEEN: &str = "SEEN";
pub(super) const REJECTS: &str = "REJECTS";

const SHARDS: u8 = 4;
/// Sorts before and behind every time.
const FIRST: &str = "0";
const LAST: &str = "~";
/// How many characters of a time name its month.
const MONTH: usize = 7;

/// The table itself, or one of its indexes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    Table,
    /// What must be looked at or sent, by its time.
    Due,
    /// Approvals that wait or whose end is not settled, by the time by which they are listed.
    Open,
    /// All approvals that are listed, by month and time.
    Listed,
}

impl Keys {
    pub(super) const INDEXES: [Self; 3] = [Self::Due, Self::Open, Self::Listed];

    pub(super) fn index(self) -> Option<&'static str> {
        match self {
            Self::Table => None,
            Self::Due => Some("due"),
            Self::Open => Some("open"),
            Self::Listed => Some("listed"),
        }
    }

    pub(super) fn pk(self) -> &'static str {
        match self {
            Self::Table => "pk",
            Self::Due => "due_pk",
            Self::Open => "open_pk",
            Self::Listed => "listed_pk",
        }
    }

    pub(super) fn sk(self) -> &'static str {
        match self {
            Self::Table => "sk",
            Self::Due => "due_sk",
            Self::Open => "open_sk",
            Self::Listed => "listed_sk",
        }
    }
}

/// Items with the same `pk` whose `sk` lies between two texts, both included.
#[derive(Clone, Debug)]
pub(super) struct Range {
    pub(super) keys: Keys,
    pub(super) pk: String,
    pub(super) sk: RangeInclusive<String>,
}

impl Range {
    pub(super) fn new(keys: Keys, pk: impl Into<String>, from: impl Into<String>, to: impl Into<String>) -> Self {
        Self { keys, pk: pk.into(), sk: from.into()..=to.into() }
    }

    /// Those whose `sk` begins with `<kind>#`.
    pub(super) fn of_kind(pk: impl Into<String>, kind: char) -> Self {
        // `$` is what follows `#`.
        Self::new(Keys::Table, pk, format!("{kind}#"), format!("{kind}$"))
    }
}

/// What the shards of an index stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shards {
    Approvals,
    Outbox,
    Open,
}

impl Shards {
    fn letter(self) -> char {
        match self {
            Self::Approvals => 'A',
            Self::Outbox => 'O',
            Self::Open => 'P',
        }
    }

    /// Where `id` is.
    pub(super) fn of(self, id: &str) -> String {
        let hash = Sha256::digest(id);
        format!("{}{}", self.letter(), hash.first().copied().unwrap_or_default() % SHARDS)
    }

    pub(super) fn all(self) -> impl Iterator<Item = String> {
        (0..SHARDS).map(move |n| format!("{}{n}", self.letter()))
    }
}

pub(super) fn approval(id: &ApprovalId) -> String {
    format!("A#{id}")
}

/// The facts of a commit, of which this is the number of the first.
pub(super) fn facts(first: u64) -> String {
    format!("F#{first:010}")
}

/// An approval's facts and then its head.
pub(super) fn whole(id: &ApprovalId) -> Range {
    Range::new(Keys::Table, approval(id), "F#", HEAD)
}

pub(super) fn row(id: &str) -> String {
    format!("O#{id}")
}

pub(super) fn execution(key: &ExecutionKey) -> String {
    let account = key.account.as_deref().unwrap_or_default();
    let parts = [account, &key.region, &key.pipeline, key.id.as_str()].map(escaped);
    format!("R#{}", parts.join("#"))
}

/// A part of a key, in which `#` is left to stand between the parts.
fn escaped(part: &str) -> String {
    part.replace('%', "%25").replace('#', "%23")
}

pub(super) fn news(text: &str) -> String {
    format!("N#{}", hash(&[text]))
}

pub(super) fn link(id: &ApprovalId) -> String {
    format!("A#{id}")
}

/// 32 hexadecimal digits for these texts, each ended by a character that none contains.
pub(super) fn hash(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
        hash.update([0]);
    }
    let mut digits = hex(&hash.finalize());
    digits.truncate(32);
    digits
}

/// A time as a text that sorts as the times do: RFC 3339 in UTC, to the nanosecond. What lies outside of the years that
/// RFC 3339 has stands at their ends.
pub(super) fn time(at: Timestamp) -> String {
    match at.year() {
        ..0 => "0000-01-01T00:00:00.000000000Z".to_owned(),
        0..=9999 => at.to_rfc3339_opts(SecondsFormat::Nanos, true),
        10_000.. => "9999-12-31T23:59:59.999999999Z".to_owned(),
    }
}

/// A key that sorts by time and then by id.
pub(super) fn timed(at: Timestamp, id: &str) -> String {
    format!("{}#{id}", time(at))
}

/// The id that a key ends with.
pub(super) fn id_of(timed: &str) -> &str {
    timed.split_once('#').map_or(timed, |(_, id)| id)
}

/// What no key stands before that stands behind this one.
pub(super) fn behind(key: &str) -> String {
    format!("{key}\u{1}")
}

/// The last key of a time.
pub(super) fn end_of(at: Timestamp) -> String {
    format!("{}$", time(at))
}

/// The keys of whatever is due at `now`.
pub(super) fn until(now: Timestamp) -> (String, String) {
    (FIRST.to_owned(), end_of(now))
}

/// Keys at or behind `from`, and before `to`.
pub(super) fn between(from: Option<String>, to: Option<Timestamp>) -> (String, String) {
    (from.unwrap_or_else(|| FIRST.to_owned()), to.map_or_else(|| LAST.to_owned(), time))
}

/// The month of a key that begins with a time: `2026-10`.
pub(super) fn month(timed: &str) -> &str {
    timed.get(..MONTH).unwrap_or(timed)
}
