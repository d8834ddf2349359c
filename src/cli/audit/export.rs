//! `holdpoint audit export`: evidence for auditors.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::signer::KeyPlace;
use crate::adapters::clock::WallClock;
use crate::adapters::localkey;
use crate::app::audit::{Sealed, Wanted, export, seal};
use crate::audit::Format;
use crate::audit::checkpoint::Period;
use crate::audit::draft::Draft;
use crate::cli::settings::{When, block_on};
use crate::cli::store::StoreArg;
use crate::cli::{Failure, output};
use crate::domain::calendar::Zone;
use crate::domain::glob::Glob;
use crate::notice::{Wall, counted};
use crate::policyfile;
use crate::ports::clock::Clock;
use crate::ports::signer::PublicKey;

/// Exports one row an approval, in the order of their requests
///
/// An approval is of a period when it waited in it: asked for before the period's end, and not over before it began. One
/// that waits over the turn of a month is of both months.
///
/// With --out, each export is a new folder in DIR, with a checkpoint that says what belongs to it and which export came
/// before; `holdpoint audit verify DIR` tells later whether anything was changed, added or taken away. Sign it with --key.
///
/// The same store and period give the same bytes. CSV is per RFC 4180 and safe to open in a spreadsheet; JSON Lines also
/// carries every fact; Parquet opens in DuckDB and Athena; OCSF is what security tools read; HTML is a report to read, in one
/// file that needs nothing else.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    store: StoreArg,

    /// For spreadsheets, with every fact, for databases, for security tools, or for people
    #[arg(long, value_enum)]
    format: ExportFormat,

    /// The period's beginning [default: that of all times]
    #[arg(long, value_name = "TIME")]
    from: Option<When>,

    /// The period's end, which is not part of it [default: none]
    #[arg(long, value_name = "TIME")]
    to: Option<When>,

    /// Only pipelines whose names fit this pattern, such as `*-prod`
    #[arg(long, value_name = "GLOB", value_parser = |text: &str| Glob::new(text))]
    pipeline: Option<Glob>,

    /// With `--format html`: the zone by whose clock the report tells times, such as Europe/London; the days of --from and
    /// --to begin there, too [default: UTC]
    #[arg(long, value_name = "ZONE", value_parser = policyfile::zone)]
    timezone: Option<Zone>,

    /// The folder of a series of exports, to add one to [default: the rows alone, to standard output]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Sign the checkpoint with this key: a file that `holdpoint audit keygen` makes, or `kms:KEY` for one in AWS KMS
    #[arg(long, value_name = "KEY", requires = "out")]
    key: Option<KeyPlace>,

    /// Begin the series anew behind what is there, for this reason, which the checkpoint tells
    #[arg(long, value_name = "REASON", requires = "out")]
    restart: Option<String>,

    /// Tell on standard error how far it is, also where that is no terminal
    #[arg(long)]
    progress: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    Csv,
    Jsonl,
    Parquet,
    Ocsf,
    Html,
}

impl From<ExportFormat> for Format {
    fn from(format: ExportFormat) -> Self {
        match format {
            ExportFormat::Csv => Self::Csv,
            ExportFormat::Jsonl => Self::JsonLines,
            ExportFormat::Parquet => Self::Parquet,
            ExportFormat::Ocsf => Self::Ocsf,
            ExportFormat::Html => Self::Html,
        }
    }
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let Period { from, to } = period(args);
    if from.zip(to).is_some_and(|(from, to)| from >= to) {
        return Err(Failure::Usage("the period ends before it begins: --from is to be earlier than --to".to_owned()));
    }
    if args.timezone.is_some() && args.format != ExportFormat::Html {
        return Err(Failure::Usage(
            "only a report has times of a zone, the other forms have them in UTC: leave --timezone out, or ask for \
             --format html"
                .to_owned(),
        ));
    }
    block_on(async {
        match &args.out {
            None => to_stdout(args).await,
            Some(folder) => into(folder, args).await,
        }
    })
}

fn period(args: &Args) -> Period {
    let zone = args.timezone.clone().unwrap_or_else(Zone::utc);
    let time = |when: Option<When>| when.map(|when| when.in_zone(&zone));
    Period { from: time(args.from), to: time(args.to) }
}

fn wanted(args: &Args) -> Wanted<'_> {
    let wall = args.timezone.as_ref().map_or_else(Wall::utc, Wall::of);
    Wanted { pipelines: args.pipeline.as_ref(), wall, ..Wanted::of(period(args)) }
}

fn progress(args: &Args) -> Progress {
    Progress::new(period(args).to.unwrap_or_else(|| WallClock.now()), args.progress)
}

async fn to_stdout(args: &Args) -> Result<(), Failure> {
    let store = args.store.open().await?;
    let (mut out, mut progress) = (output::bytes(), progress(args));
    export(&store, &wanted(args), args.format.into(), &mut out, &mut |approval| progress.tell(approval)).await?;
    progress.done();
    Ok(out.flush()?)
}

async fn into(folder: &Path, args: &Args) -> Result<(), Failure> {
    let key = match &args.key {
        Some(key) => Some(key.open().await?),
        None => None,
    };
    let store = args.store.open().await?;
    let has_signed =
        |key: &[u8; 32], bytes: &[u8], signature: &[u8]| localkey::has_signed(&PublicKey(*key), bytes, signature);
    let draft = Draft::begin(folder, args.restart.as_deref(), has_signed).map_err(Failure::failed)?;
    let mut progress = progress(args);
    let tell = &mut |approval: &_| progress.tell(approval);
    let sealed = seal(&store, &wanted(args), args.format.into(), draft, key.as_ref(), tell).await?;
    progress.done();
    let Sealed { folder, checkpoint, sha256 } = sealed;
    let mut err = std::io::stderr();
    writeln!(err, "{} written to {}", counted(checkpoint.approvals, "approval"), folder.display())?;
    let signed = if checkpoint.signer.is_some() { "signed" } else { "not signed" };
    writeln!(err, "checkpoint {}, {signed}, SHA-256 {sha256}", checkpoint.number)?;
    Ok(())
}
