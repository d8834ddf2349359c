//! The newest value of a metric.

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::config::http::HttpResponse;
use aws_sdk_cloudwatch::error::SdkError;
use aws_sdk_cloudwatch::operation::get_metric_statistics::GetMetricStatisticsError;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Statistic};
use chrono::TimeDelta;

use crate::domain::Timestamp;

/// How far it is looked back.
pub(super) const LOOK_BACK: TimeDelta = TimeDelta::minutes(15);
const MINUTE: i32 = 60;

/// When the newest minute with a value began, and the greatest value in it.
pub(super) async fn newest(
    client: &Client,
    namespace: &str,
    name: &str,
    dimension: Option<(&str, &str)>,
    now: Timestamp,
) -> Result<Option<(Timestamp, f64)>, SdkError<GetMetricStatisticsError, HttpResponse>> {
    let dimension = dimension.map(|(name, value)| vec![Dimension::builder().name(name).value(value).build()]);
    let time = |at: Timestamp| DateTime::from_secs(at.timestamp());
    let call = client
        .get_metric_statistics()
        .namespace(namespace)
        .metric_name(name)
        .set_dimensions(dimension)
        .start_time(time(now - LOOK_BACK))
        // What was measured this minute is wanted as well.
        .end_time(time(now + TimeDelta::minutes(1)))
        .period(MINUTE)
        .statistics(Statistic::Maximum);
    let points = call.send().await?.datapoints.unwrap_or_default();
    let value = |point: aws_sdk_cloudwatch::types::Datapoint| {
        Some((Timestamp::from_timestamp(point.timestamp?.secs(), 0)?, point.maximum?))
    };
    Ok(points.into_iter().filter_map(value).max_by_key(|(at, _)| *at))
}
