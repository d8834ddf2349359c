//! Where facts live.

use std::collections::BTreeMap;
use std::future::Future;

use chrono::TimeDelta;

use super::Source;
use crate::domain::execution::{Execution, ExecutionKey, ExecutionNews};
use crate::domain::measure::Labels;
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, Effect, Fact, Timestamp};

/// The facts of an approval, in the order they were written. An unknown approval has none, at version 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Loaded {
    pub facts: Vec<Fact>,
    pub version: u64,
}

/// New facts of one approval and all that follows from them.
#[derive(Clone, Debug, PartialEq)]
pub struct Commit {
    pub id: ApprovalId,
    /// The version that the facts were decided on.
    pub expected: u64,
    pub facts: Vec<Fact>,
    /// The approval as the new facts leave it.
    pub projection: Projection,
    pub outbox: Vec<OutboxRow>,
    /// A claimed row that these facts finish.
    pub finishes: Option<Claim>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    /// Unique for ever: derived from the fact.
    pub id: String,
    pub effect: Effect,
    /// Not to be claimed before.
    pub not_before: Timestamp,
}

/// A row taken out of the outbox for a while.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    pub claim: Claim,
    pub approval: ApprovalId,
    pub effect: Effect,
    /// How often it has failed before.
    pub attempts: u32,
    /// When it was put into the outbox.
    pub since: Timestamp,
}

/// Proof of a lease: the row, and the token that fences off whoever held it before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub row: String,
    pub token: u64,
}

/// Why a claimed row is put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutBack {
    /// It was tried in vain.
    Failed,
    /// Its time has not come yet, and nothing was tried. However often that happens, it is no reason to give it up.
    TooEarly,
}

impl PutBack {
    /// How many attempts that counts.
    pub fn attempts(self) -> u32 {
        match self {
            Self::Failed => 1,
            Self::TooEarly => 0,
        }
    }
}

/// How many wait at a gate under a policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Gauge {
    pub labels: Labels,
    pub waiting: u64,
    /// Of those, past their deadline.
    pub overdue: u64,
    pub oldest_requested_at: Option<Timestamp>,
}

/// The gauges of those that wait, for a store that counts them when it is asked.
pub fn count_waiting<'p>(projections: impl IntoIterator<Item = &'p Projection>) -> Vec<Gauge> {
    let mut gauges: BTreeMap<Labels, Gauge> = BTreeMap::new();
    for projection in projections.into_iter().filter(|projection| projection.is_waiting()) {
        let Some(gate) = projection.gate.clone() else { continue };
        let labels = Labels { gate, policy: projection.policy.clone() };
        let nothing = Gauge { labels: labels.clone(), waiting: 0, overdue: 0, oldest_requested_at: None };
        let gauge = gauges.entry(labels).or_insert(nothing);
        gauge.waiting += 1;
        gauge.overdue += u64::from(projection.breached);
        gauge.oldest_requested_at = gauge.oldest_requested_at.into_iter().chain(projection.requested_at).min();
    }
    gauges.into_values().collect()
}

/// Which approvals to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Only those that wait or whose end is not settled.
    pub open_only: bool,
    /// Requested (or, unknown that, ended) at or after this.
    pub from: Option<Timestamp>,
    /// ... and before this.
    pub to: Option<Timestamp>,
}

/// Where a page of a list ended: the time and id of its last row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub at: Timestamp,
    pub id: ApprovalId,
}

impl Cursor {
    /// The place right behind `projection`.
    pub fn behind(projection: &Projection) -> Option<Self> {
        Some(Self { at: projection.listed_at()?, id: projection.id.clone() })
    }
}

/// An input that could not be read, kept for whoever looks into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    pub at: Timestamp,
    pub source: String,
    pub reason: String,
    /// The input's beginning.
    pub body: String,
}

/// Rejects beyond this many push out the oldest, or are not listed any more.
pub const MAX_REJECTS: usize = 10_000;

