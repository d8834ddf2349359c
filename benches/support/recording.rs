//! A store that writes down what it is asked to write, so that the same can be written again without the reasons.

use std::sync::Mutex;

use chrono::TimeDelta;
use holdpoint::domain::execution::{Execution, ExecutionKey, ExecutionNews};
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{ApprovalId, Timestamp};
use holdpoint::ports::store::{
    Claim, Claimed, Commit, Cursor, Gauge, Loaded, PutBack, Query, Reject, Store, StoreError,
};

/// A call that writes.
pub(crate) enum Write {
    Commit(Commit),
    Claim(Timestamp, TimeDelta, usize),
    Finish(Claim),
    Hear(ExecutionKey, ExecutionNews, Timestamp),
    Flush,
}

pub(crate) struct Recording<S> {
    pub(crate) store: S,
    pub(crate) writes: Mutex<Vec<Write>>,
}

impl<S: Store> Recording<S> {
    pub(crate) fn new(store: S) -> Self {
        Self { store, writes: Mutex::new(Vec::new()) }
    }

    fn note(&self, write: Write) {
        self.writes.lock().expect("no test panics while it holds this").push(write);
    }
}

impl Write {
    /// How many rows of tables it writes.
    pub(crate) fn rows(&self) -> usize {
        match self {
            Self::Commit(commit) => {
                1 + commit.facts.len() + commit.outbox.len() + usize::from(commit.finishes.is_some())
            }
            Self::Hear(..) | Self::Finish(_) => 1,
            // How many it takes depends on what is there; counted as none.
            Self::Claim(..) | Self::Flush => 0,
        }
    }

    pub(crate) async fn repeat<S: Store>(&self, store: &S) -> Result<(), StoreError> {
        match self {
            Self::Commit(commit) => store.commit(commit).await,
            Self::Claim(now, lease, limit) => store.claim(*now, *lease, *limit).await.map(|_| ()),
            Self::Finish(claim) => store.finish(claim).await,
            Self::Hear(key, news, now) => store.hear(key, news, *now).await,
            Self::Flush => store.flush().await,
        }
    }
}

impl<S: Store> Store for Recording<S> {
    async fn load(&self, id: &ApprovalId) -> Result<Loaded, StoreError> {
        self.store.load(id).await
    }

    async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        self.store.commit(commit).await?;
        self.note(Write::Commit(commit.clone()));
        Ok(())
    }

    async fn prune(&self, commit: &Commit) -> Result<(), StoreError> {
        self.store.prune(commit).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<ApprovalId>, StoreError> {
        self.store.due(now, limit).await
    }

    async fn next_wake(&self) -> Result<Option<Timestamp>, StoreError> {
        self.store.next_wake().await
    }

    async fn claim(&self, now: Timestamp, lease: TimeDelta, limit: usize) -> Result<Vec<Claimed>, StoreError> {
        let claimed = self.store.claim(now, lease, limit).await?;
        self.note(Write::Claim(now, lease, limit));
        Ok(claimed)
    }

    async fn finish(&self, claim: &Claim) -> Result<(), StoreError> {
        self.store.finish(claim).await?;
        self.note(Write::Finish(claim.clone()));
        Ok(())
    }

    async fn put_back(&self, claim: &Claim, not_before: Timestamp, why: PutBack) -> Result<(), StoreError> {
        self.store.put_back(claim, not_before, why).await
    }

    async fn hear(&self, key: &ExecutionKey, news: &ExecutionNews, now: Timestamp) -> Result<(), StoreError> {
        self.store.hear(key, news, now).await?;
        self.note(Write::Hear(key.clone(), news.clone(), now));
        Ok(())
    }

    async fn execution(&self, key: &ExecutionKey) -> Result<(Execution, usize), StoreError> {
        self.store.execution(key).await
    }

    async fn forget_executions(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.store.forget_executions(before).await
    }

    async fn approvals_of(&self, key: &ExecutionKey) -> Result<Vec<Projection>, StoreError> {
        self.store.approvals_of(key).await
    }

    async fn projection(&self, id: &ApprovalId) -> Result<Option<Projection>, StoreError> {
        self.store.projection(id).await
    }

    async fn list(&self, query: &Query, after: Option<&Cursor>, limit: usize) -> Result<Vec<Projection>, StoreError> {
        self.store.list(query, after, limit).await
    }

    async fn gauges(&self) -> Result<Vec<Gauge>, StoreError> {
        self.store.gauges().await
    }

    async fn reject(&self, reject: &Reject) -> Result<(), StoreError> {
        self.store.reject(reject).await
    }

    async fn rejects(&self, limit: usize) -> Result<Vec<Reject>, StoreError> {
        self.store.rejects(limit).await
    }

    async fn flush(&self) -> Result<(), StoreError> {
        self.store.flush().await?;
        self.note(Write::Flush);
        Ok(())
    }
}
