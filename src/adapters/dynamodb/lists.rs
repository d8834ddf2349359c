//! What is due, what is listed, and what is counted.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;

use super::item::{self, Item};
use super::keys::{self, Keys, Range, Shards};
use super::months::months;
use super::table::{Table, key_of};
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, Timestamp};
use crate::ports::store::{Cursor, Gauge, Query, StoreError, count_waiting};

pub(super) async fn due(table: &Table, now: Timestamp, limit: usize) -> Result<Vec<ApprovalId>, StoreError> {
    let (from, to) = keys::until(now);
    let ranges: Vec<Range> =
        Shards::Approvals.all().map(|shard| Range::new(Keys::Due, shard, from.clone(), to.clone())).collect();
    let due = table.first_of_all(&ranges, limit).await?;
    Ok(due.iter().map(|item| ApprovalId::new(item::subject(item))).collect())
}

pub(super) async fn next_wake(table: &Table) -> Result<Option<Timestamp>, StoreError> {
    let (from, to) = keys::between(None, None);
    let ranges: Vec<Range> = Shards::Approvals
        .all()
        .chain(Shards::Outbox.all())
        .map(|shard| Range::new(Keys::Due, shard, from.clone(), to.clone()))
        .collect();
    let first = table.first_of_all(&ranges, 1).await?.pop();
    first.map(|item| item::time(&item, Keys::Due.sk())).transpose()
}

pub(super) async fn list(
    table: &Table,
    query: &Query,
    after: Option<&Cursor>,
    limit: usize,
) -> Result<Vec<Projection>, StoreError> {
    let behind = after.map(|cursor| keys::behind(&keys::timed(cursor.at, cursor.id.as_str())));
    let (from, to) = keys::between(query.from.map(keys::time).max(behind), query.to);
    // DynamoDB refuses a range that ends before it begins.
    if from > to {
        return Ok(Vec::new());
    }
    if query.open_only { open(table, from, to, limit).await } else { all(table, from, to, limit).await }
}

/// The index holds the projections themselves.
async fn open(table: &Table, from: String, to: String, limit: usize) -> Result<Vec<Projection>, StoreError> {
    let ranges: Vec<Range> =
        Shards::Open.all().map(|shard| Range::new(Keys::Open, shard, from.clone(), to.clone())).collect();
    table.first_of_all(&ranges, limit).await?.iter().map(item::projection).collect()
}

/// Month by month. The index says who is listed where, and each projection is read as it is now: one that has moved
/// since is passed over, because the index will name it, or has named it, where it is.
async fn all(table: &Table, from: String, to: String, limit: usize) -> Result<Vec<Projection>, StoreError> {
    let mut months = months(table).await?;
    months.retain(|month| month.as_str() >= keys::month(&from) && month.as_str() <= keys::month(&to));
    let mut listed = Vec::new();
    for month in months {
        let range = Range::new(Keys::Listed, month, from.clone(), to.clone());
        let mut start = None;
        while listed.len() < limit {
            let page = table.page(&range, limit - listed.len(), start).await?;
            listed.extend(as_listed(table, &page.items).await?);
            start = page.next;
            if start.is_none() {
                break;
            }
        }
    }
    Ok(listed)
}

/// The projections behind rows of the index, in their order. While an approval moves, the index can name it twice, and
/// DynamoDB reads nothing twice in a batch.
async fn as_listed(table: &Table, rows: &[Item]) -> Result<Vec<Projection>, StoreError> {
    let keys: BTreeMap<&str, Item> = rows.iter().map(|row| (item::subject(row), key_of(row))).collect();
    let keys: Vec<Item> = keys.into_values().collect();
    let heads = table.get_all(&keys).await?;
    let by_id: BTreeMap<&str, &Item> = heads.iter().map(|head| (item::subject(head), head)).collect();
    let sk = Keys::Listed.sk();
    rows.iter()
        .filter_map(|row| by_id.get(item::subject(row)).filter(|head| head.get(sk) == row.get(sk)))
        .map(|head| item::projection(head))
        .collect()
}

/// Counts what waits. What cannot be read is passed over: it keeps the others' gauges from nobody.
pub(super) async fn gauges(table: &Table) -> Result<Vec<Gauge>, StoreError> {
    let (from, to) = keys::between(None, None);
    let ranges: Vec<Range> =
        Shards::Open.all().map(|shard| Range::new(Keys::Open, shard, from.clone(), to.clone())).collect();
    let found = try_join_all(ranges.iter().map(|range| table.first(range, usize::MAX))).await?;
    let readable = found.iter().flatten().filter_map(|item| match item::projection(item) {
        Ok(projection) => Some(projection),
        Err(error) => {
            tracing::error!(%error, "an open approval is not counted");
            None
        }
    });
    Ok(count_waiting(&readable.collect::<Vec<_>>()))
}
