//! The queue that events come into, and where those end that go no further.

use std::collections::HashMap;

use aws_config::SdkConfig;
use aws_sdk_cloudwatch::Client as CloudWatch;
use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::QueueAttributeName::{
    self, ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible, Policy, QueueArn, RedrivePolicy,
};
use serde_json::Value;

use super::metric::newest;
use crate::cli::doctor::finding::Finding;
use crate::cli::doctor::installation::Installation;
use crate::domain::Timestamp;
use crate::domain::glob::Glob;
use crate::notice::{counted, duration};

const SUBJECT: &str = "queue";
const FAILED: &str = "failed events";
const UNDELIVERED: &str = "undelivered events";
/// The template's alarm on the age of the oldest event has the same limit, in seconds.
const OLD: f64 = 300.0;

type Attributes = HashMap<QueueAttributeName, String>;

/// The findings, and the queue's ARN.
pub(in crate::cli::doctor) async fn check(
    settings: &SdkConfig,
    installation: &Installation,
    now: Timestamp,
) -> (Vec<Finding>, Option<String>) {
    let client = Client::new(settings);
    let mut findings = Vec::new();
    let mut arn = None;
    match &installation.queue {
        None => findings.push(Finding::unnamed(SUBJECT, "--queue NAME")),
        Some(queue) => match attributes(&client, SUBJECT, queue, None).await {
            Err(finding) => findings.push(finding),
            Ok(queue) => {
                findings.push(flow(settings, &queue, now).await);
                findings.push(lets_in(&queue));
                findings.push(failed(&client, &queue).await);
                arn = queue.get(&QueueArn).cloned();
            }
        },
    }
    if let Some(queue) = &installation.undelivered {
        findings.push(undelivered(&client, queue).await);
    }
    (findings, arn)
}

/// `queue` is a name or an address; `owner` the account that a name is of, if it is not the own.
async fn attributes(client: &Client, subject: &str, queue: &str, owner: Option<&str>) -> Result<Attributes, Finding> {
    let gone = || {
        let found = format!("there is no queue {queue}");
        Finding::problem(subject, found, "Is its name right? Otherwise deploy infra/template.yaml again.")
    };
    let url = if queue.starts_with("http") {
        queue.to_owned()
    } else {
        let call = client.get_queue_url().queue_name(queue).set_queue_owner_aws_account_id(owner.map(str::to_owned));
        match call.send().await {
            Ok(answer) => answer.queue_url.unwrap_or_default(),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_queue_does_not_exist()) => return Err(gone()),
            Err(error) => return Err(Finding::failed(subject, "sqs:GetQueueUrl", error)),
        }
    };
    let wanted = [ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible, Policy, QueueArn, RedrivePolicy];
    match client.get_queue_attributes().queue_url(url).set_attribute_names(Some(wanted.to_vec())).send().await {
        Ok(answer) => Ok(answer.attributes.unwrap_or_default()),
        Err(error) if error.as_service_error().is_some_and(|e| e.is_queue_does_not_exist()) => Err(gone()),
        Err(error) => Err(Finding::failed(subject, "sqs:GetQueueAttributes", error)),
    }
}

fn name(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or(arn)
}

fn name_of(queue: &Attributes) -> &str {
    queue.get(&QueueArn).map_or("", |arn| name(arn))
}

/// How many are in it, also those that somebody is at work on.
fn held(queue: &Attributes) -> usize {
    let number = |name: &QueueAttributeName| queue.get(name).and_then(|n| n.parse::<usize>().ok()).unwrap_or(0);
    number(&ApproximateNumberOfMessages) + number(&ApproximateNumberOfMessagesNotVisible)
}

