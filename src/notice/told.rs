//! Facts in sentences, for whoever asks what happened.
//!
//! A fact is evidence, so what was hidden in a text is shown rather than taken away.

use chrono::TimeDelta;

use super::clean::visible;
use super::wall::Wall;
use super::{found as words, kind};
use crate::domain::context::{Context, Edit, Revision, Trigger};
use crate::domain::evidence::{Basis, Decision, End, EndState, Outcome, Source, Verdict, Witness};
use crate::domain::fact::{Pruned, Settlement, Skipped, StepFired, Unwanted};
use crate::domain::finding::Finding;
use crate::domain::response::Response;
use crate::domain::{ApprovalId, Fact, FactKind, PolicyName, RecipientName, Timestamp};

/// A step that fired this much later than it was due is worth a remark.
const LATE: TimeDelta = TimeDelta::minutes(1);

/// One fact: a sentence, and the details below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub text: String,
    pub details: Vec<String>,
}

impl Told {
    fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), details: Vec::new() }
    }

    fn detail(mut self, detail: impl Into<Option<String>>) -> Self {
        self.details.extend(detail.into());
        self
    }
}

/// The fact about `approval`, whose id need not be said again.
pub fn told(fact: &Fact, approval: &ApprovalId, wall: &Wall) -> Told {
    let when = |at: Timestamp| wall.when(at, fact.recorded_at);
    let moment = |at: Timestamp| wall.moment_in_full(at);
    match &fact.kind {
        FactKind::Requested { at, source, .. } => Told::new(format!("requested {}, says {}", when(*at), says(*source))),
        FactKind::PolicyChanged { policy, deadline } => {
            let text = match policy {
                Some(policy) => format!("policy {} holds from here on, version {}", policy.name, policy.version),
                None => "no policy holds any more".to_owned(),
            };
            Told::new(text).detail(deadline.map(|at| format!("deadline: {}", moment(at))))
        }
        FactKind::Acknowledged(response) => responded("acknowledged", response),
        FactKind::Snoozed { until, response } => responded(&format!("snoozed until {}", moment(*until)), response),
        FactKind::ContextLearnt(context) => learnt(context, wall),
        FactKind::StepFired(fired) => step_fired(fired, fact.recorded_at, wall),
        FactKind::Breached { policy, .. } => Told::new(format!("the deadline of policy {} passed", policy.name)),
        FactKind::DecisionSeen { decision, .. } => {
            let text =
                format!("{} {}, says {}", verdict(decision.verdict), when(decision.at), witness(decision.witness));
            Told::new(text).detail(by(decision)).detail(decision.comment.as_deref().map(quoted))
        }
        FactKind::AttemptSeen(attempt) => {
            let tried = match attempt.verdict {
                Verdict::Approved => "approve",
                Verdict::Rejected => "reject",
            };
            let text = format!("an attempt to {tried} {} was refused, says CloudTrail", when(attempt.at));
            let why = attempt.error.as_deref().map(|error| format!("because: {}", visible(error, 100)));
            Told::new(text).detail(by(attempt)).detail(why)
        }
        FactKind::EndSeen { end, .. } => end_seen(end, &when(end.at)),
        FactKind::Settled(settlement) => settled("settled", settlement, &when(settlement.ended_at)),
        FactKind::Corrected(settlement) => {
            settled("corrected by later evidence", settlement, &when(settlement.ended_at))
        }
        FactKind::NoticeDelivered { notice, recipient, receipt, .. } => {
            let whole = notice.as_str();
            let own = whole.strip_prefix(approval.as_str()).map_or(whole.to_owned(), |rest| format!("…{rest}"));
            let receipt = receipt.as_deref().map(|receipt| format!("receipt: {}", visible(receipt, 100)));
            Told::new(format!("delivered to {recipient}: {own}")).detail(receipt)
        }
        FactKind::NoticeWithdrawn { recipient, why, .. } => {
            Told::new(format!("not sent to {recipient} after all: {}", unwanted(*why)))
        }
        FactKind::NoticeGivenUp { recipient, attempts, reason, .. } => {
            let times = if *attempts == 1 { "1 attempt".to_owned() } else { format!("{attempts} attempts") };
            Told::new(format!("could not be delivered to {recipient}: given up after {times}"))
                .detail(visible(reason, 200))
        }
        FactKind::ClaimSeen { name: Some(name) } => {
            Told::new(format!("the bot claims to act for {} (unverified)", visible(name, 200)))
        }
        FactKind::ClaimSeen { name: None } => Told::new("later evidence names nobody for whom a bot acted".to_owned()),
        FactKind::Pruned(Pruned { facts, head, checkpoint }) => {
            Told::new(format!("the {facts} facts before this were taken out of the store, because an export has them"))
                .detail(format!("in the export with the checkpoint {checkpoint}, head of the chain {head}"))
        }
        FactKind::Joined { into } => Told::new(format!("turned out to be the same as {}", visible(into.as_str(), 100))),
        FactKind::Found(finding) => found(finding),
        FactKind::Cleared(kind) => Told::new(format!("later evidence clears the finding: {}", words::title(*kind))),
    }
}

