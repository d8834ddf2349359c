//! On a server: what is published arrives where subscriptions lead.

use std::collections::BTreeMap;

use aws_sdk_sns::Client as SnsClient;
use aws_sdk_sqs::Client as SqsClient;
use aws_sdk_sqs::types::Message;
use holdpoint::adapters::recipients::Recipients;
use holdpoint::domain::measure::Name;
use holdpoint::ports::channel::Channels;
use serde_json::{Value, json};

use super::{ends, letter, policy, told};
use crate::notice::{ESCALATE, REMIND, asked, context, gate, tuesday};
use crate::support::server::{ACCOUNT, REGION, Server};

struct Post {
    server: Server,
    sns: SnsClient,
    sqs: SqsClient,
}

impl Post {
    fn open() -> Self {
        let server = Server::aws();
        let (sns, sqs) = (SnsClient::new(&server.config()), SqsClient::new(&server.config()));
        Self { server, sns, sqs }
    }

    async fn topic(&self, name: &str) -> String {
        let made = self.sns.create_topic().name(name);
        let made = if name.ends_with(".fifo") { made.attributes("FifoTopic", "true") } else { made };
        let arn = made.send().await.expect("a topic").topic_arn.expect("it has an address");
        assert_eq!(arn, format!("arn:aws:sns:{REGION}:{ACCOUNT}:{name}"));
        arn
    }

    /// A queue that gets what is published to a topic, and nothing around it.
    async fn queue(&self, topic: &str, name: &str, filter: Option<Value>) -> String {
        let made = self.sqs.create_queue().queue_name(name);
        let is_fifo = name.ends_with(".fifo");
        let made = if is_fifo { made.attributes("FifoQueue".into(), "true") } else { made };
        let url = made.send().await.expect("a queue").queue_url.expect("it has an address");
        let subscribed = self.sns.subscribe().topic_arn(topic).protocol("sqs").attributes("RawMessageDelivery", "true");
        let filter = filter.map(|filter| filter.to_string());
        let subscribed = match filter {
            Some(filter) => subscribed.attributes("FilterPolicy", filter),
            None => subscribed,
        };
        let endpoint = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}");
        subscribed.endpoint(endpoint).send().await.expect("a subscription");
        url
    }

    /// What a queue holds, after waiting for so many seconds until it holds anything.
    async fn messages(&self, queue: &str, seconds: i32) -> Vec<Message> {
        let asked = self.sqs.receive_message().queue_url(queue).max_number_of_messages(10).wait_time_seconds(seconds);
        let received = asked.message_attribute_names("All").send().await.expect("an answer");
        received.messages.unwrap_or_default()
    }
}

const SOON: i32 = 20;

fn body(message: &Message) -> &str {
    message.body().unwrap_or_default()
}

fn attributes(message: &Message) -> BTreeMap<&str, &str> {
    let all = message.message_attributes().into_iter().flatten();
    all.map(|(name, value)| (name.as_str(), value.string_value().unwrap_or_default())).collect()
}

#[tokio::test]
async fn text_chat_and_json_arrive_with_what_subscriptions_filter_by() {
    let post = Post::open();
    let mut queues = BTreeMap::new();
    let mut forms = Vec::new();
    for format in ["text", "chat", "json"] {
        let topic = post.topic(format).await;
        queues.insert(format, post.queue(&topic, format, None).await);
        forms.push((format, format!("{{ sns: \"{topic}\", format: {format} }}")));
    }
    let forms: Vec<(&str, &str)> = forms.iter().map(|(name, form)| (*name, form.as_str())).collect();
    let policy = policy(&forms);
    let recipients = Recipients::with_aws(&policy, |_| None, &post.server.config()).expect("they can be told");
    let letter = letter(asked(gate(), 1, context()), REMIND, tuesday("11:12:07.412"));
    for name in policy.recipients.keys() {
        let receipt = recipients.send(name, &letter).await.expect("it is taken");
        assert!(receipt.is_some_and(|id| !id.is_empty()), "the message's id is the receipt");
    }
    for (format, queue) in &queues {
        let messages = post.messages(queue, SOON).await;
        let [message] = messages.as_slice() else { panic!("{format}: {messages:?}") };
        match *format {
            "text" => assert_eq!(body(message), letter.text),
            "json" => assert_eq!(serde_json::from_str::<Value>(body(message)).expect("JSON"), letter.data),
            _ => {
                let said: Value = serde_json::from_str(body(message)).expect("JSON");
                assert_eq!((&said["version"], &said["source"]), (&json!("1.0"), &json!("custom")));
                assert_eq!(said["content"]["description"], letter.markdown);
            }
        }
        let expected = [
            ("account", "111122223333"),
            ("action", "Approve"),
            ("kind", "reminder"),
            ("notice_id", letter.notice.id.as_str()),
            ("pipeline", "payments-prod"),
            ("policy", "production"),
            ("region", "eu-west-1"),
            ("stage", "Production"),
        ];
        assert_eq!(attributes(message), BTreeMap::from(expected), "{format}");
    }
}

