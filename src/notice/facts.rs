//! What an approver needs to decide, gathered from the approval and its policy.

use chrono::TimeDelta;

use super::clean::clean;
use super::link;
use super::phrase::{duration, moment, span};
use crate::domain::context::{Context, Edit, Revision, Trigger};
use crate::domain::policy::{Act, Rules};
use crate::domain::{Approval, ApprovalId, Gate, RecipientName, Timestamp};

/// How things stand at `now`.
pub(super) struct Standing {
    pub(super) approval: ApprovalId,
    pub(super) gate: Gate,
    pub(super) attempt: Option<u32>,
    pub(super) context: Context,
    pub(super) now: Timestamp,
    pub(super) requested_at: Option<Timestamp>,
    pub(super) waited: TimeDelta,
    /// In words.
    pub(super) target: Option<String>,
    pub(super) deadline: Option<Timestamp>,
    pub(super) expires_at: Option<Timestamp>,
    /// Whether anybody said so: a message or the policy. Otherwise it is CodePipeline's default.
    is_expiry_told: bool,
    pub(super) review_link: String,
    pub(super) next: Option<NextStep>,
}

/// Who is told next.
pub(super) struct NextStep {
    pub(super) act: Act,
    pub(super) to: Vec<RecipientName>,
    pub(super) at: Timestamp,
}

impl Standing {
    pub(super) fn of(approval: &Approval, rules: &Rules, now: Timestamp) -> Self {
        let unknown = || "unknown".to_owned();
        let gate = approval.gate.clone().unwrap_or_else(|| Gate {
            account: None,
            region: unknown(),
            pipeline: unknown(),
            stage: unknown(),
            action: unknown(),
        });
        let ladder = approval.ladder(rules);
        let next = ladder.and_then(|ladder| {
            let rungs = ladder.next_rungs(|step| approval.fired.get(step).copied());
            // What should have fired by now says nothing about what comes.
            let to_come = rungs.filter_map(|(step, first)| {
                ladder.rungs(step, first.repeat).find(|rung| rung.fires_at > now).map(|rung| (step, rung))
            });
            let (step, rung) = to_come.min_by(|(_, a), (_, b)| a.cmp(b))?;
            Some(NextStep { act: step.act, to: step.to.clone(), at: rung.fires_at })
        });
        let requested_at = approval.request.map(|request| request.at);
        Self {
            approval: approval.id.clone(),
            review_link: link::review(approval, &gate),
            gate,
            attempt: approval.attempt,
            context: approval.context.clone(),
            now,
            requested_at,
            waited: requested_at.map_or(TimeDelta::zero(), |at| (now - at).max(TimeDelta::zero())),
            target: ladder.map(|ladder| span(ladder.policy.target, &ladder.policy.calendar)),
            deadline: ladder.map(|ladder| ladder.deadline()),
            expires_at: approval.expires_at(rules),
            is_expiry_told: approval.context.expires_at.is_some()
                || ladder.is_some_and(|ladder| ladder.policy.expires_after.is_some()),
            next,
        }
    }