pub fn unwanted(why: Unwanted) -> &'static str {
    match why {
        Unwanted::Over => "nobody is waited for any more",
        Unwanted::Replaced => "a later repeat says the same",
        Unwanted::Merged => "a later one stands for it",
        Unwanted::Acknowledged => "somebody sees to it",
        Unwanted::Cleared => "later evidence cleared the finding",
    }
}

fn found(finding: &Finding) -> Told {
    let mut told =
        Told::new(format!("finding: {}", words::title(finding.kind))).detail(words::says(finding.kind).to_owned());
    let exhibits = finding.evidence.iter();
    told.details.extend(
        exhibits.map(|exhibit| format!("{}: {}", words::label(exhibit.what).to_lowercase(), visible(&exhibit.is, 300))),
    );
    told
}

fn responded(what: &str, response: &Response) -> Told {
    let text = format!("{what} by {}", visible(&response.by, 100));
    Told::new(text).detail(response.note.as_deref().map(quoted))
}

fn learnt(context: &Context, wall: &Wall) -> Told {
    let Context {
        review_link,
        external_link,
        custom_data,
        expires_at,
        trigger,
        revisions,
        stop_reason,
        edit,
        removal,
        newer,
        others,
    } = context;
    let labelled =
        |label: &str, text: &Option<String>| text.as_deref().map(|t| format!("{label}: {}", visible(t, 1000)));
    let mut told = Told::new("learnt what is to be decided")
        .detail(trigger.as_ref().map(started))
        .detail(labelled("note", custom_data))
        .detail(labelled("see also", external_link))
        .detail(labelled("to review", review_link))
        .detail(expires_at.map(|at| format!("time-out: {}", wall.moment_in_full(at))))
        .detail(labelled("to be stopped", stop_reason))
        .detail(edit.as_ref().or(removal.as_ref()).map(|edit| edited(edit, wall)));
    told.details.extend(revisions.iter().flat_map(revision));
    told.details.extend(newer.iter().map(|newer| {
        let (id, run) = (visible(&newer.revision.id, 60), visible(newer.execution.as_str(), 60));
        // It can have been there before, so that when it came is not always known.
        format!("a newer revision was there by {}: {id}, of run {run}", wall.moment_in_full(newer.at))
    }));
    told.details.extend(others.iter().map(|other| {
        let (stage, action) = (visible(&other.stage, 100), visible(&other.action, 100));
        let by = other.by.first().map(|by| visible(by, 300)).unwrap_or_default();
        format!("{stage} / {action} of the same run was approved {} by {by}", wall.moment_in_full(other.at))
    }));
    told
}

fn edited(edit: &Edit, wall: &Wall) -> String {
    let how = if edit.removes_gate { "its gate was taken away" } else { "the pipeline was edited" };
    let who = edit.by.as_deref().map(|who| format!(" by {}", visible(who, 200))).unwrap_or_default();
    format!("{how} at {}{who}", wall.moment_in_full(edit.at))
}

fn started(trigger: &Trigger) -> String {
    let who = trigger.author.as_deref().or(trigger.detail.as_deref()).map(|who| format!(" by {}", visible(who, 200)));
    format!("started{} ({})", who.unwrap_or_default(), visible(&trigger.kind, 60))
}

