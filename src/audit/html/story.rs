//! One approval in words: its row in the list, and its timeline.

use chrono::TimeDelta;
use minijinja::{Value, context};

use super::kept::Story;
use super::words::{UNKNOWN_DECIDER, anchor, gate, iso, place, time};
use crate::audit::shown;
use crate::domain::context::Revision;
use crate::domain::evidence::{Decision, Outcome};
use crate::domain::policy::PolicyRef;
use crate::domain::{ApprovalId, Fact, FactKind, Timestamp};
use crate::notice::{Wall, duration, told, visible, web_link};

const WAITING: &str = "waiting";
const UNSETTLED: &str = "over, not settled";
const LATE: &str = "past the deadline";
const FOUND: &str = "with findings";

/// What the list can be narrowed to beside the outcomes.
pub(super) const FILTERS: [&str; 4] = [WAITING, UNSETTLED, LATE, FOUND];

/// To the second, to stand among others like it.
fn exact_time(at: Timestamp, wall: &Wall) -> Value {
    let text = wall.local(at).format("%-d %b %Y %H:%M:%S").to_string();
    context! { text, iso => iso(at) }
}

pub(super) fn row(story: &Story, wall: &Wall) -> Value {
    let projection = &story.projection;
    let (end, class) = end(story);
    let (by, by_more) = decider(story);
    let found = match story.approval.findings.len() {
        0 => None,
        1 => Some("1 finding".to_owned()),
        findings => Some(format!("{findings} findings")),
    };
    let late = projection.breached.then_some(LATE);
    let ends: Vec<&str> = std::iter::once(end).chain(late).chain(found.as_ref().map(|_| FOUND)).collect();
    context! {
        anchor => anchor(&projection.id),
        gate => gate(projection.gate.as_ref()),
        attempt => projection.attempt.filter(|n| *n > 1),
        place => place(projection.gate.as_ref()),
        asked => projection.requested_at.map(|at| time(at, wall)),
        ended => projection.ended_at.map(|at| time(at, wall)),
        end, class,
        ends => ends.join("|"),
        breached => projection.breached,
        findings => found,
        by, by_more,
        claimed => claimed(story).map(|name| format!("claims to act for {name}, unverified")),
        wait => projection.wait().map(duration),
        working => working(story),
    }
}

pub(super) fn of(story: &Story, wall: &Wall) -> Value {
    let projection = &story.projection;
    let (end, class) = end(story);
    let mut facts: Vec<Value> = story.facts.iter().map(|line| fact(line, &projection.id, wall)).collect();
    if let Some((left_out, place)) = story.left_out {
        facts.insert(place, context! { left_out });
    }
    context! {
        anchor => anchor(&projection.id),
        gate => gate(projection.gate.as_ref()),
        end, class,
        breached => projection.breached,
        wait => projection.wait().map(duration),
        details => details(story, wall),
        facts,
    }
}

/// How it ended, and the class for its colour.
fn end(story: &Story) -> (&'static str, &'static str) {
    let projection = &story.projection;
    match projection.outcome {
        Some(outcome @ (Outcome::Approved | Outcome::Abandoned | Outcome::Cancelled)) => {
            (told::outcome(outcome), "calm")
        }
        Some(outcome) => (told::outcome(outcome), "late"),
        None if projection.ended_at.is_some() => (UNSETTLED, "open"),
        None => (WAITING, "open"),
    }
}

/// The name, and all that identifies them.
fn decider(story: &Story) -> (String, Option<String>) {
    let projection = &story.projection;
    let Some(arn) = &projection.decided_by else {
        let nobody = match projection.outcome {
            Some(outcome) if outcome.is_decision() => UNKNOWN_DECIDER,
            Some(_) => "nobody",
            None if projection.ended_at.is_some() => "not known yet",
            None => "nobody yet",
        };
        return (nobody.to_owned(), None);
    };
    let name = story.approval.decision().and_then(|decision| decision.by.name.as_deref());
    match name {
        Some(name) => (visible(name, 200), Some(visible(arn, 300))),
        None => (visible(arn, 300), None),
    }
}

/// The person whom a bot names.
fn claimed(story: &Story) -> Option<String> {
    shown::claimed_by(&story.approval).map(|name| visible(name, 200))
}

/// What of the wait was working time, where that is another.
fn working(story: &Story) -> Option<String> {
    let working = shown::working_wait_seconds(&story.approval).map(|seconds| duration(TimeDelta::seconds(seconds)));
    working.filter(|working| story.projection.wait().map(duration).as_ref() != Some(working))
}

struct Details(Vec<Value>);

impl Details {
    fn add(&mut self, label: &str, value: impl Into<Option<String>>) {
        self.0.extend(value.into().map(|value| context! { label, value }));
    }

    /// A link that leads nowhere on the web is shown, but leads nowhere from here either.
    fn add_link(&mut self, label: &str, text: &str, link: Option<&str>) {
        let web = link.and_then(web_link);
        let other = link.filter(|_| web.is_none()).map(|link| format!("{} (not a web link)", visible(link, 300)));
        let value = [text, &other.unwrap_or_default()].join(" ").trim().to_owned();
        self.0.push(context! { label, value, link => web });
    }
}

