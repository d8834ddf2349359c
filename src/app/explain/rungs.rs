//! What became of each step of a ladder, and what will.

use std::collections::{BTreeMap, HashMap};

use super::notices::{Known, NoticeStory, notices};
use crate::domain::fact::StepFired;
use crate::domain::ladder::{Ladder, MAX_REPEATS, Rung};
use crate::domain::policy::{Act, Rules, Step};
use crate::domain::{Approval, Fact, FactKind, NoticeId, Phase, StepId, Timestamp};

/// How many are listed: the latest.
pub(super) const MAX_RUNGS: usize = 100;

/// A step, or some of its repeats to which the same happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RungStory {
    pub step: StepId,
    /// 0 is the step itself.
    pub first: u32,
    pub last: u32,
    /// Not known of a step that is passed over and stands in no policy any more.
    pub act: Option<Act>,
    /// When the first of them was due, by the policy.
    pub due_at: Option<Timestamp>,
    pub fate: Fate,
    /// What somebody put off, and who.
    pub put_off: Option<PutOff>,
    pub notices: Vec<NoticeStory>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    Fired {
        at: Timestamp,
    },
    /// It will fire then, if nothing is heard.
    Due {
        at: Timestamp,
    },
    /// A higher one was due as well and said enough.
    Skipped {
        at: Timestamp,
        by: StepId,
        by_repeat: u32,
    },
    /// Somebody sees to it.
    Silent {
        by: String,
        since: Timestamp,
    },
    /// The wait had ended before.
    NotReached {
        ended_at: Option<Timestamp>,
    },
    /// It was due before the wait ended, but was not looked at by then.
    Missed {
        ended_at: Option<Timestamp>,
    },
    /// CodePipeline's time-out comes before it.
    AfterExpiry,
    /// The request was first heard of after CodePipeline's time-out.
    HeardTooLate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutOff {
    pub until: Timestamp,
    pub by: String,
}

/// The rungs of the ladder in the order in which they are due, and how many earlier ones are not listed.
pub(super) fn rungs(
    approval: &Approval,
    facts: &[Fact],
    foreseen: &[Fact],
    rules: &Rules,
    now: Timestamp,
) -> (Vec<RungStory>, usize) {
    let ladder = approval.ladder(rules);
    let all = facts.iter().chain(foreseen).filter_map(|fact| Some((fact, fired(fact)?))).collect();
    let known = Known { approval, fired: all, ends: ends(facts), rules, now };
    let mut tale = Tale { ladder: ladder.as_ref(), rungs: Vec::new(), snoozes: Vec::new(), known };
    for fact in facts {
        match &fact.kind {
            FactKind::Snoozed { until, response } => {
                tale.snoozes.push(PutOff { until: *until, by: response.by.clone() });
            }
            FactKind::StepFired(fired) => tale.fired(fact, fired, true),
            _ => {}
        }
    }
    for fact in foreseen {
        if let FactKind::StepFired(fired) = &fact.kind {
            tale.fired(fact, fired, false);
        }
    }
    if let Some(ladder) = &ladder {
        tale.silent(ladder);
    }
    let mut rungs = tale.rungs;
    rungs.sort_by_key(|rung| rung.due_at);
    let cut = rungs.len().saturating_sub(MAX_RUNGS);
    rungs.drain(..cut);
    (rungs, cut)
}

fn fired(fact: &Fact) -> Option<&StepFired> {
    match &fact.kind {
        FactKind::StepFired(fired) => Some(fired),
        _ => None,
    }
}

/// What became of each notice that is no longer open.
fn ends(facts: &[Fact]) -> HashMap<&NoticeId, &Fact> {
    let ended = facts.iter().filter_map(|fact| match &fact.kind {
        FactKind::NoticeDelivered { notice, .. }
        | FactKind::NoticeWithdrawn { notice, .. }
        | FactKind::NoticeGivenUp { notice, .. } => Some((notice, fact)),
        _ => None,
    });
    ended.collect()
}

struct Tale<'a> {
    ladder: Option<&'a Ladder<'a>>,
    rungs: Vec<RungStory>,
    /// In the order in which they were asked for.
    snoozes: Vec<PutOff>,
    known: Known<'a>,
}