    pub(super) fn is_overdue(&self) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= self.now)
    }

    /// Before a statement about the time-out, where it rests on CodePipeline's default alone.
    pub(super) fn presumably(&self) -> &'static str {
        if self.is_expiry_told { "" } else { "presumably " }
    }

    pub(super) fn is_expired(&self) -> bool {
        self.expires_at.is_some_and(|at| at <= self.now)
    }

    /// Label and value of each line, those that are known.
    pub(super) fn details(&self) -> Vec<(&'static str, String)> {
        let gate = &self.gate;
        let account = gate.account.as_deref().map(|a| format!(", account {}", clean(a, 20))).unwrap_or_default();
        let again = self.attempt.filter(|n| *n > 1).map(|n| format!(" (attempt {n})")).unwrap_or_default();
        let mut details = vec![
            ("Pipeline", format!("{} ({}{account})", clean(&gate.pipeline, 100), clean(&gate.region, 30))),
            ("Approval", format!("{} / {}{again}", clean(&gate.stage, 100), clean(&gate.action, 100))),
        ];
        if let Some(at) = self.requested_at {
            details.push(("Waiting", format!("{}, since {}", duration(self.waited), moment(at))));
        }
        details.extend(self.promise().map(|promise| ("Decide by", promise)));
        if let Some(at) = self.expires_at {
            let presumably = self.presumably();
            let (at, left) = (moment(at), duration(at - self.now));
            details.push(if self.is_expired() {
                ("Expired", format!("{presumably}{at}, but nothing was heard of it"))
            } else {
                ("Expires", format!("{presumably}{at}, in {left}; the run then fails"))
            });
        }
        details.extend(self.context.stop_reason.as_deref().map(|why| ("Stopping", clean(why, 200))));
        details.extend(self.context.edit.as_ref().map(|edit| ("Edited", edited(edit))));
        details.extend(self.context.trigger.as_ref().map(|t| ("Started by", started_by(t, &self.context.revisions))));
        details.extend(self.context.revisions.iter().map(|r| ("Revision", revision(r))));
        details.extend(self.context.custom_data.as_ref().map(|note| ("Note", clean(note, 1000))));
        details.extend(self.context.external_link.as_deref().map(|l| ("See also", shown_link(l))));
        details.retain(|(_, value)| !value.is_empty());
        details
    }

    fn promise(&self) -> Option<String> {
        let (target, deadline) = (self.target.as_deref()?, self.deadline?);
        let at = moment(deadline);
        let over = self.now - deadline;
        Some(if !self.is_overdue() {
            format!("{at}, {} left of the promised {target}", duration(-over))
        } else if over < TimeDelta::minutes(1) {
            format!("{at}, just over the promised {target}")
        } else {
            format!("{at}, {} over the promised {target}", duration(over))
        })
    }
}

fn edited(edit: &Edit) -> String {
    let who = edit.by.as_deref().map(|who| format!(" by {}", clean(who, 200))).unwrap_or_default();
    format!("the pipeline, {}{who}; CodePipeline may take no answer to this approval any more", moment(edit.at))
}

fn started_by(trigger: &Trigger, revisions: &[Revision]) -> String {
    let who = trigger.author.as_deref().or(trigger.detail.as_deref()).map(|who| clean(who, 200)).unwrap_or_default();
    // CodePipeline's word for the trigger adds nothing to somebody's name.
    let kind = if trigger.author.is_some() { String::new() } else { clean(&trigger.kind, 60) };
    let pushed = match (&trigger.repository, &trigger.reference) {
        (Some(repository), Some(reference)) => format!(", {} {}", clean(repository, 100), clean(reference, 100)),
        (Some(repository), None) => format!(", {}", clean(repository, 100)),
        _ => String::new(),
    };
    // The revision below says the same.
    let is_told_below = revisions.iter().any(|r| trigger.commit.as_ref() == Some(&r.id));
    let commit = match (&trigger.commit, &trigger.message) {
        (Some(_), _) if is_told_below => String::new(),
        (Some(commit), message) => {
            let message = message.as_deref().map(|m| format!(" {}", clean(m, 200))).unwrap_or_default();
            format!(": {}{message}", short_id(commit))
        }
        (None, Some(message)) => format!(": {}", clean(message, 200)),
        (None, None) => String::new(),
    };
    match (who.is_empty(), kind.is_empty()) {
        (true, _) => format!("{kind}{pushed}{commit}"),
        (false, true) => format!("{who}{pushed}{commit}"),
        (false, false) => format!("{who} ({kind}){pushed}{commit}"),
    }
}

fn revision(revision: &Revision) -> String {
    let id = short_id(&revision.id);
    let summary = revision.summary.as_deref().map(|s| clean(s, 200)).filter(|s| !s.contains(&id));
    let summary = summary.map(|s| format!(" {s}")).unwrap_or_default();
    let url = revision.url.as_deref().and_then(link::web).map(|url| format!(" {url}")).unwrap_or_default();
    format!("{id}{summary} (from {}){url}", clean(&revision.action, 100))
}

/// A commit id is recognised by its beginning; another kind of id is shown whole.
fn short_id(id: &str) -> String {
    let is_commit = id.len() == 40 && id.bytes().all(|b| b.is_ascii_hexdigit());
    if is_commit { id.chars().take(7).collect() } else { clean(id, 60) }
}

fn shown_link(link: &str) -> String {
    link::web(link).unwrap_or_else(|| format!("{} (not a web link)", clean(link, 200)))
}
