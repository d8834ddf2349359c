//! `holdpoint serve` on AWS: against the servers that stand in for it.

mod measures;
mod pipelines;
mod policy;
mod queue;
mod table;
mod usage;

use std::collections::BTreeMap;

use aws_config::SdkConfig;
use aws_sdk_sqs::types::QueueAttributeName;
use holdpoint::adapters::dynamodb::{DynamoStore, create_table};
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{ApprovalId, Timestamp};
use holdpoint::ports::store::{Query, Store};
use serde_json::Value;

use super::process::Place;
use crate::support::server::{ACCOUNT, REGION, Server};
use crate::support::sqs::{bodies, left, put, subscribe};

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
        subscribe(&sns, &topic(), "inbox").await;
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
        put(&self.sqs, &self.queue("events"), bodies).await;
    }

    /// How many messages the queue holds, given out or not.
    async fn left(&self) -> usize {
        left(&self.sqs, &self.queue("events")).await
    }

    /// How often each notice has arrived at the topic's subscriber. Each message is counted once.
    async fn inbox(&self) -> BTreeMap<String, usize> {
        let mut notices = BTreeMap::new();
        for body in bodies(&self.sqs, &self.queue("inbox")).await {
            let said: Value = serde_json::from_str(&body).expect("JSON");
            *notices.entry(said["id"].as_str().expect("a notice has an id").to_owned()).or_default() += 1;
        }
        notices
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

fn seconds(at: Timestamp) -> aws_sdk_cloudwatch::primitives::DateTime {
    aws_sdk_cloudwatch::primitives::DateTime::from_secs(at.timestamp())
}
