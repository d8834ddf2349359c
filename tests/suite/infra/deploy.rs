//! The templates deploy, and what they make is there. The server that stands in for AWS leaves out a table's time to
//! live and recovery, the locks and the encryption of buckets, and the policy of a bus: `shape` looks at those in the
//! template.

use std::collections::BTreeSet;
use std::path::Path;

use aws_sdk_cloudwatch::Client as CloudWatch;
use aws_sdk_dynamodb::Client as DynamoDb;
use aws_sdk_eventbridge::Client as EventBridge;
use aws_sdk_eventbridge::types::Target;
use aws_sdk_s3::Client as S3;
use aws_sdk_sns::Client as Sns;
use aws_sdk_sqs::Client as Sqs;
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::{Value, json};

use super::template::Template;
use crate::support::server::{ACCOUNT, REGION, Server};
use crate::support::stack::{NAME, Stack};
use crate::wire::fixtures::texts;

/// Nothing here invokes a function.
const NO_PROGRAM: &[u8] = b"#!/bin/sh\nexit 1\n";

/// The pattern and the one target of a rule.
async fn rule(client: &EventBridge, name: &str, bus: &str) -> (Value, Target) {
    let rule = client.describe_rule().name(name).event_bus_name(bus).send().await.expect("the rule is there");
    let targets = client.list_targets_by_rule().rule(name).event_bus_name(bus).send().await.expect("it has targets");
    let [target] = targets.targets() else { panic!("{name} has one target: {targets:?}") };
    (serde_json::from_str(rule.event_pattern().expect("it has a pattern")).expect("it is JSON"), target.clone())
}

/// `approval-actions` as it begins the rules' names.
fn patterns() -> Vec<(String, Value)> {
    let files = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/events"));
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    files
        .into_iter()
        .map(|(name, text)| (name.split('-').map(capital).collect(), serde_json::from_str(&text).expect("JSON")))
        .collect()
}

async fn queue_arn(server: &Server, url: &str) -> String {
    let call = Sqs::new(&server.config()).get_queue_attributes().queue_url(url);
    let answer = call.attribute_names(QueueAttributeName::QueueArn).send().await.expect("the queue is there");
    answer.attributes().expect("it has attributes")[&QueueAttributeName::QueueArn].clone()
}

#[tokio::test]
async fn the_rules_of_both_buses_bring_exactly_what_the_files_say_into_the_queue() {
    let server = Server::aws();
    let stack = Stack::deploy(&server, NO_PROGRAM);
    let client = EventBridge::new(&server.config());
    let lost = queue_arn(&server, stack.output("UndeliveredQueueUrl")).await;
    for (name, pattern) in patterns() {
        for (ending, bus) in [("Rule", "default"), ("IntakeRule", stack.id("IntakeBus"))] {
            let (found, target) = rule(&client, stack.id(&format!("{name}{ending}")), bus).await;
            assert_eq!(found, pattern, "{name}{ending}");
            assert_eq!(target.arn(), stack.output("EventQueueArn"), "{name}{ending}");
            let dead_letters = target.dead_letter_config().and_then(|config| config.arn());
            assert_eq!(dead_letters, Some(lost.as_str()), "{name}{ending}");
        }
    }
}

