//! `holdpoint policy coverage`: gates without a policy, and policies without a gate.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::Failure;
use super::history::{HistoryArg, warn};
use super::output::{BOLD, DIM, GOOD, WARN, styled};
use super::settings::{self, Format, block_on};
use crate::app::coverage::{Coverage, Covered, Seen, coverage};
use crate::notice::{clean, counted, moment};
use crate::record::line::gate;
use crate::record::time::to_text;

/// How many gates are named.
const NAMED: usize = 20;

/// Says which gates that were seen have no policy, and which policies have no gate
///
/// Exit code 0 when it has looked, whatever it found; with --strict 1 where a gate has no policy.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The policy file
    policy: PathBuf,

    #[command(flatten)]
    history: HistoryArg,

    /// Exit with 1 if a gate has no policy
    #[arg(long)]
    strict: bool,

    /// Text for people, or a JSON object
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<(), Failure> {
    let policy = settings::policy(Some(&args.policy))?;
    let (found, malformed) = block_on(async {
        let history = args.history.open().await?;
        Ok((coverage(&history.store, &policy.rules).await?, history.malformed))
    })?;
    match args.format {
        Format::Text => show(out, &found)?,
        Format::Json => writeln!(out, "{}", to_json(&found, malformed))?,
    }
    out.flush()?;
    warn(malformed, 0)?;
    match found.unmatched.len() {
        n if n > 0 && args.strict => {
            Err(Failure::Failed(format!("{} without a policy, and --strict allows none", counted(n as u64, "gate"))))
        }
        _ => Ok(()),
    }
}

fn show(out: &mut impl Write, coverage: &Coverage) -> io::Result<()> {
    let gates = counted(coverage.gates as u64, "gate");
    writeln!(out, "{} at {gates}", counted(coverage.approvals, "approval"))?;
    writeln!(out, "\n{}", styled(BOLD, "Policies"))?;
    for covered in &coverage.policies {
        let name = clean(covered.policy.as_str(), 40);
        writeln!(out, "  {name}: {}", words(covered))?;
    }
    if coverage.unmatched.is_empty() {
        return writeln!(out, "\n{}", styled(GOOD, "Every gate that was seen has a policy"));
    }
    let without = format!("Gates without a policy: {}", coverage.unmatched.len());
    writeln!(out, "\n{}", styled(WARN, without))?;
    for seen in coverage.unmatched.iter().take(NAMED) {
        let account = seen.gate.account.as_deref().unwrap_or("an unknown account");
        let last = seen.last_requested_at.map_or(String::new(), |at| format!(", last on {}", moment(at)));
        writeln!(out, "  {}", clean(&seen.gate.to_string(), 76))?;
        writeln!(out, "    {}{last}", counted(seen.approvals, "approval"))?;
        let place = format!("in {} of {}", clean(&seen.gate.region, 30), clean(account, 30));
        writeln!(out, "    {}", styled(DIM, place))?;
    }
    match coverage.unmatched.len().saturating_sub(NAMED) {
        0 => Ok(()),
        more => writeln!(out, "  and {more} more: --format json names them all"),
    }
}

fn words(covered: &Covered) -> String {
    match (covered.gates, covered.taken_before) {
        (0, 0) => styled(WARN, "no gate that was seen"),
        (0, taken) => {
            let taken = counted(taken, "gate");
            styled(WARN, format!("nothing: a policy before it has the {taken} that it matches"))
        }
        (gates, _) => format!("{}, {}", counted(gates, "gate"), counted(covered.approvals, "approval")),
    }
}

fn to_json(coverage: &Coverage, malformed: u64) -> Value {
    let policy = |covered: &Covered| {
        json!({
            "policy": covered.policy.as_str(),
            "gates": covered.gates,
            "approvals": covered.approvals,
            "taken_before": covered.taken_before,
        })
    };
    let seen = |seen: &Seen| {
        json!({
            "gate": gate(Some(&seen.gate)),
            "approvals": seen.approvals,
            "last_requested_at": seen.last_requested_at.map(to_text),
        })
    };
    json!({
        "history": { "approvals": coverage.approvals, "gates": coverage.gates, "malformed": malformed },
        "policies": coverage.policies.iter().map(policy).collect::<Vec<_>>(),
        "unmatched": coverage.unmatched.iter().map(seen).collect::<Vec<_>>(),
    })
}
