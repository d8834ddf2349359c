//! The state of one approval: the fold of its facts.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::context::Context;
use super::effect::{Notice, notice_id};
use super::evidence::{Decision, End, Source};
use super::fact::{Fact, FactKind, Settlement, Skipped, StepFired, Unwanted};
use super::finding::{Finding, FindingKind};
use super::input::Place;
use super::ladder::Ladder;
use super::policy::{Act, Policy, PolicyRef, Rules};
use super::response::Response;
use super::span::later;
use super::{ApprovalId, ExecutionId, Gate, NoticeId, RecipientName, StepId, Timestamp};

/// CodePipeline's time-out of an approval unless something else is learnt.
pub const DEFAULT_EXPIRY: TimeDelta = TimeDelta::days(7);

/// How long after CodePipeline's time-out its event may still come before the time-out is taken for granted. An old
/// request gets as long after it was heard of, because its end may be on the way as well.
pub const EXPIRY_GRACE: TimeDelta = TimeDelta::hours(1);

/// How long an end waits for better evidence of who ended it and how. CloudTrail delivers within some five minutes.
pub const SETTLE_TIME: TimeDelta = TimeDelta::minutes(15);

/// Refused attempts beyond this are counted in the log only.
pub const MAX_ATTEMPTS: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approval {
    pub id: ApprovalId,
    pub gate: Option<Gate>,
    pub execution: Option<ExecutionId>,
    pub attempt: Option<u32>,
    pub request: Option<Request>,
    /// When holdpoint first heard of the request.
    pub heard_at: Option<Timestamp>,
    /// When its latest fact was recorded.
    pub changed_at: Option<Timestamp>,
    pub context: Context,
    /// The statements that the wait ended, each stronger than the one before it.
    pub ends: Vec<End>,
    /// The answers that were heard of, in the order in which they were. Of one witness the one that it dates earliest counts.
    pub decisions: Vec<Decision>,
    /// Calls that were refused.
    pub attempts: Vec<Decision>,
    /// When the evidence so far is taken as all there is.
    pub settle_by: Option<Timestamp>,
    pub settlement: Option<Settlement>,
    /// The deadline that passed.
    pub breached: Option<Timestamp>,
    /// The highest repeat that fired or was passed over, for each step.
    pub fired: BTreeMap<StepId, u32>,
    /// What was due and is passed over, in the order in which it became known.
    pub passed_over: Vec<PassedOver>,
    /// The policy that was applied last.
    pub applied: Option<PolicyRef>,
    /// Notices that were held for their recipient's hours and are not delivered yet, in the order in which they fired. What
    /// fires when the hours have begun and the first of them is not out joins them. The last of them stands for all.
    pub held: BTreeMap<RecipientName, Vec<HeldNotice>>,
    /// Notices that went out at once while others were held for the same recipient, each with the last of these.
    pub overtaking: BTreeMap<NoticeId, NoticeId>,
    /// Those for which a later one stood that is delivered, and that are not withdrawn yet.
    pub told_with_another: BTreeSet<NoticeId>,
    /// Who sees to it, since when.
    pub acknowledged: Vec<(Timestamp, Response)>,
    pub snoozed_until: Option<Timestamp>,
    /// How often people have said something.
    pub responses: usize,
    /// The signed links that were used.
    pub used_links: BTreeSet<String>,
    pub joined: Option<ApprovalId>,
    /// Whether its facts are in an export and not here any more.
    pub is_pruned: bool,
    /// What was found of it and is not cleared.
    pub findings: BTreeMap<FindingKind, Finding>,
}

/// A notice that waits for its recipient's hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldNotice {
    pub id: NoticeId,
    pub act: Act,
    pub due_at: Timestamp,
    pub until: Timestamp,
}

/// What nobody was told of when it was due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    pub skipped: Skipped,
    /// Those who have got a notice since then, which told of it.
    pub known_to: BTreeSet<RecipientName>,
}

/// When somebody was asked, and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    pub at: Timestamp,
    pub source: Source,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Nothing is known, or nothing but links and attempts.
    Unseen,
    Waiting,
    /// The wait is over; who ended it, or how, is still open.
    Ended,
    Settled,
}

