//! The gauges of each sweep.

use holdpoint::app::gauge::gauge_data;
use holdpoint::domain::measure::{Labels, Name};
use holdpoint::domain::policy::Dimension;
use holdpoint::domain::{Gate, PolicyName};
use holdpoint::ports::store::Gauge;

use crate::support::world::{minute, place};

fn gauge(pipeline: &str, waiting: u64, since: i64) -> Gauge {
    let gate = Gate { pipeline: pipeline.to_owned(), ..place().gate };
    let labels = Labels { gate, policy: Some(PolicyName::new("production")) };
    Gauge { labels, waiting, overdue: waiting / 2, oldest_requested_at: (waiting > 0).then(|| minute(since)) }
}

/// `pipeline name=value`, at minute 100.
fn told(gauges: &[Gauge]) -> Vec<String> {
    let data = gauge_data(gauges, &[vec![Dimension::Pipeline], vec![]], minute(100));
    let one = |datum: &holdpoint::ports::metrics::Datum| {
        let pipeline = datum.dimensions.first().map_or("all", |(_, value)| value);
        let name = match datum.name {
            Name::Waiting => "waiting",
            Name::OldestWait => "oldest",
            Name::Overdue => "overdue",
            other => panic!("not a gauge: {other:?}"),
        };
        format!("{pipeline} {name}={}", datum.value)
    };
    data.iter().map(one).collect()
}

#[test]
fn gates_are_added_up_over_each_set_of_dimensions() {
    let told = told(&[gauge("a", 2, 40), gauge("a", 1, 10), gauge("b", 4, 70)]);
    assert_eq!(
        told,
        [
            "a waiting=3",
            "a oldest=5400",
            "a overdue=1",
            "b waiting=4",
            "b oldest=1800",
            "b overdue=2",
            "all waiting=7",
            "all oldest=5400",
            "all overdue=3",
        ]
    );
}

#[test]
fn where_nothing_waits_only_the_total_says_so() {
    let nothing = ["all waiting=0", "all oldest=0", "all overdue=0"];
    assert_eq!(told(&[]), nothing);
    assert_eq!(told(&[gauge("a", 0, 0)]), nothing);
    assert_eq!(told(&[gauge("a", 0, 0), gauge("b", 1, 70)])[..3], ["b waiting=1", "b oldest=1800", "b overdue=0"]);
}
