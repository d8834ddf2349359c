//! `holdpoint policy`: check a policy file, print its schema.

use std::io::Write;
use std::path::PathBuf;

use super::output::{GOOD, WARN, styled};
use super::{Failure, output, settings};
use crate::notice::duration;
use crate::policyfile::{PolicyFile, schema};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Reads a policy file and says what is wrong with it, or what it promises
    Check {
        /// The policy file
        file: PathBuf,
    },
    /// Prints the JSON Schema of policy files, for editors
    Schema,
}

pub(super) fn run(command: &Command) -> Result<(), Failure> {
    let mut out = output::stdout();
    match command {
        Command::Check { file } => {
            let policy = settings::policy(Some(file))?;
            show(&mut out, &policy)?;
        }
        Command::Schema => writeln!(out, "{:#}", schema())?,
    }
    Ok(out.flush()?)
}

fn show(out: &mut impl Write, policy: &PolicyFile) -> std::io::Result<()> {
    for warning in &policy.warnings {
        writeln!(out, "{} {warning}", styled(WARN, "warning:"))?;
    }
    for policy in &policy.rules.policies {
        writeln!(out, "{}: a decision within {}", policy.name, duration(policy.target))?;
        for step in &policy.steps {
            let to: Vec<&str> = step.to.iter().map(crate::domain::RecipientName::as_str).collect();
            let repeat = step.repeat.map(|r| format!(", then every {}", duration(r.every))).unwrap_or_default();
            writeln!(out, "  {:<24} {}{repeat}", step.id.as_str(), to.join(", "))?;
        }
    }
    writeln!(out, "{} (version {})", styled(GOOD, "The policy is in order"), policy.rules.version)
}
