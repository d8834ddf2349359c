//! A store that fails when it is told to: before a call has its effect, or after it, when only the answer is lost.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use holdpoint::domain::execution::{Execution, ExecutionKey, ExecutionNews};
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{ApprovalId, Timestamp};
use holdpoint::ports::store::{
    Claim, Claimed, Commit, Cursor, Gauge, Loaded, PutBack, Query, Reject, Store, StoreError,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    Before,
    After,
    /// It will never be taken.
    Refused,
}

pub(crate) struct Faulty<S> {
    pub(crate) store: S,
    /// At which call, counted from 0, what goes wrong. Each happens once.
    faults: Mutex<BTreeMap<usize, Fault>>,
    calls: AtomicUsize,
}

impl<S: Store> Faulty<S> {
    pub(crate) fn new(store: S, faults: BTreeMap<usize, Fault>) -> Self {
        Self { store, faults: Mutex::new(faults), calls: AtomicUsize::new(0) }
    }

    async fn call<T>(&self, call: impl Future<Output = Result<T, StoreError>> + Send) -> Result<T, StoreError> {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        let fault = self.faults.lock().expect("nobody panics while holding this").remove(&number);
        match fault {
            Some(Fault::Before) => Err(StoreError::Unavailable("it crashed before".into())),
            Some(Fault::After) => {
                call.await?;
                Err(StoreError::Unavailable("it crashed after".into()))
            }
            Some(Fault::Refused) => Err(StoreError::Refused { id: "one".to_owned(), cause: "it is too large".into() }),
            None => call.await,
        }
    }
}

impl<S: Store> Store for Faulty<S> {
    async fn load(&self, id: &ApprovalId) -> Result<Loaded, StoreError> {
        self.call(self.store.load(id)).await
    }

    async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        self.call(self.store.commit(commit)).await
    }

    async fn prune(&self, commit: &Commit) -> Result<(), StoreError> {
        self.call(self.store.prune(commit)).await
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<ApprovalId>, StoreError> {
        self.call(self.store.due(now, limit)).await
    }

    async fn next_wake(&self) -> Result<Option<Timestamp>, StoreError> {
        self.call(self.store.next_wake()).await
    }

    async fn claim(&self, now: Timestamp, lease: TimeDelta, limit: usize) -> Result<Vec<Claimed>, StoreError> {
        self.call(self.store.claim(now, lease, limit)).await
    }

    async fn finish(&self, claim: &Claim) -> Result<(), StoreError> {
        self.call(self.store.finish(claim)).await
    }

    async fn put_back(&self, claim: &Claim, not_before: Timestamp, why: PutBack) -> Result<(), StoreError> {
        self.call(self.store.put_back(claim, not_before, why)).await
    }

    async fn hear(&self, key: &ExecutionKey, news: &ExecutionNews, now: Timestamp) -> Result<(), StoreError> {
        self.call(self.store.hear(key, news, now)).await
    }

    async fn execution(&self, key: &ExecutionKey) -> Result<(Execution, usize), StoreError> {
        self.call(self.store.execution(key)).await
    }

    async fn forget_executions(&self, before: Timestamp) -> Result<u64, StoreError> {
        self.call(self.store.forget_executions(before)).await
    }

    async fn approvals_of(&self, key: &ExecutionKey) -> Result<Vec<Projection>, StoreError> {
        self.call(self.store.approvals_of(key)).await
    }

    async fn projection(&self, id: &ApprovalId) -> Result<Option<Projection>, StoreError> {
        self.call(self.store.projection(id)).await
    }

    async fn list(&self, query: &Query, after: Option<&Cursor>, limit: usize) -> Result<Vec<Projection>, StoreError> {
        self.call(self.store.list(query, after, limit)).await
    }

    async fn gauges(&self) -> Result<Vec<Gauge>, StoreError> {
        self.call(self.store.gauges()).await
    }

    async fn reject(&self, reject: &Reject) -> Result<(), StoreError> {
        self.call(self.store.reject(reject)).await
    }

    async fn rejects(&self, limit: usize) -> Result<Vec<Reject>, StoreError> {
        self.call(self.store.rejects(limit)).await
    }

    async fn flush(&self) -> Result<(), StoreError> {
        self.call(self.store.flush()).await
    }
}