impl Tale<'_> {
    fn fired(&mut self, fact: &Fact, fired: &StepFired, has_fired: bool) {
        let at = fact.recorded_at;
        for skipped in &fired.skipped {
            let step = self.ladder.and_then(|ladder| ladder.steps.iter().find(|step| step.id == skipped.step));
            let rung = self.ladder.zip(step).and_then(|(ladder, step)| ladder.rung(step, skipped.first));
            self.rungs.push(RungStory {
                step: skipped.step.clone(),
                first: skipped.first,
                last: skipped.last,
                act: step.map(|step| step.act),
                due_at: rung.map(|rung| rung.due_at),
                fate: Fate::Skipped { at, by: fired.step.clone(), by_repeat: fired.repeat },
                put_off: None,
                notices: Vec::new(),
            });
        }
        let put_off = self.snoozes.last().filter(|snooze| snooze.until > fired.due_at).cloned();
        self.rungs.push(RungStory {
            step: fired.step.clone(),
            first: fired.repeat,
            last: fired.repeat,
            act: Some(fired.act),
            due_at: Some(fired.due_at),
            fate: if has_fired { Fate::Fired { at } } else { Fate::Due { at } },
            put_off,
            notices: notices(&self.known, fact, fired, has_fired),
        });
    }

    /// What does not fire, each stretch of repeats as one.
    fn silent(&mut self, ladder: &Ladder<'_>) {
        let mut told: BTreeMap<StepId, Vec<(u32, u32)>> = BTreeMap::new();
        for rung in &self.rungs {
            told.entry(rung.step.clone()).or_default().push((rung.first, rung.last));
        }
        for step in ladder.steps {
            let is_told = |repeat: u32| {
                told.get(&step.id)
                    .is_some_and(|told| told.iter().any(|(first, last)| (*first..=*last).contains(&repeat)))
            };
            let story = |rung: &Rung, fate: Fate| RungStory {
                step: step.id.clone(),
                first: rung.repeat,
                last: rung.repeat,
                act: Some(step.act),
                due_at: Some(rung.due_at),
                fate,
                put_off: None,
                notices: Vec::new(),
            };
            if ladder.rung(step, 0).is_none() && !is_told(0) {
                let first = ladder.instant(step.when);
                let rung = Rung { fires_at: first, due_at: first, step: step.id.clone(), repeat: 0 };
                let fate = if ladder.was_heard_in_time { Fate::AfterExpiry } else { Fate::HeardTooLate };
                self.rungs.push(story(&rung, fate));
            }
            let mut stretch: Option<RungStory> = None;
            for repeat in 0..=MAX_REPEATS {
                let Some(rung) = ladder.rung(step, repeat) else { break };
                let fate = if is_told(repeat) { None } else { self.fate(ladder, step, &rung) };
                match (&mut stretch, fate) {
                    (Some(known), Some(fate)) if known.fate == fate => known.last = repeat,
                    (_, fate) => {
                        self.rungs.extend(std::mem::replace(&mut stretch, fate.map(|fate| story(&rung, fate))))
                    }
                }
            }
            self.rungs.extend(stretch);
        }
    }

    /// Why nothing is told at a rung that has neither fired nor will; none where that is not known, as of one that a policy
    /// of today has and the one of then had not.
    fn fate(&self, ladder: &Ladder<'_>, step: &Step, rung: &Rung) -> Option<Fate> {
        let approval = self.known.approval;
        let ended_at = approval.ended_at();
        let is_over = approval.phase() != Phase::Waiting;
        let is_after_end = ended_at.is_none_or(|at| rung.due_at >= at);
        if is_over && is_after_end {
            return Some(Fate::NotReached { ended_at });
        }
        if ladder.is_silent(step, rung) {
            let (since, response) = approval.acknowledged.first()?;
            return Some(Fate::Silent { by: response.by.clone(), since: *since });
        }
        let is_after_fired = approval.fired.get(&step.id).is_none_or(|fired| rung.repeat > *fired);
        (is_over && is_after_fired).then_some(Fate::Missed { ended_at })
    }
}
