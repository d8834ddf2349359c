//! The command in a program that is built without AWS.

use crate::cli::Failure;

/// Checks an installation on AWS (this program is built without AWS)
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    /// Whatever else is said: the answer is the same.
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    _all: Vec<String>,
}

pub(in crate::cli) fn run(_: &Args) -> Result<(), Failure> {
    let message = "this program is built without AWS: `cargo install --path . --features aws` gives one with it";
    Err(Failure::Failed(message.to_owned()))
}
