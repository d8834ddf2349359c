//! The contract of the port `Store`, point by point.

use chrono::TimeDelta;
use holdpoint::domain::evidence::{EndState, Source, Verdict};
use holdpoint::domain::execution::{Execution, ExecutionEnd, ExecutionKey, ExecutionNews};
use holdpoint::domain::fact::Pruned;
use holdpoint::domain::input::{Input, Place};
use holdpoint::domain::measure::{Labels, Measures, Name};
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{Approval, ApprovalId, Effect, ExecutionId, Fact, FactKind, PolicyName, Timestamp, decide};
use holdpoint::ports::store::{Claim, Commit, Cursor, OutboxRow, PutBack, Query, Reject, Store, StoreError};

use crate::support::world::{decided, minute, place, rules, started};

const LEASE: TimeDelta = TimeDelta::minutes(5);

fn name(n: u32) -> ApprovalId {
    ApprovalId::new(format!("approval-{n:03}"))
}

/// What an approval learns from these inputs, as its first commit.
fn commit(id: &ApprovalId, inputs: &[Input], now: Timestamp) -> Commit {
    let rules = rules();
    let mut approval = Approval::new(id.clone());
    let mut facts: Vec<Fact> = Vec::new();
    for input in inputs {
        let new = decide(&approval, input, &rules, now);
        approval = new.iter().fold(approval, Approval::apply);
        facts.extend(new);
    }
    let projection = Projection::of(&approval, &rules);
    Commit { id: id.clone(), expected: 0, facts, projection, outbox: Vec::new(), finishes: None }
}

fn requested(n: u32, at: i64) -> Commit {
    commit(&name(n), &[started(minute(at))], minute(at))
}

fn settled(n: u32, at: i64) -> Commit {
    commit(&name(n), &[started(minute(at)), decided(Verdict::Approved, minute(at + 1))], minute(at + 2))
}

fn row(id: &str, not_before: i64) -> OutboxRow {
    let labels = Labels { gate: place().gate, policy: Some(PolicyName::new("production")) };
    let measures = Measures { labels, at: minute(0), values: vec![(Name::OutcomeApproved, 1.0)] };
    OutboxRow { id: id.to_owned(), effect: Effect::Record(measures), not_before: minute(not_before) }
}

fn with_row(commit: Commit, id: &str, not_before: i64) -> Commit {
    Commit { outbox: vec![row(id, not_before)], ..commit }
}

fn key(execution: &str, pipeline: &str) -> ExecutionKey {
    let gate = place().gate;
    ExecutionKey {
        account: gate.account,
        region: gate.region,
        pipeline: pipeline.to_owned(),
        id: ExecutionId::new(execution),
    }
}

pub(super) async fn an_unknown_approval_is_empty_at_version_0(store: &impl Store) {
    let loaded = store.load(&name(1)).await.expect("an answer");
    assert_eq!((loaded.facts, loaded.version), (vec![], 0));
    assert_eq!(store.projection(&name(1)).await.expect("an answer"), None);
    assert_eq!(store.next_wake().await.expect("an answer"), None);
}

pub(super) async fn what_is_committed_is_loaded(store: &impl Store) {
    let first = settled(1, 0);
    store.commit(&first).await.expect("a first commit");
    let loaded = store.load(&name(1)).await.expect("an answer");
    assert_eq!(loaded.facts, first.facts);
    assert_eq!(loaded.version, first.facts.len() as u64);
    assert_eq!(store.projection(&name(1)).await.expect("an answer"), Some(first.projection));
}

pub(super) async fn a_stale_version_changes_nothing(store: &impl Store) {
    store.commit(&requested(1, 0)).await.expect("a first commit");
    let before = store.load(&name(1)).await.expect("an answer");
    let stale = with_row(settled(1, 0), "late", 0);
    assert!(matches!(store.commit(&stale).await, Err(StoreError::Conflict)));
    assert_eq!(store.load(&name(1)).await.expect("an answer"), before);
    assert_eq!(store.claim(minute(9), LEASE, 9).await.expect("an answer"), []);
    let ahead = Commit { expected: 7, ..requested(2, 0) };
    assert!(matches!(store.commit(&ahead).await, Err(StoreError::Conflict)));
}

pub(super) async fn of_two_commits_on_one_version_one_wins(store: &impl Store) {
    let (one, other) = (requested(1, 0), settled(1, 0));
    let results = (store.commit(&one).await, store.commit(&other).await);
    assert!(matches!(results, (Ok(()), Err(StoreError::Conflict))));
}

