//! `holdpoint explain`: the facts of one approval, and its coming steps.

use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::output::{BOLD, DIM, styled};
use super::settings::{self, Format, StoreArg, block_on};
use super::{Failure, output};
use crate::app::explain::{Coming, Explanation, What, explain};
use crate::domain::evidence::{End, Outcome, Source};
use crate::domain::fact::{Settlement, StepFired};
use crate::domain::policy::Rules;
use crate::domain::{ApprovalId, Fact, FactKind, PolicyName, RecipientName};
use crate::notice::{clean, duration, moment};
use crate::record::fact::FactRecord;
use crate::record::line;
use crate::record::names::Named;
use crate::record::time::to_text;

/// Explains one approval: its facts, in the order in which they became known, and what comes if nobody decides.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The approval's id: CodePipeline's action execution id
    approval: String,

    #[command(flatten)]
    store: StoreArg,

    /// The policy file that the monitor uses [default: the built-in one]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// Text for people, or a JSON object
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let policy = settings::policy(args.policy.as_deref())?;
    let store = args.store.open()?;
    let id = ApprovalId::new(&args.approval);
    let found = block_on(async { Ok(explain(&store, &policy.rules, &id).await?) })?;
    let Some(explanation) = found else {
        return Err(Failure::Failed(format!(
            "nothing is known of an approval `{}`: `holdpoint status --all` lists those that are",
            clean(&args.approval, 100)
        )));
    };
    let mut out = output::stdout();
    match args.format {
        Format::Json => writeln!(out, "{}", to_json(&explanation, &policy.rules))?,
        Format::Text => show(&mut out, &explanation, &policy.rules)?,
    }
    Ok(out.flush()?)
}

fn to_json(explanation: &Explanation, rules: &Rules) -> Value {
    let approval = &explanation.approval;
    let facts: Vec<Value> =
        explanation.facts.iter().filter_map(|fact| serde_json::to_value(FactRecord::from(fact)).ok()).collect();
    json!({
        "approval": approval.id.as_str(),
        "gate": line::gate(approval.gate.as_ref()),
        "phase": approval.phase().word(),
        "policy": approval.policy(rules).map(|policy| policy.name.as_str()),
        "deadline": explanation.deadline.map(to_text),
        "expires_at": explanation.expires_at.map(to_text),
        "evidence": line::evidence(approval),
        "facts": facts,
        "coming": explanation.coming.iter().map(coming_json).collect::<Vec<_>>(),
        "has_more": explanation.has_more,
    })
}

fn coming_json(coming: &Coming) -> Value {
    let at = to_text(coming.at);
    match &coming.what {
        What::Step { step, repeat, act, to } => {
            let to: Vec<&str> = to.iter().map(RecipientName::as_str).collect();
            json!({ "at": at, "what": act.word(), "step": step.as_str(), "repeat": repeat, "to": to })
        }
        What::Deadline => json!({ "at": at, "what": "deadline" }),
        What::Expiry => json!({ "at": at, "what": "expiry" }),
        What::GivenUp => json!({ "at": at, "what": "taken_as_timed_out" }),
        What::Settled => json!({ "at": at, "what": "settled" }),
    }
}

fn show(out: &mut impl Write, explanation: &Explanation, rules: &Rules) -> std::io::Result<()> {
    let approval = &explanation.approval;
    let gate = approval.gate.as_ref().map(|gate| clean(&gate.to_string(), 200)).unwrap_or_default();
    writeln!(out, "{}", styled(BOLD, gate))?;
    writeln!(out, "{}", styled(DIM, &approval.id))?;
    match approval.policy(rules) {
        Some(policy) => {
            writeln!(out, "\nPolicy {} promises a decision within {}", policy.name, duration(policy.target))?
        }
        None => writeln!(out, "\nNo policy matches this gate: nothing is promised, nobody is told")?,
    }
    if let Some(deadline) = explanation.deadline {
        writeln!(out, "  deadline     {}", moment(deadline))?;
    }
    if let Some(expires_at) = explanation.expires_at {
        let learnt = if approval.context.expires_at.is_some() { "as CodePipeline said" } else { "as is usual" };
        writeln!(out, "  time-out     {}, {learnt}", moment(expires_at))?;
    }
    writeln!(out, "\n{}", styled(BOLD, "What is known"))?;
    for fact in &explanation.facts {
        let text = told(fact);
        writeln!(out, "  {}  {text}", styled(DIM, fact.recorded_at.format("%-d %b %Y %H:%M:%S")))?;
    }
    writeln!(out, "\n{}", styled(BOLD, "What comes, if nothing is heard"))?;
    for coming in &explanation.coming {
        writeln!(out, "  {}  {}", styled(DIM, coming.at.format("%-d %b %Y %H:%M:%S")), ahead(&coming.what))?;
    }
    match (explanation.coming.is_empty(), explanation.has_more) {
        (true, _) => writeln!(out, "  nothing: it is settled"),
        (false, true) => writeln!(out, "  and more after that"),
        (false, false) => Ok(()),
    }
}

