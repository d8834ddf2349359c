//! Transactions that meet, calls that are throttled, answers that get lost.

use chrono::TimeDelta;
use holdpoint::domain::ApprovalId;
use holdpoint::domain::execution::ExecutionNews;
use holdpoint::ports::store::{Claim, Commit, PutBack, Store, StoreError};

use super::limits::{requested, with_rows};
use super::proxy::{Trouble, cancelled, error};
use super::{Disturbed, disturbed};
use crate::support::world::{minute, place};

const LEASE: TimeDelta = TimeDelta::minutes(2);
const TRANSACT: &str = "TransactWriteItems";

fn first() -> Commit {
    with_rows(requested("approval"), 1)
}

/// The commit is there, once, with its row.
async fn is_there_once(disturbed: &Disturbed, commit: &Commit) {
    assert!(disturbed.proxy.is_through());
    let loaded = disturbed.store.load(&commit.id).await.expect("an answer");
    assert_eq!(loaded.facts, commit.facts);
    assert_eq!(disturbed.store.claim(minute(0), LEASE, 9).await.expect("an answer").len(), commit.outbox.len());
}

#[tokio::test]
async fn what_another_transaction_disturbs_is_tried_again() {
    let disturbed = disturbed().await;
    disturbed.proxy.next(TRANSACT, cancelled(&["TransactionConflict", "None", "None", "None"]));
    disturbed.proxy.next(TRANSACT, cancelled(&["None", "None", "None", "ThrottlingError"]));
    disturbed.proxy.next(TRANSACT, cancelled(&["ProvisionedThroughputExceeded", "None", "None", "None"]));
    disturbed.store.commit(&first()).await.expect("it gets through");
    is_there_once(&disturbed, &first()).await;
    let calls = disturbed.proxy.calls(TRANSACT);
    let mut tokens: Vec<_> = calls.iter().map(|call| call["ClientRequestToken"].to_string()).collect();
    tokens.dedup();
    assert_eq!((calls.len(), tokens.len()), (4, 1), "all tries are one transaction to DynamoDB");
}

#[tokio::test]
async fn what_is_disturbed_for_ever_is_given_up_after_some_tries() {
    let disturbed = disturbed().await;
    for _ in 0..7 {
        disturbed.proxy.next(TRANSACT, cancelled(&["TransactionConflict", "None", "None", "None"]));
    }
    let error = disturbed.store.commit(&first()).await.expect_err("it does not get through");
    assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
    assert!(disturbed.proxy.is_through());
    disturbed.store.commit(&first()).await.expect("later it does");
    is_there_once(&disturbed, &first()).await;
}

#[tokio::test]
async fn an_answer_that_is_lost_after_the_effect_is_no_conflict() {
    let disturbed = disturbed().await;
    disturbed.proxy.next(TRANSACT, Trouble::Lose);
    disturbed.proxy.next(TRANSACT, error("TransactionInProgressException", "it is still under way"));
    disturbed.store.commit(&first()).await.expect("the first try has had its effect");
    is_there_once(&disturbed, &first()).await;
}

#[tokio::test]
async fn a_lost_claim_comes_again_when_its_lease_ends() {
    let disturbed = disturbed().await;
    disturbed.store.commit(&first()).await.expect("a first commit");
    disturbed.proxy.next("UpdateItem", Trouble::Lose);
    assert_eq!(disturbed.store.claim(minute(0), LEASE, 9).await.expect("an answer"), []);
    let claimed = disturbed.store.claim(minute(2), LEASE, 9).await.expect("an answer").pop().expect("the row");
    assert_eq!(claimed.attempts, 0);
    disturbed.proxy.next("DeleteItem", Trouble::Lose);
    // Whoever is told this leaves the row alone, and it is gone.
    assert!(matches!(disturbed.store.finish(&claimed.claim).await, Err(StoreError::LeaseLost)));
    assert_eq!(disturbed.store.claim(minute(9), LEASE, 9).await.expect("an answer"), []);
}

