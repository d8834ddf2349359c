//! The real `lambda` program, invoked by a runtime API, against the servers that stand in for AWS.

mod burst;
mod deployed;
mod export;
mod ingest;
mod reconcile;
mod setup;
mod sweep;

use std::process::Command;

use aws_config::SdkConfig;
use chrono::{SubsecRound, TimeDelta, Utc};
use holdpoint::adapters::dynamodb::{DynamoStore, create_table};
use holdpoint::adapters::s3;
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{ApprovalId, Timestamp};
use holdpoint::ports::store::Store;
use serde_json::{Value, json};

use crate::support::codepipeline::{CodePipelineServer, KEY, OWN};
use crate::support::history::{Fate, Run};
use crate::support::runtime::{Answer, Function};
use crate::support::server::{ACCOUNT, REGION, Server};
use crate::support::sqs::{bodies, subscribe};

const TABLE: &str = "holdpoint";

/// Everything that a deployment has, but for what runs the functions.
struct Cloud {
    server: Server,
    config: SdkConfig,
    store: DynamoStore,
}

impl Cloud {
    /// With a table, a bucket for the policy and one for the archive, and a topic whose messages end in a queue.
    async fn new() -> Self {
        let server = Server::aws();
        let config = server.config();
        let dynamodb = aws_sdk_dynamodb::Client::new(&config);
        create_table(&dynamodb, TABLE).await.expect("the table can be made");
        for bucket in ["policy", "audit"] {
            s3::client(&config).create_bucket().bucket(bucket).send().await.expect("it can be made");
        }
        let sns = aws_sdk_sns::Client::new(&config);
        sns.create_topic().name("notices").send().await.expect("it can be made");
        let sqs = aws_sdk_sqs::Client::new(&config);
        sqs.create_queue().queue_name("inbox").send().await.expect("it can be made");
        subscribe(&sns, &topic(), "inbox").await;
        let store = DynamoStore::new(dynamodb, TABLE);
        Self { server, config, store }
    }

    fn function(&self, role: &str) -> Function {
        self.function_with(role, &[])
    }

    /// Starts the function with the settings of a deployment; later ones count.
    fn function_with(&self, role: &str, more: &[(&str, &str)]) -> Function {
        let (url, topic, key) = (self.server.url(), topic(), format!("{KEY}{OWN}"));
        let mut variables = vec![
            ("AWS_ENDPOINT_URL", url.as_str()),
            ("AWS_ACCESS_KEY_ID", key.as_str()),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_REGION", REGION),
            ("HOLDPOINT_ROLE", role),
            ("HOLDPOINT_TABLE", TABLE),
            ("HOLDPOINT_POLICY", "s3://policy/policy.yaml"),
            ("HOLDPOINT_TOPIC", topic.as_str()),
            ("HOLDPOINT_BUS", ""),
            ("HOLDPOINT_AUDIT", "s3://audit/holdpoint"),
            ("HOLDPOINT_MEMBERS", ""),
            // Nobody answers there, unless a test has somebody.
            ("AWS_ENDPOINT_URL_CODEPIPELINE", "http://127.0.0.1:9"),
        ];
        variables.extend_from_slice(more);
        Function::start(Command::new(env!("CARGO_BIN_EXE_lambda")), &variables)
    }

    /// Starts a function that looks at CodePipeline in its own region and in that server's.
    fn function_that_looks(&self, role: &str, codepipeline: &CodePipelineServer) -> Function {
        let (url, region) = (codepipeline.url(), crate::support::codepipeline::REGION);
        self.function_with(role, &[("AWS_ENDPOINT_URL_CODEPIPELINE", &url), ("HOLDPOINT_MEMBERS", region)])
    }

    async fn known(&self, approval: &str) -> Option<Projection> {
        self.store.projection(&ApprovalId::new(approval)).await.expect("the store answers")
    }

    /// The messages that the topic's subscriber has, each given out once.
    async fn inbox(&self) -> Vec<String> {
        let sqs = aws_sdk_sqs::Client::new(&self.config);
        let url = format!("{}/{ACCOUNT}/inbox", self.server.url());
        bodies(&sqs, &url).await
    }
}

fn topic() -> String {
    format!("arn:aws:sns:{REGION}:{ACCOUNT}:notices")
}

/// The program reads the machine's clock, so what it is told must have happened lately.
#[expect(clippy::disallowed_methods, reason = "a real process compares this with the machine's clock")]
fn minutes_ago(minutes: i64) -> Timestamp {
    Utc::now().trunc_subsecs(3) - TimeDelta::minutes(minutes)
}

/// A run that was asked to be approved so long ago.
fn run(number: u64, minutes: i64, fate: Fate) -> Run {
    Run { number, pipeline: 0, asked_at: minutes_ago(minutes), wait: TimeDelta::minutes(10), fate }
}

/// A batch as SQS hands it to the function; the messages are called `m-0`, `m-1` and so on.
fn batch<T: AsRef<str>>(bodies: &[T]) -> Value {
    let record = |(number, body): (usize, &T)| {
        json!({
            "messageId": format!("m-{number}"), "receiptHandle": "r", "body": body.as_ref(), "attributes": {},
            "messageAttributes": {}, "md5OfBody": "", "eventSource": "aws:sqs", "awsRegion": REGION,
            "eventSourceARN": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:events"),
        })
    };
    json!({ "Records": bodies.iter().enumerate().map(record).collect::<Vec<_>>() })
}

/// Only these come again.
fn again(ids: &[&str]) -> Answer {
    let items: Vec<Value> = ids.iter().map(|id| json!({ "itemIdentifier": id })).collect();
    Answer::Response(json!({ "batchItemFailures": items }))
}