pub(super) async fn a_lost_claim_changes_nothing(store: &impl Store) {
    let claim = Claim { row: "none".to_owned(), token: 1 };
    let commit = Commit { finishes: Some(claim.clone()), ..with_row(requested(1, 0), "row", 0) };
    assert!(matches!(store.commit(&commit).await, Err(StoreError::LeaseLost)));
    assert_eq!(store.load(&name(1)).await.expect("an answer").version, 0);
    assert_eq!(store.claim(minute(9), LEASE, 9).await.expect("an answer"), []);
    assert!(matches!(store.finish(&claim).await, Err(StoreError::LeaseLost)));
    assert!(matches!(store.put_back(&claim, minute(0), PutBack::Failed).await, Err(StoreError::LeaseLost)));
}

pub(super) async fn a_finished_claim_and_its_facts_are_there_together(store: &impl Store) {
    let first = with_row(requested(1, 0), "row", 0);
    store.commit(&first).await.expect("a first commit");
    let claimed = store.claim(minute(0), LEASE, 9).await.expect("an answer").pop().expect("the row");
    let rest = Commit {
        expected: first.facts.len() as u64,
        finishes: Some(claimed.claim.clone()),
        ..with_row(settled(1, 0), "another", 20)
    };
    store.commit(&rest).await.expect("the holder can finish");
    let loaded = store.load(&name(1)).await.expect("an answer");
    assert_eq!(loaded.facts, [first.facts, rest.facts].concat());
    assert!(matches!(store.finish(&claimed.claim).await, Err(StoreError::LeaseLost)));
    let left = store.claim(minute(99), LEASE, 9).await.expect("an answer");
    assert_eq!(left.iter().map(|row| row.claim.row.as_str()).collect::<Vec<_>>(), ["another"]);
}

pub(super) async fn only_what_is_due_is_due_earliest_first(store: &impl Store) {
    // Due at half of four hours: two hours after each request.
    for (n, at) in [(1, 30), (2, 0), (3, 60)] {
        store.commit(&requested(n, at)).await.expect("a first commit");
    }
    store.commit(&settled(4, 0)).await.expect("a first commit");
    let due = |minutes, limit| store.due(minute(minutes), limit);
    assert_eq!(due(119, 9).await.expect("an answer"), []);
    assert_eq!(due(120, 9).await.expect("an answer"), [name(2)]);
    assert_eq!(due(150, 9).await.expect("an answer"), [name(2), name(1)]);
    assert_eq!(due(1_000_000, 9).await.expect("an answer"), [name(2), name(1), name(3)]);
    assert_eq!(due(1_000_000, 2).await.expect("an answer"), [name(2), name(1)]);
}

pub(super) async fn the_next_wake_is_the_earliest_of_all(store: &impl Store) {
    store.commit(&requested(1, 0)).await.expect("a first commit");
    assert_eq!(store.next_wake().await.expect("an answer"), Some(minute(120)));
    store.commit(&with_row(requested(2, 60), "row", 90)).await.expect("a first commit");
    assert_eq!(store.next_wake().await.expect("an answer"), Some(minute(90)));
    store.claim(minute(90), TimeDelta::hours(9), 1).await.expect("an answer");
    assert_eq!(store.next_wake().await.expect("an answer"), Some(minute(120)));
}

pub(super) async fn a_claimed_row_is_nobody_elses_until_its_lease_ends(store: &impl Store) {
    store.commit(&with_row(requested(1, 0), "row", 10)).await.expect("a first commit");
    assert_eq!(store.claim(minute(9), LEASE, 9).await.expect("an answer"), []);
    let first = store.claim(minute(10), LEASE, 9).await.expect("an answer").pop().expect("the row");
    assert_eq!((&first.approval, first.attempts, first.since), (&name(1), 0, minute(10)));
    assert_eq!(first.effect, row("row", 0).effect);
    assert_eq!(store.claim(minute(14), LEASE, 9).await.expect("an answer"), []);
    let second = store.claim(minute(15), LEASE, 9).await.expect("an answer").pop().expect("the row again");
    assert_ne!(first.claim.token, second.claim.token);
    assert!(matches!(store.finish(&first.claim).await, Err(StoreError::LeaseLost)));
    store.finish(&second.claim).await.expect("the holder can finish");
    assert_eq!(store.claim(minute(99), LEASE, 9).await.expect("an answer"), []);
}