#[tokio::test]
async fn queues_table_topics_and_buckets_are_there() {
    let server = Server::aws();
    let stack = Stack::deploy(&server, NO_PROGRAM);
    let config = server.config();

    let call = Sqs::new(&config).get_queue_attributes().queue_url(stack.output("EventQueueUrl"));
    let answer = call.attribute_names(QueueAttributeName::All).send().await.expect("the queue is there");
    let attributes = answer.attributes().expect("it has attributes");
    assert_eq!(attributes[&QueueAttributeName::VisibilityTimeout], "360");
    assert_eq!(attributes[&QueueAttributeName::MessageRetentionPeriod], "1209600");
    let redrive: Value = serde_json::from_str(&attributes[&QueueAttributeName::RedrivePolicy]).expect("it is JSON");
    assert_eq!(redrive["deadLetterTargetArn"], queue_arn(&server, stack.output("FailedQueueUrl")).await);
    assert_eq!(redrive["maxReceiveCount"].to_string().trim_matches('"'), "5");

    let call = DynamoDb::new(&config).describe_table().table_name(stack.output("TableName"));
    let table = call.send().await.expect("the table is there").table.expect("it is described");
    let indexes: BTreeSet<String> = table
        .global_secondary_indexes()
        .iter()
        .map(|index| {
            let keys: Vec<&str> = index.key_schema().iter().map(|key| key.attribute_name()).collect();
            let kept =
                index.projection().and_then(|projection| projection.projection_type()).expect("it keeps something");
            format!("{} by {}: {kept}", index.index_name().unwrap_or_default(), keys.join(", "))
        })
        .collect();
    let expected = [
        "due by due_pk, due_sk: KEYS_ONLY",
        "listed by listed_pk, listed_sk: KEYS_ONLY",
        "open by open_pk, open_sk: INCLUDE",
    ];
    assert_eq!(indexes, expected.map(str::to_owned).into());

    let topics = Sns::new(&config);
    for output in ["NoticeTopicArn", "AlarmTopicArn"] {
        topics.get_topic_attributes().topic_arn(stack.output(output)).send().await.expect(output);
    }
    let buckets = S3::new(&config);
    for output in ["PolicyBucketName", "AuditBucketName"] {
        buckets.head_bucket().bucket(stack.output(output)).send().await.expect(output);
    }
}

