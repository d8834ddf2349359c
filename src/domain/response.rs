//! What people say short of deciding: that they see to it, or that it may wait for a while.

use chrono::TimeDelta;

use super::policy::Rules;
use super::{Approval, Phase, Timestamp};

/// More than this about one approval is not taken.
pub const MAX_RESPONSES: usize = 50;

/// Who says so, and through what. It is their word: nothing about it is proven but that a link was signed here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    pub by: String,
    pub note: Option<String>,
    /// Which signed link was used, so that it is not used again.
    pub link: Option<String>,
}

/// Why it changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("nobody is being waited for any more")]
    NotWaiting,
    #[error("this link has been used already")]
    LinkUsed,
    #[error("the same person has said so already")]
    Repeated,
    #[error("people have said too much about this approval already")]
    TooMany,
    #[error("the policy allows no snooze")]
    NoSnooze,
    #[error("that time has passed")]
    Past,
    #[error("it can be snoozed until {latest} and no longer")]
    TooLong { latest: Timestamp },
}

/// Whether the approval can be acknowledged so.
pub fn may_acknowledge(approval: &Approval, response: &Response) -> Result<(), Refusal> {
    may_respond(approval, response)?;
    // One who follows a link again has used it; whoever else says the same again adds nothing.
    if approval.acknowledged.iter().any(|(_, known)| known.by == response.by) { Err(Refusal::Repeated) } else { Ok(()) }
}

/// Whether what would be said of it can be put off until then.
pub fn may_snooze(
    approval: &Approval,
    rules: &Rules,
    until: Timestamp,
    response: &Response,
    now: Timestamp,
) -> Result<(), Refusal> {
    may_respond(approval, response)?;
    let longest = approval.policy(rules).map_or(TimeDelta::zero(), |policy| policy.longest_snooze);
    // Behind the time-out there is nothing left to say.
    let latest = super::span::later(now, longest);
    let latest = approval.expires_at(rules).map_or(latest, |expires_at| latest.min(expires_at));
    if longest <= TimeDelta::zero() {
        Err(Refusal::NoSnooze)
    } else if until <= now {
        Err(Refusal::Past)
    } else if until > latest {
        Err(Refusal::TooLong { latest })
    } else if approval.snoozed_until == Some(until) {
        Err(Refusal::Repeated)
    } else {
        Ok(())
    }
}

fn may_respond(approval: &Approval, response: &Response) -> Result<(), Refusal> {
    if response.link.as_ref().is_some_and(|link| approval.used_links.contains(link)) {
        Err(Refusal::LinkUsed)
    } else if approval.phase() != Phase::Waiting || approval.joined.is_some() {
        Err(Refusal::NotWaiting)
    } else if approval.responses >= MAX_RESPONSES {
        Err(Refusal::TooMany)
    } else {
        Ok(())
    }
}
