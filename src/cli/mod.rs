//! The `holdpoint` program: one file a subcommand. Each reads its settings, builds the adapters it needs, and calls a
//! use case.

mod audit;
mod calendar;
mod coverage;
mod doctor;
mod documents;
mod explain;
mod failure;
mod history;
mod malformed;
mod output;
mod policy;
mod policyplace;
mod preview;
mod promise;
mod replay;
mod respond;
mod serve;
mod settings;
mod simulate;
mod status;
mod store;
mod timeline;

use clap::{Parser, Subcommand};

pub use failure::{Failure, exit_code};

/// Watches the manual approvals of AWS CodePipeline: reminds and escalates when a promised time runs out, measures waits
/// and rejections, and keeps evidence of who decided.
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100, after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage or invalid policy.")]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Replay(replay::Args),
    Serve(serve::Args),
    Status(status::Args),
    Explain(explain::Args),
    Acknowledge(respond::AcknowledgeArgs),
    Snooze(respond::SnoozeArgs),
    /// Checks a policy file, tries it on what happened, or prints the format's JSON Schema
    #[command(subcommand)]
    Policy(policy::Command),
    Calendar(calendar::Args),
    /// Exports who decided what, when, and on what evidence
    #[command(subcommand)]
    Audit(audit::Command),
    Malformed(malformed::Args),
    Doctor(doctor::Args),
}

/// Runs the command; the error, if any, is what the user has to know.
pub fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Replay(args) => replay::run(&args),
        Command::Serve(args) => serve::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Acknowledge(args) => respond::acknowledge(&args),
        Command::Snooze(args) => respond::snooze(&args),
        Command::Policy(command) => policy::run(&command),
        Command::Calendar(args) => calendar::run(&args),
        Command::Audit(command) => audit::run(&command),
        Command::Malformed(args) => malformed::run(&args),
        Command::Doctor(args) => doctor::run(&args),
    }
}

/// What was asked for needs AWS, and this program is built without it.
#[cfg(not(feature = "aws"))]
fn without_aws(what: &str) -> Failure {
    Failure::Usage(format!("{what} needs a holdpoint with AWS: `cargo install --path . --features aws` makes one"))
}
