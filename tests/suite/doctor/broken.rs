//! One broken thing at a time: each is found, named, and said what to do about; and nothing else is.

use aws_sdk_cloudtrail::Client as CloudTrail;
use aws_sdk_cloudtrail::types::{AdvancedEventSelector, AdvancedFieldSelector, EventSelector, ReadWriteType};
use aws_sdk_cloudwatch::Client as CloudWatch;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, MetricDatum};
use aws_sdk_dynamodb::Client as DynamoDb;
use aws_sdk_dynamodb::types::{DeleteGlobalSecondaryIndexAction, GlobalSecondaryIndexUpdate};
use aws_sdk_eventbridge::Client as EventBridge;
use aws_sdk_eventbridge::types::Target;
use aws_sdk_sns::Client as Sns;
use aws_sdk_sqs::Client as Sqs;
use aws_sdk_sqs::types::QueueAttributeName;
use holdpoint::adapters::clock::WallClock;
use holdpoint::adapters::codepipeline::{CodePipeline, Patience};
use holdpoint::adapters::dynamodb::DynamoStore;
use holdpoint::adapters::s3;
use holdpoint::app::reconcile::{Marks, reconcile};
use holdpoint::policyfile;
use holdpoint::ports::clock::Clock;

use super::canned::Canned;
use super::{Findings, Installed, expiry, here, recovery, subscribe};
use crate::cli::run::{assert_fits, ran};
use crate::support::codepipeline::{Definition, Gate, Mode};
use crate::support::server::{ACCOUNT, REGION};

impl Installed {
    async fn set_queue(&self, name: QueueAttributeName, value: &str) {
        let call = Sqs::new(&self.config()).set_queue_attributes().queue_url(self.stack.output("EventQueueUrl"));
        call.attributes(name, value).send().await.expect("it can be set");
    }

    async fn send(&self, queue: &str) {
        let call = Sqs::new(&self.config()).send_message().queue_url(queue).message_body("{}");
        call.send().await.expect("it can be sent");
    }

    async fn aim(&self, rule: &str) {
        let target = Target::builder().id("queue").arn(self.stack.output("EventQueueArn")).build().expect("it is set");
        let call = EventBridge::new(&self.config()).put_targets().rule(rule).targets(target);
        call.send().await.expect("it can be put");
    }

    async fn put_rule(&self, rule: &str, pattern: &str) {
        let call = EventBridge::new(&self.config()).put_rule().name(rule).event_pattern(pattern);
        call.send().await.expect("it can be put");
        self.aim(rule).await;
    }

    async fn without_target(&self, rule: &str) {
        let call = EventBridge::new(&self.config()).remove_targets().rule(rule).ids("queue");
        call.send().await.expect("it can be removed");
    }
}

fn assert_has(finding: (&str, &str, &str), subject: &str, found: &str, remedy: &str) {
    assert_eq!(finding.0, subject, "{finding:?}");
    assert!(finding.1.contains(found), "{finding:?}");
    assert!(finding.2.contains(remedy), "{finding:?}");
}

#[tokio::test]
async fn a_policy_that_is_missing_wrong_or_doubtful_is_told() {
    let installed = Installed::whole().await;
    let policy = installed.policy();

    installed.put_policy(&policy.replace("target: 4h", "taget: 4h")).await;
    let findings = installed.findings();
    let [policy_finding] = findings.with("problem")[..] else { panic!("{findings:#?}") };
    assert_has(policy_finding, "policy", "is not in order: s3://", "`holdpoint policy check FILE`");
    assert!(policy_finding.1.contains(":5:"), "{policy_finding:?}");

    installed.put_policy(&format!("{policy}metrics: {{ dimensions: [[Policy]] }}\n")).await;
    assert_has(installed.findings().warning(), "policy", "lacks `[]` or `[Pipeline]`", "Add both");

    installed.put_policy(&policy.replace("  approvers:", "  idle: { console: true }\n  approvers:")).await;
    assert_has(installed.findings().warning(), "policy", "recipient `idle` is told of nothing", "Change the policy");

    let call = s3::client(&installed.config()).delete_object().bucket(installed.stack.output("PolicyBucketName"));
    call.key("policy.yaml").send().await.expect("it can be deleted");
    assert_has(installed.findings().warning(), "policy", "the built-in one holds", "`aws s3 cp policy.yaml s3://");
}

