//! Where measures go.

use std::future::Future;

use super::Source;
use crate::domain::measure::Measure;
use crate::domain::policy::Dimension;

/// Takes measures. A call may be repeated with the same measures after a crash.
pub trait Metrics: Send + Sync {
    fn record(
        &self,
        measures: &[Measure],
        dimensions: &[Vec<Dimension>],
    ) -> impl Future<Output = Result<(), MetricsError>> + Send;
}

/// Try again later.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct MetricsError(pub Source);
