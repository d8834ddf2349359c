//! Where measures go.

use std::future::Future;

use super::Source;
use crate::domain::Timestamp;
use crate::domain::measure::Name;

/// One value of one metric, broken down by one dimension set.
#[derive(Clone, Debug, PartialEq)]
pub struct Datum {
    pub name: Name,
    pub value: f64,
    pub at: Timestamp,
    /// Names and values.
    pub dimensions: Vec<(&'static str, String)>,
}

/// Takes data. A call may be repeated with the same data after a crash.
pub trait Metrics: Send + Sync {
    fn record(&self, data: &[Datum]) -> impl Future<Output = Result<(), MetricsError>> + Send;
}

/// Try again later.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct MetricsError(pub Source);