#[tokio::test]
async fn events_that_no_rule_brings_are_told() {
    let installed = Installed::whole().await;
    let client = EventBridge::new(&installed.config());
    let rule = installed.stack.id("ApprovalActionsRule");
    let name = rule.rsplit('/').next().expect("a name");
    let subject = "rule for approval-actions";

    client.disable_rule().name(name).send().await.expect("it can be disabled");
    assert_has(installed.findings().problem(), subject, "is disabled", &format!("enable-rule --name {name}"));
    client.enable_rule().name(name).send().await.expect("it can be enabled");

    installed.without_target(name).await;
    assert_has(installed.findings().problem(), subject, "not among its targets", &format!("put-targets --rule {name}"));

    client.delete_rule().name(name).send().await.expect("it can be deleted");
    let remedy = "rules/events/approval-actions.json";
    assert_has(installed.findings().problem(), subject, "no rule brings its events into the queue", remedy);

    let category = r#""detail-type": ["CodePipeline Action Execution State Change"], "detail": { "type": { "category": ["Approval"] }"#;
    installed.put_rule("begins", &format!(r#"{{ {category}, "state": ["STARTED"] }} }}"#)).await;
    let found = "no rule brings SUCCEEDED, FAILED, ABANDONED, CANCELED into the queue";
    assert_has(installed.findings().problem(), subject, found, remedy);

    installed.put_rule("ends", &format!(r#"{{ {category}, "state": [{{ "anything-but": "STARTED" }}] }} }}"#)).await;
    assert_has(installed.findings().warning(), subject, "its events come by begins, ends", "Nothing, if that is meant");
}

#[tokio::test]
async fn a_rule_that_is_broader_than_needed_does_for_all() {
    let installed = Installed::whole().await;
    for rule in ["ApprovalActions", "Decisions", "PipelineEdits", "RunStates", "SourceRevisions", "StageStates"] {
        let id = installed.stack.id(&format!("{rule}Rule"));
        installed.without_target(id.rsplit('/').next().expect("a name")).await;
    }
    let own = format!(r#"{{ "source": ["aws.codepipeline"], "account": ["{ACCOUNT}"], "region": ["{REGION}"] }}"#);
    installed.put_rule("everything", &own).await;
    let findings = installed.findings();
    let warnings = findings.with("warning");
    assert_eq!((findings.code, warnings.len(), findings.with("problem")), (Some(0), 6, vec![]));
    for warning in warnings {
        assert_has(warning, warning.0, "its events come by everything", "broader than needed");
    }
}

#[tokio::test]
async fn a_queue_that_takes_nothing_or_loses_something_is_told() {
    let installed = Installed::whole().await;
    let (failed, undelivered) =
        (installed.stack.output("FailedQueueUrl"), installed.stack.output("UndeliveredQueueUrl"));

    installed.send(failed).await;
    let findings = installed.findings();
    assert_has(findings.problem(), "failed events", "1 event could not be taken in", "start-message-move-task");
    Sqs::new(&installed.config()).purge_queue().queue_url(failed).send().await.expect("it can be purged");

    installed.send(undelivered).await;
    let findings = installed.findings();
    assert_has(findings.problem(), "undelivered events", "could not deliver 1 event", "ERROR_MESSAGE");
    Sqs::new(&installed.config()).purge_queue().queue_url(undelivered).send().await.expect("it can be purged");

    let statement =
        r#"{ "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" }, "Action": "sqs:*", "Resource": "*" }"#;
    let policy = format!(r#"{{ "Version": "2012-10-17", "Statement": {statement} }}"#);
    installed.set_queue(QueueAttributeName::Policy, &policy).await;
    assert_has(installed.findings().problem(), "queue's policy", "does not let EventBridge", "`sqs:SendMessage`");
    let policy = policy.replace("sns.amazonaws.com", "events.amazonaws.com");
    installed.set_queue(QueueAttributeName::Policy, &policy).await;
    installed.findings().assert_ok();

    Sqs::new(&installed.config()).delete_queue().queue_url(failed).send().await.expect("it can be deleted");
    assert_has(installed.findings().problem(), "failed events", "there is no queue holdpoint-FailedQueue-", "deploy");

    let bare = ran(installed.command(&["--queue", "listener", "--format", "json"]).output().expect("it runs"));
    let bare = Findings::of(bare);
    let problems = bare.with("problem");
    assert_has(problems[1], "failed events", "nowhere to put them", "RedrivePolicy");
    let rules = problems.iter().filter(|(_, found, _)| found.ends_with("the queue is not among its targets"));
    assert_eq!(rules.count(), 6, "{problems:#?}");
}

#[tokio::test]
async fn events_that_wait_too_long_are_told() {
    let installed = Installed::whole().await;
    let queue = installed.stack.output("EventQueueUrl");
    installed.send(queue).await;
    installed.findings().assert_ok();
    let name = Dimension::builder().name("QueueName").value(queue.rsplit('/').next().expect("a name")).build();
    let datum = MetricDatum::builder().metric_name("ApproximateAgeOfOldestMessage").dimensions(name).value(960.0);
    let call = CloudWatch::new(&installed.config()).put_metric_data().namespace("AWS/SQS").metric_data(datum.build());
    call.send().await.expect("the server lets us put it");
    assert_has(installed.findings().problem(), "queue", "holds 1 event, the oldest for 16m", "holdpoint-ingest");
}

#[tokio::test]
async fn a_topic_that_nobody_hears_is_told() {
    let installed = Installed::whole().await;
    let client = Sns::new(&installed.config());
    let topic = installed.stack.output("NoticeTopicArn");
    let subscription = subscribe(&installed.config(), topic).await;
    client.unsubscribe().subscription_arn(subscription).send().await.expect("it can be ended");
    let findings = installed.findings();
    let (subject, found, remedy) = findings.problem();
    assert!(subject.starts_with("topic holdpoint-NoticeTopic-"), "{subject}");
    assert_eq!(found, "nobody hears what it tells approvers");
    assert!(remedy.contains(&format!("aws sns subscribe --topic-arn {topic}")), "{remedy}");

    client.delete_topic().topic_arn(topic).send().await.expect("it can be deleted");
    let found = format!("there is no topic {topic}, so notices to approvers are lost");
    assert_eq!(installed.findings().problem().1, found);
}

/// The server does not say who has not confirmed.
fn subscriptions(operation: &str) -> Option<(u16, &'static str, String)> {
    let member =
        |arn: &str| format!("<member><SubscriptionArn>{arn}</SubscriptionArn><Protocol>email</Protocol></member>");
    let members: String = match operation {
        "ListSubscriptionsByTopic" => ["arn:aws:sns:r:0:t:1", "PendingConfirmation", "Deleted"].map(member).concat(),
        _ => return None,
    };
    let result = format!("<{operation}Result><Subscriptions>{members}</Subscriptions></{operation}Result>");
    Some((200, "text/xml", format!("<{operation}Response>{result}</{operation}Response>")))
}

#[tokio::test]
async fn subscriptions_that_are_not_confirmed_are_counted() {
    let installed = Installed::whole().await;
    let canned = Canned::answering(subscriptions);
    let mut command = installed.command(&["--format", "json"]);
    command.env("AWS_ENDPOINT_URL_SNS", canned.url());
    let findings = Findings::of(ran(command.output().expect("it runs")));
    let (_, found, remedy) = findings.warning();
    assert_eq!(found, "reaches 1 email for approvers; 1 is not confirmed yet");
    assert!(remedy.contains("subscribe them anew"), "{remedy}");
}

#[tokio::test]
async fn a_table_that_is_unsafe_wrong_or_gone_is_told() {
    let installed = Installed::whole().await;
    let (config, table) = (installed.config(), installed.table());

    expiry(&config, table, false).await;
    assert_has(installed.findings().problem(), "table's expiry", "off", "Enabled=true,AttributeName=ttl");
    expiry(&config, table, true).await;

    recovery(&config, table, false).await;
    assert_has(installed.findings().warning(), "table's recovery", "off", "PointInTimeRecoveryEnabled=true");
    recovery(&config, table, true).await;

    let client = DynamoDb::new(&config);
    let update = GlobalSecondaryIndexUpdate::builder();
    let delete = DeleteGlobalSecondaryIndexAction::builder().index_name("due").build();
    let update = update.delete(delete.expect("it is named")).build();
    let call = client.update_table().table_name(table).global_secondary_index_updates(update);
    call.send().await.expect("it can be updated");
    assert_has(installed.findings().problem(), "table", "the index `due` is missing", "Deploy infra/template.yaml");

    let mut command = installed.command(&["--format", "json", "--table", "elsewhere"]);
    let findings = Findings::of(ran(command.output().expect("it runs")));
    assert_has(findings.with("problem")[0], "table", "there is no table elsewhere", "Is its name right?");
    assert_has(findings.with("warning")[0], "waiting approvals", "no table to look them up in", "See to the table");
}

#[tokio::test]
async fn a_trail_that_does_not_record_decisions_is_told() {
    let installed = Installed::whole().await;
    let client = CloudTrail::new(&installed.config());

    client.stop_logging().name("all").send().await.expect("it can be stopped");
    assert_has(installed.findings().problem(), "trail", "none records who decides (all: stopped", "start-logging");
    client.start_logging().name("all").send().await.expect("it can be started");

    let selector = EventSelector::builder().read_write_type(ReadWriteType::ReadOnly).include_management_events(true);
    let call = client.put_event_selectors().trail_name("all").event_selectors(selector.build());
    call.send().await.expect("it can be put");
    assert_eq!(installed.findings().problem().0, "trail");

    let field = |name: &str| AdvancedFieldSelector::builder().field(name);
    let category = field("eventCategory").equals("Management").build().expect("it is named");
    let selectors = async |more: AdvancedFieldSelector| {
        let selector = AdvancedEventSelector::builder().field_selectors(category.clone()).field_selectors(more);
        let selector = selector.build().expect("it has fields");
        let call = client.put_event_selectors().trail_name("all").advanced_event_selectors(selector);
        call.send().await.expect("it can be put");
        installed.findings()
    };
    selectors(field("eventSource").not_equals("kms.amazonaws.com").build().expect("it is named")).await.assert_ok();
    let others = field("eventSource").equals("s3.amazonaws.com").build().expect("it is named");
    assert_eq!(selectors(others).await.problem().0, "trail");
    let errors = field("sessionCredentialFromConsole").equals("true").build().expect("it is named");
    assert_has(selectors(errors).await.warning(), "trail", "may leave out who decides", "get-event-selectors");

    client.delete_trail().name("all").send().await.expect("it can be deleted");
    assert_has(installed.findings().problem(), "trail", "none records who decides, so", "Have a trail");
}

#[tokio::test]
async fn gates_without_a_policy_are_named_and_no_name_reaches_for_the_terminal() {
    let installed = Installed::whole().await;
    let stage = "Pre\u{1b}[2J\u{202e}view";
    let gates = vec![Gate { stage, action: "Look", time_out: None, custom_data: None }];
    {
        let mut world = installed.pipelines.world();
        for n in 1..=12 {
            let definition = Definition { gates: gates.clone() };
            world.add_at(&here(), &format!("service-{n:02}-test"), Mode::Superseded, definition);
        }
        world.page = 5;
    }
    let findings = installed.findings();
    let (subject, found, remedy) = findings.warning();
    assert_eq!(subject, "gates");
    assert!(found.starts_with("12 of 13 gates in 13 pipelines without a policy"), "{found}");
    assert!(found.contains("service-01-test / Pre [2Jview / Look; service-02-test / "), "{found}");
    assert!(found.ends_with("service-10-test / Pre [2Jview / Look; and 2 more"), "{found}");
    assert!(remedy.contains("without `match`"), "{remedy}");
    let told = ran(installed.command(&[]).output().expect("it runs")).done();
    assert!(told.chars().all(|c| c == '\n' || !c.is_control()), "{told}");
    assert_fits(&told);
}

#[tokio::test]
async fn approvals_that_were_not_heard_of_are_named_until_the_reconciler_has_found_them() {
    let installed = Installed::whole().await;
    let ids = {
        let mut world = installed.pipelines.world();
        world.add_at(&here(), "orders-prod", Mode::Parallel, Definition::release());
        ["payments-prod", "orders-prod", "orders-prod"].map(|pipeline| world.start_approval(pipeline))
    };
    let findings = installed.findings();
    let (subject, found, remedy) = findings.problem();
    assert_eq!(subject, "waiting approvals");
    assert!(found.starts_with("3 approvals that holdpoint does not know of: "), "{found}");
    for id in &ids {
        assert!(found.contains(&format!("Release / Approve ({id})")), "{found}");
    }
    assert!(remedy.contains("the reconciler does not run"), "{remedy}");

    let settings = installed.pipelines.config_at(&here()).await;
    let pipelines = CodePipeline::new(&settings, ACCOUNT, &[], Patience::Long);
    let store = DynamoStore::new(DynamoDb::new(&installed.config()), installed.table());
    let rules = policyfile::read("policy.yaml", &installed.policy()).expect("it is in order").rules;
    let deadline = WallClock.now() + chrono::TimeDelta::minutes(1);
    let done = reconcile(&store, &rules, &pipelines, &WallClock, deadline, &Marks::default()).await.expect("a store");
    assert_eq!(done.found, 3, "{done:#?}");
    installed.findings().assert_ok();
}

#[tokio::test]
async fn a_pipeline_that_may_not_be_looked_at_hides_no_other() {
    let installed = Installed::whole().await;
    {
        let mut world = installed.pipelines.world();
        world.add_at(&here(), "secret-prod", Mode::Superseded, Definition::release());
        world.denied.insert("secret-prod".to_owned());
    }
    let findings = installed.findings();
    let (subject, found, remedy) = findings.problem();
    assert_eq!(subject, "gates");
    assert!(found.contains("/us-east-1 secret-prod: ") && found.contains("AccessDeniedException"), "{found}");
    assert!(remedy.contains("`GetPipelineState`"), "{remedy}");
    assert!(findings.with("ok").iter().any(|(_, found, _)| found.starts_with("1 gate in 1 pipeline, each")));
}

#[tokio::test]
async fn a_sweep_that_does_not_measure_and_a_bus_that_is_gone_are_told() {
    let installed = Installed::whole().await;
    installed.put_policy(&format!("{}metrics: {{ namespace: Elsewhere }}\n", installed.policy())).await;
    let found = "it has measured nothing in `Elsewhere` for 15m";
    assert_has(installed.findings().problem(), "sweep", found, "Is its schedule enabled?");
    let at = DateTime::from_secs((WallClock.now() - chrono::TimeDelta::minutes(8)).timestamp());
    let datum = MetricDatum::builder().metric_name("PolicyInvalid").value(0.0).timestamp(at).build();
    let call = CloudWatch::new(&installed.config()).put_metric_data().namespace("Elsewhere").metric_data(datum);
    call.send().await.expect("it can be put");
    assert_has(installed.findings().problem(), "sweep", "it last measured 8m", "Is its schedule enabled?");
    installed.put_policy(&installed.policy()).await;

    let bus = installed.stack.output("EventsBusName");
    EventBridge::new(&installed.config()).delete_event_bus().name(bus).send().await.expect("it can be deleted");
    assert_has(installed.findings().problem(), "own events", &format!("there is no bus {bus}"), "HOLDPOINT_BUS");
}

#[tokio::test]
async fn what_is_wrong_reads_well_and_ends_with_1() {
    let installed = Installed::whole().await;
    let config = installed.config();
    expiry(&config, installed.table(), false).await;
    recovery(&config, installed.table(), false).await;
    CloudTrail::new(&config).stop_logging().name("all").send().await.expect("it can be stopped");
    installed.pipelines.world().add_at(&here(), "docs", Mode::Superseded, Definition::release());
    installed.pipelines.world().start_approval("payments-prod");
    let ran = ran(installed.command(&[]).output().expect("it runs"));
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), "holdpoint: 3 problems found\n"));
    assert_fits(&ran.out);
    let told: Vec<&str> = ran.out.lines().skip_while(|line| !line.contains(" trail: ")).collect();
    insta::assert_snapshot!("wrong", super::whole::without_endings(&told.join("\n"), &installed));
}
