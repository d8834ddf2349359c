//! What an approver needs to decide, gathered from the approval and its policy.

use chrono::TimeDelta;

use super::clean::clean;
use super::link;
use super::passed::{self, PassedOver, passed_over};
use super::phrase::{duration, list, span};
use super::wall::Wall;
use crate::domain::approval::HeldNotice;
use crate::domain::calendar::{Calendar, Zone};
use crate::domain::context::{Context, Edit, Revision, Trigger};
use crate::domain::effect::Notice;
use crate::domain::ladder::{Ladder, Rung};
use crate::domain::policy::{Act, Rules, Step};
use crate::domain::response::Response;
use crate::domain::span::Span;
use crate::domain::{Approval, ApprovalId, Gate, RecipientName, Timestamp};

/// Of those who see to it, so many are named, the latest.
const NAMED_RESPONSES: usize = 3;

/// How things stand at `now`.
pub(super) struct Standing {
    pub(super) approval: ApprovalId,
    pub(super) gate: Gate,
    pub(super) attempt: Option<u32>,
    pub(super) context: Context,
    pub(super) now: Timestamp,
    pub(super) requested_at: Option<Timestamp>,
    pub(super) waited: TimeDelta,
    /// The same by the policy's calendar.
    pub(super) working_waited: Option<TimeDelta>,
    promised: Option<(Span, Calendar)>,
    pub(super) deadline: Option<Timestamp>,
    pub(super) expires_at: Option<Timestamp>,
    /// Whether anybody said so: a message or the policy. Otherwise it is CodePipeline's default.
    is_expiry_told: bool,
    pub(super) review_link: String,
    pub(super) next: Option<NextStep>,
    /// The notices that were held before this one, and for which it stands.
    pub(super) stands_for: Vec<HeldNotice>,
    /// What would have told the reader before.
    pub(super) passed_over: Vec<PassedOver>,
    /// Who sees to it, since when.
    pub(super) acknowledged: Vec<(Timestamp, Response)>,
    pub(super) snoozed_until: Option<Timestamp>,
    /// The reader's.
    pub(super) wall: Wall,
}

/// Who is told next.
pub(super) struct NextStep {
    pub(super) act: Act,
    pub(super) to: Vec<RecipientName>,
    pub(super) at: Timestamp,
}

