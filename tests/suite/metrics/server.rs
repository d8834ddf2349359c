//! Through a server that keeps metrics.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Statistic};
use chrono::TimeDelta;
use holdpoint::adapters::clock::WallClock;
use holdpoint::adapters::cloudwatch::CloudWatch;
use holdpoint::domain::Timestamp;
use holdpoint::ports::clock::Clock;
use holdpoint::ports::metrics::Metrics;

use super::datum;
use crate::support::server::Server;

fn time(at: Timestamp) -> DateTime {
    DateTime::from_secs(at.timestamp())
}

#[tokio::test]
async fn percentiles_of_what_was_measured_can_be_read_back() {
    let server = Server::aws();
    let now = WallClock.now();
    // 100 waits, of which ten are the same; two rows of the outbox share a minute.
    let decided_at = now - TimeDelta::minutes(3);
    let waits = (1..=91).map(f64::from).chain(std::iter::repeat_n(91.0, 9));
    let groups: Vec<_> = waits.map(|wait| vec![datum("payments-prod", wait, decided_at)]).collect();
    let metrics = CloudWatch::new(&server.config(), "Holdpoint".to_owned());
    let results = metrics.record(&groups, now).await;
    assert!(results.len() == 100 && results.iter().all(Result::is_ok), "{results:?}");

    let client = Client::new(&server.config());
    let of_pipeline = Dimension::builder().name("Pipeline").value("payments-prod").build();
    let statistics = client
        .get_metric_statistics()
        .namespace("Holdpoint")
        .metric_name("ApprovalLatency")
        .dimensions(of_pipeline)
        .start_time(time(now - TimeDelta::minutes(10)))
        .end_time(time(now + TimeDelta::minutes(1)))
        .period(3600);
    let plain = statistics.clone().statistics(Statistic::SampleCount).statistics(Statistic::Sum).send().await;
    let plain = plain.expect("an answer");
    let total = |of: fn(&aws_sdk_cloudwatch::types::Datapoint) -> Option<f64>| -> f64 {
        plain.datapoints().iter().filter_map(of).sum()
    };
    assert_eq!(total(|point| point.sample_count()), 100.0);
    assert_eq!(total(|point| point.sum()), f64::from((1..=91).sum::<i32>() + 9 * 91));
    let percentile = statistics.extended_statistics("p90").send().await.expect("an answer");
    let found: Vec<f64> =
        percentile.datapoints().iter().filter_map(|p| p.extended_statistics()?.get("p90").copied()).collect();
    assert!(found.iter().all(|p90| (89.0..=91.0).contains(p90)) && found.len() == 1, "{found:?}");
}
