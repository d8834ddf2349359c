//! `holdpoint audit prune`: what an export has need not be kept twice.

use std::io::Write;
use std::path::PathBuf;

use super::verify::report_on;
use crate::adapters::clock::WallClock;
use crate::app::prune::{Fate, prune};
use crate::audit::series::Covered;
use crate::cli::output::{DIM, styled};
use crate::cli::settings::{self, block_on};
use crate::cli::store::StoreArg;
use crate::cli::{Failure, output};
use crate::domain::Timestamp;
use crate::domain::projection::Projection;
use crate::notice::clean;
use crate::ports::clock::Clock;

/// What is not covered is named up to this many times.
const NAMED: u64 = 20;

/// Takes the facts of closed approvals out of the store, if a verified export has them
///
/// The whole series is verified first, and must be signed by one of the keys. An approval goes only if its latest export as
/// JSON Lines, which alone carries facts, has exactly its facts; in their place one fact is left, which says how many there were, the head of their chain, and the
/// checkpoint that has them. What goes is in no list and no later export any more.
///
/// Without --yes it only tells what would go.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    store: StoreArg,

    /// Only what was over before this time
    #[arg(long, value_name = "TIME", value_parser = settings::time)]
    before: Timestamp,

    /// The folder of the series that has the facts
    #[arg(long, value_name = "DIR")]
    covered_by: PathBuf,

    /// A public key that may have signed; give more than one if the key was changed
    #[arg(long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,

    /// Do it
    #[arg(long)]
    yes: bool,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let series = &args.covered_by;
    let place = series.display();
    if !report_on(series, &args.keys, &[])?.problems.is_empty() {
        return Err(Failure::Failed(format!(
            "`{place}` is not as it was written, so nothing is taken out of the store: `holdpoint audit verify {place}` \
             says what is wrong"
        )));
    }
    let unreadable = |error: std::io::Error| Failure::Failed(format!("cannot read the series `{place}`: {error}"));
    let covered = Covered::read(series).map_err(unreadable)?;
    // What is left of an approval is in no list, whatever the rules say.
    let rules = settings::policy(None)?.rules;
    block_on(async {
        let store = args.store.open().await?;
        let (mut out, mut gone, mut left) = (output::stdout(), 0_u64, 0_u64);
        let mut lines = Vec::new();
        let mut tell = |approval: &Projection, fate: Fate| match fate {
            Fate::Pruned => gone += 1,
            Fate::NotCovered => {
                left += 1;
                if left <= NAMED {
                    let gate = approval.gate.as_ref().map(|gate| clean(&gate.to_string(), 160)).unwrap_or_default();
                    lines.push(format!("  stays: {} at {gate}", clean(approval.id.as_str(), 100)));
                }
            }
        };
        let does = args.yes.then(|| WallClock.now());
        prune(&store, &rules, &covered, args.before, does, &mut tell).await?;
        let counted = |count: u64| if count == 1 { "1 approval".to_owned() } else { format!("{count} approvals") };
        let verb = if args.yes { "were" } else { "would be" };
        writeln!(out, "The facts of {} {verb} taken out; `{place}` has them.", counted(gone))?;
        if left > 0 {
            writeln!(out, "No export has all facts of {}:", counted(left))?;
        }
        for line in &lines {
            writeln!(out, "{}", styled(DIM, line))?;
        }
        if left > NAMED {
            writeln!(out, "  and {} more", left - NAMED)?;
        }
        if !args.yes && gone > 0 {
            writeln!(out, "Nothing was done: --yes does it.")?;
        }
        Ok(out.flush()?)
    })
}
