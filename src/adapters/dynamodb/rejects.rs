//! Inputs that could not be read. DynamoDB deletes them when they have become old.

use std::sync::atomic::{AtomicU64, Ordering};

use chrono::TimeDelta;

use super::failure::{self, random};
use super::item::{self, EXPIRES, Item, string};
use super::keys::{self, Keys, REJECTS, Range};
use super::table::Table;
use crate::ports::store::{MAX_REJECTS, Reject, StoreError};

const SOURCE: &str = "source";
const REASON: &str = "reason";
const BODY: &str = "body";

const KEEP: TimeDelta = TimeDelta::days(30);
/// Of a body this much is kept: a message of CodePipeline's is a tenth of it, and each kilobyte costs as much as an event.
const KEPT_BYTES: usize = 16 * 1024;

/// Keeps those of the same instant apart, and in the order in which this process met them.
static NUMBER: AtomicU64 = AtomicU64::new(0);

pub(super) async fn reject(table: &Table, reject: &Reject) -> Result<(), StoreError> {
    let number_here = NUMBER.fetch_add(1, Ordering::Relaxed);
    let mut item = item::key(REJECTS, keys::timed(reject.at, &format!("{number_here:010}{:016x}", random())));
    item.extend(item::item([
        (SOURCE, string(&reject.source)),
        (REASON, string(&reject.reason)),
        (BODY, string(&reject.body[..reject.body.floor_char_boundary(KEPT_BYTES)])),
        (EXPIRES, item::after(reject.at, KEEP)),
    ]));
    let call = table.client.put_item().table_name(&table.name).set_item(Some(item));
    call.send().await.map_err(|error| failure::unavailable(&table.name, error))?;
    Ok(())
}

pub(super) async fn rejects(table: &Table, limit: usize) -> Result<Vec<Reject>, StoreError> {
    let (from, to) = keys::between(None, None);
    let items = table.last(&Range::new(Keys::Table, REJECTS, from, to), limit.min(MAX_REJECTS)).await?;
    items.iter().map(read).collect()
}

fn read(item: &Item) -> Result<Reject, StoreError> {
    let text = |name: &str| item::text(item, name).map(str::to_owned);
    Ok(Reject {
        at: item::time(item, Keys::Table.sk())?,
        source: text(SOURCE)?,
        reason: text(REASON)?,
        body: text(BODY)?,
    })
}
