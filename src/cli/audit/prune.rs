//! `holdpoint audit prune`: what an export has need not be kept twice.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::json;

use super::verify::report_on;
use crate::adapters::clock::WallClock;
use crate::app::prune::{Fate, prune};
use crate::audit::series::Covered;
use crate::cli::output::{DIM, WARN, styled};
use crate::cli::settings::{self, Format, block_on};
use crate::cli::store::StoreArg;
use crate::cli::{Failure, output};
use crate::domain::Timestamp;
use crate::domain::projection::Projection;
use crate::notice::{clean, counted};
use crate::ports::clock::Clock;
use crate::record::line;

/// What stays is named up to this many times.
const NAMED: u64 = 20;

const REMEDY: &str = "it stays as it is. If its record cannot be read, bring it back from a backup of the store; then run \
                      this command again";

/// Takes the facts of closed approvals out of the store, if a verified export has them
///
/// The whole series is verified first, and must be signed by one of the keys. An approval goes only if its latest export as
/// JSON Lines, which alone carries facts, has exactly its facts; in their place one fact is left, which says how many there
/// were, the head of their chain, and the checkpoint that has them. What goes is in no list and no later export any more.
///
/// Without --yes it only tells what would go.
///
/// The exit code is 0 when all that is covered has gone or would go, 1 when an approval was passed over, because the store
/// cannot read it or take it away, or when nothing could be done, 2 when the call is wrong.
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

    /// Text for people, or a JSON object a line for machines
    #[arg(long, value_enum, default_value_t)]
    format: Format,
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
    let unreadable = |error: io::Error| Failure::Failed(format!("cannot read the series `{place}`: {error}"));
    let covered = Covered::read(series).map_err(unreadable)?;
    // What is left of an approval is in no list, whatever the rules say.
    let rules = settings::policy(None)?.rules;
    block_on(async {
        let store = args.store.open().await?;
        let (mut out, mut told, mut written) = (output::stdout(), Told::default(), Ok(()));
        let mut tell = |approval: &Projection, fate: Fate| {
            if args.format == Format::Json && written.is_ok() {
                written = writeln!(out, "{}", to_json(approval, &fate));
            }
            told.add(approval, &fate);
        };
        let does = args.yes.then(|| WallClock.now());
        prune(&store, &rules, &covered, args.before, does, &mut tell).await?;
        written?;
        match args.format {
            Format::Text => told.text(args, &mut out)?,
            Format::Json => writeln!(out, "{}", told.to_json(args))?,
        }
        out.flush()?;
        let passed_over = told.passed_over.count;
        if passed_over == 0 {
            return Ok(());
        }
        let were = if passed_over == 1 { "was" } else { "were" };
        Err(Failure::Failed(format!("{} {were} passed over: {REMEDY}", counted(passed_over, "approval"))))
    })
}

/// What became of all approvals, and the names of the first of those that stay.
#[derive(Default)]
struct Told {
    pruned: u64,
    not_covered: Stays,
    passed_over: Stays,
}

#[derive(Default)]
struct Stays {
    count: u64,
    lines: Vec<String>,
}

impl Told {
    fn add(&mut self, approval: &Projection, fate: &Fate) {
        let gate = || approval.gate.as_ref().map(|gate| clean(&gate.to_string(), 160)).unwrap_or_default();
        let named = || format!("  stays: {} at {}", clean(approval.id.as_str(), 100), gate());
        match fate {
            Fate::Pruned => self.pruned += 1,
            Fate::NotCovered => self.not_covered.add(named),
            Fate::PassedOver(reason) => self.passed_over.add(|| format!("{}: {}", named(), clean(reason, 400))),
        }
    }

    fn text(&self, args: &Args, out: &mut dyn Write) -> io::Result<()> {
        let (verb, place) = (if args.yes { "were" } else { "would be" }, args.covered_by.display());
        writeln!(out, "The facts of {} {verb} taken out; `{place}` has them.", counted(self.pruned, "approval"))?;
        if self.not_covered.count > 0 {
            writeln!(out, "No export has all facts of {}:", counted(self.not_covered.count, "approval"))?;
            self.not_covered.text(out)?;
        }
        if self.passed_over.count > 0 {
            let count = counted(self.passed_over.count, "approval");
            writeln!(out, "{}", styled(WARN, format!("The store cannot give up {count}:")))?;
            self.passed_over.text(out)?;
        }
        if !args.yes && self.pruned > 0 {
            writeln!(out, "Nothing was done: --yes does it.")?;
        }
        Ok(())
    }

    fn to_json(&self, args: &Args) -> serde_json::Value {
        json!({
            "done": args.yes, "pruned": self.pruned, "not_covered": self.not_covered.count,
            "passed_over": self.passed_over.count,
        })
    }
}

impl Stays {
    fn add(&mut self, line: impl FnOnce() -> String) {
        self.count += 1;
        if self.count <= NAMED {
            self.lines.push(line());
        }
    }

    fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        for line in &self.lines {
            writeln!(out, "{}", styled(DIM, line))?;
        }
        if self.count > NAMED {
            writeln!(out, "  and {} more", self.count - NAMED)?;
        }
        Ok(())
    }
}

fn to_json(approval: &Projection, fate: &Fate) -> serde_json::Value {
    let (word, reason) = match fate {
        Fate::Pruned => ("pruned", None),
        Fate::NotCovered => ("not_covered", None),
        Fate::PassedOver(reason) => ("passed_over", Some(reason)),
    };
    let mut line = json!({
        "approval": approval.id.as_str(), "gate": line::gate(approval.gate.as_ref()), "fate": word,
    });
    if let Some(reason) = reason {
        line["reason"] = reason.as_str().into();
        line["remedy"] = REMEDY.into();
    }
    line
}
