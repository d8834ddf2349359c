//! Metric data on their way to CloudWatch.

mod answers;
mod gauges;
mod limits;
mod server;

use holdpoint::domain::Timestamp;
use holdpoint::domain::measure::Name;
use holdpoint::ports::metrics::Datum;

/// One value of a pipeline.
fn datum(pipeline: &str, value: f64, at: Timestamp) -> Datum {
    Datum { name: Name::ApprovalLatency, value, at, dimensions: vec![("Pipeline", pipeline.to_owned())] }
}
