//! The outbox: rows are items, and the index `due` says which may be claimed.

use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::types::ReturnValue;
use chrono::TimeDelta;
use futures_util::{StreamExt, stream};

use super::failure::{self, is_disturbed, is_refused, patiently};
use super::item::{self, Item, number, string};
use super::keys::{self, Keys, Range, Shards};
use super::table::Table;
use crate::domain::{ApprovalId, Timestamp};
use crate::ports::store::{Claim, Claimed, OutboxRow, PutBack, StoreError};
use crate::record::{self, RecordError};

pub(super) const TOKEN: &str = "token";
const APPROVAL: &str = "approval";
const EFFECT: &str = "effect";
const SINCE: &str = "since";
const ATTEMPTS: &str = "attempts";

/// How many rows are claimed at the same time.
const AT_ONCE: usize = 16;
/// How often a claim looks further when what the index named was somebody else's already.
const MAX_LOOKS: usize = 4;

/// Of the rows that this process put in, this many are kept in mind.
const MAX_FRESH: usize = 1000;

/// The keys in the index of rows that this process has put in and not tried to claim since. The index may not name them
/// yet when whoever put them in goes on to send them: then it would be another minute until they go out.
#[derive(Clone, Debug, Default)]
pub(super) struct Fresh(Arc<Mutex<BTreeSet<String>>>);

impl Fresh {
    pub(super) fn note(&self, rows: &[OutboxRow]) {
        let mut fresh = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        fresh.extend(rows.iter().map(|row| keys::timed(row.not_before, &row.id)));
        // The others are found in the index.
        while fresh.len() > MAX_FRESH {
            fresh.pop_first();
        }
    }

    /// Those that stand between these keys, not to be given again.
    fn take(&self, from: &str, to: &str, limit: usize) -> Vec<String> {
        let mut fresh = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found: Vec<String> =
            fresh.range::<str, _>((Bound::Included(from), Bound::Included(to))).take(limit).cloned().collect();
        found.iter().for_each(|key| {
            fresh.remove(key);
        });
        found
    }
}

/// A row as it is first put in.
pub(super) fn item_of(approval: &ApprovalId, row: &OutboxRow) -> Result<Item, RecordError> {
    let mut item = item::key(keys::row(&row.id), keys::ROW);
    item.extend(item::item([
        (APPROVAL, string(approval.as_str())),
        (EFFECT, string(record::effect::to_text(&row.effect)?)),
        (SINCE, string(keys::time(row.not_before))),
        (ATTEMPTS, number(0)),
        (TOKEN, number(0)),
        (Keys::Due.pk(), string(Shards::Outbox.of(&row.id))),
        (Keys::Due.sk(), string(keys::timed(row.not_before, &row.id))),
    ]));
    Ok(item)
}

/// Claims what may be claimed at `now`, earliest first. The index can lag, so it only says what to try: a row is
/// claimed on the condition that it is there and may be claimed.
pub(super) async fn claim(
    table: &Table,
    fresh: &Fresh,
    now: Timestamp,
    lease: TimeDelta,
    limit: usize,
) -> Result<Vec<Claimed>, StoreError> {
    let (mut from, to) = keys::until(now);
    let mut claimed = Vec::new();
    for _ in 0..MAX_LOOKS {
        let wanted = limit - claimed.len();
        let named = named(table, fresh, &from, &to, wanted).await?;
        let tries: Vec<_> = named.iter().map(|key| claim_one(table, key, now, lease)).collect();
        let tried: Vec<Result<Option<Claimed>, StoreError>> = stream::iter(tries).buffered(AT_ONCE).collect().await;
        for row in tried {
            match row {
                Ok(row) => claimed.extend(row),
                Err(error) if claimed.is_empty() => return Err(error),
                // What was claimed is used; what was not comes with the next claim.
                Err(error) => {
                    tracing::warn!(%error, "outbox rows could not be claimed");
                    return Ok(claimed);
                }
            }
        }
        // Whatever stands before the last was tried.
        let Some(last) = named.last().filter(|_| named.len() >= wanted && claimed.len() < limit) else { break };
        from = keys::behind(last);
    }
    Ok(claimed)
}

