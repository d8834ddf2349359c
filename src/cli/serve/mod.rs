//! `holdpoint serve`: the monitor as one process.

mod answers;
#[cfg(feature = "aws")]
mod aws;
mod demo;
mod desk;
mod explained;
mod guard;
mod health;
mod http;
mod maker;
mod meters;
mod options;
mod page;
mod policy;
mod respond;
mod run;
mod shared;
mod work;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use self::guard::{Guard, Token};
use self::maker::Maker;
use self::options::AwsArgs;
use self::run::{Beside, Service};
use self::shared::Shared;
use self::work::Pace;
use super::policyplace::{self, PolicyPlace};
use super::store::{AnyStore, StorePlace};
use super::{Failure, settings};
use crate::adapters::clock::{FastClock, WallClock};
use crate::adapters::localpolicy::Current;
use crate::adapters::sqlite::{Durability, SqliteStore};
use crate::links::{self, Links};

const WORKERS: usize = 4;

/// Runs the monitor: takes events by HTTP, reminds and escalates when it is time, and shows what waits.
///
/// POST /events takes one event, an array or JSON Lines. The page at / lists what waits, oldest first.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Address to listen on; one that others can reach needs a token
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,

    /// Where facts are kept: a file, made if it is not there, or `dynamodb:TABLE`, which others may write to as well
    #[arg(long, value_name = "STORE", default_value = "holdpoint.sqlite")]
    store: StorePlace,

    /// Policy: a file, or `s3://BUCKET/KEY` or `ssm:/NAME`; looked for again each minute, and replaced only by one that is
    /// in order [default: a built-in one with a target of 4 hours, told on this console]
    #[arg(long, value_name = "POLICY")]
    policy: Option<PolicyPlace>,

    /// File that holds the token which callers must show, as `Authorization: Bearer TOKEN`, or as the password of a
    /// browser
    #[arg(long, value_name = "FILE", env = "HOLDPOINT_TOKEN_FILE")]
    token_file: Option<PathBuf>,

    /// Show a made-up week of events in so many seconds, with a store of its own
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "50", value_parser = clap::value_parser!(u32).range(1..=3600), conflicts_with_all = ["aws", "queue", "create_table"])]
    demo: Option<u32>,

    /// Log as text or as JSON, on standard error
    #[arg(long, value_enum, default_value_t)]
    log_format: settings::Format,

    #[command(flatten)]
    aws: AwsArgs,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    #[cfg(not(feature = "aws"))]
    args.aws.refuse()?;
    let token = args.token_file.as_deref().map(Token::read).transpose()?;
    let guard = Guard::new(args.listen, token)?;
    log_to_stderr(args.log_format, args.demo.is_some());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .map_err(Failure::failed)?;
    let served = runtime.block_on(async {
        match args.demo {
            Some(seconds) => serve_demo(args, guard, seconds).await,
            None => serve_for_real(args, guard).await,
        }
    });
    // A webhook's name that is still being looked up must not hold up the end.
    runtime.shutdown_background();
    served
}

async fn serve_for_real(args: &Args, guard: Guard) -> Result<(), Failure> {
    let found = policyplace::find(args.policy.as_ref()).await?;
    if args.aws.create_table {
        args.store.make_table().await?;
    }
    let maker = Maker {
        store: args.store.open().await?,
        links: links()?,
        #[cfg(feature = "aws")]
        aws: aws::services::Services::of(&args.aws).await?,
    };
    let usage = |error| Failure::Usage(format!("{error}"));
    let monitor = maker.monitor(&found.policy, found.is_invalid).map_err(usage)?;
    let moved = monitor.adopt_rules(work::log_change, None).await?.moved;
    if moved > 0 {
        tracing::info!(moved, "the policy has changed; open approvals are due anew");
    }
    #[cfg(feature = "aws")]
    let (shared, mut beside) = aws::beside(&args.aws, &maker, monitor).await?;
    #[cfg(not(feature = "aws"))]
    let (shared, mut beside) = (Arc::new(Shared::new(monitor, work::log_change, None)), Beside::default());
    if let Some(source) = found.source {
        let held = Current { policy: found.policy, is_invalid: found.is_invalid };
        beside.cut.push(Box::pin(policy::watch(Arc::clone(&shared), maker, source, held, WallClock)));
    }
    let pace = if args.store.is_shared() || args.aws.aws { Pace::SHARED } else { Pace::ALONE };
    Service { shared, guard, pace, beside }.run(args.listen, "").await
}

/// By which people can answer notices, where a key and an address are set.
fn links() -> Result<Option<Links>, Failure> {
    let links = Links::set_up(settings::variable).map_err(|error| Failure::Usage(error.to_string()))?;
    let is_given = |name| settings::variable(name).is_some_and(|value| !value.trim().is_empty());
    let (has_key, has_address) = (is_given(links::KEY), is_given(links::ADDRESS));
    if has_key != has_address {
        let (lacks, has) = if has_key { (links::ADDRESS, links::KEY) } else { (links::KEY, links::ADDRESS) };
        tracing::warn!("{has} is set and {lacks} is not: notices go out without links to answer them");
    }
    Ok(links)
}

async fn serve_demo(args: &Args, guard: Guard, seconds: u32) -> Result<(), Failure> {
    let policy = policyplace::find(args.policy.as_ref()).await?.policy;
    let store = SqliteStore::in_memory(Durability::EachCommit).map_err(Failure::failed)?;
    let store = AnyStore::Sqlite(Arc::new(store));
    let week = demo::week()?;
    let clock = FastClock::starting_at(week.begins_at, week.speed(seconds));
    let channels = demo::Console::default();
    let show = channels.clone();
    let monitor = maker::local(store, &policy, false, channels, clock, None);
    let told = show.clone();
    let shared = Arc::new(Shared::new(monitor, move |change| told.show(change), None));
    let mut beside = Beside::default();
    beside.cut.push(Box::pin(demo::feed(Arc::clone(&shared), week, show)));
    Service { shared, guard, pace: Pace::ALONE, beside }.run(args.listen, demo::HELLO).await
}

fn log_to_stderr(format: settings::Format, is_demo: bool) {
    use std::io::IsTerminal;

    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::layer::SubscriberExt;
    use tracing_subscriber::util::SubscriberInitExt;

    // The demo tells its story on the console itself.
    let level = if is_demo { LevelFilter::WARN } else { LevelFilter::INFO };
    let asked_for = settings::variable("HOLDPOINT_LOG").and_then(|filter| filter.parse().ok());
    let filter: Targets = asked_for.unwrap_or_else(|| Targets::new().with_default(level));
    let is_colourful = std::io::stderr().is_terminal() && settings::variable("NO_COLOR").is_none_or(|v| v.is_empty());
    let log = tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(std::io::stderr);
    let log = log.with_target(false);
    // A second call in one process would fail, and change nothing.
    match format {
        settings::Format::Text => log.with_ansi(is_colourful).finish().with(filter).try_init().ok(),
        settings::Format::Json => log.json().finish().with(filter).try_init().ok(),
    };
}