fn details(story: &Story, wall: &Wall) -> Vec<Value> {
    let (projection, approval) = (&story.projection, &story.approval);
    let context = &approval.context;
    let mut details = Details(Vec::new());
    details.add("Approval", visible(projection.id.as_str(), 100));
    details.add("Run", projection.execution.as_ref().map(|run| visible(run.as_str(), 100)));
    details.add("Attempt", projection.attempt.filter(|n| *n > 1).map(|n| n.to_string()));
    details.add("Place", Some(place(projection.gate.as_ref())).filter(|place| !place.is_empty()));
    details.add("Asked", projection.requested_at.map(|at| wall.moment_in_full(at)));
    details.add(
        "Started by",
        context.trigger.as_ref().map(|trigger| {
            let who = trigger.author.as_deref().or(trigger.detail.as_deref()).unwrap_or_default();
            let mail =
                trigger.author_email.as_deref().map(|mail| format!(" <{}>", visible(mail, 100))).unwrap_or_default();
            format!("{}{mail} ({})", visible(who, 300), visible(&trigger.kind, 60)).trim().to_owned()
        }),
    );
    for Revision { action, id, summary, url } in &context.revisions {
        let summary = summary.as_deref().map(|summary| format!(" {}", visible(summary, 500))).unwrap_or_default();
        let text = format!("{} from {}:{summary}", visible(id, 80), visible(action, 100));
        details.add_link("Revision", text.trim_end_matches(':'), url.as_deref());
    }
    details.add("Note", context.custom_data.as_deref().map(|note| visible(note, 1000)));
    if context.external_link.is_some() {
        details.add_link("See also", "", context.external_link.as_deref());
    }
    details
        .add("Policy", shown::policy(approval).map(|PolicyRef { name, version }| format!("{name}, version {version}")));
    details.add("Promised within", shown::target(approval));
    details.add("Deadline", shown::deadline(projection, approval).map(|at| wall.moment_in_full(at)));
    details.add("Ended", projection.ended_at.map(|at| wall.moment_in_full(at)));
    details.add("Working time", working(story));
    if projection.decided_by.is_some() {
        approval.decision().into_iter().for_each(|decision| decided(decision, &mut details));
    } else if projection.outcome.is_some_and(Outcome::is_decision) {
        details.add("Decided by", UNKNOWN_DECIDER.to_owned());
    }
    details.add("Claims to act for", claimed(story).map(|name| format!("{name} (unverified)")));
    details.add("Evidence", projection.basis.map(|basis| told::basis(basis).to_owned()));
    details.add("Comment", projection.comment.as_deref().map(|comment| visible(comment, 1000)));
    details.0
}

fn decided(decision: &Decision, details: &mut Details) {
    let by = &decision.by;
    let name = by.name.as_deref().map(|name| format!("{}, ", visible(name, 200))).unwrap_or_default();
    let arn = visible(by.arn.as_deref().unwrap_or_default(), 300);
    details.add("Decided by", format!("{name}{} {arn}", visible(&by.kind, 60)));
    details.add("Permission set", by.permission_set().map(|set| visible(set, 100)));
    details.add("Source identity", by.source_identity.as_deref().map(|name| visible(name, 200)));
    details.add("Through", by.invoked_by.as_deref().map(|service| visible(service, 200)));
    details.add("On behalf of", by.on_behalf_of.as_deref().map(|user| visible(user, 200)));
    details.add("From", decision.source_ip.as_deref().map(|ip| visible(ip, 100)));
    details.add("CloudTrail event", shown::cloudtrail_event(decision).map(|id| visible(id, 100)));
}

fn fact(fact: &Fact, approval: &ApprovalId, wall: &Wall) -> Value {
    let told::Told { text, details } = told::told(fact, approval, wall);
    let is_key = match fact.kind {
        FactKind::Requested { .. }
        | FactKind::Breached { .. }
        | FactKind::DecisionSeen { .. }
        | FactKind::AttemptSeen(_)
        | FactKind::Settled(_)
        | FactKind::Corrected(_)
        | FactKind::NoticeGivenUp { .. }
        | FactKind::Found(_)
        | FactKind::Cleared(_) => true,
        FactKind::PolicyChanged { .. }
        | FactKind::Acknowledged(_)
        | FactKind::Snoozed { .. }
        | FactKind::ContextLearnt(_)
        | FactKind::StepFired(_)
        | FactKind::EndSeen { .. }
        | FactKind::NoticeDelivered { .. }
        | FactKind::NoticeWithdrawn { .. }
        | FactKind::Joined { .. }
        | FactKind::ClaimSeen { .. }
        | FactKind::Pruned(_) => false,
    };
    let details: Vec<String> = details.iter().map(|detail| visible(detail, 1200)).collect();
    context! { at => exact_time(fact.recorded_at, wall), text => visible(&text, 1200), details, is_key }
}
