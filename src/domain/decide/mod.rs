//! What an input makes newly true of an approval.
//!
//! [`decide`] is total: wrong order, repeats, late and unknown inputs give facts or nothing, never an error. It always
//! ends with what is overdue at `now`, so any input is also a tick, and a lost tick heals.
//!
//! | phase   | Started, Notified      | Ended                       | Decision              | refused attempt | Execution                 | Edited  | Tick                     |
//! |---------|------------------------|-----------------------------|-----------------------|-----------------|---------------------------|---------|--------------------------|
//! | Unseen  | Requested, context     | Requested if dated, EndSeen | DecisionSeen          | AttemptSeen     | -                         | -       | -                        |
//! | Waiting | gaps only              | EndSeen, gaps               | DecisionSeen, Settled | AttemptSeen     | context, EndSeen if over  | context | breach, steps, or expiry |
//! | Ended   | gaps, Settled if whole | EndSeen if stronger         | DecisionSeen, Settled | AttemptSeen     | context, EndSeen if stronger | context | Settled when it is time |
//! | Settled | gaps                   | EndSeen if stronger         | DecisionSeen if news  | AttemptSeen     | context, EndSeen if stronger | context | -                     |
//!
//! Newer (another run's revision) and Others (who approved the run's other gates) add context: the one where it came while
//! this waited, the other once this is settled. Whatever is new leads to a judgement by the policy's controls: Found, Cleared, ClaimSeen.
//!
//! In the row Settled, evidence that changes the conclusion adds Corrected. `-` is no fact, on purpose. A repeat of what
//! is known gives no fact in any row, and neither does anything about an approval whose facts were pruned.

mod answered;
mod ended;
mod judged;
mod overdue;
mod requested;
mod responded;

use std::borrow::Cow;

use super::context::Context;
use super::input::Input;
use super::policy::Rules;
use super::{Approval, Fact, FactKind, Phase, Timestamp};

/// The facts that `input` adds to `approval` at `now`; none when it says nothing new.
pub fn decide(approval: &Approval, input: &Input, rules: &Rules, now: Timestamp) -> Vec<Fact> {
    if approval.joined.is_some() || approval.is_pruned {
        return Vec::new();
    }
    let mut facts = Facts { after: Cow::Borrowed(approval), new: Vec::new(), rules, now };
    match (approval.phase(), input) {
        (_, Input::Started(started)) => requested::started(&mut facts, started),
        (_, Input::Notified(notified)) => requested::notified(&mut facts, notified),
        (_, Input::Ended(ended)) => ended::ended(&mut facts, ended),
        (_, Input::Decision(decision)) => answered::answered(&mut facts, decision),
        // Without a request there is nothing that the run could have ended.
        (Phase::Unseen, Input::Execution(_)) => {}
        (Phase::Waiting | Phase::Ended, Input::Execution(execution)) => {
            requested::learn(&mut facts, &execution.context());
            ended::with_its_run(&mut facts, execution);
        }
        // Of what is decided it only matters who asked, and for what.
        (Phase::Settled, Input::Execution(execution)) => {
            requested::learn(&mut facts, &Context { stop_reason: None, ..execution.context() });
            ended::with_its_run(&mut facts, execution);
        }
        (_, Input::Edited(edit)) => requested::edited(&mut facts, edit),
        (_, Input::Newer(newer)) => requested::newer(&mut facts, newer),
        (_, Input::Others(others)) => requested::others(&mut facts, others),
        (_, Input::Acknowledge(response)) => responded::acknowledged(&mut facts, response),
        (_, Input::Snooze { until, response }) => responded::snoozed(&mut facts, *until, response),
        (_, Input::Tick) => {}
    }
    overdue::overdue(&mut facts);
    judged::judged(&mut facts);
    facts.new
}

/// The facts so far, and the approval as they leave it.
struct Facts<'a> {
    after: Cow<'a, Approval>,
    new: Vec<Fact>,
    rules: &'a Rules,
    now: Timestamp,
}

impl Facts<'_> {
    fn add(&mut self, kind: FactKind) {
        let fact = Fact { recorded_at: self.now, kind };
        self.after.to_mut().learn(&fact);
        self.new.push(fact);
    }
}
