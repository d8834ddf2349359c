//! `holdpoint explain`: why somebody was told of an approval or not.

mod ahead;
mod counted;
mod form;
mod lines;
mod matched;
mod rungs;

use std::io::{self, Write};

use chrono::TimeDelta;

use self::ahead::ahead;
use self::lines::Days;
use super::output::{BOLD, DIM, WARN, styled};
use super::policyplace::{self, PolicyPlace};
use super::settings::{Format, block_on, time};
use super::store::StoreArg;
use super::{Failure, output, status};
use crate::adapters::clock::WallClock;
use crate::app::explain::{Explanation, explain};
use crate::domain::policy::{PolicyRef, Rules};
use crate::domain::projection::Projection;
use crate::domain::{ApprovalId, Phase, Timestamp};
use crate::notice::told::{Told, told};
use crate::notice::{Wall, clean, span};
use crate::ports::clock::Clock;

pub(super) use self::counted::clock;
pub(super) use self::form::to_json;
pub(super) use self::lines::block;
pub(super) use self::rungs::name as rung_name;

/// How long a monitor may take for what is due.
const AT_ONCE: TimeDelta = TimeDelta::minutes(1);

/// Explains one approval: its policy and deadline, what became of each step, its facts, and what comes if nobody decides.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The approval's id: CodePipeline's action execution id
    approval: String,

    /// As things stood at that time, given the policy of today: 2026-09-28T17:00:00Z [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Timestamp>,

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
        let policy = policyplace::in_force(args.policy.as_ref()).await?;
        let store = args.store.open().await?;
        let found = explain(&store, &policy.rules, &id, args.at, WallClock.now()).await?;
        Ok((policy, found))
    })?;
    let Some(explanation) = found else {
        let by_then = args.at.map(|_| " by then").unwrap_or_default();
        return Err(Failure::Failed(format!(
            "nothing is known of an approval `{}`{by_then}: `holdpoint status --all` lists those that are",
            clean(&args.approval, 100)
        )));
    };
    let mut out = output::stdout();
    match args.format {
        Format::Json => writeln!(out, "{}", to_json(&explanation, &policy.rules))?,
        Format::Text => show(&mut out, &explanation, &policy.rules, args.at.is_some())?,
    }
    Ok(out.flush()?)
}

fn show(out: &mut impl Write, explanation: &Explanation, rules: &Rules, is_back_then: bool) -> io::Result<()> {
    let Explanation { approval, at: now, .. } = explanation;
    let wall = Wall::of_policy(approval, rules);
    let gate = approval.gate.as_ref().map(|gate| clean(&gate.to_string(), 200)).unwrap_or_default();
    let again = approval.attempt.filter(|n| *n > 1).map(|n| format!(", attempt {n}")).unwrap_or_default();
    writeln!(out, "{}{again}", styled(BOLD, gate))?;
    writeln!(out, "{}", styled(DIM, &approval.id))?;
    if is_back_then {
        writeln!(out, "as of {}", wall.moment_in_full(*now))?;
    }
    let glance = Projection::of(approval, rules);
    let waits = if glance.is_waiting() { "waiting" } else { "waited" };
    let waited = status::waited(&glance, *now).map(|wait| format!("{waits} {wait}: ")).unwrap_or_default();
    writeln!(out, "{waited}{}", status::state(&glance, *now))?;

    show_plan(out, explanation, rules, &wall)?;
    if approval.policy(rules).is_some() && approval.request.is_some() {
        writeln!(out, "\n{}", styled(BOLD, "The steps"))?;
        rungs::show(out, &explanation.rungs, explanation.earlier_rungs, &wall)?;
    }

    writeln!(out, "\n{}", styled(BOLD, "What is known"))?;
    let mut days = Days::new(&wall);
    for fact in &explanation.facts {
        let Told { text, details } = told(fact, &approval.id, &wall);
        days.show(out, fact.recorded_at, &text, &details)?;
    }
    show_coming(out, explanation, &wall)
}

fn show_coming(out: &mut impl Write, explanation: &Explanation, wall: &Wall) -> io::Result<()> {
    writeln!(out, "\n{}", styled(BOLD, "What comes, if nothing is heard"))?;
    let mut days = Days::new(wall);
    for coming in &explanation.coming {
        days.show(out, coming.at, &ahead(&coming.what), &[])?;
    }
    if explanation.has_more {
        writeln!(out, "  and more after that")?;
    }
    match (explanation.coming.first(), explanation.approval.phase()) {
        (None, Phase::Settled) => writeln!(out, "  nothing: it is settled"),
        (None, _) => writeln!(out, "  nothing: no request for a decision was heard of"),
        // A monitor does what is due within a moment.
        (Some(first), _) if explanation.at - first.at > AT_ONCE => {
            writeln!(out, "{}", styled(WARN, "  the first of these is overdue: does the monitor run on this store?"))
        }
        (Some(_), _) => Ok(()),
    }
}

/// Which policy holds, its promise, and how the deadline comes about.
pub(super) fn show_plan(out: &mut impl Write, explanation: &Explanation, rules: &Rules, wall: &Wall) -> io::Result<()> {
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
        writeln!(out, "  deadline     {}", wall.moment_in_full(deadline))?;
    }
    if let Some(expires_at) = explanation.expires_at {
        let source = if approval.context.expires_at.is_some() {
            "as CodePipeline said"
        } else if policy.is_some_and(|policy| policy.expires_after.is_some()) {
            "as the policy says"
        } else {
            "by CodePipeline's default"
        };
        writeln!(out, "  time-out     {}, {source}", wall.moment_in_full(expires_at))?;
    }
    if !explanation.tried.is_empty() {
        writeln!(out, "\n{}", styled(BOLD, if policy.is_some() { "Why this policy" } else { "Why no policy" }))?;
        matched::show(out, &explanation.tried, rules)?;
        if let Some(applied) = approval.applied.as_ref().filter(|applied| applied.version != rules.version) {
            let PolicyRef { name, version } = applied;
            block(
                out,
                2,
                &format!("the monitor last held it to {name} of version {version}, so some of this may be new"),
            )?;
        }
    }
    if let Some(counted) = &explanation.counted {
        writeln!(out, "\n{}", styled(BOLD, "How the deadline is counted"))?;
        counted::show(out, counted, wall)?;
    }
    Ok(())
}
