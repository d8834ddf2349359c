//! What people read: the text of a reminder or an escalation.
//!
//! Pure: the same notice at the same time gives the same text. Everything that comes from AWS is hostile text until it
//! went through [`clean`].

mod chat;
mod clean;
mod facts;
pub mod found;
mod link;
mod offered;
mod passed;
mod phrase;
pub mod sample;
mod template;
pub mod told;
mod wall;
mod wording;

use serde_json::{Value, json};

pub use chat::{chat_link, plain};
pub use clean::{clean, visible};
pub use link::web as web_link;
pub use offered::{SEES_TO_IT, remind_me_in, with_offers};
pub use phrase::{counted, duration, moment, span, wrap};
pub use template::{Fault, Style, Template, Values, values};
pub use wall::Wall;
pub use wording::{Wording, Wordings};

use crate::domain::effect::Notice;
use crate::domain::policy::{Act, Rules};
use crate::domain::{Approval, Gate, Timestamp};
use facts::{NextStep, Standing};

/// SNS takes less than 100 characters, without line breaks or control characters.
const MAX_SUBJECT: usize = 99;
const WIDTH: usize = 72;
const LABEL: usize = 13;

#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    pub gate: Gate,
    pub subject: String,
    pub text: String,
    /// Subject and text for chats, in markdown; whatever is not ours is escaped.
    pub title: String,
    pub markdown: String,
    pub data: Value,
}

/// Writes the notice as things stand at `now`.
pub fn write(notice: &Notice, approval: &Approval, rules: &Rules, now: Timestamp) -> Written {
    let standing = Standing::of(notice, approval, rules, now);
    if let Some(finding) = notice.finding.and_then(|kind| approval.findings.get(&kind)) {
        return found::write(notice, finding, standing);
    }
    let subject = subject(notice, &standing);
    let text = text(notice, &standing);
    let data = data(notice, &standing, &subject, &text);
    let (title, markdown) = (chat::title(&subject), chat::markdown(notice, &standing));
    Written { gate: standing.gate, subject, text, title, markdown, data }
}

fn subject(notice: &Notice, standing: &Standing) -> String {
    let gate = &standing.gate;
    let call = match (notice.act == Act::Escalate, standing.is_overdue()) {
        (false, false) => "Approval needed",
        (false, true) => "Approval overdue",
        (true, false) => "Escalation, approval needed",
        (true, true) => "Escalation, approval overdue",
    };
    let waiting = standing.requested_at.map(|_| format!(", waiting {}", duration(standing.waited))).unwrap_or_default();
    let (pipeline, stage) = (clean(&gate.pipeline, 100), clean(&gate.stage, 40));
    let whole = format!("{call}: {pipeline} / {stage}{waiting}");
    if whole.chars().count() <= MAX_SUBJECT {
        return whole;
    }
    // The name gives way, so that what is asked and for how long stay readable.
    let rest = format!("{call}: {waiting}").chars().count();
    format!("{call}: {}{waiting}", clean(&pipeline, MAX_SUBJECT.saturating_sub(rest)))
}

fn text(notice: &Notice, standing: &Standing) -> String {
    let mut lines = vec![opening(notice, standing), String::new()];
    if let Some(remark) = standing.remark(notice) {
        lines.extend(phrase::wrap(&remark, WIDTH));
        lines.push(String::new());
    }
    for (label, value) in standing.details() {
        lines.extend(phrase::detail(label, &value, LABEL, WIDTH));
    }
    lines.push(String::new());
    lines.push("Review and decide:".to_owned());
    lines.push(format!("  {}", standing.review_link));
    lines.push(String::new());
    lines.extend(phrase::wrap(&what_comes_next(standing), WIDTH));
    lines.push(String::new());
    lines.push(format!("Policy {}, notice {}", notice.policy.name, notice.id));
    lines.join("\n") + "\n"
}

fn opening(notice: &Notice, standing: &Standing) -> String {
    match (notice.act == Act::Escalate, standing.is_overdue()) {
        (false, false) => "A release is waiting for your approval.",
        (false, true) => "A release is waiting for your approval, longer than was promised.",
        (true, false) => "A release is still waiting for its approval.\nPlease see that somebody decides.",
        (true, true) => {
            "A release has waited longer for its approval than was promised.\nPlease see that somebody decides."
        }
    }
    .to_owned()
}