pub(super) async fn a_row_put_back_comes_again_and_an_attempt_counts_if_it_failed(store: &impl Store) {
    store.commit(&with_row(requested(1, 0), "row", 0)).await.expect("a first commit");
    let mut row = store.claim(minute(0), LEASE, 9).await.expect("an answer").pop().expect("the row");
    for (at, why, attempts) in [(30, PutBack::TooEarly, 0), (60, PutBack::Failed, 1), (90, PutBack::TooEarly, 1)] {
        store.put_back(&row.claim, minute(at), why).await.expect("the holder can put it back");
        assert!(matches!(store.finish(&row.claim).await, Err(StoreError::LeaseLost)));
        assert_eq!(store.claim(minute(at - 1), LEASE, 9).await.expect("an answer"), []);
        row = store.claim(minute(at), LEASE, 9).await.expect("an answer").pop().expect("the row again");
        assert_eq!((row.attempts, row.since), (attempts, minute(0)));
    }
}

pub(super) async fn a_row_id_is_taken_once(store: &impl Store) {
    let twice = Commit { outbox: vec![row("row", 0), row("row", 0)], ..requested(1, 0) };
    store.commit(&twice).await.expect("a first commit");
    store.commit(&with_row(requested(2, 0), "row", 0)).await.expect("the row is left as it is");
    let rows = store.claim(minute(0), LEASE, 9).await.expect("an answer");
    assert_eq!(rows.iter().map(|row| &row.approval).collect::<Vec<_>>(), [&name(1)]);
}

fn stopping(reason: &str) -> ExecutionNews {
    ExecutionNews::Stopping { reason: Some(reason.to_owned()) }
}

pub(super) async fn news_of_an_execution_is_kept_once_and_folded(store: &impl Store) {
    let key = key("run", "payments-prod");
    assert_eq!(store.execution(&key).await.expect("an answer"), (Execution::default(), 0));
    let end = |at| ExecutionEnd { at: minute(at), stage: None, state: EndState::Failed, event_id: None };
    for news in
        [stopping("a mistake"), ExecutionNews::Ended(end(9)), ExecutionNews::Ended(end(3)), stopping("a mistake")]
    {
        store.hear(&key, &news, minute(0)).await.expect("it is kept");
    }
    let (execution, count) = store.execution(&key).await.expect("an answer");
    let whole =
        Execution { stop_reason: Some("a mistake".to_owned()), ends: vec![end(3), end(9)], ..Execution::default() };
    assert_eq!((execution, count), (whole, 3));
    let elsewhere = ExecutionKey { account: None, ..key };
    assert_eq!(store.execution(&elsewhere).await.expect("an answer").1, 0);
}

pub(super) async fn old_news_is_forgotten_unless_something_waits_for_it(store: &impl Store) {
    let held = place().execution.expect("the place names one");
    store.commit(&requested(1, 0)).await.expect("a first commit");
    for (id, at) in [(held.as_str(), 0), ("old", 0), ("new", 60)] {
        store.hear(&key(id, "payments-prod"), &stopping("why not"), minute(at)).await.expect("it is kept");
    }
    assert_eq!(store.forget_executions(minute(60)).await.expect("an answer"), 1);
    for (id, count) in [(held.as_str(), 1), ("old", 0), ("new", 1)] {
        assert_eq!(store.execution(&key(id, "payments-prod")).await.expect("an answer").1, count, "{id}");
    }
}

pub(super) async fn the_approvals_of_an_execution_are_its_own(store: &impl Store) {
    let first = requested(1, 0);
    let execution = place().execution.expect("the place names one");
    store.commit(&first).await.expect("a first commit");
    let own = store.approvals_of(&key(execution.as_str(), "payments-prod")).await.expect("an answer");
    assert_eq!(own, [first.projection]);
    for other in [key(execution.as_str(), "ledger-prod"), key("another", "payments-prod")] {
        assert_eq!(store.approvals_of(&other).await.expect("an answer"), []);
    }
}

pub(super) async fn an_approval_is_found_by_whatever_names_its_execution(store: &impl Store) {
    // Its decision comes first, and names no execution; then its end, which does.
    let end = crate::support::world::ended(None, EndState::Succeeded, minute(1));
    let whole = commit(&name(1), &[decided(Verdict::Approved, minute(1)), end], minute(2));
    let first = commit(&name(1), &[decided(Verdict::Approved, minute(1))], minute(2));
    store.commit(&first).await.expect("a first commit");
    let of_run = key(place().execution.expect("the place names one").as_str(), "payments-prod");
    assert_eq!(store.approvals_of(&of_run).await.expect("an answer"), []);
    let known = first.facts.len();
    let rest = Commit { expected: known as u64, facts: whole.facts[known..].to_vec(), ..whole };
    store.commit(&rest).await.expect("the version fits");
    assert_eq!(store.approvals_of(&of_run).await.expect("an answer"), [rest.projection]);
}

