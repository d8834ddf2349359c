//! Indexes that lag behind the table: nothing is lost, nothing is done twice, and nothing goes round for ever.

use chrono::TimeDelta;
use holdpoint::app::dispatch::dispatch;
use holdpoint::app::sweep::sweep;
use holdpoint::app::tell::tell;
use holdpoint::domain::evidence::Verdict;
use holdpoint::ports::events::NoEvents;
use holdpoint::ports::store::{Query, Store};

use super::limits::{requested, with_rows};
use super::meter::Inbox;
use super::proxy::Trouble;
use super::{Disturbed, disturbed};
use crate::support::world::{decided, minute, rules};

const LEASE: TimeDelta = TimeDelta::minutes(2);

/// An approval whose reminder is due, and indexes that are asked for it and then learn nothing more.
async fn frozen_when_due() -> Disturbed {
    let disturbed = disturbed().await;
    let commit = requested("approval");
    disturbed.store.commit(&commit).await.expect("a first commit");
    assert_eq!(disturbed.store.due(minute(120), 500).await.expect("an answer"), [commit.id]);
    assert_eq!(disturbed.store.claim(minute(120), LEASE, 64).await.expect("an answer"), []);
    disturbed.proxy.freeze(true);
    disturbed
}

#[tokio::test]
async fn what_an_index_still_calls_due_fires_once() {
    let disturbed = frozen_when_due().await;
    let first = sweep(&disturbed.store, &rules(), minute(120)).await.expect("it ends");
    assert_eq!(first.changes.len(), 1);
    let again = sweep(&disturbed.store, &rules(), minute(120)).await.expect("it ends");
    assert_eq!(again.changes.len(), 0);
    // The reminder goes out at once, although no index names it yet.
    let inbox = Inbox::default();
    dispatch(&disturbed.store, &rules(), &inbox, &inbox, &NoEvents, minute(120)).await.expect("an answer");
    assert_eq!(inbox.letters(), 1);
    disturbed.proxy.freeze(false);
    dispatch(&disturbed.store, &rules(), &inbox, &inbox, &NoEvents, minute(121)).await.expect("an answer");
    assert_eq!(inbox.letters(), 1);
    assert!(disturbed.store.due(minute(120), 500).await.expect("an answer").is_empty());
}

#[tokio::test]
async fn what_is_settled_meanwhile_is_not_reminded_of() {
    let disturbed = frozen_when_due().await;
    let id = requested("approval").id;
    let decision = decided(Verdict::Approved, minute(119));
    tell(&disturbed.store, &rules(), &id, &[&decision], minute(119)).await.expect("an answer");
    let ended = crate::support::world::ended(None, holdpoint::domain::evidence::EndState::Succeeded, minute(119));
    tell(&disturbed.store, &rules(), &id, &[&ended], minute(119)).await.expect("an answer");
    let swept = sweep(&disturbed.store, &rules(), minute(120)).await.expect("it ends");
    assert_eq!(swept.changes.len(), 0);
}

#[tokio::test]
async fn a_row_that_an_index_still_names_is_claimed_once() {
    let disturbed = disturbed().await;
    let commit = with_rows(requested("approval"), 3);
    disturbed.store.commit(&commit).await.expect("a first commit");
    let claimed = disturbed.store.claim(minute(0), LEASE, 9).await.expect("an answer");
    assert_eq!(claimed.len(), 3);
    disturbed.proxy.freeze(true);
    assert_eq!(disturbed.store.claim(minute(0), LEASE, 9).await.expect("an answer"), [], "they are claimed");
    for row in &claimed {
        disturbed.store.finish(&row.claim).await.expect("the holder can finish");
    }
    assert_eq!(disturbed.store.claim(minute(0), LEASE, 9).await.expect("an answer"), [], "they are gone");
    let inbox = Inbox::default();
    assert!(
        dispatch(&disturbed.store, &rules(), &inbox, &inbox, &NoEvents, minute(0)).await.expect("it ends").is_empty()
    );
}

#[tokio::test]
async fn rows_that_are_gone_hide_none_that_is_there() {
    let disturbed = disturbed().await;
    disturbed.store.commit(&with_rows(requested("approval"), 6)).await.expect("a first commit");
    // Another process than the one that put them in.
    let store = disturbed.another();
    disturbed.proxy.freeze(true);
    let first = store.claim(minute(0), LEASE, 2).await.expect("an answer");
    assert_eq!(first.len(), 2);
    for row in &first {
        store.finish(&row.claim).await.expect("the holder can finish");
    }
    // The same two are named first, and there is nothing left of them.
    let second = store.claim(minute(0), LEASE, 2).await.expect("an answer");
    assert_eq!(second.len(), 2);
    assert!(second.iter().all(|row| !first.contains(row)));
}

#[tokio::test]
async fn a_list_shows_each_approval_as_it_is_now() {
    let disturbed = disturbed().await;
    let commit = requested("approval");
    disturbed.store.commit(&commit).await.expect("a first commit");
    assert_eq!(
        disturbed.store.list(&Query::default(), None, 9).await.expect("an answer"),
        std::slice::from_ref(&commit.projection)
    );
    disturbed.proxy.freeze(true);
    let decision = decided(Verdict::Approved, minute(119));
    tell(&disturbed.store, &rules(), &commit.id, &[&decision], minute(119)).await.expect("an answer");
    let listed = disturbed.store.list(&Query::default(), None, 9).await.expect("an answer");
    assert_eq!(
        listed,
        disturbed.store.projection(&commit.id).await.expect("an answer").into_iter().collect::<Vec<_>>()
    );
    assert_ne!(listed, [commit.projection]);
}

#[tokio::test]
async fn an_approval_that_an_index_names_twice_is_listed_once_where_it_is() {
    let disturbed = disturbed().await;
    let commit = requested("approval");
    disturbed.store.commit(&commit).await.expect("a first commit");
    // The first query is for the months, the second one for their approvals.
    disturbed.proxy.next("Query", Trouble::Change(Box::new(|_| {})));
    disturbed.proxy.next(
        "Query",
        Trouble::Change(Box::new(|answer| {
            let rows = answer["Items"].as_array_mut().expect("there are rows");
            let mut old = rows[0].clone();
            old["listed_sk"]["S"] = "2026-10-01T00:00:00.000000000Z#approval".into();
            rows.insert(0, old);
        })),
    );
    assert_eq!(disturbed.store.list(&Query::default(), None, 9).await.expect("an answer"), [commit.projection]);
    assert!(disturbed.proxy.is_through());
}
