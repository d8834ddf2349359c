//! The program that AWS Lambda runs.

use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match holdpoint::lambda::run().await {
        Ok(()) => ExitCode::SUCCESS,
        // It has been logged.
        Err(_) => ExitCode::FAILURE,
    }
}
