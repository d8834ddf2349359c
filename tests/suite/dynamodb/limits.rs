//! What is more than DynamoDB takes, and what is not there.

use aws_sdk_dynamodb::Client;
use holdpoint::adapters::dynamodb::DynamoStore;
use holdpoint::app::sweep::sweep;
use holdpoint::domain::context::Context;
use holdpoint::domain::measure::{Labels, Measures, Name};
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{Approval, ApprovalId, Effect, Fact, FactKind, RecipientName, Timestamp, decide};
use holdpoint::ports::store::{Commit, Cursor, OutboxRow, Query, Reject, Store, StoreError};

use super::{TABLE, disturbed};
use crate::support::server::Server;
use crate::support::world::{minute, place, rules, started};

/// The first commit of an approval that was requested at nine.
pub(super) fn requested(id: &str) -> Commit {
    let approval = Approval::new(ApprovalId::new(id));
    let facts = decide(&approval, &started(minute(0)), &rules(), minute(0));
    let approval = facts.iter().fold(approval, Approval::apply);
    let projection = Projection::of(&approval, &rules());
    Commit { id: approval.id, expected: 0, facts, projection, outbox: vec![], finishes: None }
}

pub(super) fn with_rows(commit: Commit, count: usize) -> Commit {
    let labels = Labels { gate: place().gate, policy: None };
    let effect = Effect::Record(Measures { labels, at: minute(0), values: vec![(Name::OutcomeApproved, 1.0)] });
    let row = |n| OutboxRow { id: format!("{}#{n}", commit.id), effect: effect.clone(), not_before: minute(0) };
    Commit { outbox: (0..count).map(row).collect(), ..commit }
}

#[tokio::test]
async fn a_commit_takes_as_many_notices_as_a_transaction_and_refuses_more() {
    let disturbed = disturbed().await;
    let most = with_rows(requested("most"), 97);
    disturbed.store.commit(&most).await.expect("it fits");
    assert_eq!(
        disturbed.store.claim(minute(0), chrono::TimeDelta::minutes(2), 999).await.expect("an answer").len(),
        97
    );
    let error = disturbed.store.commit(&with_rows(requested("more"), 98)).await.expect_err("it does not fit");
    assert_eq!(
        error.to_string(),
        "the store refuses what is to be written of `more`: 98 notices and measures at once are too many for DynamoDB: \
         name fewer recipients in one step of the policy file"
    );
    assert_eq!(disturbed.store.load(&ApprovalId::new("more")).await.expect("an answer").version, 0);
}

#[tokio::test]
async fn facts_beyond_an_items_size_are_refused_and_what_people_write_is_not() {
    let disturbed = disturbed().await;
    let learnt = |length: usize| {
        let context = Context { custom_data: Some("\u{1}".repeat(length)), ..Context::default() };
        Fact { recorded_at: minute(0), kind: FactKind::ContextLearnt(context) }
    };
    let longest = Commit { facts: vec![learnt(2000)], ..requested("long") };
    disturbed.store.commit(&longest).await.expect("the longest text that is ever read fits");
    assert_eq!(disturbed.store.load(&longest.id).await.expect("an answer").facts, longest.facts);
    let error = disturbed.store.commit(&Commit { facts: vec![learnt(70_000)], ..requested("longer") }).await;
    assert!(matches!(&error, Err(StoreError::Refused { id, .. }) if id == "longer"), "{error:?}");
}

#[tokio::test]
async fn an_approval_that_cannot_be_written_keeps_nothing_from_the_others() {
    let disturbed = disturbed().await;
    for id in ["one", "two"] {
        disturbed.store.commit(&requested(id)).await.expect("a first commit");
    }
    // More than a policy file may name.
    let mut rules = rules();
    rules.policies[0].steps[0].to = (0..120).map(|n| RecipientName::new(format!("r{n}"))).collect();
    let swept = sweep(&disturbed.store, &rules, minute(120)).await.expect("the sweep goes on");
    assert_eq!((swept.changes.len(), swept.unreadable), (0, 2));
}

#[tokio::test]
async fn times_from_beyond_the_calendar_are_listed_at_its_ends() {
    let disturbed = disturbed().await;
    let far = "+12000-01-01T00:00:00Z".parse().expect("a time");
    for (id, at) in [("b", Timestamp::MAX_UTC), ("a", far), ("c", Timestamp::MIN_UTC)] {
        let commit = requested(id);
        let projection = Projection { requested_at: Some(at), due_at: Some(at), ..commit.projection };
        disturbed.store.commit(&Commit { projection, ..commit }).await.expect("a first commit");
    }
    for open_only in [true, false] {
        let query = Query { open_only, ..Query::default() };
        let (mut after, mut listed) = (None, Vec::new());
        while let Some(found) = disturbed.store.list(&query, after.as_ref(), 1).await.expect("an answer").pop() {
            after = Cursor::behind(&found);
            listed.push(found.id.to_string());
        }
        assert_eq!(listed, ["c", "a", "b"]);
    }
    assert_eq!(disturbed.store.due(minute(0), 9).await.expect("an answer"), [ApprovalId::new("c")]);
    assert!(disturbed.store.next_wake().await.expect("an answer").is_some_and(|at| at < minute(0)));
}

#[tokio::test]
async fn of_a_long_reject_the_beginning_is_kept_and_order_survives_one_instant() {
    let disturbed = disturbed().await;
    let reject = |body: &str| {
        let text = str::to_owned;
        Reject { at: minute(0), source: text("test"), reason: text("it is no JSON"), body: text(body) }
    };
    // The bound falls into the middle of a character.
    let long = format!("-{}", "ż".repeat(40_000));
    for body in ["one", "two", "three", &long] {
        disturbed.store.reject(&reject(body)).await.expect("it is kept");
    }
    let kept = disturbed.store.rejects(9).await.expect("an answer");
    assert_eq!(kept.len(), 4);
    assert!(long.starts_with(&kept[0].body) && kept[0].body.len() == 16 * 1024 - 1);
    assert_eq!(kept[1..].to_vec(), ["three", "two", "one"].map(reject));
}

#[tokio::test]
async fn a_table_or_an_index_that_is_missing_is_named_with_the_remedy() {
    let server = Server::dynamodb();
    let client = Client::new(&server.config());
    let store = DynamoStore::new(client.clone(), "nowhere");
    let said = store.load(&ApprovalId::new("a")).await.expect_err("there is no table").to_string();
    assert!(said.contains("ResourceNotFoundException"), "{said}");
    assert!(said.contains("is `nowhere` the table's name"), "{said}");
    let store = super::new_store(&server.config(), TABLE).await;
    let index = aws_sdk_dynamodb::types::DeleteGlobalSecondaryIndexAction::builder().index_name("due").build();
    let update =
        aws_sdk_dynamodb::types::GlobalSecondaryIndexUpdate::builder().delete(index.expect("it has a name")).build();
    client.update_table().table_name(TABLE).global_secondary_index_updates(update).send().await.expect("it goes");
    let said = store.due(minute(0), 9).await.expect_err("there is no index").to_string();
    assert!(said.contains("lacks an index that this holdpoint needs"), "{said}");
}
