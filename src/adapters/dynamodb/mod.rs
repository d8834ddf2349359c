//! The store for AWS: one DynamoDB table, which any number of processes write to at the same time.
//!
//! A commit is one transaction on the condition of the approval's version. Lists, gauges and what is due come from
//! indexes, which lag behind the table: they say where to look, and whoever acts reads the table first.
//! `keys` says what is in the table.

mod commit;
mod executions;
mod facts;
mod failure;
mod item;
mod keys;
mod lacks;
mod lists;
mod months;
mod outbox;
mod prune;
mod rejects;
mod setup;
mod table;

use aws_sdk_dynamodb::Client;
use chrono::TimeDelta;

use crate::domain::execution::{Execution, ExecutionKey, ExecutionNews};
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, Timestamp};
use crate::ports::store::{Claim, Claimed, Commit, Cursor, Gauge, Loaded, PutBack, Query, Reject, Store, StoreError};
pub use item::EXPIRES;
pub use lacks::lacks;
use months::Months;
use outbox::Fresh;
pub use setup::create_table;
use table::Table;

/// Clones know together what this process has put in.
#[derive(Clone, Debug)]
pub struct DynamoStore {
    table: Table,
    months: Months,
    fresh: Fresh,
}

impl DynamoStore {
    /// The store in a table that is there already. Nothing is asked of it yet.
    pub fn new(client: Client, table: impl Into<String>) -> Self {
        Self { table: Table { client, name: table.into() }, months: Months::default(), fresh: Fresh::default() }
    }
}

impl Store for DynamoStore {
    async fn load(&self, id: &ApprovalId) -> Result<Loaded, StoreError> {
        facts::load(&self.table, id).await
    }

    async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        self.months.note(&self.table, commit).await?;
        commit::commit(&self.table, commit).await?;
        self.fresh.note(&commit.outbox);
        Ok(())
    }

    async fn prune(&self, commit: &Commit) -> Result<(), StoreError> {
        prune::prune(&self.table, commit).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<ApprovalId>, StoreError> {
        lists::due(&self.table, now, limit).await
    }

    async fn next_wake(&self) -> Result<Option<Timestamp>, StoreError> {
        lists::next_wake(&self.table).await
    }

    async fn claim(&self, now: Timestamp, lease: TimeDelta, limit: usize) -> Result<Vec<Claimed>, StoreError> {
        outbox::claim(&self.table, &self.fresh, now, lease, limit).await
    }

    async fn finish(&self, claim: &Claim) -> Result<(), StoreError> {
        outbox::finish(&self.table, claim).await
    }

    async fn put_back(&self, claim: &Claim, not_before: Timestamp, why: PutBack) -> Result<(), StoreError> {
        outbox::put_back(&self.table, claim, not_before, why).await
    }

    async fn hear(&self, key: &ExecutionKey, news: &ExecutionNews, now: Timestamp) -> Result<(), StoreError> {
        executions::hear(&self.table, key, news, now).await
    }

    async fn execution(&self, key: &ExecutionKey) -> Result<(Execution, usize), StoreError> {
        executions::execution(&self.table, key).await
    }

    /// Nothing: news expire by themselves.
    async fn forget_executions(&self, _before: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn approvals_of(&self, key: &ExecutionKey) -> Result<Vec<Projection>, StoreError> {
        executions::approvals_of(&self.table, key).await
    }

    async fn projection(&self, id: &ApprovalId) -> Result<Option<Projection>, StoreError> {
        let head = self.table.get(keys::approval(id), keys::HEAD).await?;
        head.as_ref().map(item::projection).transpose()
    }

    async fn list(&self, query: &Query, after: Option<&Cursor>, limit: usize) -> Result<Vec<Projection>, StoreError> {
        lists::list(&self.table, query, after, limit).await
    }

    async fn gauges(&self) -> Result<Vec<Gauge>, StoreError> {
        lists::gauges(&self.table).await
    }

    async fn reject(&self, reject: &Reject) -> Result<(), StoreError> {
        rejects::reject(&self.table, reject).await
    }

    async fn rejects(&self, limit: usize) -> Result<Vec<Reject>, StoreError> {
        rejects::rejects(&self.table, limit).await
    }

    async fn flush(&self) -> Result<(), StoreError> {
        Ok(())
    }
}
