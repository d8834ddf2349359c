//! `holdpoint doctor`, as a user runs it, on an installation that the template made.

mod broken;
mod canned;
mod denied;
mod named;
mod whole;

use std::path::{Path, PathBuf};
use std::process::Command;

use aws_config::SdkConfig;
use aws_sdk_cloudtrail::Client as CloudTrail;
use aws_sdk_cloudwatch::Client as CloudWatch;
use aws_sdk_cloudwatch::types::MetricDatum;
use aws_sdk_dynamodb::Client as DynamoDb;
use aws_sdk_dynamodb::types::{PointInTimeRecoverySpecification, TimeToLiveSpecification};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sns::Client as Sns;
use aws_sdk_sqs::Client as Sqs;
use holdpoint::adapters::s3;
use serde_json::Value;
use tempfile::TempDir;

use crate::cli::run::{Ran, program, ran};
use crate::support::codepipeline::{Caller, CodePipelineServer, Definition, Mode};
use crate::support::server::{ACCOUNT, REGION, Server};
use crate::support::stack::Stack;

/// Nothing here invokes a function.
const NO_PROGRAM: &[u8] = b"#!/bin/sh\nexit 1\n";

/// An installation, and all that it has to do with.
struct Installed {
    server: Server,
    stack: Stack,
    pipelines: CodePipelineServer,
    folder: TempDir,
}

impl Installed {
    /// In order in every respect. What the server leaves out of a template, or what nobody does while a test runs, is done
    /// here by hand.
    async fn whole() -> Self {
        let server = Server::aws();
        let stack = Stack::deploy(&server, NO_PROGRAM);
        let (pipelines, folder) = (CodePipelineServer::start(), tempfile::tempdir().expect("a temporary folder"));
        let installed = Self { server, stack, pipelines, folder };
        let config = installed.config();
        expiry(&config, installed.table(), true).await;
        recovery(&config, installed.table(), true).await;
        installed.put_policy(&installed.policy()).await;
        subscribe(&config, installed.stack.output("NoticeTopicArn")).await;
        measure(&config).await;
        trail(&config).await;
        installed.pipelines.world().add_at(&here(), "payments-prod", Mode::Superseded, Definition::release());
        installed
    }

    fn config(&self) -> SdkConfig {
        self.server.config()
    }

    fn table(&self) -> &str {
        self.stack.output("TableName")
    }

    /// One policy for production, told by the stack's topic.
    fn policy(&self) -> String {
        let topic = self.stack.output("NoticeTopicArn");
        format!(
            "version: 1\nrecipients:\n  approvers: {{ sns: \"{topic}\" }}\npolicies:\n  - name: production\n    \
             match: {{ pipeline: \"*-prod\" }}\n    target: 4h\n    steps: [{{ at: 50%, remind: [approvers] }}]\n"
        )
    }

    async fn put_policy(&self, text: &str) {
        let call = s3::client(&self.config()).put_object().bucket(self.stack.output("PolicyBucketName"));
        let body = ByteStream::from(text.as_bytes().to_vec());
        call.key("policy.yaml").body(body).send().await.expect("it can be put");
    }

    /// The stack's outputs, as `aws cloudformation describe-stacks` prints them.
    fn outputs(&self) -> PathBuf {
        let names = [
            "TableName",
            "EventQueueUrl",
            "UndeliveredQueueUrl",
            "PolicyBucketName",
            "NoticeTopicArn",
            "EventsBusName",
        ];
        let output = |name| serde_json::json!({ "OutputKey": name, "OutputValue": self.stack.output(name) });
        let path = self.folder.path().join("outputs.json");
        let outputs = Value::Array(names.map(output).to_vec());
        std::fs::write(&path, outputs.to_string()).expect("it can be written");
        path
    }

    /// The command on this installation.
    fn command(&self, args: &[&str]) -> Command {
        let outputs = self.outputs();
        let outputs = outputs.to_str().expect("a plain path");
        let mut command = doctor(&[&["--outputs", outputs], args].concat(), self.folder.path());
        command.env("AWS_ENDPOINT_URL", self.server.url()).env("AWS_ENDPOINT_URL_CODEPIPELINE", self.pipelines.url());
        command
    }

    /// What it finds: a line a finding, with its word.
    fn findings(&self) -> Findings {
        Findings::of(ran(self.command(&["--format", "json"]).output().expect("it runs")))
    }
}