fn ahead(what: &What) -> String {
    match what {
        What::Step { step, repeat, act, to } => {
            let again = if *repeat > 0 { format!(", repeat {repeat}") } else { String::new() };
            format!("{} to {} (step {step}{again})", act.word(), names(to))
        }
        What::Deadline => "the deadline: a breach is noted".to_owned(),
        What::Expiry => "CodePipeline's own time-out".to_owned(),
        What::GivenUp => "taken as timed out".to_owned(),
        What::Settled => "settled with the evidence there is by then".to_owned(),
    }
}

/// One fact in a sentence.
fn told(fact: &Fact) -> String {
    match &fact.kind {
        FactKind::Requested { at, source, .. } => format!("requested {}, says {}", moment(*at), says(*source)),
        FactKind::ContextLearnt(_) => "learnt more of what is to be decided".to_owned(),
        FactKind::StepFired(fired) => step_fired(fired),
        FactKind::Breached { deadline, policy } => {
            format!("deadline of {} passed (policy {})", moment(*deadline), policy.name)
        }
        FactKind::DecisionSeen { decision, .. } => {
            let who = decision.by.arn.as_deref().unwrap_or("somebody without a name");
            format!("{} by {} at {}, says CloudTrail", decision.verdict.word(), clean(who, 300), moment(decision.at))
        }
        FactKind::AttemptSeen(attempt) => {
            let who = attempt.by.arn.as_deref().unwrap_or("somebody without a name");
            let why = attempt.error.as_deref().unwrap_or_default();
            format!("{} tried to answer and was refused: {}", clean(who, 300), clean(why, 100))
        }
        FactKind::EndSeen { end, .. } => end_seen(end),
        FactKind::Settled(settlement) => settled("settled", settlement),
        FactKind::Corrected(settlement) => settled("corrected by later evidence", settlement),
        FactKind::NoticeDelivered { notice, recipient, receipt, .. } => {
            let receipt = receipt.as_deref().map(|r| format!(", receipt {}", clean(r, 100))).unwrap_or_default();
            format!("delivered to {recipient}: {notice}{receipt}")
        }
        FactKind::NoticeWithdrawn { recipient, why, .. } => {
            format!("withdrawn before it went to {recipient}: {}", why.word())
        }
        FactKind::NoticeGivenUp { recipient, attempts, reason, .. } => {
            format!("given up after {attempts} attempts to tell {recipient}: {}", clean(reason, 200))
        }
        FactKind::Joined { into } => format!("turned out to be the same as {into}"),
    }
}

fn step_fired(fired: &StepFired) -> String {
    let again = if fired.repeat > 0 { format!(", repeat {}", fired.repeat) } else { String::new() };
    let skipped: Vec<String> = fired
        .skipped
        .iter()
        .map(|s| {
            let repeats = if s.last > 0 { format!(" up to repeat {}", s.last) } else { String::new() };
            format!("{}{repeats}", s.step)
        })
        .collect();
    let skipped = if skipped.is_empty() { String::new() } else { format!("; passed over: {}", skipped.join(", ")) };
    format!(
        "{} to {} (step {}{again}, due {}){skipped}",
        fired.act.word(),
        names(&fired.to),
        fired.step,
        moment(fired.due_at)
    )
}

fn end_seen(end: &End) -> String {
    let code = end.error_code.as_deref().map(|code| format!(", {}", clean(code, 60))).unwrap_or_default();
    let said = end.summary.as_deref().map(|s| format!(", with the text \"{}\"", clean(s, 200))).unwrap_or_default();
    format!("{}{code} at {}, says {}{said}", end.state.word(), moment(end.at), says(end.source))
}

fn settled(how: &str, settlement: &Settlement) -> String {
    let Settlement { outcome, ended_at, basis, breached, policy } = settlement;
    let late = if *breached { ", past the deadline" } else { "" };
    let policy = policy.as_ref().map(|p| &p.name).map(PolicyName::as_str).unwrap_or("none");
    let outcome = match outcome {
        Outcome::TimedOut => "timed out",
        Outcome::NeverAsked => "never asked",
        other => other.word(),
    };
    format!("{how}: {outcome} at {}{late} (evidence: {}, policy {policy})", moment(*ended_at), basis.word())
}

fn says(source: Source) -> &'static str {
    match source {
        Source::Notification => "CodePipeline's notification",
        Source::PipelineEvent => "an event of its run",
        Source::StageEvent => "an event of its stage",
        Source::ActionEvent => "its own event",
    }
}

fn names(to: &[RecipientName]) -> String {
    to.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