#[tokio::test]
async fn a_condition_that_fails_beside_a_conflict_has_failed() {
    let disturbed = disturbed().await;
    disturbed.proxy.next(TRANSACT, cancelled(&["ConditionalCheckFailed", "TransactionConflict", "None", "None"]));
    assert!(matches!(disturbed.store.commit(&first()).await, Err(StoreError::Conflict)));
    let claim = Claim { row: "row".to_owned(), token: 1 };
    let finishing = Commit { finishes: Some(claim), ..first() };
    disturbed
        .proxy
        .next(TRANSACT, cancelled(&["TransactionConflict", "ConditionalCheckFailed", "None", "None", "None"]));
    assert!(matches!(disturbed.store.commit(&finishing).await, Err(StoreError::LeaseLost)));
    assert_eq!(disturbed.proxy.calls(TRANSACT).len(), 2, "neither is tried again");
}

#[tokio::test]
async fn single_writes_that_a_transaction_disturbs_are_tried_again() {
    let disturbed = disturbed().await;
    let conflict = || error("TransactionConflictException", "Transaction is ongoing for the item");
    let throttled = || error("ThrottlingException", "Rate exceeded");
    disturbed.store.commit(&first()).await.expect("a first commit");
    disturbed.proxy.next("PutItem", conflict());
    let renewed = Commit { expected: first().facts.len() as u64, facts: vec![], outbox: vec![], ..first() };
    disturbed.store.commit(&renewed).await.expect("it gets through");
    disturbed.proxy.next("Query", throttled());
    disturbed.proxy.next("UpdateItem", conflict());
    let claimed = disturbed.store.claim(minute(0), LEASE, 9).await.expect("an answer").pop().expect("the row");
    disturbed.proxy.next("UpdateItem", conflict());
    disturbed.store.put_back(&claimed.claim, minute(1), PutBack::Failed).await.expect("it gets through");
    let claimed = disturbed.store.claim(minute(1), LEASE, 9).await.expect("an answer").pop().expect("the row");
    disturbed.proxy.next("DeleteItem", conflict());
    disturbed.store.finish(&claimed.claim).await.expect("it gets through");
    assert!(disturbed.proxy.is_through());
}

#[tokio::test]
async fn what_a_busy_table_leaves_out_of_a_batch_is_asked_for_again() {
    let disturbed = disturbed().await;
    for id in ["one", "two", "three"] {
        disturbed.store.commit(&requested(id)).await.expect("a first commit");
    }
    disturbed.proxy.next(
        "BatchGetItem",
        Trouble::Change(Box::new(|answer| {
            let found = answer["Responses"][super::TABLE].as_array_mut().expect("there are items");
            let left: Vec<_> = found.drain(1..).collect();
            let keys: Vec<_> =
                left.iter().map(|item| serde_json::json!({ "pk": item["pk"], "sk": item["sk"] })).collect();
            answer["UnprocessedKeys"][super::TABLE] = serde_json::json!({ "Keys": keys, "ConsistentRead": true });
        })),
    );
    let key = place().execution_key().expect("the place names one");
    let ids: Vec<ApprovalId> =
        disturbed.store.approvals_of(&key).await.expect("an answer").into_iter().map(|found| found.id).collect();
    assert_eq!(ids, ["one", "three", "two"].map(ApprovalId::new));
    assert_eq!(disturbed.proxy.calls("BatchGetItem").len(), 2);
}

#[tokio::test]
async fn news_expire_half_a_year_after_they_were_heard() {
    let disturbed = disturbed().await;
    let key = place().execution_key().expect("the place names one");
    disturbed.store.hear(&key, &ExecutionNews::Stopping { reason: None }, minute(0)).await.expect("it is kept");
    let put = disturbed.proxy.calls("PutItem").pop().expect("a call");
    let expires = (minute(0) + TimeDelta::days(180)).timestamp().to_string();
    assert_eq!(put["Item"]["ttl"]["N"], expires.as_str());
    assert_eq!(disturbed.store.forget_executions(minute(999_999)).await.expect("an answer"), 0);
    assert_eq!(disturbed.store.execution(&key).await.expect("an answer").1, 1);
}
