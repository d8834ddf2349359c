//! Metric data to Amazon CloudWatch, by `PutMetricData`.
//!
//! CloudWatch recognises no repeat: what the SDK or the outbox sends again after a lost answer counts twice.

mod pack;

use aws_config::SdkConfig;
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::config::http::HttpResponse;
use aws_sdk_cloudwatch::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_cloudwatch::operation::put_metric_data::PutMetricDataError;
use futures_util::{StreamExt, stream};

pub use self::pack::{Packed, merge, pack};
use super::aws::cause;
use crate::domain::Timestamp;
use crate::ports::EntryError;
use crate::ports::metrics::{Datum, Metrics};

/// How many requests are under way at the same time.
const AT_ONCE: usize = 4;

/// Says of a group, by its number, what became of it.
type Taken = (usize, Result<(), EntryError>);

#[derive(Clone, Debug)]
pub struct CloudWatch {
    client: Client,
    namespace: String,
}

impl CloudWatch {
    pub fn new(settings: &SdkConfig, namespace: String) -> Self {
        Self { client: Client::new(settings), namespace }
    }

    /// Sends groups in one request. Where CloudWatch refuses it for what is in it, each half goes by itself, and so on, so
    /// that one bad group costs no other.
    async fn put(&self, groups: Vec<(usize, &[Datum])>) -> Vec<Taken> {
        let mut taken = Vec::with_capacity(groups.len());
        let mut left = vec![groups];
        while let Some(mut groups) = left.pop() {
            let data = merge(groups.iter().flat_map(|(_, data)| *data));
            let request = self.client.put_metric_data().namespace(&self.namespace).set_metric_data(Some(data));
            match request.send().await {
                Ok(_) => taken.extend(groups.iter().map(|(number, _)| (*number, Ok(())))),
                Err(error) if is_about_the_data(&error) && groups.len() > 1 => {
                    left.push(groups.split_off(groups.len() / 2));
                    left.push(groups);
                }
                Err(error) => {
                    let is_refused = is_about_the_data(&error);
                    let cause = cause(error).to_string();
                    let failed = |cause: &str| match is_refused {
                        true => EntryError::Refused(cause.into()),
                        false => EntryError::Retry(cause.into()),
                    };
                    taken.extend(groups.iter().map(|(number, _)| (*number, Err(failed(&cause)))));
                }
            }
        }
        taken
    }
}

impl Metrics for CloudWatch {
    async fn record(&self, groups: &[Vec<Datum>], now: Timestamp) -> Vec<Result<(), EntryError>> {
        let packed = pack(groups, now);
        let mut taken: Vec<Taken> =
            packed.refused.into_iter().map(|(number, why)| (number, Err(EntryError::Refused(why.into())))).collect();
        let mut puts = Vec::with_capacity(packed.requests.len());
        for request in packed.requests {
            puts.push(self.put(request));
        }
        taken.extend(stream::iter(puts).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await.into_iter().flatten());
        taken.sort_by_key(|(number, _)| *number);
        taken.into_iter().map(|(_, result)| result).collect()
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
