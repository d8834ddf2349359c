//! The approvals of one run hear of each other's decisions, where a policy asks for two people.

use super::tell::{Change, load, tell};
use crate::domain::context::Other;
use crate::domain::evidence::Outcome;
use crate::domain::input::Input;
use crate::domain::judge::names_of;
use crate::domain::policy::Rules;
use crate::domain::{Approval, ApprovalId, Timestamp};
use crate::ports::store::{Store, StoreError};

/// Tells each approval of the run of `id` who approved the others. Repeating it adds nothing.
pub async fn compare<S: Store>(
    store: &S,
    rules: &Rules,
    id: &ApprovalId,
    now: Timestamp,
) -> Result<Vec<Change>, StoreError> {
    let (approval, _) = load(store, id).await?;
    let key = approval.gate.as_ref().zip(approval.execution.clone()).map(|(gate, id)| gate.execution_key(id));
    let Some(key) = key else { return Ok(Vec::new()) };
    let mut others = Vec::new();
    for known in store.approvals_of(&key).await? {
        let (approval, _) = load(store, &known.id).await?;
        others.extend(other(&approval, rules));
    }
    let mut changes = Vec::new();
    if others.len() > 1 {
        let input = Input::Others(others.clone());
        for other in &others {
            changes.extend(tell(store, rules, &other.approval, &[&input], now).await?);
        }
    }
    Ok(changes)
}

/// Who approved it; none where nobody did, or nobody knows who.
fn other(approval: &Approval, rules: &Rules) -> Option<Other> {
    let settlement = approval.settlement.as_ref().filter(|settlement| settlement.outcome == Outcome::Approved)?;
    let (gate, decision) = (approval.gate.as_ref()?, approval.decision()?);
    let controls = approval.policy(rules).map(|policy| policy.controls.clone()).unwrap_or_default();
    let by = names_of(decision, &controls, &rules.people);
    let (stage, action) = (gate.stage.clone(), gate.action.clone());
    (!by.is_empty()).then(|| Other { approval: approval.id.clone(), stage, action, at: settlement.ended_at, by })
}
