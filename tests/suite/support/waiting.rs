//! Approvals that wait now, by the clock of the machine: for programs that go by it.

use chrono::TimeDelta;
use holdpoint::adapters::clock::WallClock;
use holdpoint::domain::Timestamp;
use holdpoint::ports::clock::Clock;

use super::history::{Fate, Run};

pub(crate) fn now() -> Timestamp {
    WallClock.now()
}

/// An approval that was asked for so long ago and waits, at a gate of its own.
pub(crate) fn waiting(number: u64, since: TimeDelta) -> Run {
    Run { number, pipeline: number, asked_at: now() - since, wait: TimeDelta::zero(), fate: Fate::Open }
}

/// The event that says that somebody was asked: the last one so far.
pub(crate) fn asked(run: &Run) -> String {
    run.events().pop().expect("a run has events")
}
