//! What happens in a generated history, and when it is heard of.

use chrono::TimeDelta;
use holdpoint::domain::Timestamp;
use holdpoint::wire::{self, Message};
use proptest::prelude::*;

use crate::support::history::{Fate, Run};
use crate::support::world::minute;

#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) gates: Vec<GatePlan>,
}

#[derive(Clone, Debug)]
pub(super) struct GatePlan {
    run: Run,
    /// Minutes by which each of the run's events comes late.
    delays: Vec<i64>,
    /// Which events come twice.
    doubled: Vec<usize>,
    /// The approval's first event never comes.
    loses_request: bool,
}

/// A message, and when it arrives.
pub(super) type Arrival = (Timestamp, String);

/// Of a run's twelve events, the one that begins the wait.
const REQUEST: usize = 7;
const EVENTS: usize = 12;

impl Plan {
    pub(super) fn one(wait: i64) -> Self {
        let run =
            Run { number: 0, pipeline: 0, asked_at: minute(0), wait: TimeDelta::minutes(wait), fate: Fate::Approved };
        Self { gates: vec![GatePlan { run, delays: vec![0; EVENTS], doubled: vec![], loses_request: false }] }
    }

    /// The same history as it happened: nothing late, lost or doubled.
    pub(super) fn in_order(&self) -> Self {
        let gates = self
            .gates
            .iter()
            .map(|gate| GatePlan { delays: vec![0; EVENTS], doubled: vec![], loses_request: false, ..gate.clone() })
            .collect();
        Self { gates }
    }

    /// Every message in the order of its arrival.
    pub(super) fn arrivals(&self) -> Vec<Arrival> {
        let mut arrivals: Vec<Arrival> = self.gates.iter().flat_map(GatePlan::arrivals).collect();
        arrivals.sort();
        arrivals
    }

    /// The notices of a ladder of 2 h, 4 h, and each hour until the eighth, worked out by hand: this is what the policy of
    /// the tests promises.
    pub(super) fn expected_notices(&self) -> Vec<String> {
        let mut expected = Vec::new();
        for gate in &self.gates {
            let id = gate.run.approval();
            let waited = gate.run.wait.num_minutes();
            let mut due = vec![(120, format!("{id}/remind@50%/0/approvers"))];
            due.extend((0..=4).map(|n| (240 + 60 * n, format!("{id}/escalate@100%/{n}/leads"))));
            if gate.run.fate == Fate::Open {
                let before_expiry = 7 * 24 * 60 - 360;
                due.extend(["on-call", "leads"].map(|to| (before_expiry, format!("{id}/escalate@expiry-6h/0/{to}"))));
                expected.extend(due.into_iter().map(|(_, notice)| notice));
            } else {
                // Decisions fall half a minute after a full one.
                expected.extend(due.into_iter().filter(|(at, _)| *at <= waited).map(|(_, notice)| notice));
            }
        }
        expected
    }
}

impl GatePlan {
    fn arrivals(&self) -> Vec<Arrival> {
        let mut arrivals = Vec::new();
        for (number, text) in self.run.events().into_iter().enumerate() {
            // Of an approval that nobody answers, nothing else would ever be heard.
            let is_lost = self.loses_request && self.run.fate != Fate::Open;
            if is_lost && number == REQUEST {
                continue;
            }
            let at = happened_at(&text);
            let late = TimeDelta::minutes(self.delays.get(number).copied().unwrap_or_default());
            arrivals.push((at + late, text.clone()));
            if self.doubled.contains(&number) {
                arrivals.push((at + late + TimeDelta::minutes(1), text));
            }
        }
        arrivals
    }
}

fn happened_at(text: &str) -> Timestamp {
    let reading = wire::read(text, minute(0)).pop().expect("one message");
    assert!(!matches!(reading.message, Message::Malformed { .. }), "{text}");
    reading.at.expect("our events carry their time")
}

fn gate(number: u64, delays: std::ops::Range<i64>) -> impl Strategy<Value = GatePlan> {
    (
        0..600_i64,
        1..520_i64,
        prop_oneof![5 => Just(Fate::Approved), 3 => Just(Fate::Rejected), 1 => Just(Fate::Open)],
        proptest::collection::vec(delays, EVENTS),
        proptest::collection::vec(0..EVENTS, 0..4),
        proptest::bool::weighted(0.2),
        0..2_u64,
    )
        .prop_map(move |(asked, wait, fate, delays, doubled, loses_request, pipeline)| GatePlan {
            // Half a minute off the full one, so that no decision falls into the instant of a step.
            run: Run {
                number,
                pipeline,
                asked_at: minute(asked),
                wait: TimeDelta::minutes(wait) + TimeDelta::seconds(30),
                fate,
            },
            delays,
            doubled,
            loses_request,
        })
}

/// Anything goes: each event up to fourteen minutes late, so that all evidence still comes in time to count.
pub(super) fn plans() -> impl Strategy<Value = Plan> {
    (1..5_u64).prop_flat_map(|count| {
        let gates: Vec<_> = (0..count).map(|number| gate(number, 0..14)).collect();
        gates.prop_map(|gates| Plan { gates })
    })
}

/// Nothing is late or lost, but some of it comes twice.
pub(super) fn prompt_plans() -> impl Strategy<Value = Plan> {
    (1..5_u64).prop_flat_map(|count| {
        let gates: Vec<_> = (0..count).map(|number| gate(number, 0..1)).collect();
        gates.prop_map(|gates| Plan {
            gates: gates.into_iter().map(|gate| GatePlan { loses_request: false, ..gate }).collect(),
        })
    })
}
