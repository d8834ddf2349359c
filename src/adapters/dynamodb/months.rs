//! The months in which approvals are listed. Each is written once by each process, before the first commit that needs it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::failure::{self, is_disturbed, patiently};
use super::item::{self, Item};
use super::keys::{self, Keys, Range, SEEN};
use super::table::Table;
use crate::ports::store::{Commit, StoreError};

/// Those that this process knows to be in the table.
#[derive(Clone, Debug, Default)]
pub(super) struct Months(Arc<Mutex<HashSet<String>>>);

impl Months {
    /// Sees to it that the month in which the commit's approval is listed is in the table.
    pub(super) async fn note(&self, table: &Table, commit: &Commit) -> Result<(), StoreError> {
        let Some(listed) = item::listed(&commit.projection) else { return Ok(()) };
        let month = keys::month(&listed);
        if self.known().contains(month) {
            return Ok(());
        }
        let item = item::key(SEEN, format!("M#{month}"));
        let call = table.client.put_item().table_name(&table.name).set_item(Some(item));
        let put = patiently(is_disturbed, || call.clone().send()).await;
        put.map_err(|error| failure::unavailable(&table.name, error))?;
        self.known().insert(month.to_owned());
        Ok(())
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashSet<String>> {
        // Each change is made whole before the lock is let go.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// All of them, oldest first.
pub(super) async fn months(table: &Table) -> Result<Vec<String>, StoreError> {
    let items = table.first(&Range::of_kind(SEEN, 'M'), usize::MAX).await?;
    let month = |item: &Item| item::text(item, Keys::Table.sk()).map(|sk| sk.trim_start_matches("M#").to_owned());
    items.iter().map(month).collect()
}
