//! Metric data to Amazon CloudWatch, by `PutMetricData`.
//!
//! CloudWatch recognises no repeat: what the SDK or the outbox sends again after a lost answer counts twice.

mod pack;

use aws_config::SdkConfig;
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::config::http::HttpResponse;
use aws_sdk_cloudwatch::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cloudwatch::operation::put_metric_data::PutMetricDataError;
use aws_sdk_cloudwatch::types::MetricDatum;

pub use self::pack::{Packed, merge, pack};
use super::aws::cause;
use super::entries::{Sent, send_all};
use crate::domain::Timestamp;
use crate::ports::EntryError;
use crate::ports::metrics::{Datum, Metrics};

#[derive(Clone, Debug)]
pub struct CloudWatch {
    client: Client,
    namespace: String,
}

impl CloudWatch {
    pub fn new(settings: &SdkConfig, namespace: String) -> Self {
        Self { client: Client::new(settings), namespace }
    }

    /// A group is taken whole or not at all, and a request too.
    async fn put(&self, data: Vec<MetricDatum>, groups: usize) -> Sent {
        let request = self.client.put_metric_data().namespace(&self.namespace).set_metric_data(Some(data));
        match request.send().await {
            Ok(_) => Ok((0..groups).map(|_| Ok(())).collect()),
            Err(error) if is_about_the_data(&error) => Err(EntryError::Refused(cause(error))),
            Err(error) => Err(EntryError::Retry(cause(error))),
        }
    }
}

impl Metrics for CloudWatch {
    async fn record(&self, groups: &[Vec<Datum>], now: Timestamp) -> Vec<Result<(), EntryError>> {
        let Packed { requests, refused } = pack(groups, now);
        send_all(requests, refused, |groups| {
            let data = merge(groups.iter().flat_map(|(_, data)| *data));
            Box::pin(self.put(data, groups.len()))
        })
        .await
    }
}

/// Anything else may pass or be repaired while the data wait: a missing permission, too.
fn is_about_the_data(error: &SdkError<PutMetricDataError, HttpResponse>) -> bool {
    let is_too_large = error.raw_response().is_some_and(|response| response.status().as_u16() == 413);
    is_too_large
        || error.code().is_some_and(|code| {
            code.starts_with("InvalidParameter")
                || code.starts_with("MissingParameter")
                || code.starts_with("MissingRequiredParameter")
                || code.starts_with("Validation")
        })
}