/// Whether events are taken in as fast as they come.
async fn flow(settings: &SdkConfig, queue: &Attributes, now: Timestamp) -> Finding {
    let (name, n) = (name_of(queue), held(queue));
    let dimension = Some(("QueueName", name));
    let age = match newest(&CloudWatch::new(settings), "AWS/SQS", "ApproximateAgeOfOldestMessage", dimension, now).await
    {
        Ok(newest) => newest.map_or(0.0, |(_, age)| age),
        Err(error) => return Finding::failed(SUBJECT, "cloudwatch:GetMetricStatistics", error),
    };
    if age > OLD && n > 0 {
        #[expect(clippy::cast_possible_truncation, reason = "a float that is too large becomes the largest number")]
        let age = chrono::TimeDelta::try_seconds(age as i64).unwrap_or(chrono::TimeDelta::MAX);
        let found = format!("{name} holds {}, the oldest for {}", counted(n, "event"), duration(age));
        let remedy = "They are taken in too slowly, or not at all. The log says more: \
                      `aws logs tail /aws/lambda/holdpoint-ingest --since 15m`.";
        return Finding::problem(SUBJECT, found, remedy);
    }
    Finding::ok(SUBJECT, format!("{name} is there, and holds {}", counted(n, "event")))
}

/// Whether EventBridge may send to the queue. It says nothing where it may not.
fn lets_in(queue: &Attributes) -> Finding {
    let subject = "queue's policy";
    let policy = queue.get(&Policy).and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
    let statements = match &policy["Statement"] {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let allows = |statement: &Value| {
        statement["Effect"] == "Allow"
            && texts(&statement["Action"]).any(|action| is_like(action, "sqs:SendMessage"))
            && (statement["Principal"] == "*"
                || texts(&statement["Principal"]["AWS"]).any(|who| who == "*")
                || texts(&statement["Principal"]["Service"]).any(|who| who == "events.amazonaws.com"))
    };
    if statements.iter().any(allows) {
        return Finding::ok(subject, "EventBridge may send to it");
    }
    let remedy = "Allow events.amazonaws.com `sqs:SendMessage` on it for the ARNs of the rules, as EventQueuePolicy in \
                  infra/template.yaml does: nothing arrives without.";
    Finding::problem(subject, "it does not let EventBridge send", remedy)
}

/// A text, or a list of them.
fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let all = match value {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    all.iter().filter_map(Value::as_str)
}

fn is_like(pattern: &str, action: &str) -> bool {
    Glob::new(&pattern.to_lowercase()).is_ok_and(|glob| glob.matches(&action.to_lowercase()))
}

/// What could not be taken in again and again.
async fn failed(client: &Client, queue: &Attributes) -> Finding {
    let redrive = queue.get(&RedrivePolicy).and_then(|text| serde_json::from_str::<Value>(text).ok());
    let Some(arn) = redrive.as_ref().and_then(|redrive| redrive["deadLetterTargetArn"].as_str()) else {
        let remedy = "Give the queue a RedrivePolicy, as infra/template.yaml does: an event that cannot be taken in holds \
                      up the others, and is lost in the end.";
        return Finding::problem(FAILED, "the queue has nowhere to put them", remedy);
    };
    let dead = match attributes(client, FAILED, name(arn), arn.split(':').nth(4)).await {
        Ok(dead) => dead,
        Err(finding) => return finding,
    };
    match held(&dead) {
        0 => Finding::ok(FAILED, "none"),
        n => {
            let found = format!("{} could not be taken in, and stands in {}", counted(n, "event"), name(arn));
            let remedy = format!(
                "The ingest function's log says why. When that is put right, send them in once more: \
                 `aws sqs start-message-move-task --source-arn {arn}`."
            );
            Finding::problem(FAILED, found, remedy)
        }
    }
}

/// What EventBridge could not put into the queue. SQS does not move these back by itself.
async fn undelivered(client: &Client, queue: &str) -> Finding {
    let dead = match attributes(client, UNDELIVERED, queue, None).await {
        Ok(dead) => dead,
        Err(finding) => return finding,
    };
    match held(&dead) {
        0 => Finding::ok(UNDELIVERED, "none"),
        n => {
            let found = format!("EventBridge could not deliver {}, kept in {}", counted(n, "event"), name_of(&dead));
            let remedy = format!(
                "Their attribute ERROR_MESSAGE says why: `aws sqs receive-message --queue-url {} \
                 --message-attribute-names All`. Put that right, send their bodies to the queue, and delete them.",
                if queue.starts_with("http") { queue } else { "ADDRESS" }
            );
            Finding::problem(UNDELIVERED, found, remedy)
        }
    }
}
