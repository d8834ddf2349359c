//! Events from a queue: each is kept before it is deleted, whatever happens in between.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use holdpoint::adapters::file::FileMetrics;
use holdpoint::adapters::recipients::Recipients;
use holdpoint::app::dispatch::dispatch;
use holdpoint::policyfile::read;
use holdpoint::ports::events::NoEvents;
use serde_json::Value;

use super::Cloud;
use crate::dynamodb::proxy::{Proxy, error};
use crate::serve::process::SOON;
use crate::support::wait::until_async;
use crate::support::waiting::{asked, now, waiting};
use crate::wire::fixtures::text;

/// The events of approvals whose reminder is overdue.
fn overdue(count: u64) -> Vec<String> {
    (1..=count).map(|number| asked(&waiting(number, TimeDelta::hours(3)))).collect()
}

fn notices(count: u64) -> BTreeSet<String> {
    let notice = |number| format!("{}/remind@50%/0/team", waiting(number, TimeDelta::zero()).approval());
    (1..=count).map(notice).collect()
}

#[tokio::test]
async fn what_a_message_says_is_kept_and_then_it_is_deleted() {
    let cloud = Cloud::new().await;
    let bad = text("malformed");
    cloud.put(&[overdue(2), vec![bad.clone(), text("scheduled"), "{ \"cut\": \"off".to_owned()]].concat()).await;
    let place = cloud.place_with_queue();
    let server = place.serve();
    until_async("an empty queue", SOON, async || (cloud.left().await == 0).then_some(())).await;
    let ids: Vec<String> = cloud.all().await.iter().map(|known| known.id.to_string()).collect();
    assert_eq!(ids, [1, 2].map(|number| waiting(number, TimeDelta::zero()).approval()));
    let kept = place.ask(&["malformed", "--format", "json"]);
    let kept: Vec<Value> = kept.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!(kept.len(), 2, "{kept:?}");
    assert!(kept.iter().any(|reject| reject["body"] == bad.trim()), "{kept:?}");
    assert!(kept.iter().all(|reject| reject["source"].as_str().is_some_and(|s| s.starts_with("queue, message "))));
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(server.terminate().code(), Some(0), "{}", place.log());
}

#[tokio::test]
async fn a_kill_in_the_middle_loses_nothing_and_doubles_a_notice_at_most_once() {
    const COUNT: u64 = 60;
    let cloud = Cloud::new().await;
    cloud.put(&overdue(COUNT)).await;
    let place = cloud.place_with_queue();
    let server = place.serve();
    until_async("some that are kept", SOON, async || (cloud.all().await.len() >= 15).then_some(())).await;
    server.kill();
    let before = cloud.left().await;
    assert!(before > 0, "it was in the middle");

    let server = place.serve();
    until_async("an empty queue", 60, async || (cloud.left().await == 0).then_some(())).await;
    assert_eq!(cloud.all().await.len() as u64, COUNT, "{}", place.log());
    assert_eq!(server.terminate().code(), Some(0), "{}", place.log());
    // What the killed process had in its hands belongs to it for two minutes more.
    let policy = read("policy.yaml", &std::fs::read_to_string(place.path("policy.yaml")).expect("it is there"));
    let policy = policy.expect("it is in order");
    let recipients = Recipients::with_aws(&policy, |_| None, &cloud.config).expect("they can be told");
    let later = now() + TimeDelta::minutes(3);
    dispatch(&cloud.store, &policy.rules, &recipients, &FileMetrics::default(), &NoEvents, later)
        .await
        .expect("it is sent");

    let arrived = cloud.inbox().await;
    assert_eq!(arrived.keys().cloned().collect::<BTreeSet<_>>(), notices(COUNT));
    assert!(arrived.values().all(|times| *times <= 2), "{arrived:?}");
}

#[tokio::test]
async fn a_stop_finishes_the_messages_that_are_at_hand() {
    const COUNT: usize = 60;
    let cloud = Cloud::new().await;
    cloud.put(&overdue(COUNT as u64)).await;
    let place = cloud.place_with_queue();
    let server = place.serve();
    until_async("some that are kept", SOON, async || (cloud.all().await.len() >= 5).then_some(())).await;
    assert_eq!(server.terminate_within(40).code(), Some(0), "{}", place.log());
    let (kept, left) = (cloud.all().await.len(), cloud.left().await);
    assert_eq!(kept + left, COUNT, "each is kept or left, and none is both: {kept} and {left}");
}

#[tokio::test]
async fn a_queue_that_does_not_answer_is_told_and_waited_for() {
    let cloud = Cloud::new().await;
    let place = cloud.place().arg("--queue", &cloud.queue("later"));
    let server = place.serve();
    let unwell =
        until_async("a word of it", SOON, async || Some(server.get("/healthz")).filter(|a| a.status == 503)).await;
    assert_eq!(unwell.error(), "the queue does not answer; the log says why");
    assert!(place.log().contains("the queue does not answer; trying again"), "{}", place.log());
    assert_eq!(server.post(asked(&waiting(1, TimeDelta::minutes(5)))).status, 200, "the rest goes on");

    cloud.make_queue("later", "30").await;
    until_async("good news", SOON, async || (server.get("/healthz").status == 200).then_some(())).await;
    assert_eq!(server.terminate().code(), Some(0), "{}", place.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_the_store_does_not_take_comes_again() {
    let cloud = Cloud::new().await;
    let proxy = Proxy::before(&cloud.server.url()).await;
    proxy.next("TransactWriteItems", error("AccessDeniedException", "you may not"));
    cloud.put(&overdue(1)).await;
    let place = cloud.place_with_queue().variable("AWS_ENDPOINT_URL_DYNAMODB", &proxy.url);
    let server = place.serve();
    until_async("a word of it", SOON, async || place.log().contains("could not be kept; it comes again").then_some(()))
        .await;
    assert_eq!(cloud.left().await, 1, "{}", place.log());
    until_async("an empty queue", SOON, async || (cloud.left().await == 0).then_some(())).await;
    assert_eq!(cloud.all().await.len(), 1);
    assert_eq!(server.terminate().code(), Some(0), "{}", place.log());
}
