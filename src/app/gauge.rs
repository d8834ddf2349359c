//! Measures as metric data: broken down by the dimension sets of the policy file.

use std::collections::BTreeMap;

use crate::domain::Timestamp;
use crate::domain::measure::{Measures, Name};
use crate::domain::policy::Dimension;
use crate::ports::metrics::Datum;
use crate::ports::store::Gauge;

/// One datum for each value and dimension set. A set with a label that the measures lack gives none.
pub fn break_down(measures: &Measures, sets: &[Vec<Dimension>]) -> Vec<Datum> {
    let mut data = Vec::new();
    for set in sets {
        let Some(dimensions) = measures.labels.dimensions(set) else { continue };
        for (name, value) in &measures.values {
            data.push(Datum { name: *name, value: *value, at: measures.at, dimensions: owned(&dimensions) });
        }
    }
    data
}

/// The gauges at `now`, added up over each dimension set. Where nothing waits, only the total says 0: it tells an alarm
/// that the monitor is not silent, and CloudWatch charges for each metric by the hour in which it has a value.
pub fn gauge_data(gauges: &[Gauge], sets: &[Vec<Dimension>], now: Timestamp) -> Vec<Datum> {
    let mut data = Vec::new();
    for set in sets {
        let mut totals: BTreeMap<Vec<(&'static str, &str)>, [f64; 3]> = BTreeMap::new();
        if set.is_empty() {
            totals.insert(Vec::new(), [0.0; 3]);
        }
        for gauge in gauges.iter().filter(|gauge| gauge.waiting > 0) {
            let Some(dimensions) = gauge.labels.dimensions(set) else { continue };
            let [waiting, oldest, overdue] = totals.entry(dimensions).or_default();
            let wait = gauge.oldest_requested_at.map_or(0.0, |at| (now - at).as_seconds_f64().max(0.0));
            *waiting += count(gauge.waiting);
            *oldest = oldest.max(wait);
            *overdue += count(gauge.overdue);
        }
        for (dimensions, values) in totals {
            for (name, value) in [Name::Waiting, Name::OldestWait, Name::Overdue].into_iter().zip(values) {
                data.push(Datum { name, value, at: now, dimensions: owned(&dimensions) });
            }
        }
    }
    data
}

/// Whether the policy that holds is not the newest. It is about the whole monitor, so nothing breaks it down.
pub fn policy_datum(is_invalid: bool, now: Timestamp) -> Datum {
    Datum { name: Name::PolicyInvalid, value: if is_invalid { 1.0 } else { 0.0 }, at: now, dimensions: Vec::new() }
}

fn owned(dimensions: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    dimensions.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

#[expect(clippy::cast_precision_loss, reason = "a number of approvals is far below 2^52")]
fn count(n: u64) -> f64 {
    n as f64
}
