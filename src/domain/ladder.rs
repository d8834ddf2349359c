//! When each step of a policy is due for one approval, and when it may fire.
//!
//! Every time hangs on the request (or on CodePipeline's time-out), never on when an earlier step really fired: a late
//! tick cannot shift the ladder.

use chrono::TimeDelta;

use super::policy::{Acknowledging, Act, Policy, Step, When};
use super::span::Span;
use super::{StepId, Timestamp};

/// A step repeats at most this often, whatever its policy says.
pub const MAX_REPEATS: u32 = 1000;

/// A step, or one of its repeats, of one approval's ladder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rung {
    /// Not before it is due, and later where somebody has put it off.
    pub fires_at: Timestamp,
    pub due_at: Timestamp,
    pub step: StepId,
    /// 0 for the step itself.
    pub repeat: u32,
}

/// One approval's ladder.
#[derive(Clone, Copy)]
pub struct Ladder<'a> {
    pub policy: &'a Policy,
    /// Those of the approval's attempt.
    pub steps: &'a [Step],
    pub requested_at: Timestamp,
    pub expires_at: Timestamp,
    /// An approval that was first heard of after CodePipeline's time-out has no rungs: nobody can decide it any more.
    pub was_heard_in_time: bool,
    /// Somebody has said that they see to it.
    pub is_acknowledged: bool,
    /// Until when somebody has put off what would be said.
    pub snoozed_until: Option<Timestamp>,
}

impl<'a> Ladder<'a> {
    pub fn deadline(&self) -> Timestamp {
        self.policy.target.after(self.requested_at, &self.policy.calendar)
    }

    /// The instant that `when` means here.
    pub fn instant(&self, when: When) -> Timestamp {
        let calendar = &self.policy.calendar;
        match when {
            When::Share { permille } => self.at_share(permille),
            When::After(time) => time.after(self.requested_at, calendar),
            // Where the whole wait is shorter than that, at once.
            When::BeforeExpiry(time) => {
                self.expires_at.checked_sub_signed(time).map_or(self.requested_at, |at| at.max(self.requested_at))
            }
            When::OnDay { days, time } => {
                let at = calendar.at_local(self.requested_at, days, time);
                // What has passed on the day of the request comes on the first working day after it.
                if at < self.requested_at { calendar.at_local(self.requested_at, days.max(1), time) } else { at }
            }
        }
    }

    fn at_share(&self, permille: u32) -> Timestamp {
        let calendar = &self.policy.calendar;
        match self.policy.target {
            Span::Working(target) => calendar.add(self.requested_at, share(target, permille)),
            Span::Wall(target) => Span::Wall(share(target, permille)).after(self.requested_at, calendar),
            Span::WorkingDays(_) => {
                let deadline = self.deadline();
                let working = calendar.between(self.requested_at, deadline);
                if permille == 1000 { deadline } else { calendar.add(self.requested_at, share(working, permille)) }
            }
        }
    }

    /// The rung of `step` with this repeat, if the ladder has it.
    pub fn rung(&self, step: &Step, repeat: u32) -> Option<Rung> {
        let first = self.instant(step.when);
        let due_at = if repeat == 0 {
            first
        } else {
            let every = step.repeat.filter(|every| repeat <= every.at_most.unwrap_or(MAX_REPEATS).min(MAX_REPEATS))?;
            let due_at = every.every.times(repeat).after(first, &self.policy.calendar);
            let last = every.until.map_or(self.expires_at, |until| self.instant(until));
            if due_at > last {
                return None;
            }
            due_at
        };
        // Past the time-out there is nothing left to decide.
        (self.was_heard_in_time && due_at < self.expires_at).then(|| Rung {
            fires_at: self.snoozed_until.map_or(due_at, |until| due_at.max(until)),
            due_at,
            step: step.id.clone(),
            repeat,
        })
    }

    /// Whether nothing is said at this rung, because somebody has said that they see to it.
    pub fn is_silent(&self, step: &Step, rung: &Rung) -> bool {
        self.silences(step.act, rung.due_at)
    }

    /// The same for what was due then.
    pub(super) fn silences(&self, act: Act, due_at: Timestamp) -> bool {
        self.is_acknowledged
            && match self.policy.acknowledging {
                Acknowledging::StopsAll => true,
                Acknowledging::StopsReminders => act == Act::Remind || due_at < self.deadline(),
            }
    }

    /// The rungs of `step` from this repeat on that are not silent.
    pub fn rungs(&self, step: &'a Step, from: u32) -> impl Iterator<Item = Rung> + use<'a> {
        let ladder = *self;
        let rungs = (from..=MAX_REPEATS).map_while(move |repeat| ladder.rung(step, repeat));
        rungs.filter(move |rung| !ladder.is_silent(step, rung))
    }

    /// For each step, its next rung that has not fired and is not silent; `fired` tells a step's highest repeat so far.
    pub fn next_rungs(&self, fired: impl Fn(&StepId) -> Option<u32>) -> impl Iterator<Item = (&'a Step, Rung)> {
        let ladder = *self;
        self.steps.iter().filter_map(move |step| {
            let repeat = fired(&step.id).map_or(0, |n| n.saturating_add(1));
            ladder.rungs(step, repeat).next().map(|rung| (step, rung))
        })
    }

    /// Every rung that fires by `now` and has not fired, in the order of their due times.
    pub fn overdue(&self, fired: impl Fn(&StepId) -> Option<u32>, now: Timestamp) -> Vec<(&'a Step, Rung)> {
        let mut overdue = Vec::new();
        for step in self.steps {
            let repeat = fired(&step.id).map_or(0, |n| n.saturating_add(1));
            let rungs = self.rungs(step, repeat).take_while(|rung| rung.fires_at <= now);
            overdue.extend(rungs.map(|rung| (step, rung)));
        }
        overdue.sort_by(|(_, a), (_, b)| (a.due_at, &a.step, a.repeat).cmp(&(b.due_at, &b.step, b.repeat)));
        overdue
    }
}

/// So many thousandths of it.
pub fn share(target: TimeDelta, permille: u32) -> TimeDelta {
    let millis = i128::from(target.num_milliseconds()) * i128::from(permille) / 1000;
    TimeDelta::milliseconds(i64::try_from(millis).unwrap_or(i64::MAX / 2))
}
