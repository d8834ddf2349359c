//! Why an approval is where it is: its facts, and what comes next if nobody decides.

use super::tell::load;
use crate::domain::policy::{Act, Rules};
use crate::domain::{Approval, ApprovalId, Fact, Phase, RecipientName, StepId, Timestamp};
use crate::ports::store::{Store, StoreError};

/// How many coming rungs are listed.
const SHOWN: usize = 20;

#[derive(Debug)]
pub struct Explanation {
    pub approval: Approval,
    pub facts: Vec<Fact>,
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

/// Explains the approval; none when nothing is known of it.
pub async fn explain<S: Store>(store: &S, rules: &Rules, id: &ApprovalId) -> Result<Option<Explanation>, StoreError> {
    let (approval, loaded) = load(store, id).await?;
    if loaded.facts.is_empty() {
        return Ok(None);
    }
    let mut coming = coming(&approval, rules);
    coming.sort_by_key(|coming| coming.at);
    let has_more = coming.len() > SHOWN;
    coming.truncate(SHOWN);
    Ok(Some(Explanation {
        deadline: approval.deadline(rules),
        expires_at: approval.expires_at(rules),
        facts: loaded.facts,
        approval,
        coming,
        has_more,
    }))
}

fn coming(approval: &Approval, rules: &Rules) -> Vec<Coming> {
    match approval.phase() {
        Phase::Unseen | Phase::Settled => return Vec::new(),
        Phase::Ended => {
            return approval.settle_by.map(|at| Coming { at, what: What::Settled }).into_iter().collect();
        }
        Phase::Waiting => {}
    }
    let mut coming = Vec::new();
    coming.extend(approval.expires_at(rules).map(|at| Coming { at, what: What::Expiry }));
    coming.extend(approval.given_up_at(rules).map(|at| Coming { at, what: What::GivenUp }));
    if let Some(ladder) = approval.ladder(rules) {
        if approval.breached.is_none() {
            coming.push(Coming { at: ladder.deadline(), what: What::Deadline });
        }
        for (step, first) in ladder.next_rungs(|step| approval.fired.get(step).copied()) {
            coming.extend(ladder.rungs(step, first.repeat).take(SHOWN + 1).map(|rung| Coming {
                at: rung.fires_at,
                what: What::Step { step: rung.step, repeat: rung.repeat, act: step.act, to: step.to.clone() },
            }));
        }
    }
    coming
}
