//! Whatever the events are, each request is within EventBridge's bounds, and each event goes out once.

use holdpoint::adapters::eventbridge::requests;
use holdpoint::domain::Gate;
use proptest::collection::vec;
use proptest::prelude::*;

use super::published;
use crate::record::{any, known};

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_events_make_requests_within_the_bounds(events in vec(any::event(), 0..40), swell in 0..100_000_usize) {
        let mut events = published(events);
        for published in events.iter_mut().step_by(3) {
            published.event.gate.pipeline = "\u{1}".repeat(swell);
        }
        let requests = requests(&events, "bus");
        let mut numbers = Vec::new();
        for request in &requests {
            prop_assert!((1..=10).contains(&request.len()));
            let mut bytes = 0;
            for (number, entry) in request {
                numbers.push(*number);
                let detail = entry.detail().unwrap_or_default();
                prop_assert!(detail.contains("\"version\":\"1\""));
                let resources: usize = entry.resources().iter().map(String::len).sum();
                bytes += detail.len() + entry.detail_type().map_or(0, str::len) + "holdpoint".len() + resources + 14;
            }
            prop_assert!(bytes <= 256 * 1024, "{bytes}");
        }
        prop_assert_eq!(numbers, (0..events.len()).collect::<Vec<_>>(), "in their order");
    }
}

#[test]
fn large_events_share_no_request_that_they_would_burst() {
    let mut event = known::events().remove(0);
    let long = "\u{1}".repeat(2000);
    event.gate = Gate {
        account: Some(long.clone()),
        region: long.clone(),
        pipeline: long.clone(),
        stage: long.clone(),
        action: long,
    };
    let lengths: Vec<usize> = requests(&published(vec![event; 10]), "bus").iter().map(Vec::len).collect();
    assert!(lengths.len() > 1 && lengths.iter().sum::<usize>() == 10, "{lengths:?}");
}
