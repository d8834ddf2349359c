//! Ten thousand events at once.

use std::collections::BTreeSet;

use aws_sdk_sqs::types::{QueueAttributeName, SendMessageBatchRequestEntry};
use holdpoint::adapters::dynamodb::{DynamoStore, create_table};
use holdpoint::ports::store::{Query, Store};

use super::deployed::Deployed;
use super::run;
use crate::support::history::Fate;
use crate::support::server::Server;
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
    let (inbox, arn) = deployed.queue("inbox").await;
    let sns = aws_sdk_sns::Client::new(&deployed.server.config());
    let subscribe = sns.subscribe().topic_arn(deployed.stack.output("NoticeTopicArn")).protocol("sqs").endpoint(arn);
    subscribe.attributes("RawMessageDelivery", "true").send().await.expect("it is subscribed");

    // Half of their promised four hours is gone.
    let runs: Vec<_> = (0..EVENTS / OF_A_RUN).map(|number| run(number as u64, 130, Fate::Open)).collect();
    let queue = deployed.stack.output("EventQueueUrl");
    let events: Vec<String> = runs.iter().flat_map(|run| run.events()).collect();
    assert_eq!(events.len(), EVENTS);
    for ten in events.chunks(10) {
        let entry = |(number, body): (usize, &String)| {
            let entry = SendMessageBatchRequestEntry::builder().id(number.to_string()).message_body(body);
            entry.build().expect("it is whole")
        };
        let entries = ten.iter().enumerate().map(entry).collect();
        let call = deployed.sqs.send_message_batch().queue_url(queue).set_entries(Some(entries));
        assert!(call.send().await.expect("the queue takes them").failed().is_empty());
    }
    until_async("the queue is empty", PATIENCE, async || {
        let call = deployed.sqs.get_queue_attributes().queue_url(queue).attribute_names(QueueAttributeName::All);
        let attributes = call.send().await.expect("it answers").attributes.unwrap_or_default();
        let count = |name: &QueueAttributeName| attributes.get(name).and_then(|n| n.parse::<usize>().ok());
        let left = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        left.iter().all(|name| count(name) == Some(0)).then_some(())
    })
    .await;
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
