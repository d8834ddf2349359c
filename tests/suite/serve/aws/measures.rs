//! What goes out: to topics, to CloudWatch and to a bus.

use std::fs;

use aws_sdk_cloudwatch::types::{Datapoint, Statistic};
use aws_sdk_eventbridge::types::Target;
use chrono::TimeDelta;
use serde_json::Value;

use super::{Cloud, seconds, topic};
use crate::serve::process::SOON;
use crate::support::history::{Fate, Run};
use crate::support::server::{ACCOUNT, REGION};
use crate::support::wait::until_async;
use crate::support::waiting::{asked, now, waiting};

/// The values of a metric that nothing breaks down, in the last hours.
async fn points(cloud: &Cloud, name: &str) -> Vec<Datapoint> {
    let metrics = aws_sdk_cloudwatch::Client::new(&cloud.config);
    let call = metrics.get_metric_statistics().namespace("Team/Holdpoint").metric_name(name).period(60);
    let call = call.start_time(seconds(now() - TimeDelta::hours(5))).end_time(seconds(now() + TimeDelta::minutes(5)));
    let answer = call.statistics(Statistic::Maximum).statistics(Statistic::SampleCount).send().await;
    answer.expect("it answers").datapoints.unwrap_or_default()
}

#[tokio::test]
async fn topic_metrics_and_bus_are_told_and_the_file_of_the_policy_as_well() {
    let cloud = Cloud::new().await;
    let bus = aws_sdk_eventbridge::Client::new(&cloud.config);
    bus.create_event_bus().name("approvals").send().await.expect("a bus");
    let rule = bus.put_rule().event_bus_name("approvals").name("all").event_pattern(r#"{"source":["holdpoint"]}"#);
    rule.send().await.expect("a rule");
    let target = Target::builder().id("queue").arn(format!("arn:aws:sqs:{REGION}:{ACCOUNT}:events")).build();
    let put = bus.put_targets().event_bus_name("approvals").rule("all").targets(target.expect("a target"));
    put.send().await.expect("it is taken");

    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("metrics.jsonl");
    let place = cloud.place_with(&format!(
        "version: 1\nrecipients: {{ team: {{ sns: '{}', format: json }} }}\npolicies:\n  - name: production\n    target: \
         4h\n    steps: [{{ at: 50%, remind: [team] }}]\nmetrics: {{ namespace: Team/Holdpoint, dimensions: [[]], file: '{}' }}\n",
        topic(),
        file.display()
    ));
    let place = place.arg("--bus", "approvals");
    let server = place.serve();
    // The reminder of the one is due in seconds; the other was approved after its deadline.
    let soon = waiting(1, TimeDelta::hours(2) - TimeDelta::seconds(4));
    let asked_at = now() - TimeDelta::hours(5);
    let late = Run { number: 2, pipeline: 2, asked_at, wait: TimeDelta::minutes(250), fate: Fate::Approved };
    let events: Vec<String> = late.events().into_iter().chain([asked(&soon)]).collect();
    assert_eq!(server.post(events.join("\n")).status, 200);

    let notice = until_async("the reminder", SOON, async || cloud.inbox().await.into_keys().next()).await;
    assert_eq!(notice, format!("{}/remind@50%/0/team", soon.approval()));
    assert!(now() >= soon.asked_at + TimeDelta::hours(2), "not before it is due");
    let waits = until_async("the wait", SOON, async || points(&cloud, "ApprovalLatency").await.pop()).await;
    assert_eq!((waits.sample_count, waits.maximum), (Some(1.0), Some(250.0 * 60.0)));
    let waiting = until_async("the gauge", SOON, async || points(&cloud, "Waiting").await.pop()).await;
    assert_eq!(waiting.maximum, Some(1.0));
    let call = cloud.sqs.receive_message().queue_url(cloud.queue("events")).max_number_of_messages(10);
    let told = call.wait_time_seconds(10).send().await.expect("it answers").messages.unwrap_or_default();
    let told: Vec<Value> = told.iter().filter_map(|m| serde_json::from_str(m.body()?).ok()).collect();
    assert!(told.iter().any(|event| event["source"] == "holdpoint"), "{told:?}");

    assert_eq!(server.terminate().code(), Some(0), "{}", place.log());
    let lines = fs::read_to_string(&file).expect("it was made");
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let latency = lines.iter().find(|l| l["name"] == "ApprovalLatency").expect("it is there as well");
    assert_eq!((&latency["namespace"], &latency["value"]), (&"Team/Holdpoint".into(), &(250.0 * 60.0).into()));
}
