//! When each step of a policy is due for one approval.
//!
//! Every time hangs on the request (or on CodePipeline's time-out), never on when an earlier step really fired: a late
//! tick cannot shift the ladder.

use chrono::TimeDelta;

use super::policy::{Policy, Step, When};
use super::{StepId, Timestamp};

/// A step repeats at most this often, whatever its policy says.
pub const MAX_REPEATS: u32 = 1000;

/// A step, or one of its repeats, of one approval's ladder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rung {
    pub due_at: Timestamp,
    pub step: StepId,
    /// 0 for the step itself.
    pub repeat: u32,
}

/// One approval's ladder.
#[derive(Clone, Copy)]
pub struct Ladder<'a> {
    pub policy: &'a Policy,
    pub requested_at: Timestamp,
    pub expires_at: Timestamp,
    /// An approval that was first heard of after CodePipeline's time-out has no rungs: nobody can decide it any more.
    pub was_heard_in_time: bool,
}

impl<'a> Ladder<'a> {
    pub fn deadline(&self) -> Timestamp {
        self.policy.calendar.add(self.requested_at, self.policy.target)
    }

    /// The instant that `when` means here.
    pub fn instant(&self, when: When) -> Timestamp {
        let calendar = &self.policy.calendar;
        match when {
            When::Share { permille } => calendar.add(self.requested_at, share(self.policy.target, permille)),
            When::After(time) => calendar.add(self.requested_at, time),
            // Where the whole wait is shorter than that, at once.
            When::BeforeExpiry(time) => {
                self.expires_at.checked_sub_signed(time).map_or(self.requested_at, |at| at.max(self.requested_at))
            }
        }
    }

    /// The rung of `step` with this repeat, if the ladder has it.
    pub fn rung(&self, step: &Step, repeat: u32) -> Option<Rung> {
        let first = self.instant(step.when);
        let due_at = if repeat == 0 {
            first
        } else {
            let every = step.repeat.filter(|_| repeat <= MAX_REPEATS)?;
            let due_at = self.policy.calendar.add(first, times(every.every, repeat));
            let last = every.until.map_or(self.expires_at, |until| self.instant(until));
            if due_at > last {
                return None;
            }
            due_at
        };
        // Past the time-out there is nothing left to decide.
        (self.was_heard_in_time && due_at < self.expires_at).then(|| Rung { due_at, step: step.id.clone(), repeat })
    }

    /// For each step, its next rung that has not fired; `fired` tells a step's highest repeat so far.
    pub fn next_rungs(&self, fired: impl Fn(&StepId) -> Option<u32>) -> impl Iterator<Item = (&'a Step, Rung)> {
        let ladder = *self;
        self.policy.steps.iter().filter_map(move |step| {
            let repeat = fired(&step.id).map_or(0, |n| n.saturating_add(1));
            ladder.rung(step, repeat).map(|rung| (step, rung))
        })
    }

    /// Every rung that is due at `now` and has not fired, in the order of their due times.
    pub fn overdue(&self, fired: impl Fn(&StepId) -> Option<u32>, now: Timestamp) -> Vec<(&'a Step, Rung)> {
        let mut overdue = Vec::new();
        for (step, first) in self.next_rungs(fired) {
            let mut next = Some(first);
            while let Some(rung) = next.filter(|r| r.due_at <= now) {
                next = self.rung(step, rung.repeat + 1);
                overdue.push((step, rung));
            }
        }
        overdue.sort_by(|(_, a), (_, b)| a.cmp(b));
        overdue
    }
}

fn share(target: TimeDelta, permille: u32) -> TimeDelta {
    let millis = i128::from(target.num_milliseconds()) * i128::from(permille) / 1000;
    TimeDelta::milliseconds(i64::try_from(millis).unwrap_or(i64::MAX / 2))
}

fn times(every: TimeDelta, n: u32) -> TimeDelta {
    every.checked_mul(i32::try_from(n).unwrap_or(i32::MAX)).unwrap_or(TimeDelta::MAX)
}
