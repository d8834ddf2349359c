//! Ten thousand events at once.

use std::collections::BTreeSet;

use holdpoint::adapters::dynamodb::{DynamoStore, create_table};
use holdpoint::ports::store::{Query, Store};

use super::deployed::Deployed;
use super::run;
use crate::support::history::Fate;
use crate::support::server::Server;
use crate::support::sqs::{left, put, subscribe};
use crate::support::wait::until_async;

const EVENTS: usize = 10_000;
/// A run that still waits has told of itself eight times.
const OF_A_RUN: usize = 8;
/// How long it may take on a busy machine.
const PATIENCE: u32 = 400;

#[tokio::test]
async fn ten_thousand_events_lose_nothing_and_each_reminder_is_there_exactly_once() {
    // The server that has everything else is too slow a table for this.
    let dynamodb = Server::dynamodb();
    let deployed = Deployed::with(&format!("AWS_ENDPOINT_URL_DYNAMODB={}", dynamodb.url()));
    let client = aws_sdk_dynamodb::Client::new(&dynamodb.config());
    let table = deployed.stack.output("TableName");
    create_table(&client, table).await.expect("the table can be made");
    let store = DynamoStore::new(client, table);
    let (inbox, _) = deployed.queue("inbox").await;
    let sns = aws_sdk_sns::Client::new(&deployed.server.config());
    subscribe(&sns, deployed.stack.output("NoticeTopicArn"), "inbox").await;

    // Half of their promised four hours is gone.
    let runs: Vec<_> = (0..EVENTS / OF_A_RUN).map(|number| run(number as u64, 130, Fate::Open)).collect();
    let url = deployed.stack.output("EventQueueUrl");
    let events: Vec<String> = runs.iter().flat_map(|run| run.events()).collect();
    assert_eq!(events.len(), EVENTS);
    put(&deployed.sqs, url, &events).await;
    until_async("the queue is empty", PATIENCE, async || (left(&deployed.sqs, url).await == 0).then_some(())).await;
    let asked: BTreeSet<String> = runs.iter().map(|run| run.approval()).collect();
    let known = store.list(&Query::default(), None, EVENTS).await.expect("it answers");
    assert_eq!(known.iter().map(|known| known.id.to_string()).collect::<BTreeSet<_>>(), asked);

    // The function has less than a minute for each sweep, and the next one goes on.
    until_async("everybody is reminded", PATIENCE, async || {
        (deployed.invoke("SweepFunctionName")["changes"] == 0).then_some(())
    })
    .await;
    let letters = deployed.messages(&inbox).await;
    let told: BTreeSet<String> = letters.iter().map(|letter| approval(letter.as_str().expect("a text"))).collect();
    assert_eq!((letters.len(), told), (asked.len(), asked));
}

/// Of which approval a reminder speaks.
fn approval(letter: &str) -> String {
    let begin = letter.find("a0000000-0000-4000-8000-").unwrap_or_else(|| panic!("it names none: {letter}"));
    letter[begin..].chars().take(36).collect()
}
