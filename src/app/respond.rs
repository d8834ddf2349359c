//! What people say of an approval short of deciding: taken, or refused with the reason.

use super::tell::{Change, load, tell_loaded};
use crate::domain::input::Input;
use crate::domain::policy::Rules;
use crate::domain::projection::Projection;
use crate::domain::response::{Refusal, Response, may_acknowledge, may_snooze};
use crate::domain::{Approval, ApprovalId, FactKind, Timestamp};
use crate::notice::clean;
use crate::ports::store::{Store, StoreError};

/// In characters.
pub const MAX_BY: usize = 256;
pub const MAX_NOTE: usize = 1000;

/// What somebody wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// They see to it.
    Acknowledge,
    /// Nothing is to be said of it until then.
    Snooze { until: Timestamp },
}

#[derive(Debug, thiserror::Error)]
pub enum RespondError {
    #[error("nothing is known of this approval")]
    Unknown,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why nobody can have said so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsaid {
    #[error("it does not say who says so: give a name")]
    Nobody,
    #[error("the name is longer than {MAX_BY} characters: shorten it")]
    LongName,
    #[error("the note is longer than {MAX_NOTE} characters: shorten it")]
    LongNote,
}

/// What `by` says, each as one clean line. A note without any text is none.
pub fn said(by: &str, note: Option<&str>) -> Result<Response, Unsaid> {
    let line = |text: &str, max: usize, too_long| {
        let line = clean(text, usize::MAX);
        if line.chars().count() > max { Err(too_long) } else { Ok(line) }
    };
    let by = line(by, MAX_BY, Unsaid::LongName)?;
    if by.is_empty() {
        return Err(Unsaid::Nobody);
    }
    let note = line(note.unwrap_or_default(), MAX_NOTE, Unsaid::LongNote)?;
    Ok(Response { by, note: Some(note).filter(|note| !note.is_empty()), link: None })
}

/// Whether the wish would be granted now.
pub fn may(approval: &Approval, rules: &Rules, wish: Wish, response: &Response, now: Timestamp) -> Result<(), Refusal> {
    match wish {
        Wish::Acknowledge => may_acknowledge(approval, response),
        Wish::Snooze { until } => may_snooze(approval, rules, until, response, now),
    }
}

/// Tells the approval of the wish. Of two that use one link at the same time, one is granted.
pub async fn respond<S: Store>(
    store: &S,
    rules: &Rules,
    id: &ApprovalId,
    wish: Wish,
    response: &Response,
    now: Timestamp,
) -> Result<Change, RespondError> {
    let loaded = load(store, id).await?;
    if loaded.1.facts.is_empty() {
        return Err(RespondError::Unknown);
    }
    may(&loaded.0, rules, wish, response, now)?;
    let input = match wish {
        Wish::Acknowledge => Input::Acknowledge(response.clone()),
        Wish::Snooze { until } => Input::Snooze { until, response: response.clone() },
    };
    let change = tell_loaded(store, rules, loaded, &[&input], now).await?;
    match change.filter(|change| change.facts.iter().any(|fact| is_granted(&fact.kind, wish, response))) {
        Some(change) => Ok(change),
        // Somebody was faster, and what they did is a reason to refuse.
        None => {
            may(&load(store, id).await?.0, rules, wish, response, now)?;
            Err(StoreError::Conflict.into())
        }
    }
}

/// Whether whoever wrote the approval last went by the same rules, as far as its times show. Under others the steps of
/// another policy would fire.
pub async fn are_its_rules<S: Store>(store: &S, rules: &Rules, id: &ApprovalId) -> Result<bool, StoreError> {
    let (approval, _) = load(store, id).await?;
    let known = store.projection(&approval.id).await?;
    let essence = |at_a_glance: &Projection| {
        (at_a_glance.policy.clone(), at_a_glance.deadline, at_a_glance.expires_at, at_a_glance.due_at)
    };
    // What changed since is not the rules' doing.
    Ok(known
        .filter(|known| known.changed_at == approval.changed_at)
        .is_none_or(|known| essence(&known) == essence(&Projection::of(&approval, rules))))
}

fn is_granted(fact: &FactKind, wish: Wish, response: &Response) -> bool {
    match (wish, fact) {
        (Wish::Acknowledge, FactKind::Acknowledged(said)) => said == response,
        (Wish::Snooze { until }, FactKind::Snoozed { until: told, response: said }) => {
            *told == until && said == response
        }
        _ => false,
    }
}
