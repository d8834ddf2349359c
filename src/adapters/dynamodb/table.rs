//! Reading the table and its indexes.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::KeysAndAttributes;
use futures_util::future::try_join_all;

use super::failure::{self, MAX_TRIES};
use super::item::{Item, key, string};
use super::keys::{Keys, Range};
use crate::ports::store::StoreError;

/// As many items as one call reads by their keys.
const BATCH: usize = 100;

#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) client: Client,
    pub(super) name: String,
}

/// Items in the order of their `sk`, and where the next page begins, if there is one.
#[derive(Default)]
pub(super) struct Page {
    pub(super) items: Vec<Item>,
    pub(super) next: Option<Item>,
}

impl Table {
    /// One item, as it is now.
    pub(super) async fn get(&self, pk: String, sk: &str) -> Result<Option<Item>, StoreError> {
        let call = self.client.get_item().table_name(&self.name).set_key(Some(key(pk, sk))).consistent_read(true);
        let answer = call.send().await.map_err(|error| failure::unavailable(&self.name, error))?;
        Ok(answer.item)
    }

    /// At most `limit` items of a range, from `start` on. The table itself is read as it is now; an index may lag.
    pub(super) async fn page(&self, range: &Range, limit: usize, start: Option<Item>) -> Result<Page, StoreError> {
        self.query(range, limit, start, true).await
    }

    /// The first items of a range.
    pub(super) async fn first(&self, range: &Range, limit: usize) -> Result<Vec<Item>, StoreError> {
        self.gather(range, limit, true).await
    }

    /// The last items of a range, the last one first.
    pub(super) async fn last(&self, range: &Range, limit: usize) -> Result<Vec<Item>, StoreError> {
        self.gather(range, limit, false).await
    }

    async fn gather(&self, range: &Range, limit: usize, ahead: bool) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut start = None;
        while items.len() < limit {
            let page = self.query(range, limit - items.len(), start, ahead).await?;
            items.extend(page.items);
            start = page.next;
            if start.is_none() {
                break;
            }
        }
        Ok(items)
    }

    /// The first items of several ranges, all in the order of their `sk`.
    pub(super) async fn first_of_all(&self, ranges: &[Range], limit: usize) -> Result<Vec<Item>, StoreError> {
        let found = try_join_all(ranges.iter().map(|range| self.first(range, limit))).await?;
        let mut items: Vec<Item> = found.into_iter().flatten().collect();
        if let Some(range) = ranges.first() {
            let sk = range.keys.sk();
            let text = |item: &Item| item.get(sk).and_then(|value| value.as_s().ok()).cloned();
            items.sort_by_cached_key(text);
        }
        items.truncate(limit);
        Ok(items)
    }

    async fn query(&self, range: &Range, limit: usize, start: Option<Item>, ahead: bool) -> Result<Page, StoreError> {
        let index = range.keys.index();
        let call = self
            .client
            .query()
            .table_name(&self.name)
            .set_index_name(index.map(str::to_owned))
            .key_condition_expression("#pk = :pk AND #sk BETWEEN :from AND :to")
            .expression_attribute_names("#pk", range.keys.pk())
            .expression_attribute_names("#sk", range.keys.sk())
            .expression_attribute_values(":pk", string(&range.pk))
            .expression_attribute_values(":from", string(range.sk.start()))
            .expression_attribute_values(":to", string(range.sk.end()))
            .scan_index_forward(ahead)
            .consistent_read(index.is_none())
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start);
        let answer = call.send().await.map_err(|error| failure::unavailable(&self.name, error))?;
        Ok(Page { items: answer.items.unwrap_or_default(), next: answer.last_evaluated_key })
    }

    /// The items with these keys as they are now, in any order; those that are not there are left out.
    pub(super) async fn get_all(&self, keys: &[Item]) -> Result<Vec<Item>, StoreError> {
        let found = try_join_all(keys.chunks(BATCH).map(|batch| self.get_batch(batch))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    async fn get_batch(&self, batch: &[Item]) -> Result<Vec<Item>, StoreError> {
        let mut left = batch.to_vec();
        let mut items = Vec::with_capacity(left.len());
        for tries in 1..=MAX_TRIES {
            let asked = KeysAndAttributes::builder()
                .set_keys(Some(left))
                .consistent_read(true)
                .build()
                .expect("the keys, which are all that must be set, are set");
            let call = self.client.batch_get_item().request_items(&self.name, asked);
            let answer = call.send().await.map_err(|error| failure::unavailable(&self.name, error))?;
            items.extend(answer.responses.into_iter().flatten().flat_map(|(_, found)| found));
            // What a busy table leaves out.
            left = answer.unprocessed_keys.into_iter().flatten().flat_map(|(_, keys)| keys.keys).collect();
            if left.is_empty() {
                return Ok(items);
            }
            failure::pause(tries).await;
        }
        let table = &self.name;
        Err(StoreError::Unavailable(format!("the table `{table}` is too busy to be read in batches").into()))
    }
}

/// The key in the table of an item that an index gave.
pub(super) fn key_of(item: &Item) -> Item {
    [Keys::Table.pk(), Keys::Table.sk()]
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), item.get(name)?.clone())))
        .collect()
}
