//! `holdpoint audit`: who decided, for auditors, and whether what they have is what was written.

mod export;
mod keygen;
mod progress;
mod prune;
mod signer;
mod verify;

use super::Failure;

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    Export(export::Args),
    Verify(verify::Args),
    Keygen(keygen::Args),
    Prune(prune::Args),
}

pub(super) fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Export(args) => export::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Keygen(args) => keygen::run(args),
        Command::Prune(args) => prune::run(args),
    }
}
