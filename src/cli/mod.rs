//! The `holdpoint` program: one file a subcommand. Each reads its settings, builds the adapters it needs, and calls a
//! use case.

mod documents;
mod failure;
mod output;
mod replay;
mod settings;

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
}

/// Runs the command; the error, if any, is what the user has to know.
pub fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Replay(args) => replay::run(&args),
    }
}