/// Keeps facts, projections, executions and the outbox.
///
/// - [`commit`](Store::commit) is one transaction: facts, projection, due time, outbox rows and the finished claim are all
///   there or none is. It succeeds only while the approval's version is `expected`, and raises it by the number of
///   facts. A row id that the outbox holds already is left as it is. A claim that is finished is of no row that the same
///   commit puts in.
/// - What a call has committed, the next [`load`](Store::load), [`projection`](Store::projection),
///   [`execution`](Store::execution) and [`approvals_of`](Store::approvals_of) see, in whatever process.
/// - Listings, gauges, [`due`](Store::due) and [`next_wake`](Store::next_wake) may lag behind, and a
///   [`claim`](Store::claim) may miss what was put in just before it. So whoever acts on what they name loads it first, and
///   takes no absence for an end: what is missed now is there the next time.
/// - [`due`](Store::due) costs what is due, not what is open, and names no approval that is known there to be settled.
/// - A claimed row is nobody else's until its lease ends; then it may be claimed again under a new token, and the old
///   token finishes nothing any more. What was claimed by a call whose answer is lost comes again when the lease ends.
/// - Lists are ordered by request time, then id, and paged by [`Cursor`].
/// - An answer to a write that is lost can make the next one look like a conflict or a lost lease, although the write was
///   one's own: both ask for what is right then as well, to load again and to leave the row alone.
pub trait Store: Send + Sync {
    fn load(&self, id: &ApprovalId) -> impl Future<Output = Result<Loaded, StoreError>> + Send;

    fn commit(&self, commit: &Commit) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The same, but the facts of the commit take the place of all that are there, and are counted from 0. This is how what
    /// an export has is taken out; nothing else takes a fact away.
    fn prune(&self, commit: &Commit) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Approvals due at `now`, earliest first, at most `limit`.
    fn due(&self, now: Timestamp, limit: usize) -> impl Future<Output = Result<Vec<ApprovalId>, StoreError>> + Send;

    /// When the next approval is due or the next outbox row may be claimed.
    fn next_wake(&self) -> impl Future<Output = Result<Option<Timestamp>, StoreError>> + Send;

    /// Takes rows that may be claimed at `now` out of the outbox until `now + lease`: at most `limit`, those that have
    /// waited longest.
    fn claim(
        &self,
        now: Timestamp,
        lease: TimeDelta,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Claimed>, StoreError>> + Send;

    /// Ends a claim that adds no fact. [`StoreError::LeaseLost`] if it is another's by now.
    fn finish(&self, claim: &Claim) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Puts a claimed row back, not to be claimed before `not_before`. Only one that failed has one more attempt counted.
    fn put_back(
        &self,
        claim: &Claim,
        not_before: Timestamp,
        why: PutBack,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Keeps a piece of news of an execution. Keeping it again changes nothing, and the order does not matter.
    fn hear(
        &self,
        key: &ExecutionKey,
        news: &ExecutionNews,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// What is known of an execution, and of how many pieces of news that is made.
    fn execution(&self, key: &ExecutionKey) -> impl Future<Output = Result<(Execution, usize), StoreError>> + Send;

    /// Forgets what was heard of executions before `before`, unless one of their approvals is open. Says how many pieces
    /// of news that were. A store whose news expire by themselves, long after any wait can last, does nothing and says 0.
    fn forget_executions(&self, before: Timestamp) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// The approvals of an execution.
    fn approvals_of(&self, key: &ExecutionKey) -> impl Future<Output = Result<Vec<Projection>, StoreError>> + Send;

    fn projection(&self, id: &ApprovalId) -> impl Future<Output = Result<Option<Projection>, StoreError>> + Send;

    fn list(
        &self,
        query: &Query,
        after: Option<&Cursor>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Projection>, StoreError>> + Send;

    /// One for each gate and policy at which something waits. Costs the number of gates and of what waits, not of
    /// approvals.
    fn gauges(&self) -> impl Future<Output = Result<Vec<Gauge>, StoreError>> + Send;

    /// Keeps a reject for some weeks at most, and perhaps no more than the beginning of its body.
    fn reject(&self, reject: &Reject) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Newest first.
    fn rejects(&self, limit: usize) -> impl Future<Output = Result<Vec<Reject>, StoreError>> + Send;

    /// Makes durable what was committed so far. A store that is durable with each commit does nothing.
    fn flush(&self) -> impl Future<Output = Result<(), StoreError>> + Send;
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Somebody else was faster: load again and decide again.
    #[error("the record changed meanwhile")]
    Conflict,
    /// The claim belongs to somebody else by now: leave the row to them.
    #[error("the claim on an outbox row has run out")]
    LeaseLost,
    /// Try again later.
    #[error("the store does not answer: {0}")]
    Unavailable(Source),
    /// It will never be taken: pass it over, a person has to look.
    #[error("the store refuses what is to be written of `{id}`: {cause}")]
    Refused { id: String, cause: Source },
    /// What is stored cannot be read: a person has to look.
    #[error("the stored record `{id}` cannot be read: {cause}")]
    Corrupt { id: String, cause: Source },
}

impl StoreError {
    /// Whether it is about one record alone: that one is passed over, and keeps nothing from the others.
    pub fn is_of_one_record(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Corrupt { .. })
    }
}