fn revision(revision: &Revision) -> impl Iterator<Item = String> {
    let id = format!("revision {} from {}", visible(&revision.id, 60), visible(&revision.action, 100));
    std::iter::once(id).chain(revision.summary.as_deref().map(quoted))
}

fn step_fired(fired: &StepFired, at: Timestamp, wall: &Wall) -> Told {
    let text = format!("{} to {} ({}{})", kind(fired.act), names(&fired.to), fired.step, again(fired.repeat));
    let held =
        fired.held.iter().map(|held| format!("held for {} until {}", held.recipient, wall.moment_in_full(held.until)));
    let late = (at - fired.due_at > LATE).then(|| format!("was due {}", wall.when(fired.due_at, at)));
    let skipped: Vec<String> = fired.skipped.iter().map(passed_over).collect();
    let skipped = (!skipped.is_empty()).then(|| format!("says enough, so passed over: {}", skipped.join(", ")));
    let mut told = Told::new(text).detail(late).detail(skipped);
    told.details.extend(held);
    told
}

fn passed_over(skipped: &Skipped) -> String {
    let Skipped { step, first, last } = skipped;
    match (first, last) {
        (0, 0) => step.to_string(),
        (0, last) => format!("{step} up to repeat {last}"),
        (first, last) if first == last => format!("{step} repeat {first}"),
        (first, last) => format!("{step} repeats {first} to {last}"),
    }
}

pub fn again(repeat: u32) -> String {
    if repeat > 0 { format!(", repeat {repeat}") } else { String::new() }
}

fn by(decision: &Decision) -> String {
    let who = decision.by.arn.as_deref().map_or("somebody without a name".to_owned(), |arn| visible(arn, 300));
    format!("by {who}")
}

fn end_seen(end: &End, when: &str) -> Told {
    let code = end.error_code.as_deref().map(|code| format!(" ({})", visible(code, 60))).unwrap_or_default();
    Told::new(format!("{}{code} {when}, says {}", state(end.state), says(end.source)))
        .detail(end.summary.as_deref().map(quoted))
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", visible(text, 1000))
}

fn settled(how: &str, settlement: &Settlement, when: &str) -> Told {
    let late = if settlement.breached { ", past the deadline" } else { "" };
    let policy = settlement.policy.as_ref().map(|policy| &policy.name).map_or("none", PolicyName::as_str);
    Told::new(format!("{how}: {} {when}{late}", outcome(settlement.outcome)))
        .detail(format!("evidence: {}; policy: {policy}", basis(settlement.basis)))
}

/// How a wait ended.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Approved => "approved",
        Outcome::Rejected => "rejected",
        Outcome::TimedOut => "timed out",
        Outcome::Abandoned => "abandoned",
        Outcome::Cancelled => "cancelled",
        Outcome::NeverAsked => "never asked",
        Outcome::Failed => "failed",
    }
}

/// What an outcome rests on.
pub fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Inferred => "nothing was heard by CodePipeline's time-out",
        Basis::ExecutionEvent => "an event of its run or stage",
        Basis::ActionEvent => "its own event",
        Basis::Api => witness(Witness::Api),
        Basis::CloudTrail => witness(Witness::CloudTrail),
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Approved => "approved",
        Verdict::Rejected => "rejected",
    }
}

/// As CodePipeline writes it.
fn state(state: EndState) -> &'static str {
    match state {
        EndState::Succeeded => "succeeded",
        EndState::Failed => "failed",
        EndState::Abandoned => "abandoned",
        EndState::Canceled => "canceled",
        EndState::Superseded => "superseded",
    }
}

fn witness(witness: Witness) -> &'static str {
    match witness {
        Witness::Api => "CodePipeline's API",
        Witness::CloudTrail => "CloudTrail",
    }
}

fn says(source: Source) -> &'static str {
    match source {
        Source::Notification => "CodePipeline's notification",
        Source::PipelineGone => "that its pipeline is gone",
        Source::PipelineEvent => "an event of its run",
        Source::StageEvent => "an event of its stage",
        Source::ActionEvent => "its own event",
        Source::Api => witness(Witness::Api),
    }
}

pub fn names(to: &[RecipientName]) -> String {
    to.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
