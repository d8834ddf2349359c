//! `holdpoint policy simulate`: what a history would have been under another policy.

mod json;
mod text;

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};

use super::Failure;
use super::history::{HistoryArg, warn};
use super::policyplace::{self, PolicyPlace};
use super::settings::{self, Format, block_on};
use crate::app::simulate::{Simulation, extent, simulate};
use crate::domain::Timestamp;
use crate::notice::clean;

/// Tries a policy on what happened: breaches, notices and waits under the policy in force and under the new one
///
/// What was heard of each approval is lived through again on a virtual clock, once under each policy, so that both columns
/// are made alike. Nobody is told anything, and nothing is written. Exit code 0, whatever the figures say.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The new policy file
    #[arg(value_name = "NEW")]
    new: PathBuf,

    #[command(flatten)]
    history: HistoryArg,

    /// The policy in force: a file, `s3://BUCKET/KEY` or `ssm:/NAME` [default: the built-in one]
    #[arg(long, value_name = "OLD")]
    policy: Option<PolicyPlace>,

    /// Text for people, or a JSON object
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A simulation, and what it is of.
struct Report {
    old: Side,
    new: Side,
    /// Where the history ends.
    until: Timestamp,
    malformed: u64,
    simulation: Simulation,
}

/// A policy file, as it is named above its column.
struct Side {
    name: String,
    version: String,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<(), Failure> {
    let new = settings::policy(Some(&args.new))?;
    let report = block_on(async {
        let old = policyplace::in_force(args.policy.as_ref()).await?;
        let history = args.history.open().await?;
        let extent = extent(&history.store).await?;
        let until = history.until.or(extent.until).unwrap_or_default();
        let progress = progress(extent.approvals);
        let rules = (&old.rules, &new.rules);
        let simulation = simulate(&history.store, rules.0, rules.1, until, || progress.inc(1)).await?;
        progress.finish_and_clear();
        let built_in = "the built-in policy".to_owned();
        Ok(Report {
            old: side(args.policy.as_ref().map_or(built_in, ToString::to_string), &rules.0.version),
            new: side(args.new.display().to_string(), &rules.1.version),
            until,
            malformed: history.malformed,
            simulation,
        })
    })?;
    match args.format {
        Format::Text => text::write(&report, out)?,
        Format::Json => writeln!(out, "{}", json::object(&report))?,
    }
    Ok(warn(report.malformed, report.simulation.unreadable)?)
}

fn side(name: String, version: &str) -> Side {
    Side { name: clean(&name, 60), version: version.to_owned() }
}

/// Shown only where it takes a while, and only to a person.
fn progress(approvals: u64) -> ProgressBar {
    const MANY: u64 = 2_000;
    if !io::stderr().is_terminal() || approvals < MANY {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(approvals);
    match ProgressStyle::with_template("simulating {bar:30} {percent:>3}%  {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
