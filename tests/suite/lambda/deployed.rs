//! The whole of it: the template deployed, and its functions run by the server that stands in for AWS.

use aws_sdk_cloudwatch::types::StateValue;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_sqs::types::QueueAttributeName;
use holdpoint::adapters::dynamodb::DynamoStore;
use holdpoint::adapters::s3;
use holdpoint::domain::{ApprovalId, Phase};
use holdpoint::ports::store::Store;
use serde_json::{Value, json};

use super::{minutes_ago, run};
use crate::support::codepipeline::world::user;
use crate::support::codepipeline::{
    Caller, CodePipelineServer, Definition, KEY, Mode, OWN, REGION as PIPELINES, events,
};
use crate::support::history::Fate;
use crate::support::http::request;
use crate::support::server::{ACCOUNT, REGION, Server};
use crate::support::sqs::{bodies, subscribe};
use crate::support::stack::Stack;
use crate::support::wait::until_async;

const SOON: u32 = 60;

pub(super) struct Deployed {
    pub(super) server: Server,
    codepipeline: CodePipelineServer,
    pub(super) stack: Stack,
    pub(super) sqs: aws_sdk_sqs::Client,
}

impl Deployed {
    fn new() -> Self {
        Self::with("")
    }

    /// `more` are variables of the functions' program, as the shell takes them.
    pub(super) fn with(more: &str) -> Self {
        let (server, codepipeline) = (Server::aws(), CodePipelineServer::start());
        // The functions' program, which is too large to be packed for each test, with a key whose account the other
        // server can read.
        let program = format!(
            "#!/bin/sh\nexport AWS_ENDPOINT_URL={} AWS_ENDPOINT_URL_CODEPIPELINE={} AWS_REGION={REGION} \
             AWS_ACCESS_KEY_ID={KEY}{ACCOUNT} AWS_SECRET_ACCESS_KEY=secret {more}\nexec {}\n",
            server.url(),
            codepipeline.url(),
            env!("CARGO_BIN_EXE_lambda")
        );
        let stack = Stack::with(&server, "template.yaml", program.as_bytes(), &[("Members", PIPELINES)]);
        let sqs = aws_sdk_sqs::Client::new(&server.config());
        Self { server, codepipeline, stack, sqs }
    }

    /// What EventBridge would do: the server refuses events from `aws.*`, as AWS does.
    async fn send(&self, body: &str) {
        let queue = self.stack.output("EventQueueUrl");
        self.sqs.send_message().queue_url(queue).message_body(body).send().await.expect("the queue takes it");
    }

    pub(super) fn invoke(&self, function: &str) -> Value {
        let name = self.stack.output(function);
        let target = format!("/2015-03-31/functions/{name}/invocations");
        let answer = request(self.server.address(), "POST", &target, &[], b"{}").expect("it answers");
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.headers.get("x-amz-function-error"), None, "{answer:?}");
        answer.json()
    }

    /// A queue that hears of what `subscribe` connects to it.
    pub(super) async fn queue(&self, name: &str) -> (String, String) {
        let made = self.sqs.create_queue().queue_name(name).send().await.expect("a queue");
        (made.queue_url.expect("it has an address"), format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"))
    }

    pub(super) async fn messages(&self, queue: &str) -> Vec<Value> {
        let body = |text: String| serde_json::from_str(&text).unwrap_or(Value::String(text));
        bodies(&self.sqs, queue).await.into_iter().map(body).collect()
    }
}

