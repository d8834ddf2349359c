//! On any series of calls, the store in DynamoDB answers as the store in memory does.

use chrono::TimeDelta;
use holdpoint::adapters::dynamodb::DynamoStore;
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::domain::evidence::{EndState, Verdict};
use holdpoint::domain::execution::ExecutionNews;
use holdpoint::domain::input::Input;
use holdpoint::domain::measure::{Labels, Measures, Name};
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{Approval, ApprovalId, Effect, decide};
use holdpoint::ports::store::{Claim, Commit, Cursor, OutboxRow, PutBack, Query, Reject, Store, StoreError};
use proptest::prelude::*;

use super::new_store;
use crate::support::server::Server;
use crate::support::world::{decided, ended, minute, place, refused, rules, started};

const LEASE: TimeDelta = TimeDelta::minutes(30);

/// Small numbers, so that calls meet.
#[derive(Clone, Debug)]
enum Call {
    /// Tells an approval something at a minute, perhaps on a version that is over, with a row and a claim to finish.
    Commit {
        approval: u8,
        input: u8,
        at: i64,
        is_stale: bool,
        row: Option<(u8, i64)>,
        finishes: Option<usize>,
    },
    Claim {
        at: i64,
    },
    Finish {
        claim: usize,
    },
    PutBack {
        claim: usize,
        until: i64,
        why: PutBack,
    },
    Hear {
        news: u8,
        at: i64,
    },
    Reject {
        at: i64,
    },
    Look {
        at: i64,
        from: Option<i64>,
        to: Option<i64>,
        page: usize,
    },
}

const MINUTES: std::ops::Range<i64> = 0..500;

fn call() -> impl Strategy<Value = Call> {
    let row = proptest::option::of((0..6_u8, MINUTES));
    let commit =
        (0..4_u8, 0..5_u8, MINUTES, proptest::bool::weighted(0.1), row, proptest::option::weighted(0.3, 0..9_usize));
    prop_oneof![
        6 => commit.prop_map(|(approval, input, at, is_stale, row, finishes)| {
            Call::Commit { approval, input, at, is_stale, row, finishes }
        }),
        2 => MINUTES.prop_map(|at| Call::Claim { at }),
        1 => (0..9_usize).prop_map(|claim| Call::Finish { claim }),
        1 => (0..9_usize, MINUTES, prop_oneof![Just(PutBack::Failed), Just(PutBack::TooEarly)])
            .prop_map(|(claim, until, why)| Call::PutBack { claim, until, why }),
        1 => (0..3_u8, MINUTES).prop_map(|(news, at)| Call::Hear { news, at }),
        1 => MINUTES.prop_map(|at| Call::Reject { at }),
        3 => (MINUTES, proptest::option::of(MINUTES), proptest::option::of(MINUTES), 1..4_usize)
            .prop_map(|(at, from, to, page)| Call::Look { at, from, to, page }),
    ]
}

fn input(n: u8, at: i64) -> Input {
    match n {
        0 => started(minute(at)),
        1 => Input::Tick,
        2 => decided(Verdict::Approved, minute(at)),
        3 => ended(None, EndState::Succeeded, minute(at)),
        _ => refused(minute(at)),
    }
}

/// Both stores, and the claims that were made.
struct Pair {
    plain: MemoryStore,
    tried: DynamoStore,
    claims: Vec<Claim>,
}

/// The two answers, as texts.
fn same<T: std::fmt::Debug>(plain: Result<T, StoreError>, tried: Result<T, StoreError>) -> Result<(), TestCaseError> {
    let text = |result: &Result<T, StoreError>| match result {
        Ok(value) => format!("{value:#?}"),
        Err(error) => error.to_string(),
    };
    prop_assert_eq!(text(&plain), text(&tried));
    Ok(())
}

