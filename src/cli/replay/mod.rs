//! `holdpoint replay`: what would have happened.

pub(super) mod inputs;
mod lines;
mod summary;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use self::inputs::Source;
use self::summary::Summary;
use super::settings::{self, Format};
use super::store::StorePlace;
use super::timeline::{Place, Timeline};
use super::{Failure, output};
use crate::adapters::sqlite::{Durability, SqliteStore};
use crate::app::replay::{Replay, Told};
use crate::domain::Timestamp;
use crate::wire;

/// Replays events on a virtual clock and shows every reminder, escalation and decision.
///
/// The times in the events drive the clock, never backwards; between two events everything that is due fires at its due
/// time. Nobody is really told anything.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// JSON files, JSON Lines files, folders of them (in name order), or `-` for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,

    /// Policy file [default: a built-in one with a target of 4 hours]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// Keep what is learnt in this store [default: a temporary one]
    #[arg(long, value_name = "PATH")]
    store: Option<StorePlace>,

    /// Run the clock to this time, and take no event after it [default: the last event, and until each ended approval is
    /// settled]
    #[arg(long, value_name = "TIME", value_parser = settings::time)]
    until: Option<Timestamp>,

    /// Text for people, or one JSON object a line
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Exit with 1 if an input was malformed
    #[arg(long)]
    strict: bool,
}

/// Shows what a replay tells.
enum Teller<'a> {
    People(Timeline),
    Machines { namespace: &'a str },
}

impl Teller<'_> {
    fn tell(&mut self, told: &Told, place: &Place<'_>, now: Timestamp, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::People(timeline) => timeline.tell(told, place, now, out),
            Self::Machines { namespace } => lines::tell(told, place, namespace, out),
        }
    }
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let policy = settings::policy(args.policy.as_deref())?;
    let sources = inputs::sources(&args.inputs)?;
    // A path of "" is SQLite's own word for a temporary file, which goes with the connection.
    let path = args.store.as_ref().map_or(Ok(Path::new("")), StorePlace::file)?;
    let store = SqliteStore::open(path, Durability::AtFlush).map_err(Failure::failed)?;
    let mut teller = match args.format {
        Format::Text => Teller::People(Timeline::default()),
        Format::Json => Teller::Machines { namespace: &policy.namespace },
    };
    let mut out = output::stdout();
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(Failure::failed)?;
    let malformed = runtime.block_on(async {
        let mut replay = Replay::new(&store, &policy.rules, args.until).await?;
        let mut summary = Summary::default();
        let progress = progress(&sources);
        let shares_terminal = !progress.is_hidden() && io::stdout().is_terminal();
        let mut lines = Vec::new();
        for mut ahead in wire::read_ahead(inputs::documents(sources)) {
            if let Some(failure) = ahead.of.failure.take() {
                return Err(Failure::Failed(failure));
            }
            for reading in ahead.readings(replay.now()) {
                summary.inputs += 1;
                let place = Place { source: &ahead.of.source, line: ahead.of.line() };
                for told in replay.feed(reading).await? {
                    summary.count(&told);
                    teller.tell(&told, &place, replay.now(), &mut lines)?;
                }
            }
            progress.set_position(ahead.of.consumed);
            // On one terminal the bar steps aside for every line, or the two would write over each other.
            if shares_terminal && !lines.is_empty() {
                progress.suspend(|| out.write_all(&lines).and_then(|()| out.flush()))?;
            } else {
                out.write_all(&lines)?;
            }
            lines.clear();
        }
        progress.finish_and_clear();
        let nowhere = Place { source: "", line: 0 };
        for told in replay.finish().await? {
            summary.count(&told);
            teller.tell(&told, &nowhere, replay.now(), &mut out)?;
        }
        summary.look_at(&store, replay.now()).await?;
        match args.format {
            Format::Text => summary::write(&summary, &mut out)?,
            Format::Json => lines::finish(&summary, &mut out)?,
        }
        out.flush()?;
        Ok::<u64, Failure>(summary.malformed)
    })?;
    if args.strict && malformed > 0 {
        return Err(Failure::Failed(format!("{malformed} malformed inputs, and --strict allows none")));
    }
    Ok(())
}

/// Shown only for input that takes a while, and only to a person.
pub(super) fn progress(sources: &[Source]) -> ProgressBar {
    const LONG: u64 = 4 * 1024 * 1024;
    let total: Option<u64> = sources.iter().map(Source::size).sum();
    if !io::stderr().is_terminal() || total.is_some_and(|total| total < LONG) {
        return ProgressBar::hidden();
    }
    let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    let template = if total.is_some() {
        "replaying {bar:30} {percent:>3}%  {binary_bytes_per_sec}, {eta} left"
    } else {
        "replaying {spinner} {binary_bytes} read, {binary_bytes_per_sec}"
    };
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
