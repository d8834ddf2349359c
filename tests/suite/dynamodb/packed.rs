//! Approvals of more commits than one transaction takes away.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::types::AttributeValue;
use holdpoint::domain::context::Context;
use holdpoint::domain::fact::Pruned;
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{Approval, ApprovalId, Fact, FactKind};
use holdpoint::ports::store::{Commit, Store, StoreError};
use serde_json::Value;

use super::limits::requested;
use super::proxy::{Trouble, error};
use super::{Disturbed, TABLE, disturbed};
use crate::support::world::{minute, rules};

const TRANSACT: &str = "TransactWriteItems";

/// An approval of so many commits, the later ones of so many bytes, and the commit that prunes it.
async fn of_commits(disturbed: &Disturbed, count: usize, bytes: usize) -> (Vec<Fact>, Commit) {
    let first = requested("approval");
    disturbed.store.commit(&first).await.expect("a first commit");
    let mut facts = first.facts.clone();
    for n in 1..count {
        let custom_data = Some(format!("{n}{}", "x".repeat(bytes)));
        let kind = FactKind::ContextLearnt(Context { custom_data, ..Context::default() });
        let more = Commit {
            expected: facts.len() as u64,
            facts: vec![Fact { recorded_at: minute(1), kind }],
            ..first.clone()
        };
        disturbed.store.commit(&more).await.expect("the version fits");
        facts.extend(more.facts);
    }
    let version = facts.len() as u64;
    let kind = FactKind::Pruned(Pruned { facts: version, head: "h".to_owned(), checkpoint: "c".to_owned() });
    let pruned = Fact { recorded_at: minute(90), kind };
    let projection = Projection::of(&Approval::fold(first.id.clone(), [&pruned]), &rules());
    (facts, Commit { expected: version, facts: vec![pruned], projection, ..first })
}

async fn facts(disturbed: &Disturbed) -> Vec<Fact> {
    disturbed.store.load(&ApprovalId::new("approval")).await.expect("it can be read").facts
}

/// How many facts stand in each of its items.
async fn items(disturbed: &Disturbed) -> BTreeMap<String, usize> {
    let query = disturbed.client.query().table_name(TABLE).key_condition_expression("pk = :pk");
    let query = query.expression_attribute_values(":pk", AttributeValue::S("A#approval".to_owned()));
    let mut items = BTreeMap::new();
    let mut pages = query.consistent_read(true).into_paginator().send();
    while let Some(page) = pages.next().await {
        for item in page.expect("an answer").items.unwrap_or_default() {
            let sk = item["sk"].as_s().expect("a text").clone();
            let length = item.get("facts").and_then(|facts| facts.as_l().ok()).map_or(0, Vec::len);
            items.insert(sk, length);
        }
    }
    items
}

#[tokio::test]
async fn as_many_as_a_transaction_takes_go_in_one_and_one_more_is_packed_first() {
    for (count, transactions) in [(99, 1), (100, 2), (197, 2), (198, 3), (300, 4)] {
        let disturbed = disturbed().await;
        let (_, prune) = of_commits(&disturbed, count, 0).await;
        let before = disturbed.proxy.calls(TRANSACT).len();
        disturbed.store.prune(&prune).await.expect("it goes");
        assert_eq!(disturbed.proxy.calls(TRANSACT).len() - before, transactions, "{count} commits");
        assert_eq!(facts(&disturbed).await, prune.facts);
        let left = items(&disturbed).await;
        assert_eq!(left.keys().collect::<Vec<_>>(), ["F#0000000000", "H"], "nothing is left behind");
    }
}

