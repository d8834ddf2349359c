//! `holdpoint serve` on AWS: against the servers that stand in for it.

mod measures;
mod pipelines;
mod policy;
mod queue;
mod table;
mod usage;

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_sqs::types::{QueueAttributeName, SendMessageBatchRequestEntry};
use holdpoint::adapters::dynamodb::{DynamoStore, create_table};
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{ApprovalId, Timestamp};
use holdpoint::ports::store::{Query, Store};
use serde_json::Value;

use super::process::Place;
use crate::support::server::{ACCOUNT, REGION, Server};

const TABLE: &str = "approvals";
/// Nobody listens there.
const NOWHERE: &str = "http://127.0.0.1:9";

/// A table, a queue that EventBridge would fill, and a topic whose messages end in another queue.
struct Cloud {
    server: Server,
    config: SdkConfig,
    sqs: aws_sdk_sqs::Client,
    store: DynamoStore,
}

impl Cloud {
    async fn new() -> Self {
        let server = Server::aws();
        let config = server.config();
        let dynamodb = aws_sdk_dynamodb::Client::new(&config);
        create_table(&dynamodb, TABLE).await.expect("the table can be made");
        let sqs = aws_sdk_sqs::Client::new(&config);
        let cloud = Self { store: DynamoStore::new(dynamodb, TABLE), sqs, server, config };
        // Short, so that what a killed process has taken out comes again while a test waits.
        cloud.make_queue("events", "3").await;
        cloud.make_queue("inbox", "600").await;
        let sns = aws_sdk_sns::Client::new(&cloud.config);
        sns.create_topic().name("notices").send().await.expect("it can be made");
        let inbox = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:inbox");
        let subscribe = sns.subscribe().topic_arn(topic()).protocol("sqs").endpoint(inbox);
        subscribe.attributes("RawMessageDelivery", "true").send().await.expect("it can be subscribed");
        cloud
    }

    async fn make_queue(&self, name: &str, visibility: &str) {
        let made = self.sqs.create_queue().queue_name(name);
        made.attributes(QueueAttributeName::VisibilityTimeout, visibility).send().await.expect("it can be made");
    }

    fn queue(&self, name: &str) -> String {
        format!("{}/{ACCOUNT}/{name}", self.server.url())
    }

    /// A service that keeps its facts in the table and tells the topic.
    fn place(&self) -> Place {
        let policy = format!(
            "version: 1\nrecipients: {{ team: {{ sns: '{}', format: json }} }}\npolicies:\n  - name: production\n    \
             target: 4h\n    steps: [{{ at: 50%, remind: [team] }}]\n",
            topic()
        );
        self.place_with(&policy)
    }

    fn place_with(&self, policy: &str) -> Place {
        with_server(Place::with_policy(policy), &self.server.url())
            .store_in(&format!("dynamodb:{TABLE}"))
            .variable("AWS_ENDPOINT_URL_CODEPIPELINE", NOWHERE)
            .flag("--aws")
    }

    fn place_with_queue(&self) -> Place {
        self.place().arg("--queue", &self.queue("events"))
    }

    /// Puts messages into the queue.
    async fn put(&self, bodies: &[String]) {
        for chunk in bodies.chunks(10) {
            let entry = |(number, body): (usize, &String)| {
                let entry = SendMessageBatchRequestEntry::builder().id(number.to_string()).message_body(body);
                entry.build().expect("id and body are set")
            };
            let entries: Vec<_> = chunk.iter().enumerate().map(entry).collect();
            let call = self.sqs.send_message_batch().queue_url(self.queue("events")).set_entries(Some(entries));
            let answer = call.send().await.expect("they are taken");
            assert!(answer.failed().is_empty(), "{answer:?}");
        }
    }

    /// How many messages the queue holds, given out or not.
    async fn left(&self) -> usize {
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
        ];
        let call = self.sqs.get_queue_attributes().queue_url(self.queue("events"));
        let answer = call.set_attribute_names(Some(names.to_vec())).send().await.expect("it answers");
        let counts = answer.attributes().expect("they were asked for").values();
        counts.map(|count| count.parse::<usize>().expect("a number")).sum()
    }

    /// How often each notice has arrived at the topic's subscriber. Each message is counted once.
    async fn inbox(&self) -> BTreeMap<String, usize> {
        let mut notices = BTreeMap::new();
        loop {
            let call = self.sqs.receive_message().queue_url(self.queue("inbox")).max_number_of_messages(10);
            let messages = call.send().await.expect("it answers").messages.unwrap_or_default();
            if messages.is_empty() {
                return notices;
            }
            for message in messages {
                let said: Value = serde_json::from_str(message.body().expect("it says something")).expect("JSON");
                *notices.entry(said["id"].as_str().expect("a notice has an id").to_owned()).or_default() += 1;
            }
        }
    }

    async fn all(&self) -> Vec<Projection> {
        self.store.list(&Query::default(), None, 10_000).await.expect("the store answers")
    }

    async fn known(&self, approval: &str) -> Option<Projection> {
        self.store.projection(&ApprovalId::new(approval)).await.expect("the store answers")
    }
}

/// A place whose programs take a server for AWS, and know nothing of whoever runs the tests.
fn with_server(place: Place, url: &str) -> Place {
    let nothing = place.path("nothing").display().to_string();
    place
        .variable("AWS_ENDPOINT_URL", url)
        .variable("AWS_REGION", REGION)
        .variable("AWS_ACCESS_KEY_ID", "test")
        .variable("AWS_SECRET_ACCESS_KEY", "test")
        .variable("AWS_CONFIG_FILE", &nothing)
        .variable("AWS_SHARED_CREDENTIALS_FILE", &nothing)
        .variable("AWS_EC2_METADATA_DISABLED", "true")
}

fn topic() -> String {
    format!("arn:aws:sns:{REGION}:{ACCOUNT}:notices")
}

/// Asks again and again, for so many seconds at most, until there is something.
async fn until<T>(what: &str, seconds: u32, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..seconds * 10 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("after {seconds} seconds there is still not: {what}");
}

fn seconds(at: Timestamp) -> aws_sdk_cloudwatch::primitives::DateTime {
    aws_sdk_cloudwatch::primitives::DateTime::from_secs(at.timestamp())
}
