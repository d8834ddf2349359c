//! Why somebody was told of an approval or not: which policy holds and why, how its deadline was counted, what became of
//! each step, the facts, and what comes next if nothing is heard.

mod counted;
mod foreseen;
mod matched;
mod notices;
mod preview;
mod rungs;

use super::tell::load;
use crate::domain::policy::{Act, Rules};
use crate::domain::{Approval, ApprovalId, Fact, FactKind, Phase, RecipientName, StepId, Timestamp};
use crate::ports::store::{Store, StoreError};

pub use counted::{Counted, Piece};
pub use matched::{Misfit, Tried};
pub use notices::{NoticeFate, NoticeStory};
pub use preview::{Asked, preview};
pub use rungs::{Fate, PutOff, RungStory};

/// How many coming steps are listed, and how many coming things in all.
const SHOWN: usize = 20;

#[derive(Debug)]
pub struct Explanation {
    pub approval: Approval,
    pub facts: Vec<Fact>,
    /// As of when it is explained: nothing that was recorded later counts.
    pub at: Timestamp,
    /// The version of the policy file by which it is explained.
    pub policy_version: String,
    /// The policies up to the one that holds, or all where none does.
    pub tried: Vec<Tried>,
    /// None without a policy or a request.
    pub counted: Option<Counted>,
    /// Each step and repeat, in the order in which they are due.
    pub rungs: Vec<RungStory>,
    /// How many rungs before those are not listed.
    pub earlier_rungs: usize,
    pub deadline: Option<Timestamp>,
    pub expires_at: Option<Timestamp>,
    /// What happens when, if nothing is heard.
    pub coming: Vec<Coming>,
    /// Whether there is more than is listed.
    pub has_more: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coming {
    pub at: Timestamp,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Step {
        step: StepId,
        repeat: u32,
        act: Act,
        to: Vec<RecipientName>,
    },
    Deadline,
    /// CodePipeline's own time-out.
    Expiry,
    /// The time-out is taken for granted.
    GivenUp,
    /// The evidence so far is taken as all there is.
    Settled,
}

/// Explains the approval by the rules of today, as things stand `now`, or as they stood at `at`; none when nothing is, or
/// was, known of it.
pub async fn explain<S: Store>(
    store: &S,
    rules: &Rules,
    id: &ApprovalId,
    at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Option<Explanation>, StoreError> {
    let (approval, loaded) = load(store, id).await?;
    let mut facts = loaded.facts;
    // The store's own clock may be ahead, so without a time nothing is left out.
    facts.retain(|fact| at.is_none_or(|at| fact.recorded_at <= at));
    let at = at.unwrap_or(now);
    Ok(if facts.is_empty() { None } else { Some(explained(approval.id, facts, rules, at)) })
}

fn explained(id: ApprovalId, facts: Vec<Fact>, rules: &Rules, at: Timestamp) -> Explanation {
    let approval = Approval::fold(id, &facts);
    let (foreseen, has_more_steps) = foreseen::foresee(&approval, rules, SHOWN);
    let (rungs, earlier_rungs) = rungs::rungs(&approval, &facts, &foreseen, rules, at);
    let mut coming = coming(&approval, &foreseen, rules);
    let has_more = has_more_steps || coming.len() > SHOWN;
    coming.truncate(SHOWN);
    let ladder = approval.ladder(rules);
    Explanation {
        at,
        policy_version: rules.version.clone(),
        tried: approval.gate.as_ref().map(|gate| matched::tried(rules, gate)).unwrap_or_default(),
        counted: ladder.map(|ladder| counted::counted(ladder.policy, ladder.requested_at, ladder.deadline())),
        rungs,
        earlier_rungs,
        deadline: approval.deadline(rules),
        expires_at: approval.expires_at(rules),
        facts,
        approval,
        coming,
        has_more,
    }
}

/// The time-outs stand among what is foreseen, also where the list of that ends before them.
fn coming(approval: &Approval, foreseen: &[Fact], rules: &Rules) -> Vec<Coming> {
    let is_waiting = approval.phase() == Phase::Waiting;
    let mut coming: Vec<Coming> = foreseen.iter().filter_map(|fact| what(fact, is_waiting)).collect();
    if is_waiting {
        coming.extend(approval.expires_at(rules).map(|at| Coming { at, what: What::Expiry }));
        coming.extend(approval.given_up_at(rules).map(|at| Coming { at, what: What::GivenUp }));
    }
    coming.sort_by_key(|coming| coming.at);
    coming
}

fn what(fact: &Fact, is_waiting: bool) -> Option<Coming> {
    let what = match &fact.kind {
        FactKind::StepFired(fired) => {
            What::Step { step: fired.step.clone(), repeat: fired.repeat, act: fired.act, to: fired.to.clone() }
        }
        FactKind::Breached { .. } => What::Deadline,
        FactKind::Settled(_) if !is_waiting => What::Settled,
        _ => return None,
    };
    Some(Coming { at: fact.recorded_at, what })
}
