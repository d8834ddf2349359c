//! Metric data cut into requests that CloudWatch takes.
//!
//! Values stay values, each with how often it occurred: statistic sets would be smaller, but know no percentiles.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, MetricDatum, StandardUnit};
use chrono::TimeDelta;

use crate::domain::Timestamp;
use crate::domain::measure::Name;
use crate::ports::metrics::Datum;
use crate::record::names::Named;

/// CloudWatch's bounds.
const MAX_DATA: usize = 1000;
const MAX_VALUES: usize = 150;
const MAX_DIMENSIONS: usize = 30;
const MAX_TEXT: usize = 1024;
const OLDEST: TimeDelta = TimeDelta::weeks(2);
const NEWEST: TimeDelta = TimeDelta::hours(2);
/// A request may have a megabyte; some of it is for what surrounds the data.
const MAX_BYTES: usize = 900_000;

/// More than a datum without its dimensions, and a dimension without its texts, take in a request.
const DATUM_BYTES: usize = 256;
const DIMENSION_BYTES: usize = 32;

const SECONDS_A_MINUTE: i64 = 60;

/// Groups, each under its number, and how they go out.
#[derive(Debug, Default)]
pub struct Packed<'a> {
    pub requests: Vec<Vec<(usize, &'a [Datum])>>,
    /// What CloudWatch would refuse, together with all that goes with it, and why.
    pub refused: Vec<(usize, String)>,
}

/// Fills requests with groups, in their order. Merging can only make them smaller.
pub fn pack(groups: &[Vec<Datum>], now: Timestamp) -> Packed<'_> {
    let mut packed = Packed::default();
    let mut request = Vec::new();
    let (mut data, mut bytes) = (0, 0);
    for (number, group) in groups.iter().enumerate() {
        let size = group.iter().map(size).sum::<usize>();
        if let Some(why) = unfit(group, size, now) {
            packed.refused.push((number, why));
            continue;
        }
        if !request.is_empty() && (data + group.len() > MAX_DATA || bytes + size > MAX_BYTES) {
            packed.requests.push(std::mem::take(&mut request));
            (data, bytes) = (0, 0);
        }
        data += group.len();
        bytes += size;
        request.push((number, group.as_slice()));
    }
    if !request.is_empty() {
        packed.requests.push(request);
    }
    packed
}

/// What of a group CloudWatch would refuse.
fn unfit(group: &[Datum], size: usize, now: Timestamp) -> Option<String> {
    if group.len() > MAX_DATA || size > MAX_BYTES {
        return Some(format!("{} data at once are more than CloudWatch takes: name fewer dimensions", group.len()));
    }
    group.iter().find_map(|datum| {
        let Datum { name, value, at, dimensions } = datum;
        let name = name.word();
        if !value.is_finite() || value.abs() > 2_f64.powi(360) {
            Some(format!("{name} is {value}, which CloudWatch does not take"))
        } else if dimensions.len() > MAX_DIMENSIONS {
            Some(format!("{name} has more than {MAX_DIMENSIONS} dimensions"))
        } else if now.signed_duration_since(*at) >= OLDEST {
            Some(format!("{name} of {at} is older than the two weeks that CloudWatch takes"))
        } else if at.signed_duration_since(now) > NEWEST {
            Some(format!("{name} of {at} is further ahead than the two hours that CloudWatch takes"))
        } else {
            None
        }
    })
}

fn size(datum: &Datum) -> usize {
    let of_dimension = |(name, value): &(&str, String)| DIMENSION_BYTES + name.len() + value.len().clamp(7, MAX_TEXT);
    DATUM_BYTES + datum.dimensions.iter().map(of_dimension).sum::<usize>()
}

/// What makes two values one metric at one time: the name, the dimensions, and the minute, in seconds.
type Series = (Name, Vec<(&'static str, String)>, i64);

/// The data as CloudWatch takes them. Equal values of the same minute go out once, with their number.
pub fn merge<'a>(data: impl IntoIterator<Item = &'a Datum>) -> Vec<MetricDatum> {
    let mut series: BTreeMap<Series, BTreeMap<u64, f64>> = BTreeMap::new();
    for Datum { name, value, at, dimensions } in data {
        let dimensions = dimensions.iter().map(|(name, value)| (*name, dimension_value(value))).collect();
        let minute = at.timestamp().div_euclid(SECONDS_A_MINUTE) * SECONDS_A_MINUTE;
        // Zero has two signs, of which CloudWatch knows one.
        let value = value + 0.0;
        *series.entry((*name, dimensions, minute)).or_default().entry(value.to_bits()).or_default() += 1.0;
    }
    let mut merged = Vec::new();
    for ((name, dimensions, minute), counts) in series {
        let counts: Vec<(u64, f64)> = counts.into_iter().collect();
        for part in counts.chunks(MAX_VALUES) {
            merged.push(metric_datum(name, &dimensions, minute, part));
        }
    }
    merged
}

fn metric_datum(name: Name, dimensions: &[(&'static str, String)], minute: i64, counts: &[(u64, f64)]) -> MetricDatum {
    let dimension = |(name, value): &(&str, String)| Dimension::builder().name(*name).value(value).build();
    MetricDatum::builder()
        .metric_name(name.word())
        .set_dimensions(Some(dimensions.iter().map(dimension).collect()))
        .timestamp(DateTime::from_secs(minute))
        .set_values(Some(counts.iter().map(|(bits, _)| f64::from_bits(*bits)).collect()))
        .set_counts(Some(counts.iter().map(|(_, count)| *count).collect()))
        .unit(StandardUnit::from(name.unit()))
        .storage_resolution(60)
        .build()
}

/// CloudWatch takes ASCII that shows, and not nothing.
fn dimension_value(text: &str) -> String {
    let shown = text.chars().take(MAX_TEXT).map(|c| if c == ' ' || c.is_ascii_graphic() { c } else { '?' });
    let shown: String = shown.collect();
    if shown.trim().is_empty() { "unknown".to_owned() } else { shown }
}
