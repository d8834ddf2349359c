//! Where measures go.

use std::future::Future;

use super::EntryError;
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

/// Takes data. A call may be repeated with the same data after a crash or a lost answer.
pub trait Metrics: Send + Sync {
    /// Says of each group, in their order, what became of it. A group is taken as a whole or not at all; none holds back
    /// another.
    fn record(&self, groups: &[Vec<Datum>], now: Timestamp)
    -> impl Future<Output = Vec<Result<(), EntryError>>> + Send;
}
