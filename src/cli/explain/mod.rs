//! `holdpoint explain`: the facts of one approval, and its coming steps.

mod told;

use std::io::{self, Write};

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};

use self::told::Told;
use super::output::{BOLD, DIM, WARN, styled};
use super::policyplace::{self, Found, PolicyPlace};
use super::settings::{Format, block_on};
use super::store::StoreArg;
use super::{Failure, output, status};
use crate::adapters::clock::WallClock;
use crate::app::explain::{Coming, Explanation, What, explain};
use crate::domain::policy::Rules;
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, Phase, RecipientName, Timestamp};
use crate::notice::{clean, moment, span, wrap};
use crate::ports::clock::Clock;
use crate::record::fact::FactRecord;
use crate::record::line;
use crate::record::names::Named;
use crate::record::time::to_text;

/// How long a monitor may take for what is due.
const AT_ONCE: TimeDelta = TimeDelta::minutes(1);
const WIDTH: usize = 80;
/// Where details begin: below the sentence, behind the time.
const INDENT: usize = 12;

/// Explains one approval: its facts, in the order in which they became known, and what comes if nobody decides.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The approval's id: CodePipeline's action execution id
    approval: String,

    #[command(flatten)]
    store: StoreArg,

    /// The policy that the monitor uses: a file, `s3://BUCKET/KEY` or `ssm:/NAME` [default: the built-in one]
    #[arg(long, value_name = "POLICY")]
    policy: Option<PolicyPlace>,

    /// Text for people, or a JSON object
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let id = ApprovalId::new(&args.approval);
    let (policy, found) = block_on(async {
        let Found { policy, is_invalid, .. } = policyplace::find(args.policy.as_ref()).await?;
        if is_invalid {
            writeln!(io::stderr(), "holdpoint: the newest policy is not in order; an earlier one holds")?;
        }
        let store = args.store.open().await?;
        let found = explain(&store, &policy.rules, &id).await?;
        Ok((policy, found))
    })?;
    let Some(explanation) = found else {
        return Err(Failure::Failed(format!(
            "nothing is known of an approval `{}`: `holdpoint status --all` lists those that are",
            clean(&args.approval, 100)
        )));
    };
    let mut out = output::stdout();
    match args.format {
        Format::Json => writeln!(out, "{}", to_json(&explanation, &policy.rules))?,
        Format::Text => show(&mut out, &explanation, &policy.rules, WallClock.now())?,
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

fn show(out: &mut impl Write, explanation: &Explanation, rules: &Rules, now: Timestamp) -> io::Result<()> {
    let approval = &explanation.approval;
    let gate = approval.gate.as_ref().map(|gate| clean(&gate.to_string(), 200)).unwrap_or_default();
    let again = approval.attempt.filter(|n| *n > 1).map(|n| format!(", attempt {n}")).unwrap_or_default();
    writeln!(out, "{}{again}", styled(BOLD, gate))?;
    writeln!(out, "{}", styled(DIM, &approval.id))?;
    let glance = Projection::of(approval, rules);
    let waits = if glance.is_waiting() { "waiting" } else { "waited" };
    let waited = status::waited(&glance, now).map(|wait| format!("{waits} {wait}: ")).unwrap_or_default();
    writeln!(out, "{waited}{}", status::state(&glance, now))?;
    show_promise(out, explanation, rules)?;

    writeln!(out, "\n{}", styled(BOLD, "What is known"))?;
    let mut days = Days::default();
    for fact in &explanation.facts {
        let Told { text, details } = told::told(fact, &approval.id);
        days.show(out, fact.recorded_at, &text, &details)?;
    }

    writeln!(out, "\n{}", styled(BOLD, "What comes, if nothing is heard"))?;
    let mut days = Days::default();
    for coming in &explanation.coming {
        days.show(out, coming.at, &told::ahead(&coming.what), &[])?;
    }
    if explanation.has_more {
        writeln!(out, "  and more after that")?;
    }
    match (explanation.coming.first(), approval.phase()) {
        (None, Phase::Settled) => writeln!(out, "  nothing: it is settled"),
        (None, _) => writeln!(out, "  nothing: no request for a decision was heard of"),
        // A monitor does what is due within a moment.
        (Some(first), _) if first.at + AT_ONCE < now => {
            writeln!(out, "{}", styled(WARN, "  the first of these is overdue: does the monitor run on this store?"))
        }
        (Some(_), _) => Ok(()),
    }
}

fn show_promise(out: &mut impl Write, explanation: &Explanation, rules: &Rules) -> io::Result<()> {
    let approval = &explanation.approval;
    let policy = approval.policy(rules);
    match policy {
        Some(policy) => {
            writeln!(
                out,
                "\nPolicy {} promises a decision within {}",
                policy.name,
                span(policy.target, &policy.calendar)
            )?;
        }
        None => writeln!(out, "\nNo policy matches this gate: nothing is promised, nobody is told")?,
    }
    if let Some(deadline) = explanation.deadline {
        writeln!(out, "  deadline     {}", moment(deadline))?;
    }
    if let Some(expires_at) = explanation.expires_at {
        let source = if approval.context.expires_at.is_some() {
            "as CodePipeline said"
        } else if policy.is_some_and(|policy| policy.expires_after.is_some()) {
            "as the policy says"
        } else {
            "by CodePipeline's default"
        };
        writeln!(out, "  time-out     {}, {source}", moment(expires_at))?;
    }
    Ok(())
}

/// Lines under the day on which they happened.
#[derive(Default)]
struct Days {
    day: Option<NaiveDate>,
}

impl Days {
    fn show(&mut self, out: &mut impl Write, at: Timestamp, text: &str, details: &[String]) -> io::Result<()> {
        if self.day != Some(at.date_naive()) {
            writeln!(out, "{}", styled(DIM, at.format("%a %-d %b %Y, UTC")))?;
            self.day = Some(at.date_naive());
        }
        writeln!(out, "  {}  {text}", styled(DIM, at.format("%H:%M:%S")))?;
        let lines = details.iter().flat_map(|detail| wrap(detail, WIDTH - INDENT));
        lines.into_iter().try_for_each(|line| writeln!(out, "{:INDENT$}{}", "", styled(DIM, line)))
    }
}
