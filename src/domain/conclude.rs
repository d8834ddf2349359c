//! What the evidence says about how a wait ended.
//!
//! The conclusion depends on which evidence there is, not on the order in which it came. `FAILED` alone is not a
//! rejection: approvals also fail when they time out and when their notification cannot be published.

use chrono::TimeDelta;

use super::Approval;
use super::evidence::{Basis, CANCELED_SUMMARY, Decision, End, EndState, Outcome, Source, Verdict, Witness};
use super::fact::Settlement;
use super::policy::Rules;
use super::{Phase, Timestamp};

/// CodePipeline states its time-out to the minute, and its clock and ours may differ a little.
const EXPIRY_TOLERANCE: TimeDelta = TimeDelta::minutes(1);

/// `error-code`s of an approval whose notification could not be published.
const NEVER_ASKED_CODES: [&str; 2] = ["PermissionError", "ConfigurationError"];

/// How the wait ended, if `now` is the time to say so.
pub fn settlement(approval: &Approval, rules: &Rules, now: Timestamp) -> Option<Settlement> {
    match approval.phase() {
        Phase::Unseen | Phase::Settled => None,
        Phase::Waiting => {
            let expires_at = approval.expires_at(rules)?;
            let heard_nothing = approval.given_up_at(rules).is_some_and(|at| now >= at);
            heard_nothing.then(|| settle(approval, rules, Outcome::TimedOut, expires_at, Basis::Inferred))
        }
        Phase::Ended => {
            let patience_ended = approval.settle_by.is_none_or(|at| now >= at);
            (patience_ended || is_complete(approval, rules)).then(|| conclude(approval, rules)).flatten()
        }
    }
}

/// No better evidence can come: who and what are known, or there is nobody to ask for.
fn is_complete(approval: &Approval, rules: &Rules) -> bool {
    if let Some(decision) = approval.decision() {
        // Without the request there is no wait to measure yet.
        return approval.request.is_some() && !may_be_time_out(approval, decision, rules);
    }
    approval.end().is_some_and(|end| {
        end.source >= Source::ActionEvent
            && match end.state {
                EndState::Abandoned | EndState::Superseded => true,
                // The API does not name an edit: it is told by what the edit leaves behind.
                EndState::Canceled => end.source == Source::ActionEvent,
                EndState::Failed => was_never_asked(end),
                EndState::Succeeded => false,
            }
    })
}

/// Nobody has seen whom the API names after a time-out, and it may be somebody who answered nothing. So what it takes for a
/// rejection at the time-out is one only once CloudTrail says so.
fn may_be_time_out(approval: &Approval, decision: &Decision, rules: &Rules) -> bool {
    decision.witness == Witness::Api
        && decision.verdict == Verdict::Rejected
        && is_at_expiry(approval, decision.at, rules)
}

/// What all the evidence together says: an answer before an end, CloudTrail before the API, that before the approval's own
/// event, that before its run's, and that before the pipeline's being gone.
pub fn conclude(approval: &Approval, rules: &Rules) -> Option<Settlement> {
    if let Some(decision) = approval.decision() {
        let outcome = match decision.verdict {
            Verdict::Approved => Outcome::Approved,
            Verdict::Rejected if may_be_time_out(approval, decision, rules) => Outcome::TimedOut,
            Verdict::Rejected => Outcome::Rejected,
        };
        return Some(settle(approval, rules, outcome, decision.at, decision.witness.basis()));
    }
    let end = approval.end()?;
    let basis = match end.source {
        Source::Api => Basis::Api,
        Source::ActionEvent => Basis::ActionEvent,
        Source::StageEvent | Source::PipelineEvent | Source::PipelineGone | Source::Notification => {
            Basis::ExecutionEvent
        }
    };
    let outcome = match end.state {
        EndState::Succeeded => Outcome::Approved,
        EndState::Abandoned => Outcome::Abandoned,
        EndState::Canceled | EndState::Superseded => Outcome::Cancelled,
        EndState::Failed => why_failed(approval, end, rules),
    };
    Some(settle(approval, rules, outcome, end.at, basis))
}

fn why_failed(approval: &Approval, end: &End, rules: &Rules) -> Outcome {
    let has_comment = end.summary.as_deref().is_some_and(|s| !s.trim().is_empty());
    if was_never_asked(end) {
        Outcome::NeverAsked
    } else if is_at_expiry(approval, end.at, rules) {
        Outcome::TimedOut
    } else if end.summary.as_deref() == Some(CANCELED_SUMMARY) {
        // Whoever rejects can type the same; then CloudTrail or the API says who it was.
        Outcome::Cancelled
    } else if end.error_code.as_deref() == Some("JobFailed") && has_comment {
        // A rejection always leaves a summary, the rejecter's or CodePipeline's own; who it was stays unknown.
        Outcome::Rejected
    } else {
        Outcome::Failed
    }
}

fn is_at_expiry(approval: &Approval, at: Timestamp, rules: &Rules) -> bool {
    approval.expires_at(rules).is_some_and(|expires_at| at >= expires_at - EXPIRY_TOLERANCE)
}

fn was_never_asked(end: &End) -> bool {
    end.error_code.as_deref().is_some_and(|code| NEVER_ASKED_CODES.contains(&code))
}

fn settle(approval: &Approval, rules: &Rules, outcome: Outcome, ended_at: Timestamp, basis: Basis) -> Settlement {
    let (policy, deadline) = (approval.policy(rules), approval.deadline(rules));
    let working_wait = policy.zip(approval.request).map(|(policy, request)| {
        let wait = policy.calendar.between(request.at, ended_at);
        wait.max(TimeDelta::zero())
    });
    Settlement {
        outcome,
        ended_at,
        basis,
        breached: deadline.is_some_and(|deadline| ended_at > deadline),
        policy: policy.map(|policy| rules.reference(policy)),
        target: policy.map(|policy| policy.target),
        deadline,
        working_wait,
    }
}
