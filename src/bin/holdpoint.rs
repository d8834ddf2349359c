//! The command line program.

use std::process::ExitCode;

use clap::Parser;
use holdpoint::cli::{Cli, Failure, exit_code, run};

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if !matches!(failure, Failure::OutputClosed) {
                anstream::eprintln!("holdpoint: {failure}");
            }
            exit_code(&failure)
        }
    }
}
