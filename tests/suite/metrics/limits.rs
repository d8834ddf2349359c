//! Whatever the data are, each request is within CloudWatch's bounds, and nothing is lost or invented by cutting.

use aws_sdk_cloudwatch::types::MetricDatum;
use chrono::TimeDelta;
use holdpoint::adapters::cloudwatch::{merge, pack};
use holdpoint::domain::measure::Name;
use holdpoint::ports::metrics::Datum;
use holdpoint::record::names::Named;
use proptest::collection::vec;
use proptest::prelude::*;

use super::datum;
use crate::support::world::minute;

fn value() -> BoxedStrategy<f64> {
    let whole = (0_i32..400).prop_map(f64::from);
    let odd = prop_oneof![Just(f64::NAN), Just(f64::INFINITY), Just(f64::MAX), Just(-0.0), Just(2_f64.powi(-100))];
    prop_oneof![20 => whole, 1 => odd].boxed()
}

fn any_datum() -> BoxedStrategy<Datum> {
    let name = proptest::sample::select(Name::WORDS).prop_map(|(name, _)| name);
    let text = prop_oneof![8 => "[a-c]", 1 => any::<String>(), 1 => "[ \t]{0,2}", 1 => "x{2000}"];
    let dimensions = vec(text, 0..3).prop_map(|texts| ["Pipeline", "Stage"].into_iter().zip(texts).collect());
    let at = prop_oneof![20 => 0_i64..3, 1 => -21_000_i64..200].prop_map(minute);
    (name, value(), at, dimensions)
        .prop_map(|(name, value, at, dimensions)| Datum { name, value, at, dimensions })
        .boxed()
}

/// Groups as dispatch and the gauges make them; now and then very many.
fn groups() -> BoxedStrategy<Vec<Vec<Datum>>> {
    let usual = vec(vec(any_datum(), 0..8), 0..40);
    let many = (vec(vec(any_datum(), 1..30), 1..20), 1..20_usize)
        .prop_map(|(groups, times)| std::iter::repeat_n(groups, times).flatten().collect());
    prop_oneof![usual, many].boxed()
}

fn pairs(data: &[MetricDatum]) -> impl Iterator<Item = (f64, f64)> {
    data.iter().flat_map(|datum| datum.values().iter().copied().zip(datum.counts().iter().copied()))
}

fn is_within_the_bounds(data: &[MetricDatum]) -> Result<(), TestCaseError> {
    prop_assert!(data.len() <= 1000);
    for datum in data {
        prop_assert!(datum.statistic_values().is_none() && datum.value().is_none());
        prop_assert!((1..=150).contains(&datum.values().len()) && datum.counts().len() == datum.values().len());
        prop_assert!(datum.values().iter().all(|value| value.abs() <= 2_f64.powi(360)));
        prop_assert!(datum.dimensions().len() <= 30);
        for dimension in datum.dimensions() {
            let text = dimension.value().unwrap_or_default();
            prop_assert!(text.len() <= 1024 && !text.trim().is_empty(), "{text:?}");
            prop_assert!(text.chars().all(|c| c.is_ascii() && !c.is_ascii_control()), "{text:?}");
        }
        prop_assert!(datum.timestamp().is_some_and(|at| at.secs() % 60 == 0));
        prop_assert_eq!(datum.storage_resolution(), Some(60));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_data_make_requests_within_the_bounds_that_add_up(groups in groups()) {
        let now = minute(0);
        let packed = pack(&groups, now);
        let mut numbers: Vec<usize> = packed.refused.iter().map(|(number, _)| *number).collect();
        for request in &packed.requests {
            prop_assert!(!request.is_empty());
            numbers.extend(request.iter().map(|(number, _)| *number));
            let data = merge(request.iter().flat_map(|(_, data)| *data));
            is_within_the_bounds(&data)?;
            let given: Vec<f64> = request.iter().flat_map(|(_, data)| data.iter().map(|datum| datum.value)).collect();
            let count: f64 = pairs(&data).map(|(_, count)| count).sum();
            prop_assert_eq!(count, given.iter().map(|_| 1.0).sum::<f64>());
            // Whole numbers and a few tiny ones, so that the order of the addition does not show.
            let sum: f64 = pairs(&data).map(|(value, count)| value * count).sum();
            prop_assert_eq!(sum, given.iter().sum::<f64>());
        }
        numbers.sort_unstable();
        prop_assert_eq!(numbers, (0..groups.len()).collect::<Vec<_>>(), "each group goes out once or is refused");
        for (number, why) in &packed.refused {
            prop_assert!(!why.is_empty());
            let is_unfit = |datum: &Datum| {
                let age = now - datum.at;
                !datum.value.is_finite() || datum.value > 2_f64.powi(360) || age >= TimeDelta::weeks(2) || age < -TimeDelta::hours(2)
            };
            prop_assert!(groups[*number].iter().any(is_unfit), "refused without need: {why}");
        }
    }
}

#[test]
fn equal_values_of_one_minute_go_out_once_with_their_number() {
    let seconds = |n| minute(7) + TimeDelta::seconds(n);
    let data = [
        datum("a", 5.0, seconds(1)),
        datum("a", 5.0, seconds(59)),
        datum("a", 6.0, seconds(30)),
        datum("a", 5.0, seconds(60)),
    ];
    let merged = merge(&data);
    assert_eq!(merged.len(), 2, "one for each minute");
    assert_eq!(pairs(&merged).collect::<Vec<_>>(), [(5.0, 2.0), (6.0, 1.0), (5.0, 1.0)]);
    assert_eq!(merged[0].unit().map(|unit| unit.as_str()), Some("Seconds"));
}

#[test]
fn more_values_than_one_datum_takes_fill_several() {
    let data: Vec<_> = (0..400).map(|n| datum("a", f64::from(n), minute(0))).collect();
    let lengths: Vec<_> = merge(&data).iter().map(|datum| datum.values().len()).collect();
    assert_eq!(lengths, [150, 150, 100]);
}

#[test]
fn what_cloudwatch_would_refuse_is_told_with_its_reason() {
    let old = datum("a", 1.0, minute(0) - TimeDelta::weeks(2));
    let ahead = datum("a", 1.0, minute(121));
    let groups = [vec![old], vec![ahead], vec![datum("a", f64::NAN, minute(0))], vec![datum("a", 1.0, minute(0))]];
    let packed = pack(&groups, minute(0));
    let reasons: Vec<&str> = packed.refused.iter().map(|(_, why)| why.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "ApprovalLatency of 2026-09-21 09:00:00 UTC is older than the two weeks that CloudWatch takes",
            "ApprovalLatency of 2026-10-05 11:01:00 UTC is further ahead than the two hours that CloudWatch takes",
            "ApprovalLatency is NaN, which CloudWatch does not take",
        ]
    );
    assert_eq!(packed.requests.len(), 1);
}
