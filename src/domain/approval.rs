//! The state of one approval: the fold of its facts.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;

use super::context::Context;
use super::effect::{Notice, notices};
use super::evidence::{Decision, End, Source};
use super::fact::{Fact, FactKind, Settlement, Skipped};
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
    /// The notices of its steps that are not out yet, in the order in which they fired.
    pub open: BTreeMap<RecipientName, Vec<Notice>>,
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
    /// In whose name a bot says that it decided; nobody has verified it.
    pub claimed_by: Option<String>,
    /// What was found of it and is not cleared.
    pub findings: BTreeMap<FindingKind, Finding>,
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
            open: BTreeMap::new(),
            told_with_another: BTreeSet::new(),
            acknowledged: Vec::new(),
            snoozed_until: None,
            responses: 0,
            used_links: BTreeSet::new(),
            joined: None,
            is_pruned: false,
            claimed_by: None,
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
                for notice in notices(&self.id, fired) {
                    self.open.entry(notice.recipient.clone()).or_default().push(notice);
                }
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
            FactKind::NoticeWithdrawn { notice, recipient, .. } | FactKind::NoticeGivenUp { notice, recipient, .. } => {
                self.told_with_another.remove(notice);
                if let Some(open) = self.open.get_mut(recipient) {
                    open.retain(|known| known.id != *notice);
                }
            }
            FactKind::Joined { into } => self.joined = Some(into.clone()),
            FactKind::ClaimSeen { name } => self.claimed_by.clone_from(name),
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

    /// With it goes what it stood for.
    fn told(&mut self, notice: &NoticeId, recipient: &RecipientName) {
        self.passed_over.iter_mut().for_each(|passed| {
            passed.known_to.insert(recipient.clone());
        });
        let Some(open) = self.open.get_mut(recipient) else { return };
        let Some(place) = open.iter().position(|known| known.id == *notice) else { return };
        self.told_with_another.extend(open.drain(..=place).map(|known| known.id).filter(|id| id != notice));
    }

    /// What was passed over, and the recipient has not been told of.
    pub fn untold<'a>(&'a self, recipient: &'a RecipientName) -> impl Iterator<Item = &'a Skipped> + use<'a> {
        let untold = self.passed_over.iter().filter(|passed| !passed.known_to.contains(recipient));
        untold.map(|passed| &passed.skipped)
    }

    /// The open notices to the same recipient that fired before this one, and those that fired after it.
    pub fn around(&self, notice: &Notice) -> (&[Notice], &[Notice]) {
        let open = self.open.get(&notice.recipient).map_or(&[][..], Vec::as_slice);
        let place = open.iter().position(|known| known.id == notice.id);
        place.and_then(|place| Some((open.get(..place)?, open.get(place + 1..)?))).unwrap_or_default()
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