impl Pair {
    async fn make(&mut self, call: &Call) -> Result<(), TestCaseError> {
        let (plain, tried) = (&self.plain, &self.tried);
        match call {
            Call::Commit { .. } => {
                let Some(commit) = self.commit(call).await else { return Ok(()) };
                same(plain.commit(&commit).await, tried.commit(&commit).await)?;
                same(plain.load(&commit.id).await, tried.load(&commit.id).await)
            }
            Call::Claim { at } => {
                let by_row = |mut rows: Vec<holdpoint::ports::store::Claimed>| {
                    rows.sort_by(|a, b| a.claim.row.cmp(&b.claim.row));
                    rows
                };
                let claimed = plain.claim(minute(*at), LEASE, 99).await.map(by_row);
                self.claims.extend(claimed.iter().flatten().map(|row| row.claim.clone()));
                same(claimed, tried.claim(minute(*at), LEASE, 99).await.map(by_row))
            }
            Call::Finish { claim } => match self.claims.get(*claim) {
                Some(claim) => same(plain.finish(claim).await, tried.finish(claim).await),
                None => Ok(()),
            },
            Call::PutBack { claim, until, why } => match self.claims.get(*claim) {
                Some(claim) => {
                    let until = minute(*until);
                    same(plain.put_back(claim, until, *why).await, tried.put_back(claim, until, *why).await)
                }
                None => Ok(()),
            },
            Call::Hear { news, at } => {
                let key = place().execution_key().expect("the place names one");
                let news = ExecutionNews::Stopping { reason: Some(format!("reason {news}")) };
                same(plain.hear(&key, &news, minute(*at)).await, tried.hear(&key, &news, minute(*at)).await)?;
                let count = |found: (holdpoint::domain::execution::Execution, usize)| found.1;
                same(plain.execution(&key).await.map(count), tried.execution(&key).await.map(count))
            }
            Call::Reject { at } => {
                let reject = Reject { at: minute(*at), source: "s".into(), reason: "r".into(), body: "b".into() };
                same(plain.reject(&reject).await, tried.reject(&reject).await)
            }
            Call::Look { at, from, to, page } => self.look(*at, *from, *to, *page).await,
        }
    }

    /// What the call commits, by what the store in memory knows.
    async fn commit(&self, call: &Call) -> Option<Commit> {
        let Call::Commit { approval, input: n, at, is_stale, row, finishes } = call else { return None };
        let id = ApprovalId::new(format!("approval-{approval}"));
        let loaded = self.plain.load(&id).await.expect("memory answers");
        let approval = Approval::fold(id.clone(), &loaded.facts);
        let facts = decide(&approval, &input(*n, *at), &rules(), minute(*at));
        let after = facts.iter().fold(approval, Approval::apply);
        let labels = Labels { gate: place().gate, policy: None };
        let measures = Measures { labels, at: minute(0), values: vec![(Name::OutcomeApproved, 1.0)] };
        let row = row.map(|(row, not_before)| OutboxRow {
            id: format!("row-{row}"),
            effect: Effect::Record(measures),
            not_before: minute(not_before),
        });
        // A row is not put in by the commit that finishes it: rows are named after the fact that they come from.
        let finishes = finishes
            .and_then(|claim| self.claims.get(claim))
            .filter(|claim| row.as_ref().is_none_or(|r| r.id != claim.row));
        // Whoever loses a first commit loses it to another one of the same gate, so that gate was seen.
        let is_known = loaded.version > 0;
        let finishes = finishes.filter(|_| is_known);
        let expected = if *is_stale && is_known { loaded.version + 1 } else { loaded.version };
        let projection = Projection::of(&after, &rules());
        Some(Commit { id, expected, facts, projection, outbox: row.into_iter().collect(), finishes: finishes.cloned() })
    }

    async fn look(&self, at: i64, from: Option<i64>, to: Option<i64>, page: usize) -> Result<(), TestCaseError> {
        let (plain, tried) = (&self.plain, &self.tried);
        let sorted = |mut ids: Vec<ApprovalId>| {
            ids.sort();
            ids
        };
        same(plain.due(minute(at), 99).await.map(sorted), tried.due(minute(at), 99).await.map(sorted))?;
        same(plain.next_wake().await, tried.next_wake().await)?;
        same(plain.gauges().await, tried.gauges().await)?;
        let times = |rejects: Vec<Reject>| {
            let mut times: Vec<_> = rejects.iter().map(|reject| reject.at).collect();
            times.sort();
            times
        };
        same(plain.rejects(99).await.map(times), tried.rejects(99).await.map(times))?;
        let key = place().execution_key().expect("the place names one");
        same(plain.approvals_of(&key).await, tried.approvals_of(&key).await)?;
        for open_only in [false, true] {
            let query = Query { open_only, from: from.map(minute), to: to.map(minute) };
            let mut after: Option<Cursor> = None;
            loop {
                let listed = plain.list(&query, after.as_ref(), page).await.expect("memory answers");
                let next = listed.last().and_then(Cursor::behind);
                same(Ok(listed), tried.list(&query, after.as_ref(), page).await)?;
                let Some(next) = next else { break };
                after = Some(next);
            }
        }
        Ok(())
    }
}

#[test]
fn it_answers_as_the_store_in_memory_does() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let server = Server::dynamodb();
    let tables = std::sync::atomic::AtomicUsize::new(0);
    let config =
        ProptestConfig { cases: 24, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() };
    proptest!(config, |(calls in proptest::collection::vec(call(), 1..40))| {
        let number = tables.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        runtime.block_on(async {
            let tried = new_store(&server.config(), &format!("table-{number}")).await;
            let mut pair = Pair { plain: MemoryStore::new(), tried, claims: Vec::new() };
            for call in &calls {
                pair.make(call).await?;
            }
            Ok::<(), TestCaseError>(())
        })?;
    });
}
