//! What several forms show alike.

use crate::domain::policy::Act;
use crate::domain::{Approval, Fact, FactKind};

/// Who or what started the run, as CodePipeline says.
pub(super) fn requester(approval: &Approval) -> Option<String> {
    let trigger = approval.context.trigger.as_ref()?;
    trigger.author.clone().or_else(|| trigger.detail.clone())
}

/// The recipients who were told, in the order in which they were.
pub(super) fn told(facts: &[Fact], wanted: Act) -> Vec<String> {
    let delivered = |fact: &Fact| match &fact.kind {
        FactKind::NoticeDelivered { act, recipient, .. } if *act == wanted => Some(recipient.to_string()),
        _ => None,
    };
    facts.iter().filter_map(delivered).collect()
}