/// Runs with the keys of the servers' account, and with nothing of whoever runs the tests.
fn doctor(args: &[&str], folder: &Path) -> Command {
    let mut command = program(&[&["doctor"], args].concat());
    let none = folder.join("none");
    for variable in ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"] {
        command.env_remove(variable);
    }
    for part in ["TABLE", "QUEUE", "UNDELIVERED", "POLICY", "TOPIC", "BUS", "MEMBERS"] {
        command.env_remove(format!("HOLDPOINT_{part}"));
    }
    command
        .env("AWS_REGION", REGION)
        // The server of pipelines takes the account out of it.
        .env("AWS_ACCESS_KEY_ID", format!("AKIA{ACCOUNT}"))
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_MAX_ATTEMPTS", "1")
        .env("AWS_CONFIG_FILE", &none)
        .env("AWS_SHARED_CREDENTIALS_FILE", &none);
    command
}

/// The account and region of the servers.
fn here() -> Caller {
    Caller { account: ACCOUNT.to_owned(), region: REGION.to_owned() }
}

fn text<'a>(line: &'a Value, field: &str) -> &'a str {
    line[field].as_str().unwrap_or_default()
}

/// What was found, and the exit code.
#[derive(Debug)]
struct Findings {
    code: Option<i32>,
    lines: Vec<Value>,
}

impl Findings {
    fn of(ran: Ran) -> Self {
        let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        Self { code: ran.code, lines: ran.out.lines().map(line).collect() }
    }

    /// Subject, what was found and what is to be done, of each finding with this word.
    fn with(&self, word: &str) -> Vec<(&str, &str, &str)> {
        let of_word = self.lines.iter().filter(|line| line["word"] == word);
        of_word.map(|line| (text(line, "subject"), text(line, "found"), text(line, "remedy"))).collect()
    }

    /// The one problem there is.
    fn problem(&self) -> (&str, &str, &str) {
        let [problem] = self.with("problem")[..] else { panic!("one problem: {self:#?}") };
        assert_eq!((self.code, self.with("warning")), (Some(1), vec![]));
        problem
    }

    /// The one warning there is, and nothing worse.
    fn warning(&self) -> (&str, &str, &str) {
        let [warning] = self.with("warning")[..] else { panic!("one warning: {self:#?}") };
        assert_eq!((self.code, self.with("problem")), (Some(0), vec![]));
        warning
    }

    fn assert_ok(&self) {
        assert_eq!((self.code, self.with("warning"), self.with("problem")), (Some(0), vec![], vec![]));
    }
}

async fn expiry(config: &SdkConfig, table: &str, is_on: bool) {
    let set = TimeToLiveSpecification::builder().enabled(is_on).attribute_name("ttl").build().expect("all is set");
    let call = DynamoDb::new(config).update_time_to_live().table_name(table).time_to_live_specification(set);
    call.send().await.expect("it can be set");
}

async fn recovery(config: &SdkConfig, table: &str, is_on: bool) {
    let set = PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(is_on).build();
    let call = DynamoDb::new(config).update_continuous_backups().table_name(table);
    let call = call.point_in_time_recovery_specification(set.expect("all is set"));
    call.send().await.expect("it can be set");
}

/// A queue that is subscribed has nothing to confirm. Gives the subscription's ARN.
async fn subscribe(config: &SdkConfig, topic: &str) -> String {
    Sqs::new(config).create_queue().queue_name("listener").send().await.expect("it can be made");
    let endpoint = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:listener");
    let call = Sns::new(config).subscribe().topic_arn(topic).protocol("sqs").endpoint(endpoint);
    call.send().await.expect("it can be subscribed").subscription_arn.expect("it has an ARN")
}

/// What the sweep does each minute.
async fn measure(config: &SdkConfig) {
    let datum = MetricDatum::builder().metric_name("PolicyInvalid").value(0.0).build();
    let call = CloudWatch::new(config).put_metric_data().namespace("Holdpoint").metric_data(datum);
    call.send().await.expect("it can be put");
}

async fn trail(config: &SdkConfig) {
    s3::client(config).create_bucket().bucket("trail").send().await.expect("it can be made");
    let client = CloudTrail::new(config);
    client.create_trail().name("all").s3_bucket_name("trail").send().await.expect("it can be made");
    client.start_logging().name("all").send().await.expect("it can be started");
}
