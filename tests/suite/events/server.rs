//! Through a server that routes events.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::Target;
use holdpoint::adapters::eventbridge::EventBridge;
use holdpoint::ports::events::Events;
use serde_json::Value;

use super::one_of_each;
use crate::support::server::{ACCOUNT, REGION, Server};

/// How often it is asked for messages that have not come; each time the server waits a second for one.
const LOOKS: usize = 20;

#[tokio::test]
async fn a_rule_on_the_bus_gets_every_event() {
    let server = Server::aws();
    let (events, queues) = (Client::new(&server.config()), aws_sdk_sqs::Client::new(&server.config()));
    events.create_event_bus().name("approvals").send().await.expect("a bus");
    let queue = queues.create_queue().queue_name("told").send().await.expect("a queue");
    let queue = queue.queue_url().expect("it has an address");
    let arn = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:told");
    let rule = events.put_rule().event_bus_name("approvals").name("all").event_pattern(r#"{"source":["holdpoint"]}"#);
    rule.send().await.expect("a rule");
    let target = Target::builder().id("queue").arn(arn).build().expect("a target");
    events.put_targets().event_bus_name("approvals").rule("all").targets(target).send().await.expect("a target");

    let sent = one_of_each();
    let bus = EventBridge::new(&server.config(), "approvals".to_owned());
    let results = bus.publish(&sent).await;
    assert!(results.len() == 6 && results.iter().all(Result::is_ok), "{results:?}");

    let mut told: Vec<Value> = Vec::new();
    for _ in 0..LOOKS {
        let receive = queues.receive_message().queue_url(queue).max_number_of_messages(10).wait_time_seconds(1);
        let received = receive.send().await.expect("an answer");
        told.extend(received.messages().iter().filter_map(|m| serde_json::from_str(m.body()?).ok()));
        if told.len() >= sent.len() {
            break;
        }
    }
    let mut ids: Vec<&str> = told.iter().filter_map(|event| event["detail"]["id"].as_str()).collect();
    ids.sort_unstable();
    let wanted: Vec<&str> = sent.iter().map(|published| published.id.as_str()).collect();
    assert_eq!(ids, wanted);
    let breached = told.iter().find(|event| event["detail-type"] == "SLA Breached").expect("it is among them");
    assert_eq!(breached["source"], "holdpoint");
    assert_eq!(breached["resources"][0], "arn:aws:codepipeline:eu-west-1:111122223333:payments-prod");
    assert_eq!(breached["detail"]["gate"]["pipeline"], "payments-prod");
}
