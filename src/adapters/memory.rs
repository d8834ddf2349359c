//! A store that forgets: for tests, and the plainest statement of what a store does.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;

use crate::domain::execution::{Execution, ExecutionKey, ExecutionNews};
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, Effect, Fact, Phase, Timestamp};
use crate::ports::store::{
    Claim, Claimed, Commit, Cursor, Gauge, Loaded, MAX_REJECTS, PutBack, Query, Reject, Store, StoreError,
    count_waiting,
};

#[derive(Default)]
pub struct MemoryStore {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    approvals: BTreeMap<ApprovalId, (Vec<Fact>, Projection)>,
    outbox: BTreeMap<String, Row>,
    news: BTreeMap<ExecutionKey, Vec<(ExecutionNews, Timestamp)>>,
    rejects: Vec<Reject>,
}

struct Row {
    approval: ApprovalId,
    effect: Effect,
    not_before: Timestamp,
    since: Timestamp,
    attempts: u32,
    token: u64,
}

impl MemoryStore {
    pub fn new() -> Self {
        Self::default()
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Each change is made whole before the lock is let go, so a panic elsewhere leaves nothing half done.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for MemoryStore {
    async fn load(&self, id: &ApprovalId) -> Result<Loaded, StoreError> {
        let inner = self.inner();
        let facts = inner.approvals.get(id).map(|(facts, _)| facts.clone()).unwrap_or_default();
        Ok(Loaded { version: facts.len() as u64, facts })
    }

    async fn commit(&self, commit: &Commit) -> Result<(), StoreError> {
        let mut inner = self.inner();
        inner.commit(commit, |_| {})
    }

    async fn prune(&self, commit: &Commit) -> Result<(), StoreError> {
        let mut inner = self.inner();
        inner.commit(commit, |facts| facts.clear())
    }

    async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<ApprovalId>, StoreError> {
        let inner = self.inner();
        let mut due: Vec<_> = inner.due_times().filter(|(at, _)| *at <= now).collect();
        due.sort();
        Ok(due.into_iter().take(limit).map(|(_, id)| id.clone()).collect())
    }

    async fn next_wake(&self) -> Result<Option<Timestamp>, StoreError> {
        let inner = self.inner();
        let due = inner.due_times().map(|(at, _)| at).min();
        let row = inner.outbox.values().map(|row| row.not_before).min();
        Ok(due.into_iter().chain(row).min())
    }

    async fn claim(&self, now: Timestamp, lease: TimeDelta, limit: usize) -> Result<Vec<Claimed>, StoreError> {
        let mut inner = self.inner();
        let mut ready: Vec<_> = inner
            .outbox
            .iter()
            .filter(|(_, row)| row.not_before <= now)
            .map(|(id, row)| (row.not_before, row.since, id.clone()))
            .collect();
        ready.sort();
        let mut claimed = Vec::new();
        for (_, _, id) in ready.into_iter().take(limit) {
            if let Some(row) = inner.outbox.get_mut(&id) {
                row.token += 1;
                let token = row.token;
                row.not_before = now + lease;
                claimed.push(Claimed {
                    claim: Claim { row: id, token },
                    approval: row.approval.clone(),
                    effect: row.effect.clone(),
                    attempts: row.attempts,
                    since: row.since,
                });
            }
        }
        Ok(claimed)
    }

    async fn finish(&self, claim: &Claim) -> Result<(), StoreError> {
        self.inner().take(claim)
    }

    async fn put_back(&self, claim: &Claim, not_before: Timestamp, why: PutBack) -> Result<(), StoreError> {
        let mut inner = self.inner();
        let row = inner.outbox.get_mut(&claim.row).filter(|row| row.token == claim.token);
        let row = row.ok_or(StoreError::LeaseLost)?;
        row.token += 1;
        row.not_before = not_before;
        row.attempts += why.attempts();
        Ok(())
    }

    async fn hear(&self, key: &ExecutionKey, news: &ExecutionNews, now: Timestamp) -> Result<(), StoreError> {
        let mut inner = self.inner();
        let of_execution = inner.news.entry(key.clone()).or_default();
        if of_execution.iter().all(|(known, _)| known != news) {
            of_execution.push((news.clone(), now));
        }
        Ok(())
    }

    async fn execution(&self, key: &ExecutionKey) -> Result<(Execution, usize), StoreError> {
        let inner = self.inner();
        let news = inner.news.get(key).map(Vec::as_slice).unwrap_or_default();
        Ok((Execution::fold(news.iter().map(|(news, _)| news)), news.len()))
    }

    async fn forget_executions(&self, before: Timestamp) -> Result<u64, StoreError> {
        let mut inner = self.inner();
        let held: Vec<ExecutionKey> = inner
            .approvals
            .values()
            .filter(|(_, p)| matches!(p.phase, Phase::Waiting | Phase::Ended))
            .filter_map(|(_, p)| p.execution_key())
            .collect();
        let mut forgotten = 0;
        for (key, news) in &mut inner.news {
            let count = news.len();
            news.retain(|(_, heard_at)| *heard_at >= before || held.contains(key));
            forgotten += (count - news.len()) as u64;
        }
        Ok(forgotten)
    }

    async fn approvals_of(&self, key: &ExecutionKey) -> Result<Vec<Projection>, StoreError> {
        let inner = self.inner();
        let of_execution = inner.approvals.values().filter(|(_, p)| p.execution_key().as_ref() == Some(key));
        Ok(of_execution.map(|(_, projection)| projection.clone()).collect())
    }

    async fn projection(&self, id: &ApprovalId) -> Result<Option<Projection>, StoreError> {
        Ok(self.inner().approvals.get(id).map(|(_, projection)| projection.clone()))
    }

    async fn list(&self, query: &Query, after: Option<&Cursor>, limit: usize) -> Result<Vec<Projection>, StoreError> {
        let inner = self.inner();
        let mut listed: Vec<_> = inner
            .approvals
            .values()
            .map(|(_, p)| p)
            .filter(|p| p.phase != Phase::Unseen)
            .filter(|p| !query.open_only || p.phase != Phase::Settled)
            .filter(|p| query.from.is_none_or(|from| p.listed_at().is_some_and(|at| at >= from)))
            .filter(|p| query.to.is_none_or(|to| p.listed_at().is_some_and(|at| at < to)))
            .filter(|p| after.is_none_or(|c| (p.listed_at(), &p.id) > (Some(c.at), &c.id)))
            .cloned()
            .collect();
        listed.sort_by(|a, b| (a.listed_at(), &a.id).cmp(&(b.listed_at(), &b.id)));
        listed.truncate(limit);
        Ok(listed)
    }

    async fn gauges(&self) -> Result<Vec<Gauge>, StoreError> {
        let inner = self.inner();
        Ok(count_waiting(inner.approvals.values().map(|(_, projection)| projection)))
    }

    async fn reject(&self, reject: &Reject) -> Result<(), StoreError> {
        let mut inner = self.inner();
        inner.rejects.push(reject.clone());
        let excess = inner.rejects.len().saturating_sub(MAX_REJECTS);
        inner.rejects.drain(..excess);
        Ok(())
    }

    async fn rejects(&self, limit: usize) -> Result<Vec<Reject>, StoreError> {
        Ok(self.inner().rejects.iter().rev().take(limit).cloned().collect())
    }

    async fn flush(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Inner {
    /// `first` is done to the facts that are there.
    fn commit(&mut self, commit: &Commit, first: impl FnOnce(&mut Vec<Fact>)) -> Result<(), StoreError> {
        let version = self.approvals.get(&commit.id).map_or(0, |(facts, _)| facts.len() as u64);
        if version != commit.expected {
            return Err(StoreError::Conflict);
        }
        if let Some(claim) = &commit.finishes {
            self.take(claim)?;
        }
        for row in &commit.outbox {
            self.outbox.entry(row.id.clone()).or_insert_with(|| Row {
                approval: commit.id.clone(),
                effect: row.effect.clone(),
                not_before: row.not_before,
                since: row.not_before,
                attempts: 0,
                token: 0,
            });
        }
        let entry = self.approvals.entry(commit.id.clone()).or_insert_with(|| (vec![], commit.projection.clone()));
        first(&mut entry.0);
        entry.0.extend(commit.facts.iter().cloned());
        entry.1 = commit.projection.clone();
        Ok(())
    }

    fn due_times(&self) -> impl Iterator<Item = (Timestamp, &ApprovalId)> {
        self.approvals.iter().filter_map(|(id, (_, projection))| Some((projection.due_at?, id)))
    }

    fn take(&mut self, claim: &Claim) -> Result<(), StoreError> {
        match self.outbox.get(&claim.row) {
            Some(row) if row.token == claim.token => {
                self.outbox.remove(&claim.row);
                Ok(())
            }
            _ => Err(StoreError::LeaseLost),
        }
    }
}