/// When an approval must be looked at next, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub at: Timestamp,
    pub reason: DueReason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DueReason {
    Step {
        step: StepId,
        repeat: u32,
    },
    Deadline,
    /// CodePipeline's time-out and the grace after it.
    Expiry,
    /// The time for better evidence.
    Settle,
}

impl Approval {
    pub fn new(id: ApprovalId) -> Self {
        Self {
            id,
            gate: None,
            execution: None,
            attempt: None,
            request: None,
            heard_at: None,
            changed_at: None,
            context: Context::default(),
            ends: Vec::new(),
            decisions: Vec::new(),
            attempts: Vec::new(),
            settle_by: None,
            settlement: None,
            breached: None,
            fired: BTreeMap::new(),
            passed_over: Vec::new(),
            applied: None,
            held: BTreeMap::new(),
            overtaking: BTreeMap::new(),
            told_with_another: BTreeSet::new(),
            acknowledged: Vec::new(),
            snoozed_until: None,
            responses: 0,
            used_links: BTreeSet::new(),
            joined: None,
            is_pruned: false,
            findings: BTreeMap::new(),
        }
    }

    pub fn fold<'a>(id: ApprovalId, facts: impl IntoIterator<Item = &'a Fact>) -> Self {
        facts.into_iter().fold(Self::new(id), Self::apply)
    }

    #[must_use]
    pub fn apply(mut self, fact: &Fact) -> Self {
        self.learn(fact);
        self
    }

    /// The same in place.
    pub fn learn(&mut self, fact: &Fact) {
        self.changed_at = self.changed_at.max(Some(fact.recorded_at));
        match &fact.kind {
            FactKind::Requested { place, at, source, policy } => {
                // The event and the API state the same instant: which of them came first must not matter.
                if self.request.is_none_or(|known| known.source == Source::Notification && known.source < *source) {
                    self.request = Some(Request { at: *at, source: *source });
                    self.gate = Some(place.gate.clone());
                }
                self.heard_at.get_or_insert(fact.recorded_at);
                self.learn_place(place);
                self.applied = policy.clone().or(self.applied.take());
            }
            FactKind::PolicyChanged { policy, .. } => self.applied.clone_from(policy),
            FactKind::Acknowledged(response) => {
                self.responded(response);
                self.acknowledged.push((fact.recorded_at, response.clone()));
            }
            FactKind::Snoozed { until, response } => {
                self.responded(response);
                self.snoozed_until = Some(*until);
            }
            FactKind::ContextLearnt(context) => self.context.merge(context),
            FactKind::StepFired(fired) => {
                for skipped in &fired.skipped {
                    self.fired_up_to(&skipped.step, skipped.last);
                    self.passed_over.push(PassedOver { skipped: skipped.clone(), known_to: BTreeSet::new() });
                }
                self.fired_up_to(&fired.step, fired.repeat);
                self.hold(fired, fact.recorded_at);
            }
            FactKind::Breached { deadline, .. } => self.breached = Some(*deadline),
            FactKind::DecisionSeen { decision, settle_by } => {
                self.gate.get_or_insert_with(|| decision.gate.clone());
                self.decisions.push(decision.clone());
                self.settle_by.get_or_insert(*settle_by);
            }
            FactKind::AttemptSeen(attempt) => {
                if self.attempts.len() < MAX_ATTEMPTS {
                    self.attempts.push(attempt.clone());
                }
            }
            FactKind::EndSeen { place, end, settle_by } => {
                if let Some(place) = place {
                    self.learn_place(place);
                }
                self.ends.push(end.clone());
                self.settle_by.get_or_insert(*settle_by);
            }
            FactKind::Settled(settlement) | FactKind::Corrected(settlement) => {
                self.settlement = Some(settlement.clone());
            }
            // It says nothing of what is due.
            FactKind::NoticeDelivered { act: Act::Report, .. } => {}
            FactKind::NoticeDelivered { notice, recipient, .. } => self.told(notice, recipient),
            // It counts until the one that stands for it is out.
            FactKind::NoticeWithdrawn { notice, why: Unwanted::Merged, .. } => {
                self.told_with_another.remove(notice);
            }
            FactKind::NoticeWithdrawn { notice, recipient, .. } | FactKind::NoticeGivenUp { notice, recipient, .. } => {
                self.overtaking.remove(notice);
                if let Some(held) = self.held.get_mut(recipient) {
                    held.retain(|known| known.id != *notice);
                }
            }
            FactKind::Joined { into } => self.joined = Some(into.clone()),
            FactKind::Pruned(_) => self.is_pruned = true,
            FactKind::Found(finding) => {
                self.findings.insert(finding.kind, finding.clone());
            }
            FactKind::Cleared(kind) => {
                self.findings.remove(kind);
            }
        }
    }

    fn responded(&mut self, response: &Response) {
        self.responses += 1;
        self.used_links.extend(response.link.clone());
    }

    fn fired_up_to(&mut self, step: &StepId, repeat: u32) {
        let highest = self.fired.entry(step.clone()).or_insert(repeat);
        *highest = repeat.max(*highest);
    }

    fn hold(&mut self, fired: &StepFired, now: Timestamp) {
        for recipient in &fired.to {
            let id = notice_id(&self.id, fired, recipient);
            let held = fired.held.iter().find(|held| held.recipient == *recipient).map(|held| held.until);
            let waiting = self.held.get(recipient).map_or(&[][..], Vec::as_slice);
            let joins = waiting.first().is_some_and(|first| first.until <= now);
            if let Some(until) = held.or(joins.then_some(now)) {
                let notice = HeldNotice { id, act: fired.act, due_at: fired.due_at, until };
                self.held.entry(recipient.clone()).or_default().push(notice);
            } else if let Some(last) = waiting.last() {
                self.overtaking.insert(id, last.id.clone());
            }
        }
    }

    /// With it goes what it stood for.
    fn told(&mut self, notice: &NoticeId, recipient: &RecipientName) {
        self.passed_over.iter_mut().for_each(|passed| {
            passed.known_to.insert(recipient.clone());
        });
        let last = self.overtaking.remove(notice);
        let last = last.as_ref().unwrap_or(notice);
        let Some(held) = self.held.get_mut(recipient) else { return };
        let Some(place) = held.iter().position(|known| known.id == *last) else { return };
        self.told_with_another.extend(held.drain(..=place).map(|held| held.id).filter(|id| id != notice));
    }

    /// What was passed over, and the recipient has not been told of.
    pub fn untold<'a>(&'a self, recipient: &'a RecipientName) -> impl Iterator<Item = &'a Skipped> + use<'a> {
        let untold = self.passed_over.iter().filter(|passed| !passed.known_to.contains(recipient));
        untold.map(|passed| &passed.skipped)
    }

    /// Whether a later notice to the same recipient says or has said it as well.
    pub fn is_merged(&self, notice: &NoticeId, recipient: &RecipientName) -> bool {
        let held = self.held.get(recipient).map_or(&[][..], Vec::as_slice);
        let place = held.iter().position(|known| known.id == *notice);
        place.is_some_and(|place| place + 1 < held.len()) || self.told_with_another.contains(notice)
    }

    /// What the notice is to its recipient: an escalation also where it only stands for one.
    pub fn act_of(&self, notice: &Notice) -> Act {
        let stands_for = self.stands_for(&notice.id, &notice.recipient).iter().map(|held| held.act);
        stands_for.fold(notice.act, Act::max)
    }

    /// The notices that do not come by themselves once this one is out: those that were held like it, before it, and those
    /// that it overtook.
    pub fn stands_for(&self, notice: &NoticeId, recipient: &RecipientName) -> &[HeldNotice] {
        let Some(last) = self.overtaking.get(notice) else { return self.merged_into(notice, recipient) };
        let held = self.held.get(recipient).map_or(&[][..], Vec::as_slice);
        let overtaken = held.iter().position(|known| known.id == *last).map_or(0, |place| place + 1);
        held.get(..overtaken).unwrap_or_default()
    }

    /// The notices that were held like this one, before it, and that it stands for.
    pub fn merged_into(&self, notice: &NoticeId, recipient: &RecipientName) -> &[HeldNotice] {
        let held = self.held.get(recipient).map_or(&[][..], Vec::as_slice);
        let place = held.iter().position(|known| known.id == *notice).unwrap_or_default();
        held.get(..place).unwrap_or_default()
    }

    /// A later statement of the place adds what was missing.
    fn learn_place(&mut self, place: &Place) {
        if self.gate.as_ref().is_none_or(|known| known.account.is_none()) {
            self.gate = Some(place.gate.clone());
        }
        if self.execution.is_none() {
            self.execution.clone_from(&place.execution);
        }
        if self.attempt.is_none() {
            self.attempt = place.attempt;
        }
    }

    pub fn phase(&self) -> Phase {
        if self.settlement.is_some() {
            Phase::Settled
        } else if !self.ends.is_empty() || !self.decisions.is_empty() {
            Phase::Ended
        } else if self.request.is_some() {
            Phase::Waiting
        } else {
            Phase::Unseen
        }
    }

    /// The strongest statement that the wait ended.
    pub fn end(&self) -> Option<&End> {
        self.ends.last()
    }

    /// The answer, from the strongest witness and as early as it dates it.
    pub fn decision(&self) -> Option<&Decision> {
        let order = |decision: &Decision| (decision.witness, Reverse(decision.at));
        self.decisions.iter().reduce(|best, next| if order(next) > order(best) { next } else { best })
    }

    /// When the wait ended, by the strongest evidence so far.
    pub fn ended_at(&self) -> Option<Timestamp> {
        self.decision().map(|d| d.at).or(self.end().map(|end| end.at))
    }

    pub fn policy<'r>(&self, rules: &'r Rules) -> Option<&'r Policy> {
        rules.policy_for(self.gate.as_ref()?)
    }

    /// When CodePipeline gives up waiting, as far as is known.
    pub fn expires_at(&self, rules: &Rules) -> Option<Timestamp> {
        let request = self.request?;
        let after = self.policy(rules).and_then(|p| p.expires_after).unwrap_or(DEFAULT_EXPIRY);
        Some(self.context.expires_at.unwrap_or_else(|| later(request.at, after)))
    }

    /// When it is taken for granted that CodePipeline gave up, if nothing is heard.
    pub fn given_up_at(&self, rules: &Rules) -> Option<Timestamp> {
        let expires_at = self.expires_at(rules)?;
        Some(later(self.heard_at.map_or(expires_at, |at| at.max(expires_at)), EXPIRY_GRACE))
    }

    pub fn ladder<'r>(&self, rules: &'r Rules) -> Option<Ladder<'r>> {
        let expires_at = self.expires_at(rules)?;
        let policy = self.policy(rules)?;
        Some(Ladder {
            policy,
            steps: policy.steps(self.attempt),
            requested_at: self.request?.at,
            expires_at,
            was_heard_in_time: self.heard_at.is_some_and(|at| at < expires_at),
            is_acknowledged: !self.acknowledged.is_empty(),
            snoozed_until: self.snoozed_until,
        })
    }

    pub fn deadline(&self, rules: &Rules) -> Option<Timestamp> {
        self.ladder(rules).map(|ladder| ladder.deadline())
    }

    /// When the approval must be looked at next; none when nothing but news can change it.
    pub fn due(&self, rules: &Rules) -> Option<Due> {
        match self.phase() {
            Phase::Unseen | Phase::Settled => None,
            Phase::Ended => self.settle_by.map(|at| Due { at, reason: DueReason::Settle }),
            Phase::Waiting => self.due_while_waiting(rules),
        }
    }

    fn due_while_waiting(&self, rules: &Rules) -> Option<Due> {
        let expiry = self.given_up_at(rules).map(|at| Due { at, reason: DueReason::Expiry });
        let Some(ladder) = self.ladder(rules) else { return expiry };
        let deadline = self.breached.is_none().then(|| Due { at: ladder.deadline(), reason: DueReason::Deadline });
        let step = ladder
            .next_rungs(|step| self.fired.get(step).copied())
            .map(|(_, rung)| rung)
            .min()
            .map(|rung| Due { at: rung.fires_at, reason: DueReason::Step { step: rung.step, repeat: rung.repeat } });
        [step, deadline, expiry].into_iter().flatten().min_by_key(|due| due.at)
    }
}