#[tokio::test]
async fn a_subscription_can_ask_for_escalations_only() {
    let post = Post::open();
    let topic = post.topic("approvals").await;
    let all = post.queue(&topic, "all", None).await;
    let escalations = post.queue(&topic, "escalations", Some(json!({ "kind": ["escalation"] }))).await;
    let policy = policy(&[("there", &format!("{{ sns: \"{topic}\" }}"))]);
    let recipients = Recipients::with_aws(&policy, |_| None, &post.server.config()).expect("they can be told");
    let there = policy.recipients.keys().next().expect("one");
    for step in [REMIND, ESCALATE] {
        let letter = letter(asked(gate(), 1, context()), step, tuesday("13:12:08"));
        recipients.send(there, &letter).await.expect("it is taken");
    }
    let kinds = |messages: &[Message]| messages.iter().map(|m| attributes(m)["kind"].to_owned()).collect::<Vec<_>>();
    assert_eq!(kinds(&post.messages(&escalations, SOON).await), ["escalation"]);
    let mut both = kinds(&post.messages(&all, SOON).await);
    both.sort();
    assert_eq!(both, ["escalation", "reminder"]);
}

#[tokio::test]
async fn a_fifo_topic_takes_the_same_notice_once() {
    let post = Post::open();
    let topic = post.topic("approvals.fifo").await;
    let queue = post.queue(&topic, "approvals.fifo", None).await;
    let policy = policy(&[("there", &format!("{{ sns: \"{topic}\", format: json }}"))]);
    let recipients = Recipients::with_aws(&policy, |_| None, &post.server.config()).expect("they can be told");
    let there = policy.recipients.keys().next().expect("one");
    // The second time with another text, as after a crash.
    for time in ["11:12:08", "11:14:08"] {
        let letter = letter(asked(gate(), 1, context()), REMIND, tuesday(time));
        recipients.send(there, &letter).await.expect("it is taken");
    }
    let escalation = letter(asked(gate(), 1, context()), ESCALATE, tuesday("13:12:08"));
    recipients.send(there, &escalation).await.expect("it is taken");
    let mut kinds = Vec::new();
    for message in post.messages(&queue, SOON).await {
        kinds.push(attributes(&message)["kind"].to_owned());
    }
    assert_eq!(kinds, ["reminder", "escalation"]);
}

#[tokio::test]
async fn a_topic_that_is_not_there_is_given_up_and_the_others_are_told() {
    let post = Post::open();
    let topic = post.topic("there").await;
    let queue = post.queue(&topic, "there", None).await;
    let gone = topic.replace(":there", ":gone");
    let file = policy(&[("gone", &format!("{{ sns: \"{gone}\" }}")), ("there", &format!("{{ sns: \"{topic}\" }}"))]);
    let recipients = Recipients::with_aws(&file, |_| None, &post.server.config()).expect("they can be told");
    let (facts, measured) = told(&file, &recipients, &[121]).await;

    assert_eq!(post.messages(&queue, SOON).await.len(), 1);
    assert_eq!(ends(&facts), ["gone given up after 1: NotFound", "there delivered"]);
    for name in [Name::NoticesGivenUp, Name::RemindersSent] {
        assert!(measured.contains(&name), "{name:?} in {measured:?}");
    }
}
