//! One check after the other. Each stands alone: one that fails says so, and the others go on.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};

use super::checks::{bus, credentials, gates, policy, queue, rules, sweep, table, topics, trail, waiting};
use super::installation::{Installation, Names};
use super::report::Report;
use crate::adapters::clock::WallClock;
use crate::adapters::codepipeline::{CodePipeline, Patience};
use crate::cli::settings::{Format, block_on};
use crate::cli::{Failure, output};
use crate::domain::Timestamp;
use crate::notice::counted;
use crate::ports::clock::Clock;
use crate::{adapters::aws, app::survey};

/// How long the pipelines are looked at, in minutes. What is left then is counted.
const LONGEST_LOOK: chrono::TimeDelta = chrono::TimeDelta::minutes(2);
/// So many pipelines are looked at before a person wonders what takes so long.
const MANY: usize = 20;

/// Checks an installation on AWS, and says what to do where something is wrong.
#[derive(Debug, clap::Args)]
#[command(after_help = "Region and credentials come from where every tool for AWS looks for them. It only reads.\n\
    Exit codes: 0 no problem, 1 a problem, 2 wrong usage.")]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    names: Names,

    /// Text for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(in crate::cli) fn run(args: &Args) -> Result<(), Failure> {
    let installation = Installation::of(&args.names)?;
    let mut report = Report::new(output::stdout(), args.format);
    block_on(examine(&installation, WallClock.now(), &mut report))?;
    match report.end()? {
        0 => Ok(()),
        problems => Err(Failure::Failed(format!("{} found", counted(problems, "problem")))),
    }
}

async fn examine(installation: &Installation, now: Timestamp, report: &mut Report<impl Write>) -> Result<(), Failure> {
    let settings = aws::settings().await;
    let (findings, site) = credentials::check(&settings).await;
    report.add(&findings)?;
    let Some(site) = site else { return Ok(()) };

    let (findings, policy) = policy::check(&settings, installation.policy.as_ref(), now).await;
    report.add(&findings)?;
    let (findings, queue_arn) = queue::check(&settings, installation, now).await;
    report.add(&findings)?;
    report.add(&rules::check(&settings, &site, queue_arn.as_deref()).await)?;
    report.add(&trail::check(&settings).await)?;
    let (findings, store) = table::check(&settings, installation.table.as_deref()).await;
    report.add(&findings)?;
    report.add(&topics::check(&settings, &policy, installation.topic.as_deref()).await)?;
    report.add(&bus::check(&settings, installation.bus.as_deref()).await)?;
    report.add(&sweep::check(&settings, &policy, now).await)?;

    let pipelines = CodePipeline::new(&settings, &site.account, &installation.members, Patience::Long);
    let bar = progress();
    let survey = survey::survey(&pipelines, &WallClock, now + LONGEST_LOOK, |done, all| {
        if all > MANY {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        }
    })
    .await;
    bar.finish_and_clear();
    report.add(&gates::check(&survey, &policy))?;
    report.add(&waiting::check(&survey, store.as_ref()).await)?;
    Ok(())
}

/// It shows itself only when it is told how many there are, and only to a person.
fn progress() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::no_length();
    match ProgressStyle::with_template("looking at pipelines {bar:30} {pos} of {len}") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