fn what_comes_next(standing: &Standing) -> String {
    match &standing.next {
        Some(NextStep { act, to, at, .. }) => {
            let to = phrase::list(to);
            let is_escalation = *act == Act::Escalate;
            let done =
                if is_escalation { format!("it will be escalated to {to}") } else { format!("{to} will be reminded") };
            format!("If nobody decides, {done} {}.", standing.wall.moment_from(*at, standing.now))
        }
        None => match standing.expires_at.filter(|_| !standing.is_expired()) {
            Some(at) => format!(
                "This is the last notice about it. If nobody decides, the run {}fails {}.",
                standing.presumably(),
                standing.wall.moment_from(at, standing.now)
            ),
            None => "This is the last notice about it.".to_owned(),
        },
    }
}

/// The same for machines. Times are in UTC.
///
/// - `timezone`: the zone of the clock by which its text tells times
/// - `held`: until when it was held, because its recipient's hours had not begun; else null
/// - `stands_for`: the kind and the due time of each earlier notice to its recipient that was not out yet, and does not come by
///   itself any more
/// - `passed_over`: what would have told its recipient before, and told nobody: the kind, the step, when the first of it was
///   due, and how often
/// - `acknowledged`: who sees to it, since when, with what note; in the order in which they said so
/// - `snoozed_until`: until when it was put off last, or null
/// - `working_waited_seconds`: what of `waited_seconds` was working time by the policy's calendar, or null without a policy
fn data(notice: &Notice, standing: &Standing, subject: &str, text: &str) -> Value {
    let time = |at: Timestamp| json!(phrase::rfc3339(at));
    let gate = &standing.gate;
    let trigger = standing.context.trigger.as_ref().map(|t| {
        json!({
            "kind": t.kind, "detail": t.detail, "author": t.author, "repository": t.repository,
            "reference": t.reference, "commit": t.commit, "message": t.message,
        })
    });
    let revisions: Vec<Value> = standing
        .context
        .revisions
        .iter()
        .map(|r| json!({ "action": r.action, "id": r.id, "summary": r.summary, "url": r.url }))
        .collect();
    let next = standing.next.as_ref().map(|next| {
        let to: Vec<&str> = next.to.iter().map(crate::domain::RecipientName::as_str).collect();
        json!({ "kind": kind(next.act), "at": time(next.at), "to": to })
    });
    let stands_for: Vec<Value> = standing
        .stands_for
        .iter()
        .map(|other| json!({ "kind": kind(other.act), "due_at": time(other.due_at) }))
        .collect();
    let passed_over: Vec<Value> = standing
        .passed_over
        .iter()
        .map(|passed| {
            let (step, due_at) = (passed.step.as_str(), time(passed.due_at));
            json!({ "kind": kind(passed.act), "step": step, "due_at": due_at, "count": passed.count })
        })
        .collect();
    let acknowledged: Vec<Value> = standing
        .acknowledged
        .iter()
        .map(|(at, response)| json!({ "at": time(*at), "by": response.by, "note": response.note }))
        .collect();
    json!({
        "id": notice.id.as_str(),
        "kind": kind(notice.act),
        "approval": standing.approval.as_str(),
        "gate": {
            "account": gate.account, "region": gate.region, "pipeline": gate.pipeline,
            "stage": gate.stage, "action": gate.action,
        },
        "policy": notice.policy.name.as_str(),
        "step": notice.step.as_str(),
        "repeat": notice.repeat,
        "recipient": notice.recipient.as_str(),
        "due_at": time(notice.due_at),
        "sent_at": time(standing.now),
        "timezone": standing.wall.zone().name(),
        "held": notice.held_until.map(|until| json!({ "until": time(until) })),
        "stands_for": stands_for,
        "passed_over": passed_over,
        "requested_at": standing.requested_at.map(time),
        "waited_seconds": standing.waited.num_seconds(),
        "working_waited_seconds": standing.working_waited.map(|waited| waited.num_seconds()),
        "acknowledged": acknowledged,
        "snoozed_until": standing.snoozed_until.map(time),
        "deadline": standing.deadline.map(time),
        "breached": standing.is_overdue(),
        "expires_at": standing.expires_at.map(time),
        "review_link": standing.review_link,
        "external_link": standing.context.external_link,
        "custom_data": standing.context.custom_data,
        "trigger": trigger,
        "revisions": revisions,
        "next_step": next,
        "subject": subject,
        "text": text,
    })
}

/// The word for it in JSON.
fn kind(act: Act) -> &'static str {
    match act {
        Act::Remind => "reminder",
        Act::Escalate => "escalation",
        Act::Report => "finding",
    }
}
