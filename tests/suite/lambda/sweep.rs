//! What is due each minute.

use std::net::TcpListener;
use std::time::Duration;

use aws_sdk_cloudwatch::types::Statistic;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};
use chrono::TimeDelta;
use holdpoint::adapters::s3;
use holdpoint::ports::store::Store;
use serde_json::{Value, json};

use super::{Cloud, again, batch, minutes_ago, run, topic};
use crate::support::history::Fate;
use crate::support::runtime::{Answer, Function};

fn sweep(function: &Function) -> Value {
    match function.invoke(&json!({ "detail-type": "Scheduled Event", "source": "aws.events", "detail": {} })) {
        Answer::Response(said) => said,
        Answer::Error(error) => panic!("{error}\n{}", function.log()),
    }
}

#[tokio::test]
async fn a_reminder_goes_out_once_and_the_gauges_with_each_sweep() {
    let cloud = Cloud::new().await;
    // Nobody has put a policy there yet: the built-in one promises four hours, and tells the deployment's topic.
    let asked = run(1, 130, Fate::Open);
    assert_eq!(cloud.function("ingest").invoke(&batch(&asked.events())), again(&[]));
    let function = cloud.function("sweep");
    assert_eq!(sweep(&function)["in_time"], true);
    sweep(&function);
    sweep(&cloud.function("sweep"));
    let letters = cloud.inbox().await;
    assert_eq!(letters.len(), 1, "{letters:?}\n{}", function.log());
    let metrics = aws_sdk_cloudwatch::Client::new(&cloud.config);
    let time = |minutes| aws_sdk_cloudwatch::primitives::DateTime::from_secs(minutes_ago(minutes).timestamp());
    let call = metrics.get_metric_statistics().namespace("Holdpoint").metric_name("Waiting").period(60);
    let call = call.start_time(time(5)).end_time(time(-5)).statistics(Statistic::Maximum);
    let points = call.send().await.expect("it answers").datapoints.unwrap_or_default();
    assert_eq!(points.iter().filter_map(|point| point.maximum).fold(0.0, f64::max), 1.0);
}

#[tokio::test]
async fn a_policy_in_the_bucket_counts_and_an_invalid_one_never_replaces_it() {
    let cloud = Cloud::new().await;
    let bucket = s3::client(&cloud.config);
    let put = async |text: String| {
        let body = ByteStream::from(text.into_bytes());
        bucket.put_object().bucket("policy").key("policy.yaml").body(body).send().await.expect("it is taken");
    };
    let versioned = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
    bucket.put_bucket_versioning().bucket("policy").versioning_configuration(versioned).send().await.expect("it does");
    put(format!(
        "version: 1\nrecipients: {{ team: {{ sns: '{}' }} }}\npolicies:\n  - name: quick\n    target: 10m\n    \
         steps: [{{ at: 100%, escalate: [team] }}]\n",
        topic()
    ))
    .await;
    assert_eq!(cloud.function("ingest").invoke(&batch(&run(1, 30, Fate::Open).events())), again(&[]));
    put("version: 1\npolicies: [{ name: broken, target: soon }]\n".to_owned()).await;
    let function = cloud.function("sweep");
    sweep(&function);
    assert_eq!(cloud.inbox().await.len(), 1, "{}", function.log());
    assert!(function.log().contains("policies[0].target"), "{}", function.log());
}

#[tokio::test]
async fn two_sweeps_at_once_do_no_harm() {
    let cloud = Cloud::new().await;
    let bodies: Vec<String> = (1..=20).flat_map(|number| run(number, 130, Fate::Open).events()).collect();
    assert_eq!(cloud.function("ingest").invoke(&batch(&bodies)), again(&[]));
    let functions = [cloud.function("sweep"), cloud.function("sweep")];
    for function in &functions {
        function.begin(&json!({}), Duration::from_secs(60));
    }
    for function in &functions {
        assert!(matches!(function.answer(), Answer::Response(_)), "{}", function.log());
    }
    sweep(&functions[0]);
    assert_eq!(cloud.inbox().await.len(), 20);
}

#[tokio::test]
async fn a_sweep_that_has_no_time_begins_nothing_and_the_next_one_does_it() {
    let cloud = Cloud::new().await;
    assert_eq!(cloud.function("ingest").invoke(&batch(&run(1, 130, Fate::Open).events())), again(&[]));
    let function = cloud.function("sweep");
    let answer = function.invoke_within(&json!({}), Duration::from_secs(8));
    assert_eq!(answer, Answer::Response(json!({ "changes": 0, "in_time": true })), "{}", function.log());
    assert_eq!(cloud.inbox().await.len(), 0);
    sweep(&function);
    assert_eq!(cloud.inbox().await.len(), 1);
}

#[tokio::test]
async fn a_sweep_whose_time_is_up_ends_in_order_and_loses_nothing() {
    let cloud = Cloud::new().await;
    assert_eq!(cloud.function("ingest").invoke(&batch(&run(1, 130, Fate::Open).events())), again(&[]));
    // A recipient that takes the call and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://{}", silent.local_addr().expect("it is bound"));
    let function = cloud.function_with("sweep", &[("AWS_ENDPOINT_URL_SNS", &url)]);
    let answer = function.invoke_within(&json!({}), Duration::from_secs(13));
    let Answer::Response(said) = answer else { panic!("{answer:?}") };
    assert_eq!(said["in_time"], false, "{}", function.log());
    assert!(function.log().contains("the next run goes on where this one stopped"), "{}", function.log());
    // The notice is still there, and comes again when the lease of whoever dropped it has run out.
    let lease = TimeDelta::minutes(3);
    let claimed = cloud.store.claim(minutes_ago(0) + lease, lease, 10).await.expect("the store answers");
    assert_eq!(claimed.len(), 1);
}
