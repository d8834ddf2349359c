//! `holdpoint policy preview`: what would happen to an approval that is asked for at a time of one's choice.

mod picture;
mod rungs;

use std::io::Write;
use std::path::PathBuf;

use self::picture::{Mark, Picture};
use super::explain::{show_plan, to_json};
use super::output::{BOLD, styled};
use super::settings::{Format, time};
use super::{Failure, output, settings};
use crate::app::explain::{Asked, Explanation, preview};
use crate::domain::policy::Rules;
use crate::domain::{Gate, Timestamp};
use crate::notice::{Wall, clean};

/// Shows what would happen to an approval: its policy, its deadline, who is told when, and a picture of the days
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The pipeline's name
    #[arg(long)]
    pipeline: String,

    /// The stage's name
    #[arg(long)]
    stage: String,

    /// The approval action's name
    #[arg(long)]
    action: String,

    /// The AWS account's id; left out, not known, so that only a policy without one can match
    #[arg(long)]
    account: Option<String>,

    /// The AWS region; left out, not known either
    #[arg(long, default_value_t, hide_default_value = true)]
    region: String,

    /// When it is asked for: 2026-11-06T16:30:00Z, or with an offset
    #[arg(long, value_name = "TIME", value_parser = time)]
    from: Timestamp,

    /// Which attempt it is of the run: 2 and more after a retry
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    attempt: u32,

    /// The policy file [default: the built-in one]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// Text for people, or the JSON object that `explain` gives
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let policy = settings::policy(args.policy.as_deref())?;
    let gate = Gate {
        account: args.account.clone(),
        region: args.region.clone(),
        pipeline: args.pipeline.clone(),
        stage: args.stage.clone(),
        action: args.action.clone(),
    };
    let explanation = preview(&policy.rules, Asked { gate, attempt: Some(args.attempt), at: args.from });
    let mut out = output::stdout();
    match args.format {
        Format::Json => writeln!(out, "{}", to_json(&explanation, &policy.rules))?,
        Format::Text => show(&mut out, &explanation, &policy.rules)?,
    }
    Ok(out.flush()?)
}

fn show(out: &mut impl Write, explanation: &Explanation, rules: &Rules) -> std::io::Result<()> {
    let Explanation { approval, at, .. } = explanation;
    let wall = Wall::of_policy(approval, rules);
    let gate = approval.gate.as_ref().map(|gate| clean(&gate.to_string(), 200)).unwrap_or_default();
    let again = approval.attempt.filter(|n| *n > 1).map(|n| format!(", attempt {n}")).unwrap_or_default();
    writeln!(out, "{}{again}", styled(BOLD, gate))?;
    writeln!(out, "asked for {}", wall.moment_in_full(*at))?;
    show_plan(out, explanation, rules, &wall)?;
    let (Some(policy), Some(deadline)) = (approval.policy(rules), explanation.deadline) else { return Ok(()) };

    writeln!(out, "\n{}", styled(BOLD, "What happens, if nobody decides"))?;
    let mut marks = vec![Mark { letter: 'R', at: *at }, Mark { letter: 'D', at: deadline }];
    marks.extend(rungs::show(out, explanation, &wall)?);
    marks.extend(explanation.expires_at.map(|at| Mark { letter: 'X', at }));

    writeln!(out, "\n{}", styled(BOLD, "The days"))?;
    Picture::new(&policy.calendar, &wall, marks).show(out)
}