pub(super) async fn lists_go_on_from_month_to_month(store: &impl Store) {
    const MONTH: i64 = 31 * 24 * 60;
    for (n, at) in [(1, 3 * MONTH), (2, 0), (3, MONTH), (4, MONTH + 1)] {
        store.commit(&requested(n, at)).await.expect("a first commit");
    }
    let mut after = None;
    let mut listed = Vec::new();
    loop {
        let page = store.list(&Query::default(), after.as_ref(), 2).await.expect("an answer");
        let Some(last) = page.last() else { break };
        after = Cursor::behind(last);
        listed.extend(page.into_iter().map(|projection| projection.id));
    }
    assert_eq!(listed, [name(2), name(3), name(4), name(1)]);
    let period = Query { from: Some(minute(MONTH + 1)), to: Some(minute(9 * MONTH)), ..Query::default() };
    let page = store.list(&period, None, 9).await.expect("an answer");
    assert_eq!(page.iter().map(|projection| &projection.id).collect::<Vec<_>>(), [&name(4), &name(1)]);
}

pub(super) async fn lists_are_ordered_filtered_and_paged(store: &impl Store) {
    for commit in [requested(2, 10), requested(1, 10), settled(3, 0), requested(4, 20)] {
        store.commit(&commit).await.expect("a first commit");
    }
    // Nothing but a refused attempt is known of it, so it is not listed.
    store.commit(&commit(&name(5), &[crate::support::world::refused(minute(0))], minute(0))).await.expect("a commit");
    let ids = async |query: &Query, after: Option<&Cursor>, limit: usize| -> Vec<ApprovalId> {
        let page = store.list(query, after, limit).await.expect("an answer");
        page.into_iter().map(|projection| projection.id).collect()
    };
    let all = Query::default();
    assert_eq!(ids(&all, None, 9).await, [name(3), name(1), name(2), name(4)]);
    let open = Query { open_only: true, ..Query::default() };
    assert_eq!(ids(&open, None, 9).await, [name(1), name(2), name(4)]);
    let period = Query { from: Some(minute(10)), to: Some(minute(20)), ..Query::default() };
    assert_eq!(ids(&period, None, 9).await, [name(1), name(2)]);
    let mut after = None;
    let mut paged = Vec::new();
    loop {
        let page = store.list(&all, after.as_ref(), 1).await.expect("an answer");
        let Some(last) = page.last() else { break };
        after = Cursor::behind(last);
        paged.push(last.id.clone());
    }
    assert_eq!(paged, [name(3), name(1), name(2), name(4)]);
}

pub(super) async fn facts_are_pruned_all_or_none(store: &impl Store) {
    let first = settled(1, 10);
    store.commit(&first).await.expect("a first commit");
    let version = first.facts.len() as u64;
    let more = Fact { recorded_at: minute(40), kind: FactKind::Joined { into: name(9) } };
    let second = Commit { expected: version, facts: vec![more; 2], ..first.clone() };
    store.commit(&second).await.expect("the version fits");
    store.commit(&settled(2, 11)).await.expect("a first commit");
    let kind = FactKind::Pruned(Pruned { facts: version + 2, head: "h".to_owned(), checkpoint: "c".to_owned() });
    let pruned = Fact { recorded_at: minute(90), kind };
    let projection = Projection::of(&Approval::fold(name(1), [&pruned]), &rules());
    let anew = Commit { expected: version + 2, facts: vec![pruned.clone()], projection: projection.clone(), ..first };
    // Not while it is another version.
    assert!(matches!(store.prune(&Commit { expected: version, ..anew.clone() }).await, Err(StoreError::Conflict)));
    assert_eq!(store.load(&name(1)).await.expect("an answer").version, version + 2);
    store.prune(&anew).await.expect("the version fits");
    let loaded = store.load(&name(1)).await.expect("an answer");
    assert_eq!((loaded.facts, loaded.version), (vec![pruned], 1));
    assert_eq!(store.projection(&name(1)).await.expect("an answer"), Some(projection));
    let listed = store.list(&Query::default(), None, 9).await.expect("an answer");
    assert_eq!(listed.into_iter().map(|listed| listed.id).collect::<Vec<_>>(), [name(2)]);
    // It goes on from there.
    let on = Commit { expected: 1, ..requested(1, 95) };
    store.commit(&on).await.expect("the version fits");
    assert_eq!(store.load(&name(1)).await.expect("an answer").version, 1 + on.facts.len() as u64);
}

