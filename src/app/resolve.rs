//! Which approval an event without an `action-execution-id` is about.
//!
//! Events from before 2023 have none. Their first event names only the place and the time, so it gets an id derived from
//! these; their last one carries the token. The two are paired by place, execution and order in time: an end belongs to
//! the latest request before it that has no end yet. Whichever comes first lends its id to both, and the other id is
//! noted as joined, so that whatever names it later is about the same approval.

use sha2::{Digest, Sha256};

use super::tell::note;
use crate::domain::evidence::Basis;
use crate::domain::input::{Input, Place};
use crate::domain::policy::Rules;
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, FactKind, Phase, Timestamp, hex};
use crate::ports::store::{Store, StoreError};

/// What derived ids begin with; AWS's are UUIDs.
const DERIVED: &str = "old-";

/// Whether an approval can be the other half of what an event tells of.
type IsPartner = Box<dyn Fn(&Projection) -> bool + Send>;

pub async fn resolve<S: Store>(
    store: &S,
    rules: &Rules,
    token: Option<&ApprovalId>,
    input: &Input,
    now: Timestamp,
) -> Result<ApprovalId, StoreError> {
    let Some(place) = input.place() else { return Ok(token.cloned().unwrap_or_else(|| ApprovalId::new(DERIVED))) };
    let (own_id, is_partner): (ApprovalId, IsPartner) = match input {
        Input::Ended(ended) => {
            let at = ended.end.at;
            let own_id = token.cloned().unwrap_or_else(|| derived(place, at));
            (own_id, Box::new(move |p| is_request_without_end(p) && p.requested_at.is_some_and(|r| r <= at)))
        }
        Input::Started(started) => {
            let at = started.requested_at;
            (derived(place, at), Box::new(move |p| p.requested_at.is_none() && p.ended_at.is_some_and(|e| e >= at)))
        }
        Input::Decision(_)
        | Input::Notified(_)
        | Input::Execution(_)
        | Input::Edited(_)
        | Input::Newer(_)
        | Input::Others(_)
        | Input::Acknowledge(_)
        | Input::Snooze { .. }
        | Input::Tick => {
            return Ok(derived(place, now));
        }
    };
    if store.load(&own_id).await?.version > 0 {
        return Ok(own_id);
    }
    let Some(key) = place.execution_key() else { return Ok(own_id) };
    let at_gate =
        |p: &Projection| p.gate.as_ref().is_some_and(|g| g.stage == place.gate.stage && g.action == place.gate.action);
    let partners = store.approvals_of(&key).await?.into_iter().filter(|p| at_gate(p) && is_partner(p));
    let partner = match input {
        Input::Ended(_) => partners.max_by_key(|p| p.requested_at),
        _ => partners.min_by_key(|p| p.ended_at),
    };
    let Some(partner) = partner else { return Ok(own_id) };
    note(store, rules, &own_id, FactKind::Joined { into: partner.id.clone() }, None, now).await?;
    Ok(partner.id)
}

fn is_request_without_end(projection: &Projection) -> bool {
    let is_open = projection.phase == Phase::Waiting || projection.basis == Some(Basis::Inferred);
    is_open && projection.id.as_str().starts_with(DERIVED)
}

/// The same event always gives the same id.
fn derived(place: &Place, at: Timestamp) -> ApprovalId {
    let gate = &place.gate;
    let execution = place.execution.as_ref().map(ToString::to_string).unwrap_or_default();
    let account = gate.account.as_deref().unwrap_or_default();
    let parts = [account, &gate.region, &gate.pipeline, &gate.stage, &gate.action, &execution, &at.to_rfc3339()];
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut digits = hex(&hash.finalize());
    digits.truncate(16);
    ApprovalId::new(format!("{DERIVED}{digits}"))
}