#[tokio::test]
async fn from_the_event_to_the_reminder_the_alarm_and_the_archive() {
    let deployed = Deployed::new();
    let (config, stack) = (deployed.server.config(), &deployed.stack);
    let store = DynamoStore::new(aws_sdk_dynamodb::Client::new(&config), stack.output("TableName"));

    // Somebody listens at the topic, and somebody at the bus.
    let (inbox, _) = deployed.queue("inbox").await;
    subscribe(&aws_sdk_sns::Client::new(&config), stack.output("NoticeTopicArn"), "inbox").await;
    let (heard, arn) = deployed.queue("heard").await;
    let (eventbridge, bus) = (aws_sdk_eventbridge::Client::new(&config), stack.output("EventsBusName"));
    let rule = eventbridge.put_rule().name("all").event_bus_name(bus).event_pattern(r#"{"source":["holdpoint"]}"#);
    rule.send().await.expect("the rule is made");
    let target = aws_sdk_eventbridge::types::Target::builder().id("q").arn(arn).build().expect("it is whole");
    eventbridge.put_targets().rule("all").event_bus_name(bus).targets(target).send().await.expect("it is made");

    // The policy is put into its bucket, as the README says.
    let policy = format!(
        "version: 1\nrecipients: {{ team: {{ sns: '{}' }} }}\npolicies:\n  - name: quick\n    target: 10m\n    \
         steps: [{{ at: 100%, escalate: [team] }}]\n",
        stack.output("NoticeTopicArn")
    );
    let put = s3::client(&config).put_object().bucket(stack.output("PolicyBucketName")).key("policy.yaml");
    put.body(ByteStream::from(policy.into_bytes())).send().await.expect("it is taken");

    // One approval is heard of by events, and is overdue; another only CodePipeline knows.
    let asked = run(1, 30, Fate::Open);
    for event in asked.events() {
        deployed.send(&event).await;
    }
    let unheard = {
        let mut world = deployed.codepipeline.world();
        world.now = minutes_ago(5);
        let site = Caller { account: ACCOUNT.to_owned(), region: PIPELINES.to_owned() };
        world.add_at(&site, "payments-prod", Mode::Superseded, Definition::release());
        world.start_approval("payments-prod")
    };
    let id = ApprovalId::new(asked.approval());
    until_async("the event is taken in", SOON, async || store.projection(&id).await.expect("it answers")).await;
    assert_eq!(deployed.invoke("ReconcileFunctionName")["found"], 1);
    let known = store.projection(&ApprovalId::new(&unheard)).await.expect("it answers").expect("it is known");
    assert_eq!(known.phase, Phase::Waiting);

    // The sweep escalates, counts, and tells other programs.
    assert_eq!(deployed.invoke("SweepFunctionName")["in_time"], true);
    deployed.invoke("SweepFunctionName");
    let letters = deployed.messages(&inbox).await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    let told: Vec<String> = until_async("the events arrive", SOON, async || {
        let more = deployed.messages(&heard).await;
        let kinds: Vec<String> = more.iter().filter_map(|e| e["detail-type"].as_str().map(str::to_owned)).collect();
        (!kinds.is_empty()).then_some(kinds)
    })
    .await;
    for kind in ["Approval Requested", "SLA Breached", "Approval Escalated"] {
        assert!(told.iter().any(|known| known == kind), "{kind}: {told:?}");
    }
    let cloudwatch = aws_sdk_cloudwatch::Client::new(&config);
    until_async("the alarm goes off", SOON, async || {
        let alarms = cloudwatch.describe_alarms().alarm_names("holdpoint-overdue").send().await.expect("it answers");
        let state = alarms.metric_alarms().first().expect("the alarm is there").state_value().cloned();
        (state == Some(StateValue::Alarm)).then_some(())
    })
    .await;

    // Somebody answers, and the API says at once who.
    let ended = {
        let mut world = deployed.codepipeline.world();
        world.now = minutes_ago(3);
        world.approve(&unheard, "jane", "fine");
        let ended = events::ended(&mut world, "payments-prod", &unheard);
        world.now = minutes_ago(2);
        // The world's events are another account's.
        ended.replace(OWN, ACCOUNT)
    };
    deployed.send(&ended).await;
    let settled = until_async("the end is taken in", SOON, async || {
        let known = store.projection(&ApprovalId::new(&unheard)).await.expect("it answers");
        known.filter(|known| known.phase == Phase::Settled)
    })
    .await;
    assert_eq!(settled.decided_by, Some(user("jane")));

    // The archive has the days that are over, in both forms.
    assert_eq!(deployed.invoke("ExportFunctionName")["exports"].as_array().map(Vec::len), Some(14));
    let listed = s3::client(&config).list_objects_v2().bucket(stack.output("AuditBucketName")).prefix("audit/0");
    let listed = listed.send().await.expect("it answers");
    let keys = listed.contents().iter().filter_map(|object| object.key());
    assert_eq!(keys.filter(|key| key.ends_with("/checkpoint.json")).count(), 14);
}

#[tokio::test]
async fn a_message_that_cannot_be_read_ends_among_the_failed_and_holds_nothing_up() {
    let deployed = Deployed::new();
    // Six minutes between two tries are too long to wait for here.
    let queue = deployed.stack.output("EventQueueUrl");
    let faster = deployed.sqs.set_queue_attributes().queue_url(queue);
    faster.attributes(QueueAttributeName::VisibilityTimeout, "1").send().await.expect("it is set");
    deployed.send("{ not JSON").await;
    let asked = run(1, 30, Fate::Open);
    for event in asked.events() {
        deployed.send(&event).await;
    }
    let failed = deployed.stack.output("FailedQueueUrl");
    let left = until_async("it is given up", SOON, async || {
        let left = deployed.messages(failed).await;
        (!left.is_empty()).then_some(left)
    })
    .await;
    assert_eq!(left, [json!("{ not JSON")]);
    let config = deployed.server.config();
    let store = DynamoStore::new(aws_sdk_dynamodb::Client::new(&config), deployed.stack.output("TableName"));
    assert!(store.projection(&ApprovalId::new(asked.approval())).await.expect("it answers").is_some());
}
