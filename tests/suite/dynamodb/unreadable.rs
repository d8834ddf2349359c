//! Items that cannot be read: each error names what it is about, and keeps nothing from the others.

use aws_sdk_dynamodb::types::AttributeValue;
use chrono::TimeDelta;
use holdpoint::app::sweep::sweep;
use holdpoint::domain::ApprovalId;
use holdpoint::domain::execution::ExecutionNews;
use holdpoint::ports::store::{Query, Store, StoreError};

use super::limits::{requested, with_rows};
use super::proxy::Trouble;
use super::{Disturbed, TABLE, disturbed};
use crate::support::world::{minute, place, rules};

/// Puts a text in the place of an attribute.
async fn spoil(disturbed: &Disturbed, pk: &str, sk: &str, attribute: &str) {
    let call = disturbed.client.update_item().table_name(TABLE).key("pk", text(pk)).key("sk", text(sk));
    let call = call.update_expression("SET #a = :a").expression_attribute_names("#a", attribute);
    call.expression_attribute_values(":a", text("{")).send().await.expect("it is changed");
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

fn is_corrupt<T: std::fmt::Debug>(result: &Result<T, StoreError>, about: &str) {
    assert!(matches!(result, Err(StoreError::Corrupt { id, .. }) if id == about), "{about}: {result:?}");
}

#[tokio::test]
async fn what_cannot_be_read_is_named() {
    let disturbed = disturbed().await;
    let store = &disturbed.store;
    for id in ["facts", "head"] {
        store.commit(&requested(id)).await.expect("a first commit");
    }
    spoil(&disturbed, "A#facts", "F#0000000000", "facts").await;
    is_corrupt(&store.load(&ApprovalId::new("facts")).await, "facts");
    spoil(&disturbed, "A#head", "H", "projection").await;
    is_corrupt(&store.projection(&ApprovalId::new("head")).await, "head");
    is_corrupt(&store.list(&Query::default(), None, 9).await, "head");
    let key = place().execution_key().expect("the place names one");
    is_corrupt(&store.approvals_of(&key).await, "head");
    assert_eq!(store.gauges().await.expect("the others are counted").pop().expect("the gate").waiting, 1);
    store.hear(&key, &ExecutionNews::Stopping { reason: None }, minute(0)).await.expect("it is kept");
    let put = disturbed.proxy.calls("PutItem").pop().expect("a call");
    let sk = put["Item"]["sk"]["S"].as_str().expect("a text").to_owned();
    spoil(&disturbed, put["Item"]["pk"]["S"].as_str().expect("a text"), &sk, "news").await;
    let said = store.execution(&key).await.expect_err("it cannot be read").to_string();
    assert!(said.contains(key.id.as_str()), "{said}");
}

#[tokio::test]
async fn one_record_that_cannot_be_read_keeps_nothing_from_the_others() {
    let disturbed = disturbed().await;
    for id in ["broken", "sound"] {
        disturbed.store.commit(&with_rows(requested(id), 1)).await.expect("a first commit");
    }
    spoil(&disturbed, "A#broken", "F#0000000000", "facts").await;
    spoil(&disturbed, "O#broken#0", "O", "effect").await;
    let swept = sweep(&disturbed.store, &rules(), minute(120)).await.expect("the sweep goes on");
    let told: Vec<&str> = swept.changes.iter().map(|change| change.approval.id.as_str()).collect();
    assert_eq!((told, swept.unreadable), (vec!["sound"], 1));
    let claimed = disturbed.store.claim(minute(0), TimeDelta::minutes(2), 9).await.expect("the others are claimed");
    assert_eq!(claimed.iter().map(|row| row.approval.as_str()).collect::<Vec<_>>(), ["sound"]);
}

#[tokio::test]
async fn what_was_read_while_it_was_written_is_read_again() {
    let disturbed = disturbed().await;
    let commit = requested("approval");
    disturbed.store.commit(&commit).await.expect("a first commit");
    let without_facts = || {
        Trouble::Change(Box::new(|answer| {
            answer["Items"].as_array_mut().expect("there are items").remove(0);
        }))
    };
    disturbed.proxy.next("Query", without_facts());
    assert_eq!(disturbed.store.load(&commit.id).await.expect("the second reading is whole").facts, commit.facts);
    for _ in 0..5 {
        disturbed.proxy.next("Query", without_facts());
    }
    is_corrupt(&disturbed.store.load(&commit.id).await, "approval");
}
