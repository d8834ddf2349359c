//! Where measures go: to the file that the policy names, and with AWS to CloudWatch.

use crate::adapters::file::FileMetrics;
use crate::domain::Timestamp;
use crate::policyfile::PolicyFile;
use crate::ports::EntryError;
use crate::ports::metrics::{Datum, Metrics};

pub(super) struct Meters {
    pub(super) file: FileMetrics,
    #[cfg(feature = "aws")]
    pub(super) cloud: Option<crate::adapters::cloudwatch::CloudWatch>,
}

impl Meters {
    /// The file that the policy names for its measures.
    pub(super) fn file(policy: &PolicyFile) -> FileMetrics {
        FileMetrics { path: policy.metrics_file.clone(), namespace: policy.namespace.clone() }
    }
}

impl Metrics for Meters {
    #[cfg(not(feature = "aws"))]
    async fn record(&self, groups: &[Vec<Datum>], now: Timestamp) -> Vec<Result<(), EntryError>> {
        self.file.record(groups, now).await
    }

    /// CloudWatch, which recognises no repeat, decides whether a group comes again. The file gets what does not, and a
    /// file that fails is logged only.
    #[cfg(feature = "aws")]
    async fn record(&self, groups: &[Vec<Datum>], now: Timestamp) -> Vec<Result<(), EntryError>> {
        let Some(cloud) = &self.cloud else { return self.file.record(groups, now).await };
        let taken = cloud.record(groups, now).await;
        let comes_again = |result: &Result<(), EntryError>| matches!(result, Err(EntryError::Retry(_)));
        let done = groups.iter().zip(&taken).filter(|(_, result)| !comes_again(result));
        let done: Vec<Vec<Datum>> = done.map(|(group, _)| group.clone()).collect();
        if let Some(Err(error)) = self.file.record(&done, now).await.into_iter().find(Result::is_err) {
            tracing::warn!(%error, "measures went to CloudWatch, but not to the file");
        }
        taken
    }
}