#[tokio::test]
async fn alarms_reach_the_topic_and_the_dashboard_is_complete() {
    let server = Server::aws();
    let stack = Stack::deploy(&server, NO_PROGRAM);
    let client = CloudWatch::new(&server.config());

    let alarms = client.describe_alarms().alarm_name_prefix(NAME).send().await.expect("it answers");
    let template = Template::read("template.yaml");
    assert_eq!(alarms.metric_alarms().len(), template.of_type("AWS::CloudWatch::Alarm").count());
    for alarm in alarms.metric_alarms() {
        assert_eq!(alarm.alarm_actions(), [stack.output("AlarmTopicArn")], "{alarm:?}");
    }

    let call = client.get_dashboard().dashboard_name(stack.id("Dashboard"));
    let body = call.send().await.expect("the dashboard is there").dashboard_body.expect("it has a body");
    assert!(!body.contains("${"), "everything is filled in");
    let body: Value = serde_json::from_str(&body).expect("it is JSON");
    let widgets = body["widgets"].as_array().expect("a list");
    for widget in widgets.iter().filter(|widget| widget["type"] == "metric") {
        assert_eq!(widget["properties"]["region"], REGION, "{widget}");
    }
    let of_alarms = widgets.iter().find(|widget| widget["type"] == "alarm").expect("one shows the alarms");
    let shown: BTreeSet<&str> =
        of_alarms["properties"]["alarms"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert_eq!(shown, alarms.metric_alarms().iter().filter_map(|alarm| alarm.alarm_arn()).collect());
}

#[test]
fn every_parameter_can_be_set() {
    let server = Server::aws();
    let role = format!("arn:aws:iam::{ACCOUNT}:role/reader");
    let members = format!("eu-central-1,{role}@eu-west-1");
    let topics = format!("arn:aws:sns:{REGION}:{ACCOUNT}:leads,arn:aws:sns:{REGION}:{ACCOUNT}:chat");
    let key = format!("arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-4333-8444-555555555555");
    let signing_key = key.replace('1', "2");
    let parameters = [
        ("NoticeEmail", "approvers@example.com"),
        ("AlarmEmail", "operators@example.com"),
        ("NoticeTopicArns", &topics),
        ("PublicUrl", "https://holdpoint.example.com"),
        ("LinkKeySecret", "holdpoint/links/2026"),
        ("OldLinkKeySecret", "holdpoint/links/2025"),
        ("OrganizationId", "o-a1b2c3d4e5"),
        ("MemberAccountIds", "111122223333,444455556666"),
        ("Members", &members),
        ("MemberRoleArns", &role),
        ("AuditLockMode", "COMPLIANCE"),
        ("AuditLockDays", "3650"),
        ("AuditSigningKeyArn", &signing_key),
        ("ProtectTable", "false"),
        ("BreachRateLimit", "0.1"),
        ("RejectionRateLimit", "0.9"),
        ("RateMinimum", "1"),
        ("OwnEvents", "false"),
        ("MetricsNamespace", "Releases/Approvals"),
        ("KeyArn", &key),
        ("LogDays", "3653"),
        ("LogLevel", "info,holdpoint=debug"),
    ];
    let names: BTreeSet<&str> = parameters.iter().map(|(name, _)| *name).collect();
    let template = Template::read("template.yaml");
    assert_eq!(names, template.0["Parameters"].as_object().expect("some").keys().map(String::as_str).collect());
    let stack = Stack::with(&server, "template.yaml", NO_PROGRAM, &parameters);
    assert!(stack.id("NoticeByEmail").contains("NoticeTopic"));
    assert_eq!(
        variables_of_links(&stack),
        ["https://holdpoint.example.com", "what holdpoint/links/2026 holds", "what holdpoint/links/2025 holds"]
    );
}

#[test]
fn without_a_key_and_an_address_links_are_off() {
    let stack = Stack::deploy(&Server::aws(), NO_PROGRAM);
    assert_eq!(variables_of_links(&stack), ["", "", ""]);
}

/// What the sweep is told of links.
fn variables_of_links(stack: &Stack) -> [&str; 3] {
    ["HOLDPOINT_PUBLIC_URL", "HOLDPOINT_LINK_KEY", "HOLDPOINT_LINK_KEY_OLD"]
        .map(|name| stack.variable("SweepFunction", name).unwrap_or_default())
}

#[tokio::test]
async fn a_member_forwards_what_the_files_say_to_the_central_bus() {
    let server = Server::aws();
    let bus = format!("arn:aws:events:eu-west-1:{ACCOUNT}:event-bus/central-intake");
    let trusted = format!("arn:aws:iam::{ACCOUNT}:role/ingest,arn:aws:iam::{ACCOUNT}:role/reconcile");
    let parameters = [("IntakeBusArn", bus.as_str()), ("ReaderTrusts", &trusted)];
    let stack = Stack::with(&server, "member.yaml", NO_PROGRAM, &parameters);
    let client = EventBridge::new(&server.config());
    for (name, pattern) in patterns() {
        let (found, target) = rule(&client, stack.id(&format!("{name}Rule")), "default").await;
        assert_eq!(found, pattern, "{name}");
        assert_eq!(target.arn(), bus, "{name}");
        assert!(target.role_arn().is_some_and(|arn| arn.ends_with(stack.id("ForwardRole"))), "{name}");
    }
    assert!(stack.output("ReaderRoleArn").ends_with(stack.id("ReaderRole")));
}

#[test]
fn a_member_trusts_only_the_named_roles_of_the_central_account() {
    let trust =
        &Template::read("member.yaml").properties("ReaderRole")["AssumeRolePolicyDocument"]["Statement"][0].clone();
    assert_eq!(trust["Condition"], json!({ "ArnEquals": { "aws:PrincipalArn": { "Ref": "ReaderTrusts" } } }));
    let account = json!({ "Fn::Select": [4, { "Fn::Split": [":", { "Ref": "IntakeBusArn" }] }] });
    assert_eq!(trust["Principal"]["AWS"]["Fn::Sub"][1]["Account"], account);
}