/// The keys of the first rows in a range, by the index and by what was put in here.
async fn named(table: &Table, fresh: &Fresh, from: &str, to: &str, limit: usize) -> Result<Vec<String>, StoreError> {
    let ranges: Vec<Range> = Shards::Outbox.all().map(|shard| Range::new(Keys::Due, shard, from, to)).collect();
    let found = table.first_of_all(&ranges, limit).await?;
    let mut named = Vec::with_capacity(found.len());
    for row in &found {
        named.push(item::text(row, Keys::Due.sk())?.to_owned());
    }
    // What stands behind a full page is for the next look.
    let end = named.last().filter(|_| named.len() == limit).map_or(to, String::as_str).to_owned();
    named.extend(fresh.take(from, &end, limit));
    named.sort();
    named.dedup();
    named.truncate(limit);
    Ok(named)
}

/// None when the row is somebody else's or gone by now, or cannot be read.
async fn claim_one(table: &Table, key: &str, now: Timestamp, lease: TimeDelta) -> Result<Option<Claimed>, StoreError> {
    let row = keys::id_of(key);
    let call = table
        .client
        .update_item()
        .table_name(&table.name)
        .set_key(Some(item::key(keys::row(row), keys::ROW)))
        .update_expression("SET #due = :until, #token = #token + :one")
        .condition_expression("#due <= :now")
        .expression_attribute_names("#due", Keys::Due.sk())
        .expression_attribute_names("#token", TOKEN)
        .expression_attribute_values(":until", string(keys::timed(now + lease, row)))
        .expression_attribute_values(":now", string(keys::end_of(now)))
        .expression_attribute_values(":one", number(1))
        .return_values(ReturnValue::AllNew);
    let claimed = match patiently(is_disturbed, || call.clone().send()).await {
        Ok(answer) => answer.attributes.unwrap_or_default(),
        Err(error) if is_refused(&error) => return Ok(None),
        Err(error) => return Err(failure::unavailable(&table.name, error)),
    };
    match read(row, &claimed) {
        Ok(claimed) => Ok(Some(claimed)),
        // It keeps nothing from the others, and comes again when its lease ends.
        Err(error) => {
            tracing::error!(%error, "an outbox row is passed over");
            Ok(None)
        }
    }
}

fn read(row: &str, item: &Item) -> Result<Claimed, StoreError> {
    let effect = record::effect::from_text(item::text(item, EFFECT)?);
    Ok(Claimed {
        claim: Claim { row: row.to_owned(), token: item::count(item, TOKEN)? },
        approval: ApprovalId::new(item::text(item, APPROVAL)?),
        effect: effect.map_err(|cause| item::corrupt(item, cause))?,
        attempts: item::count(item, ATTEMPTS)?,
        since: item::time(item, SINCE)?,
    })
}

pub(super) async fn finish(table: &Table, claim: &Claim) -> Result<(), StoreError> {
    let call = table
        .client
        .delete_item()
        .table_name(&table.name)
        .set_key(Some(item::key(keys::row(&claim.row), keys::ROW)))
        .condition_expression("#token = :token")
        .expression_attribute_names("#token", TOKEN)
        .expression_attribute_values(":token", number(claim.token));
    match patiently(is_disturbed, || call.clone().send()).await {
        Ok(_) => Ok(()),
        Err(error) if is_refused(&error) => Err(StoreError::LeaseLost),
        Err(error) => Err(failure::unavailable(&table.name, error)),
    }
}

pub(super) async fn put_back(
    table: &Table,
    claim: &Claim,
    not_before: Timestamp,
    why: PutBack,
) -> Result<(), StoreError> {
    let call = table
        .client
        .update_item()
        .table_name(&table.name)
        .set_key(Some(item::key(keys::row(&claim.row), keys::ROW)))
        .update_expression("SET #due = :due, #token = #token + :one, #attempts = #attempts + :tried")
        .condition_expression("#token = :token")
        .expression_attribute_names("#due", Keys::Due.sk())
        .expression_attribute_names("#token", TOKEN)
        .expression_attribute_names("#attempts", ATTEMPTS)
        .expression_attribute_values(":due", string(keys::timed(not_before, &claim.row)))
        .expression_attribute_values(":token", number(claim.token))
        .expression_attribute_values(":tried", number(why.attempts()))
        .expression_attribute_values(":one", number(1));
    match patiently(is_disturbed, || call.clone().send()).await {
        Ok(_) => Ok(()),
        Err(error) if is_refused(&error) => Err(StoreError::LeaseLost),
        Err(error) => Err(failure::unavailable(&table.name, error)),
    }
}