impl Standing {
    pub(super) fn of(notice: &Notice, approval: &Approval, rules: &Rules, now: Timestamp) -> Self {
        let unknown = || "unknown".to_owned();
        let gate = approval.gate.clone().unwrap_or_else(|| Gate {
            account: None,
            region: unknown(),
            pipeline: unknown(),
            stage: unknown(),
            action: unknown(),
        });
        let ladder = approval.ladder(rules);
        let requested_at = approval.request.map(|request| request.at);
        let promised = ladder.map(|ladder| (ladder.policy.target, ladder.policy.calendar.clone()));
        let calendar = promised.as_ref().map(|(_, calendar)| calendar);
        let working_waited = requested_at.zip(calendar).map(|(at, calendar)| calendar.between(at, now));
        // Whoever has hours lives by their clock.
        let zone = rules.hours.get(&notice.recipient).or(calendar).map_or_else(Zone::utc, |c| c.zone().clone());
        let stands_for = approval.stands_for(&notice.id, &notice.recipient).to_vec();
        Self {
            approval: approval.id.clone(),
            review_link: link::review(approval, &gate),
            gate,
            attempt: approval.attempt,
            context: approval.context.clone(),
            now,
            requested_at,
            waited: requested_at.map_or(TimeDelta::zero(), |at| (now - at).max(TimeDelta::zero())),
            working_waited,
            promised,
            deadline: ladder.map(|ladder| ladder.deadline()),
            expires_at: approval.expires_at(rules),
            is_expiry_told: approval.context.expires_at.is_some()
                || ladder.is_some_and(|ladder| ladder.policy.expires_after.is_some()),
            next: ladder.and_then(|ladder| next_step(&ladder, approval, rules, now)),
            passed_over: passed_over(notice, &stands_for, approval, rules),
            stands_for,
            acknowledged: approval.acknowledged.clone(),
            snoozed_until: approval.snoozed_until,
            wall: Wall::of(&zone),
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

    /// Where it is.
    pub(super) fn place(&self) -> Vec<(&'static str, String)> {
        let gate = &self.gate;
        let account = gate.account.as_deref().map(|a| format!(", account {}", clean(a, 20))).unwrap_or_default();
        let again = self.attempt.filter(|n| *n > 1).map(|n| format!(" (attempt {n})")).unwrap_or_default();
        vec![
            ("Pipeline", format!("{} ({}{account})", clean(&gate.pipeline, 100), clean(&gate.region, 30))),
            ("Approval", format!("{} / {}{again}", clean(&gate.stage, 100), clean(&gate.action, 100))),
        ]
    }

    /// Label and value of each line, those that are known.
    pub(super) fn details(&self) -> Vec<(&'static str, String)> {
        let mut details = self.place();
        if let Some(at) = self.requested_at {
            let waited = duration(self.waited);
            let working = self.working_waited.map(duration).filter(|working| *working != waited);
            let working = working.map(|working| format!(" ({working} of working time)")).unwrap_or_default();
            details.push(("Waiting", format!("{waited}{working}, since {}", self.wall.moment(at))));
        }
        details.extend(self.promise().map(|promise| ("Decide by", promise)));
        if let Some(at) = self.expires_at {
            let presumably = self.presumably();
            let (at, left) = (self.wall.moment_in_full(at), duration(at - self.now));
            details.push(if self.is_expired() {
                ("Expired", format!("{presumably}{at}, but nothing was heard of it"))
            } else {
                ("Expires", format!("{presumably}{at}, in {left}; the run then fails"))
            });
        }
        details.extend(self.responses().into_iter().map(|response| ("Seen to", response)));
        details.extend(self.snoozed_until.map(|until| ("Put off", format!("until {}", self.wall.moment(until)))));
        details.extend(self.context.stop_reason.as_deref().map(|why| ("Stopping", clean(why, 200))));
        details.extend(self.context.edit.as_ref().map(|edit| ("Edited", self.edited(edit))));
        details.extend(self.context.trigger.as_ref().map(|t| ("Started by", started_by(t, &self.context.revisions))));
        details.extend(self.context.revisions.iter().map(|r| ("Revision", revision(r))));
        details.extend(self.context.custom_data.as_ref().map(|note| ("Note", clean(note, 1000))));
        details.extend(self.context.external_link.as_deref().map(|l| ("See also", shown_link(l))));
        details.retain(|(_, value)| !value.is_empty());
        details
    }

    /// Whether the policy's calendar leaves out some time.
    fn is_by_working_time(&self) -> bool {
        self.promised.as_ref().is_some_and(|(_, calendar)| !calendar.is_always())
    }

    fn promise(&self) -> Option<String> {
        let ((target, calendar), deadline) = (self.promised.as_ref()?, self.deadline?);
        let at = self.wall.moment_in_full(deadline);
        let over = self.now - deadline;
        if let Span::Working(time) = target
            && self.is_by_working_time()
            && !self.is_overdue()
        {
            let (left, target) = (duration(calendar.between(self.now, deadline)), duration(*time));
            return Some(format!("{at}, {left} of working time left of the promised {target}"));
        }
        let target = span(*target, calendar);
        Some(if !self.is_overdue() {
            format!("{at}, {} left of the promised {target}", duration(-over))
        } else if over < TimeDelta::minutes(1) {
            format!("{at}, just over the promised {target}")
        } else {
            format!("{at}, {} over the promised {target}", duration(over))
        })
    }

    /// The latest of those who said that they see to it.
    fn responses(&self) -> Vec<String> {
        let unnamed = self.acknowledged.len().saturating_sub(NAMED_RESPONSES);
        let named = self.acknowledged.iter().skip(unnamed).map(|(at, response)| {
            let note = response.note.as_deref().map(|note| clean(note, 500)).filter(|note| !note.is_empty());
            let note = note.map(|note| format!(": {note}")).unwrap_or_default();
            format!("by {} since {}{note}", clean(&response.by, 200), self.wall.moment(*at))
        });
        named.collect()
    }

    fn edited(&self, edit: &Edit) -> String {
        let who = edit.by.as_deref().map(|who| format!(" by {}", clean(who, 200))).unwrap_or_default();
        let at = self.wall.moment(edit.at);
        format!("the pipeline, {at}{who}; CodePipeline may take no answer to this approval any more")
    }

    /// Why it comes only now, what it stands for, and what did not come before it.
    pub(super) fn remark(&self, notice: &Notice) -> Option<String> {
        let held = notice
            .held_until
            .map(|_| format!("Held until your hours began; it was due {}.", self.wall.moment(notice.due_at)));
        let others: Vec<String> = self
            .stands_for
            .iter()
            .map(|held| format!("{} of {}", passed::a(held.act), self.wall.moment(held.due_at)))
            .collect();
        let stands_for = (!others.is_empty()).then(|| format!("It stands for {} as well.", list(&others)));
        let passed_over = passed::remark(&self.passed_over, &self.wall);
        let remarks: Vec<String> = held.into_iter().chain(stands_for).chain(passed_over).collect();
        (!remarks.is_empty()).then(|| remarks.join(" "))
    }
}

fn next_step(ladder: &Ladder<'_>, approval: &Approval, rules: &Rules, now: Timestamp) -> Option<NextStep> {
    let rungs = ladder.next_rungs(|step| approval.fired.get(step).copied());
    // What should have fired by now says nothing about what comes.
    let to_come = rungs.filter_map(|(step, first)| {
        ladder.rungs(step, first.repeat).find(|rung| rung.fires_at > now).map(|rung| (step, rung))
    });
    let told = to_come.map(|(step, rung)| (told_at(step, &rung, rules), step, rung));
    let (at, step, _) = told.min_by(|(a, _, one), (b, _, other)| (a, one).cmp(&(b, other)))?;
    Some(NextStep { act: step.act, to: step.to.clone(), at })
}

/// When the first of its recipients hears of it.
fn told_at(step: &Step, rung: &Rung, rules: &Rules) -> Timestamp {
    let hours = |to: &RecipientName| rules.hours.get(to).filter(|_| !step.is_urgent);
    let told = step.to.iter().map(|to| hours(to).map_or(rung.fires_at, |hours| hours.opens_at(rung.fires_at)));
    told.min().unwrap_or(rung.fires_at)
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
