//! One approval's life as text: inputs by the minute in, facts by the minute out.

use std::fmt::Write;

use chrono::TimeDelta;
use holdpoint::domain::input::Input;
use holdpoint::domain::policy::Rules;
use holdpoint::domain::{Approval, Effect, Fact, FactKind, Timestamp, decide, effects};
use holdpoint::record::detail::detail_type;
use holdpoint::record::names::Named;

use super::world::{id, minute, nine};

/// Feeds the inputs, ticking whenever something is due in between, and tells every fact.
pub(crate) fn tell(rules: &Rules, inputs: &[(i64, Input)]) -> String {
    let mut approval = Approval::new(id());
    let mut text = String::new();
    for (at, input) in inputs {
        while let Some(due) = approval.due(rules).filter(|due| due.at < minute(*at)) {
            approval = step(approval, &Input::Tick, rules, due.at, &mut text);
        }
        approval = step(approval, input, rules, minute(*at), &mut text);
    }
    text
}

/// Feeds the inputs at their minutes only, as if the service had been down in between.
pub(crate) fn tell_without_ticks(rules: &Rules, inputs: &[(i64, Input)]) -> String {
    let mut text = String::new();
    inputs
        .iter()
        .fold(Approval::new(id()), |approval, (at, input)| step(approval, input, rules, minute(*at), &mut text));
    text
}

fn step(approval: Approval, input: &Input, rules: &Rules, now: Timestamp, text: &mut String) -> Approval {
    let facts = decide(&approval, input, rules, now);
    facts.iter().fold(approval, |before, fact| {
        let after = before.apply(fact);
        writeln!(text, "{:>6} {}", minutes(now), fact_text(fact)).expect("a string takes it");
        for effect in effects(&after, fact, rules) {
            let told = match effect {
                Effect::Notice(notice) => format!("{} to {}", notice.act.word(), notice.recipient),
                Effect::Record(measures) => {
                    let values = measures.values.iter().map(|(name, value)| format!("{}={value}", name.word()));
                    values.collect::<Vec<_>>().join(" ")
                }
                Effect::Publish(event) => detail_type(&event.happening).to_owned(),
                Effect::Compare => "compare the run's approvals".to_owned(),
            };
            writeln!(text, "         -> {told}").expect("a string takes it");
        }
        after
    })
}

fn minutes(at: Timestamp) -> String {
    let passed = at - nine();
    let seconds = passed.num_seconds() % 60;
    let seconds = if seconds == 0 { String::new() } else { format!("{seconds}s") };
    format!("{}m{seconds}", (passed - TimeDelta::seconds(passed.num_seconds() % 60)).num_minutes())
}

fn fact_text(fact: &Fact) -> String {
    match &fact.kind {
        FactKind::Requested { at, source, .. } => format!("requested at {} ({})", minutes(*at), source.word()),
        FactKind::PolicyChanged { policy, deadline } => {
            let policy = policy.as_ref().map_or("none", |policy| policy.name.as_str());
            format!("policy {policy}, deadline {}", deadline.map_or("none".to_owned(), minutes))
        }
        FactKind::Acknowledged(response) => format!("acknowledged by {}", response.by),
        FactKind::Snoozed { until, response } => format!("snoozed until {} by {}", minutes(*until), response.by),
        FactKind::ContextLearnt(_) => "context learnt".to_owned(),
        FactKind::StepFired(fired) => {
            let skipped: Vec<String> =
                fired.skipped.iter().map(|s| format!("{} {}..={}", s.step, s.first, s.last)).collect();
            let skipped = if skipped.is_empty() { String::new() } else { format!(", skipped {}", skipped.join(", ")) };
            let held = fired.held.iter().map(|h| format!(", {} held until {}", h.recipient, minutes(h.until)));
            let held: String = held.collect();
            format!("fired {} {} due {}{skipped}{held}", fired.step, fired.repeat, minutes(fired.due_at))
        }
        FactKind::Breached { deadline, .. } => format!("breached {}", minutes(*deadline)),
        FactKind::DecisionSeen { decision, .. } => {
            format!("decision {} at {}", decision.verdict.word(), minutes(decision.at))
        }
        FactKind::AttemptSeen(_) => "attempt".to_owned(),
        FactKind::EndSeen { end, .. } => {
            format!("end {} at {} ({})", end.state.word(), minutes(end.at), end.source.word())
        }
        FactKind::Settled(s) | FactKind::Corrected(s) => {
            let word = if matches!(fact.kind, FactKind::Settled(_)) { "settled" } else { "corrected" };
            let late = if s.breached { " breached" } else { "" };
            format!("{word} {} at {} ({}){late}", s.outcome.word(), minutes(s.ended_at), s.basis.word())
        }
        FactKind::NoticeDelivered { .. } => "delivered".to_owned(),
        FactKind::NoticeWithdrawn { .. } => "withdrawn".to_owned(),
        FactKind::NoticeGivenUp { .. } => "given up".to_owned(),
        FactKind::Joined { .. } => "joined".to_owned(),
        FactKind::Pruned(pruned) => format!("pruned {}", pruned.facts),
        FactKind::ClaimSeen { name } => format!("claims to act for {}", name.as_deref().unwrap_or("nobody")),
        FactKind::Found(finding) => format!("found {}", finding.kind.as_str()),
        FactKind::Cleared(kind) => format!("cleared {}", kind.as_str()),
    }
}
