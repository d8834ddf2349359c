//! One approval's life under other rules: what the world said of it stays as it was written down, and what the rules make
//! of that is decided anew, on a virtual clock.

use crate::domain::effect::{Notice, act_of, may_go_at, still_wanted};
use crate::domain::input::Input;
use crate::domain::policy::{Act, Rules};
use crate::domain::{Approval, ApprovalId, Effect, Fact, FactKind, RecipientName, Timestamp, decide, effects};

/// How it went.
#[derive(Clone, Debug)]
pub struct Life {
    /// As it stands at the end.
    pub approval: Approval,
    /// The notices that went out, in their order.
    pub told: Vec<Told>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub at: Timestamp,
    pub act: Act,
    pub recipient: RecipientName,
}

/// Lives the approval of these facts under `rules` until then. Notices are taken to arrive at once.
pub fn live(id: ApprovalId, facts: &[Fact], rules: &Rules, until: Timestamp) -> Life {
    let heard: Vec<&Fact> = facts.iter().filter(|fact| fact.recorded_at <= until && is_heard(&fact.kind)).collect();
    let mut living = Living {
        rules,
        now: Timestamp::MIN_UTC,
        life: Life { approval: Approval::new(id), told: Vec::new() },
        outbox: Vec::new(),
    };
    // What was heard at once was decided on at once.
    for together in heard.chunk_by(|a, b| a.recorded_at == b.recorded_at) {
        let Some(at) = together.first().map(|fact| fact.recorded_at) else { continue };
        // What is due at that very instant waits: the news may have settled it.
        living.run_while(|due| due < at);
        living.now = living.now.max(at);
        living.hear(together);
    }
    living.run_while(|due| due <= until);
    living.life
}

/// Whether it came from the world and not from the rules.
fn is_heard(kind: &FactKind) -> bool {
    match kind {
        FactKind::Requested { .. }
        | FactKind::Acknowledged(_)
        | FactKind::Snoozed { .. }
        | FactKind::ContextLearnt(_)
        | FactKind::DecisionSeen { .. }
        | FactKind::AttemptSeen(_)
        | FactKind::EndSeen { .. }
        | FactKind::Joined { .. } => true,
        FactKind::PolicyChanged { .. }
        | FactKind::StepFired(_)
        | FactKind::Breached { .. }
        | FactKind::Settled(_)
        | FactKind::Corrected(_)
        | FactKind::NoticeDelivered { .. }
        | FactKind::NoticeWithdrawn { .. }
        | FactKind::NoticeGivenUp { .. }
        | FactKind::Found(_)
        | FactKind::Cleared(_)
        | FactKind::ClaimSeen { .. }
        | FactKind::Pruned(_) => false,
    }
}

struct Living<'a> {
    rules: &'a Rules,
    now: Timestamp,
    life: Life,
    /// Notices that are not out yet, and from when on each may go.
    outbox: Vec<(Timestamp, Notice)>,
}

impl Living<'_> {
    fn hear(&mut self, facts: &[&Fact]) {
        for fact in facts {
            match &fact.kind {
                FactKind::Requested { place, at, source, .. } => {
                    let policy = self.rules.policy_for(&place.gate).map(|policy| self.rules.reference(policy));
                    let kind = FactKind::Requested { place: place.clone(), at: *at, source: *source, policy };
                    self.life.approval.learn(&Fact { recorded_at: fact.recorded_at, kind });
                }
                // What people may say is the policy's to allow.
                FactKind::Acknowledged(response) => {
                    self.decide(&Input::Acknowledge(response.clone()));
                }
                FactKind::Snoozed { until, response } => {
                    self.decide(&Input::Snooze { until: *until, response: response.clone() });
                }
                _ => self.life.approval.learn(fact),
            }
        }
        self.decide(&Input::Tick);
    }

    /// Does what is due, each at its time, as long as that is one of those.
    fn run_while(&mut self, is_in_time: impl Fn(Timestamp) -> bool) {
        while let Some(at) = self.next().filter(|at| is_in_time((*at).max(self.now))) {
            self.now = self.now.max(at);
            let is_decided = self.decide(&Input::Tick);
            let is_sent = self.send();
            // What stays due although it was looked at would stay so for ever.
            if !is_decided && !is_sent {
                break;
            }
        }
    }

    fn next(&self) -> Option<Timestamp> {
        let due = self.life.approval.due(self.rules).map(|due| due.at);
        self.outbox.iter().map(|(not_before, _)| *not_before).chain(due).min()
    }

    /// Says whether there was anything new.
    fn decide(&mut self, input: &Input) -> bool {
        let facts = decide(&self.life.approval, input, self.rules, self.now);
        for fact in &facts {
            self.life.approval.learn(fact);
            for effect in effects(&self.life.approval, fact, self.rules) {
                if let Effect::Notice(notice) = effect {
                    self.outbox.push((notice.held_until.unwrap_or(self.now), notice));
                }
            }
        }
        !facts.is_empty()
    }

    /// Says whether anything went out, or was put off.
    fn send(&mut self) -> bool {
        let mut is_moved = false;
        for (not_before, notice) in std::mem::take(&mut self.outbox) {
            if not_before > self.now {
                self.outbox.push((not_before, notice));
            } else {
                is_moved = true;
                self.try_to_send(notice);
            }
        }
        is_moved
    }

    /// The notice goes out, or later, or is not wanted any more.
    fn try_to_send(&mut self, notice: Notice) {
        let approval = &self.life.approval;
        let (id, recipient) = (notice.id.clone(), notice.recipient.clone());
        let kind = match still_wanted(&notice, approval, self.rules) {
            Err(why) => FactKind::NoticeWithdrawn { notice: id, recipient, why },
            Ok(()) => {
                let earliest = may_go_at(&notice, approval, self.rules, self.now);
                if earliest > self.now {
                    self.outbox.push((earliest, notice));
                    return;
                }
                let act = act_of(&notice, approval, self.rules);
                self.life.told.push(Told { at: self.now, act, recipient: recipient.clone() });
                FactKind::NoticeDelivered { notice: id, act, recipient, at: self.now, receipt: None }
            }
        };
        self.life.approval.learn(&Fact { recorded_at: self.now, kind });
    }
}
