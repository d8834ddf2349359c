//! What happens in a generated history, and when it is heard of.

use std::ops::Range;

use chrono::TimeDelta;
use holdpoint::domain::input::Input;
use holdpoint::domain::response::Response;
use holdpoint::domain::{ApprovalId, Timestamp};
use holdpoint::wire::{self, Message};
use proptest::prelude::*;

use crate::support::history::{Fate, Run};
use crate::support::world::{POLICY, minute};

#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) gates: Vec<GatePlan>,
    pub(super) policy: String,
    /// In any order.
    pub(super) says: Vec<Says>,
    /// Nothing is swept or sent from the one time until the other; what arrives is taken in all the same.
    pub(super) outages: Vec<(Timestamp, Timestamp)>,
}

/// Somebody says something of an approval, if there is one of this number.
#[derive(Clone, Debug)]
pub(super) struct Says {
    pub(super) at: Timestamp,
    pub(super) number: u64,
    pub(super) word: Word,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Word {
    Acknowledge,
    Snooze { minutes: i64 },
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

/// What is heard, and when.
pub(super) type Arrival = (Timestamp, Heard);

#[derive(Clone, Debug)]
pub(super) enum Heard {
    Message(String),
    Said(ApprovalId, Box<Input>),
}

/// Of a run's twelve events, the one that begins the wait.
const REQUEST: usize = 7;
const EVENTS: usize = 12;

impl Plan {
    pub(super) fn one(wait: i64) -> Self {
        let run =
            Run { number: 0, pipeline: 0, asked_at: minute(0), wait: TimeDelta::minutes(wait), fate: Fate::Approved };
        Self::of(vec![GatePlan { run, delays: vec![0; EVENTS], doubled: vec![], loses_request: false }])
    }

    fn of(gates: Vec<GatePlan>) -> Self {
        Self { gates, policy: POLICY.to_owned(), says: vec![], outages: vec![] }
    }

    /// The same history as it happened: nothing late, lost or doubled.
    pub(super) fn in_order(&self) -> Self {
        let gates = self
            .gates
            .iter()
            .map(|gate| GatePlan { delays: vec![0; EVENTS], doubled: vec![], loses_request: false, ..gate.clone() })
            .collect();
        Self { gates, ..self.clone() }
    }

    /// Every message in the order of its arrival.
    pub(super) fn arrivals(&self) -> Vec<Arrival> {
        let mut messages: Vec<_> = self.gates.iter().flat_map(GatePlan::arrivals).collect();
        messages.sort();
        let messages = messages.into_iter().map(|(at, text)| (at, Heard::Message(text)));
        let mut arrivals: Vec<Arrival> = messages.chain(self.says.iter().flat_map(|says| self.said(says))).collect();
        arrivals.sort_by_key(|(at, _)| *at);
        arrivals
    }

    fn said(&self, says: &Says) -> Option<Arrival> {
        let gate = self.gates.iter().find(|gate| gate.run.number == says.number)?;
        // Each is another person, who says so once.
        let response = Response { by: says.at.to_string(), note: None, link: None };
        let input = match says.word {
            Word::Acknowledge => Input::Acknowledge(response),
            Word::Snooze { minutes } => Input::Snooze { until: says.at + TimeDelta::minutes(minutes), response },
        };
        Some((says.at, Heard::Said(ApprovalId::new(gate.run.approval()), Box::new(input))))
    }

    /// The first time from `at` on at which no outage is.
    pub(super) fn up_at(&self, at: Timestamp) -> Timestamp {
        let outage = self.outages.iter().find(|(from, until)| (*from..*until).contains(&at));
        outage.map_or(at, |(_, until)| self.up_at(*until))
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
    fn arrivals(&self) -> Vec<(Timestamp, String)> {
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

fn gate(number: u64, delays: Range<i64>, asked: Range<i64>, wait: Range<i64>) -> impl Strategy<Value = GatePlan> {
    (
        asked,
        wait,
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
    gates(1..5, 0..14, 0..600, 1..520).prop_map(Plan::of)
}

/// So many approvals, of which each event comes so many minutes late, and which are asked for and decided in these minutes.
pub(super) fn gates(
    count: Range<u64>,
    delays: Range<i64>,
    asked: Range<i64>,
    wait: Range<i64>,
) -> impl Strategy<Value = Vec<GatePlan>> {
    count.prop_flat_map(move |count| {
        (0..count).map(|number| gate(number, delays.clone(), asked.clone(), wait.clone())).collect::<Vec<_>>()
    })
}

/// Nothing is late or lost, but some of it comes twice.
pub(super) fn prompt_plans() -> impl Strategy<Value = Plan> {
    gates(1..5, 0..1, 0..600, 1..520)
        .prop_map(|gates| Plan::of(gates.into_iter().map(|gate| GatePlan { loses_request: false, ..gate }).collect()))
}