pub(super) async fn facts_of_many_commits_are_pruned_as_well(store: &impl Store) {
    let first = settled(1, 10);
    store.commit(&first).await.expect("a first commit");
    store.commit(&settled(2, 11)).await.expect("a first commit");
    let mut version = first.facts.len() as u64;
    for n in 0..220 {
        let more = Fact { recorded_at: minute(40), kind: FactKind::Joined { into: name(n) } };
        let commit = Commit { expected: version, facts: vec![more; 1 + n as usize % 2], ..first.clone() };
        store.commit(&commit).await.expect("the version fits");
        version += commit.facts.len() as u64;
    }
    let kind = FactKind::Pruned(Pruned { facts: version, head: "h".to_owned(), checkpoint: "c".to_owned() });
    let pruned = Fact { recorded_at: minute(90), kind };
    let projection = Projection::of(&Approval::fold(name(1), [&pruned]), &rules());
    let anew = Commit { expected: version, facts: vec![pruned.clone()], projection, ..first };
    assert!(matches!(store.prune(&Commit { expected: version - 1, ..anew.clone() }).await, Err(StoreError::Conflict)));
    assert_eq!(store.load(&name(1)).await.expect("an answer").version, version);
    store.prune(&anew).await.expect("the version fits");
    let loaded = store.load(&name(1)).await.expect("an answer");
    assert_eq!((loaded.facts, loaded.version), (vec![pruned], 1));
    let other = settled(2, 11).facts;
    assert_eq!(store.load(&name(2)).await.expect("an answer").facts, other, "nothing of another");
}

pub(super) async fn gauges_count_what_waits_and_nothing_else(store: &impl Store) {
    store.commit(&requested(1, 10)).await.expect("a first commit");
    store.commit(&requested(2, 5)).await.expect("a first commit");
    let breached = commit(&name(3), &[started(minute(20)), Input::Tick], minute(20 + 241));
    store.commit(&breached).await.expect("a first commit");
    let gauge = store.gauges().await.expect("an answer").pop().expect("the gate");
    assert_eq!(gauge.labels, Labels { gate: place().gate, policy: Some(PolicyName::new("production")) });
    assert_eq!((gauge.waiting, gauge.overdue, gauge.oldest_requested_at), (3, 1, Some(minute(5))));
    for (n, at) in [(1, 10), (2, 5), (3, 20)] {
        let facts = store.load(&name(n)).await.expect("an answer");
        let end = settled(n, at);
        store.commit(&Commit { expected: facts.version, ..end }).await.expect("it is settled");
    }
    assert!(store.gauges().await.expect("an answer").is_empty());
}

pub(super) async fn a_projection_can_be_renewed_without_a_fact(store: &impl Store) {
    let first = requested(1, 0);
    store.commit(&first).await.expect("a first commit");
    let projection = Projection { due_at: Some(minute(7)), ..first.projection };
    let renewed = Commit {
        id: name(1),
        expected: first.facts.len() as u64,
        facts: Vec::new(),
        projection,
        outbox: Vec::new(),
        finishes: None,
    };
    store.commit(&renewed).await.expect("the version fits");
    assert_eq!(store.due(minute(7), 9).await.expect("an answer"), [name(1)]);
    assert_eq!(store.load(&name(1)).await.expect("an answer").version, first.facts.len() as u64);
    // A place without an account stays apart from the same place with one.
    let bare = Place { gate: holdpoint::domain::Gate { account: None, ..place().gate }, ..place() };
    let kind = FactKind::Requested { place: bare, at: minute(0), source: Source::Notification, policy: None };
    let fact = Fact { recorded_at: minute(0), kind };
    let approval = Approval::fold(name(2), [&fact]);
    let projection = Projection::of(&approval, &rules());
    let commit = Commit { id: name(2), expected: 0, facts: vec![fact], projection, ..renewed };
    store.commit(&commit).await.expect("a first commit");
    assert_eq!(store.projection(&name(2)).await.expect("an answer"), Some(commit.projection));
    assert_eq!(store.gauges().await.expect("an answer").len(), 2);
}

pub(super) async fn rejects_come_newest_first(store: &impl Store) {
    let reject = |n: i64| Reject {
        at: minute(n),
        source: "test".to_owned(),
        reason: format!("reason {n}"),
        body: "{".to_owned(),
    };
    for n in 0..3 {
        store.reject(&reject(n)).await.expect("it is kept");
    }
    assert_eq!(store.rejects(2).await.expect("an answer"), [reject(2), reject(1)]);
}
