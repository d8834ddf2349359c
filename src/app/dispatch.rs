//! Emptying the outbox: claim a row, ask once more whether it is wanted, send, write down what became of it.

use chrono::TimeDelta;
use futures_util::future::join3;
use futures_util::{StreamExt, stream};
use sha2::{Digest, Sha256};

use super::compare::compare;
use super::gauge::break_down;
use super::tell::{Change, load, note};
use crate::domain::effect::{Notice, may_go_at, still_wanted};
use crate::domain::policy::Rules;
use crate::domain::{Effect, FactKind, Timestamp};
use crate::links::Links;
use crate::notice::{self, Written};
use crate::ports::EntryError;
use crate::ports::channel::{Channels, Letter, SendError};
use crate::ports::events::{Events, Published};
use crate::ports::metrics::{Datum, Metrics};
use crate::ports::store::{Claimed, PutBack, Store, StoreError};

/// How long a claimed row belongs to its dispatcher. Longer than the sends of one round can take.
const LEASE: TimeDelta = TimeDelta::minutes(2);

/// How many rows one round takes.
const ROUND: usize = 64;

/// How many sends are under way at the same time.
const AT_ONCE: usize = 32;

/// A notice that failed this often is given up, some three hours after the first attempt.
pub const MAX_ATTEMPTS: u32 = 20;

const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(5);
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(15);

/// What is reached from here.
pub struct Outside<'a, C, M, E> {
    pub channels: &'a C,
    pub metrics: &'a M,
    pub events: &'a E,
    /// By which people can answer a notice.
    pub links: Option<&'a Links>,
}

/// Sends what may be sent at `now`, round by round, until nothing is left that may be.
pub async fn dispatch<S: Store, C: Channels, M: Metrics, E: Events>(
    store: &S,
    rules: &Rules,
    channels: &C,
    metrics: &M,
    events: &E,
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    let outside = Outside { channels, metrics, events, links: None };
    dispatch_while(store, rules, &outside, now, || true).await
}

/// The same, but begins no round more when `goes_on` says so; what is left stays in the outbox.
pub async fn dispatch_while<S: Store, C: Channels, M: Metrics, E: Events>(
    store: &S,
    rules: &Rules,
    outside: &Outside<'_, C, M, E>,
    now: Timestamp,
    goes_on: impl Fn() -> bool + Sync,
) -> Result<Vec<Change>, StoreError> {
    let mut changes = Vec::new();
    while goes_on() {
        let claimed = store.claim(now, LEASE, ROUND).await?;
        let mut sends = Vec::new();
        let mut measured = Batch::default();
        let mut told = Batch::default();
        let mut compares = Vec::new();
        for row in &claimed {
            match &row.effect {
                Effect::Notice(notice) => sends.push(send(store, rules, outside, row, notice, now)),
                Effect::Record(measures) => measured.add(row, break_down(measures, &rules.dimensions)),
                Effect::Publish(event) => {
                    told.add(row, Published { id: row.claim.row.clone(), event: event.as_ref().clone() });
                }
                Effect::Compare => compares.push(row),
            }
        }
        let before = changes.len();
        let (mut done, recorded, published) = join3(
            stream::iter(sends).buffered(AT_ONCE).collect::<Vec<_>>(),
            record(store, outside.metrics, &measured, now),
            publish(store, outside.events, &told, now),
        )
        .await;
        done.extend(recorded.into_iter().chain(published).map(|result| result.map(|()| None)));
        for result in done {
            match result {
                Ok(change) => changes.extend(change),
                // The row is another dispatcher's now; it will write down what becomes of it.
                Err(StoreError::LeaseLost) => {}
                // It keeps nothing from the others, and comes again when its lease ends.
                Err(error) if error.is_of_one_record() => {
                    tracing::error!(%error, "a notice is passed over")
                }
                Err(other) => return Err(other),
            }
        }
        for row in compares {
            changes.extend(compare(store, rules, &row.approval, now).await?);
            match store.finish(&row.claim).await {
                Ok(()) | Err(StoreError::LeaseLost) => {}
                Err(other) => return Err(other),
            }
        }
        // Not asked again in vain: only a full round can have left something, and only a change can have added something.
        let may_be_more = claimed.len() == ROUND || changes.iter().skip(before).any(|change| change.has_effects);
        if !may_be_more {
            break;
        }
    }
    Ok(changes)
}

/// What goes out in one call, each entry because of one row.
struct Batch<'a, T> {
    rows: Vec<&'a Claimed>,
    entries: Vec<T>,
}

impl<T> Default for Batch<'_, T> {
    fn default() -> Self {
        Self { rows: Vec::new(), entries: Vec::new() }
    }
}

impl<'a, T> Batch<'a, T> {
    fn add(&mut self, row: &'a Claimed, entry: T) {
        self.rows.push(row);
        self.entries.push(entry);
    }
}

async fn record<S: Store, M: Metrics>(
    store: &S,
    metrics: &M,
    batch: &Batch<'_, Vec<Datum>>,
    now: Timestamp,
) -> Vec<Result<(), StoreError>> {
    if batch.entries.is_empty() {
        return Vec::new();
    }
    let results = metrics.record(&batch.entries, now).await;
    close_all(store, &batch.rows, results, now).await
}