#[tokio::test]
async fn a_run_that_breaks_off_has_changed_nothing_and_the_next_one_goes_on() {
    let disturbed = disturbed().await;
    let (known, prune) = of_commits(&disturbed, 400, 0).await;
    let listed = disturbed.store.projection(&prune.id).await.expect("an answer");
    let mut items_before = items(&disturbed).await.len();
    // One more transaction gets through each time.
    for _ in 0..3 {
        disturbed.proxy.next(TRANSACT, Trouble::Change(Box::new(|_| {})));
        disturbed.proxy.next(TRANSACT, error("AccessDeniedException", "not any more"));
        let broken_off = disturbed.store.prune(&prune).await;
        assert!(matches!(broken_off, Err(StoreError::Unavailable(_))), "{broken_off:?}");
        assert!(disturbed.proxy.is_through());
        assert_eq!(facts(&disturbed).await, known, "each fact is where it was");
        assert_eq!(disturbed.store.projection(&prune.id).await.expect("an answer"), listed);
        let items = items(&disturbed).await;
        assert!(items.len() < items_before, "{items:?}");
        items_before = items.len();
    }
    // What is packed takes facts as before.
    let kind = FactKind::Joined { into: ApprovalId::new("other") };
    let more = Fact { recorded_at: minute(80), kind };
    let commit = Commit { facts: vec![more.clone()], projection: listed.expect("it is known"), ..prune.clone() };
    disturbed.store.commit(&commit).await.expect("the version fits");
    assert_eq!(facts(&disturbed).await, [known, vec![more]].concat());
    assert!(matches!(disturbed.store.prune(&prune).await, Err(StoreError::Conflict)), "no export has this one");
    let prune = Commit { expected: prune.expected + 1, ..prune };
    disturbed.store.prune(&prune).await.expect("it goes");
    assert_eq!(facts(&disturbed).await, prune.facts);
    assert_eq!(items(&disturbed).await.len(), 2);
}

#[tokio::test]
async fn two_runs_at_the_same_time_lose_nothing() {
    let disturbed = disturbed().await;
    let (known, prune) = of_commits(&disturbed, 350, 0).await;
    let another = disturbed.another();
    let (one, other) = futures_util::join!(disturbed.store.prune(&prune), another.prune(&prune));
    let lost = |result: &Result<(), StoreError>| matches!(result, Err(StoreError::Conflict));
    assert!(one.is_ok() || lost(&one), "{one:?}");
    assert!(other.is_ok() || lost(&other), "{other:?}");
    let left = facts(&disturbed).await;
    assert!(left == known || left == prune.facts, "all of it or none of it");
    if left == known {
        disturbed.store.prune(&prune).await.expect("it goes");
    }
    assert_eq!(facts(&disturbed).await, prune.facts);
    assert_eq!(items(&disturbed).await.len(), 2);
}

#[tokio::test]
async fn what_another_run_has_packed_meanwhile_is_not_packed_over() {
    let disturbed = disturbed().await;
    let (known, prune) = of_commits(&disturbed, 350, 0).await;
    let seen = Arc::new(Mutex::new(Value::Null));
    let keep = Arc::clone(&seen);
    let read = move |answer: &mut Value| *keep.lock().expect("nobody panics with it") = answer.clone();
    disturbed.proxy.next("Query", Trouble::Change(Box::new(read)));
    assert_eq!(facts(&disturbed).await, known);
    disturbed.proxy.next(TRANSACT, Trouble::Change(Box::new(|_| {})));
    disturbed.proxy.next(TRANSACT, error("AccessDeniedException", "not now"));
    disturbed.another().prune(&prune).await.expect_err("it breaks off");
    // One that has read the items before that.
    let stale = seen.lock().expect("nobody panics with it").clone();
    disturbed.proxy.next("Query", Trouble::Change(Box::new(move |answer| *answer = stale)));
    let late = disturbed.store.prune(&prune).await;
    assert!(matches!(late, Err(StoreError::Conflict)), "{late:?}");
    assert!(disturbed.proxy.is_through());
    assert_eq!(facts(&disturbed).await, known);
}

#[tokio::test]
async fn items_that_fill_up_are_packed_as_far_as_they_go() {
    let disturbed = disturbed().await;
    // Thirteen fit into an item, beside the first commit.
    let (known, prune) = of_commits(&disturbed, 120, 30_000).await;
    disturbed.proxy.next(TRANSACT, Trouble::Change(Box::new(|_| {})));
    disturbed.proxy.next(TRANSACT, error("AccessDeniedException", "not now"));
    disturbed.store.prune(&prune).await.expect_err("it breaks off");
    assert_eq!(items(&disturbed).await["F#0000000000"], 13 + known.len() - 119);
    disturbed.store.prune(&prune).await.expect("it goes");
    assert_eq!(facts(&disturbed).await, prune.facts);
}

#[tokio::test]
async fn what_is_too_large_to_be_taken_away_is_refused_and_stays_whole() {
    let disturbed = disturbed().await;
    let (known, prune) = of_commits(&disturbed, 13, 380_000).await;
    let refused = disturbed.store.prune(&prune).await.expect_err("it is too large");
    assert!(matches!(&refused, StoreError::Refused { id, .. } if id == "approval"), "{refused}");
    assert!(refused.is_of_one_record(), "it is passed over");
    assert_eq!(facts(&disturbed).await, known);
}