async fn publish<S: Store, E: Events>(
    store: &S,
    events: &E,
    batch: &Batch<'_, Published>,
    now: Timestamp,
) -> Vec<Result<(), StoreError>> {
    if batch.entries.is_empty() {
        return Vec::new();
    }
    let results = events.publish(&batch.entries).await;
    close_all(store, &batch.rows, results, now).await
}

/// Ends the claim of each row by what became of its entry. One of which nothing was said comes again when its lease ends.
async fn close_all<S: Store>(
    store: &S,
    rows: &[&Claimed],
    results: Vec<Result<(), EntryError>>,
    now: Timestamp,
) -> Vec<Result<(), StoreError>> {
    let mut closes = Vec::with_capacity(rows.len());
    for (row, result) in rows.iter().zip(results) {
        closes.push(close(store, row, result, now));
    }
    stream::iter(closes).buffered(AT_ONCE).collect().await
}

async fn close<S: Store>(
    store: &S,
    row: &Claimed,
    result: Result<(), EntryError>,
    now: Timestamp,
) -> Result<(), StoreError> {
    match result {
        Ok(()) => store.finish(&row.claim).await,
        Err(EntryError::Retry(cause)) if row.attempts + 1 < MAX_ATTEMPTS => {
            tracing::warn!(row = %row.claim.row, attempt = row.attempts + 1, %cause, "measures or an event were not taken; trying again");
            store.put_back(&row.claim, now + pause(&row.claim.row, row.attempts, None), PutBack::Failed).await
        }
        Err(EntryError::Retry(cause) | EntryError::Refused(cause)) => {
            tracing::error!(row = %row.claim.row, %cause, "measures or an event are given up");
            store.finish(&row.claim).await
        }
    }
}

async fn send<S: Store, C: Channels, M, E>(
    store: &S,
    rules: &Rules,
    outside: &Outside<'_, C, M, E>,
    row: &Claimed,
    notice: &Notice,
    now: Timestamp,
) -> Result<Option<Change>, StoreError> {
    let (approval, _) = load(store, &row.approval).await?;
    let (id, recipient) = (notice.id.clone(), notice.recipient.clone());
    let kind = match still_wanted(notice, &approval, rules) {
        Err(why) => FactKind::NoticeWithdrawn { notice: id, recipient, why },
        Ok(()) => {
            let earliest = may_go_at(notice, &approval, rules, now);
            if earliest > now {
                store.put_back(&row.claim, earliest, PutBack::TooEarly).await?;
                return Ok(None);
            }
            let notice = &Notice { act: approval.act_of(notice), ..notice.clone() };
            let mut written = notice::write(notice, &approval, rules, now);
            if let Some(links) = outside.links {
                written = notice::with_offers(written, &links.offers(notice, &approval, rules, now));
            }
            let letter = letter(notice, written, now);
            match outside.channels.send(&notice.recipient, &letter).await {
                Ok(receipt) => FactKind::NoticeDelivered { notice: id, act: notice.act, recipient, at: now, receipt },
                Err(SendError::Retry { after, cause }) if row.attempts + 1 < MAX_ATTEMPTS => {
                    let pause = pause(&row.claim.row, row.attempts, after);
                    tracing::warn!(notice = %id, attempt = row.attempts + 1, %cause, "a notice was not taken; trying again");
                    store.put_back(&row.claim, now + pause, PutBack::Failed).await?;
                    return Ok(None);
                }
                Err(SendError::Retry { cause, .. } | SendError::Refused(cause)) => {
                    let reason = notice::clean(&cause.to_string(), 300);
                    FactKind::NoticeGivenUp { notice: id, recipient, attempts: row.attempts + 1, reason }
                }
            }
        }
    };
    note(store, rules, &row.approval, kind, Some(&row.claim), now).await
}

/// The notice as it is sent.
pub(crate) fn letter(notice: &Notice, written: Written, now: Timestamp) -> Letter {
    let Written { gate, subject, text, title, markdown, data } = written;
    Letter { notice: notice.clone(), gate, subject, text, title, markdown, data, sent_at: now }
}

/// Twice as long each time, between half and the whole of it: rows that failed together do not come back together. The
/// jitter comes from the row's id, so that a run can be repeated exactly.
fn pause(row: &str, attempts: u32, asked_for: Option<std::time::Duration>) -> TimeDelta {
    let doubled = FIRST_PAUSE * (1 << attempts.min(16));
    let longest = doubled.min(LONGEST_PAUSE);
    let hash = Sha256::digest(format!("{row}:{attempts}"));
    let share = hash.first().copied().unwrap_or_default();
    let jittered = longest / 2 + longest / 2 * i32::from(share) / 255;
    let asked_for = asked_for.and_then(|after| TimeDelta::from_std(after).ok()).unwrap_or_default();
    jittered.max(asked_for.min(LONGEST_PAUSE))
}
