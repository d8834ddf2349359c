//! `holdpoint serve`: the monitor as one process.

mod demo;
mod guard;
mod http;
mod page;
mod work;

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::Notify;

use self::guard::{Guard, Token};
use self::work::Health;
use super::settings;
use super::{Failure, output};
use crate::adapters::clock::{FastClock, WallClock};
use crate::adapters::file::FileMetrics;
use crate::adapters::recipients::Recipients;
use crate::adapters::sqlite::{Durability, SqliteStore};
use crate::app::monitor::Monitor;
use crate::app::tell::Change;
use crate::policyfile::PolicyFile;
use crate::ports::channel::Channels;
use crate::ports::clock::Clock;
use crate::ports::events::NoEvents;

const WORKERS: usize = 4;
/// How long answers and notices that are under way may take when the process is told to stop.
const FAREWELL: std::time::Duration = std::time::Duration::from_secs(20);

/// Runs the monitor: takes events by HTTP, reminds and escalates when it is time, and shows what waits.
///
/// POST /events takes one event, an array or JSON Lines. The page at / lists what waits, oldest first.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Address to listen on; one that others can reach needs a token
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8787")]
    listen: SocketAddr,

    /// Where facts are kept; made if it is not there
    #[arg(long, value_name = "PATH", default_value = "holdpoint.sqlite")]
    store: PathBuf,

    /// Policy file [default: a built-in one with a target of 4 hours, told on this console]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,

    /// File that holds the token which callers must show, as `Authorization: Bearer TOKEN`, or as the password of a
    /// browser
    #[arg(long, value_name = "FILE", env = "HOLDPOINT_TOKEN_FILE")]
    token_file: Option<PathBuf>,

    /// Show a made-up week of events in so many seconds, with a store of its own
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "50", value_parser = clap::value_parser!(u32).range(1..=3600))]
    demo: Option<u32>,

    /// Log as text or as JSON, on standard error
    #[arg(long, value_enum, default_value_t)]
    log_format: settings::Format,
}

pub(super) fn run(args: &Args) -> Result<(), Failure> {
    let policy = settings::policy(args.policy.as_deref())?;
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
            Some(seconds) => serve_demo(args, policy, guard, seconds).await,
            None => serve_for_real(args, policy, guard).await,
        }
    });
    // A webhook's name that is still being looked up must not hold up the end.
    runtime.shutdown_background();
    served
}

async fn serve_for_real(args: &Args, policy: PolicyFile, guard: Guard) -> Result<(), Failure> {
    let store = SqliteStore::open(&args.store, Durability::EachCommit).map_err(Failure::failed)?;
    let channels = Recipients::new(&policy, settings::variable).map_err(|e| Failure::Usage(e.to_string()))?;
    let monitor = monitor(policy, store, channels, WallClock);
    let moved = monitor.adopt_rules().await?;
    if moved > 0 {
        tracing::info!(moved, "the policy has changed; open approvals are due anew");
    }
    serve(args.listen, monitor, Arc::default(), guard, "", work::log_change, std::future::pending()).await
}

async fn serve_demo(args: &Args, policy: PolicyFile, guard: Guard, seconds: u32) -> Result<(), Failure> {
    let store = SqliteStore::in_memory(Durability::EachCommit).map_err(Failure::failed)?;
    let week = demo::week()?;
    let clock = FastClock::starting_at(week.begins_at, week.speed(seconds));
    let channels = demo::Console::default();
    let show = channels.clone();
    let monitor = monitor(policy, store, channels, clock);
    let wake = Arc::new(Notify::new());
    let feed = demo::feed(Arc::clone(&monitor), Arc::clone(&wake), week, show.clone());
    serve(args.listen, monitor, wake, guard, demo::HELLO, move |change| show.show(change), feed).await
}

fn monitor<C: Channels, K: Clock>(policy: PolicyFile, store: SqliteStore, channels: C, clock: K) -> App<C, K> {
    let metrics = FileMetrics { path: policy.metrics_file, namespace: policy.namespace };
    Arc::new(Monitor {
        store,
        rules: policy.rules,
        channels,
        metrics,
        events: NoEvents,
        clock,
        policy_is_invalid: false,
    })
}

/// The monitor, as this program puts it together.
type App<C, K> = Arc<Monitor<SqliteStore, C, FileMetrics, NoEvents, K>>;

/// Serves until it is told to stop; what is under way then is finished first, within reason. Whoever feeds the monitor calls `wake`,
/// because something may have become due; `show` is told of every change, and `feed` runs beside.
async fn serve<C: Channels + 'static, K: Clock + 'static>(
    listen: SocketAddr,
    monitor: App<C, K>,
    wake: Arc<Notify>,
    guard: Guard,
    hello: &str,
    show: impl Fn(&Change) + Clone + Send + Sync + 'static,
    feed: impl Future<Output = Result<(), Failure>> + Send + 'static,
) -> Result<(), Failure> {
    let listener = TcpListener::bind(listen).await.map_err(|error| {
        Failure::Failed(format!("cannot listen on {listen}: {error}; choose another with --listen"))
    })?;
    let address = listener.local_addr()?;
    let health = Arc::new(Health::default());
    let stop = work::stop_signal()?;

    announce(address, hello)?;
    let feed = tokio::spawn(feed);
    let worker = tokio::spawn(work::work(
        Arc::clone(&monitor),
        Arc::clone(&wake),
        Arc::clone(&health),
        stop.clone(),
        show.clone(),
    ));
    let desk = http::Desk { monitor: Arc::clone(&monitor), wake, health, guard, show: Box::new(show) };
    let mut stopped = stop.clone();
    let server = axum::serve(listener, http::router(Arc::new(desk))).with_graceful_shutdown(async move {
        stopped.wait_for(|stop| *stop).await.ok();
    });
    let mut stopping = stop;
    let deadline = async move {
        stopping.wait_for(|stop| *stop).await.ok();
        tokio::time::sleep(FAREWELL).await;
    };
    let finished = async move {
        server.await?;
        worker.await.map_err(Failure::failed)
    };
    tokio::select! {
        finished = finished => finished?,
        // A notice that is cut off here is still in the outbox, and goes out after the next start.
        () = deadline => tracing::warn!("some callers or webhooks did not answer in time; not waiting any longer"),
    }
    feed.abort();
    tracing::info!("stopped");
    Ok(())
}

fn announce(address: SocketAddr, hello: &str) -> Result<(), Failure> {
    let mut out = output::stdout();
    writeln!(out, "holdpoint listens on http://{address}")?;
    write!(out, "{hello}")?;
    Ok(out.flush()?)
}

fn log_to_stderr(format: settings::Format, is_demo: bool) {
    use std::io::IsTerminal;

    use tracing_subscriber::EnvFilter;

    // The demo tells its story on the console itself.
    let level = if is_demo { "warn" } else { "info" };
    let filter = EnvFilter::builder().with_env_var("HOLDPOINT_LOG").try_from_env().unwrap_or_else(|_| level.into());
    let is_colourful = std::io::stderr().is_terminal() && settings::variable("NO_COLOR").is_none_or(|v| v.is_empty());
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    // A second call in one process would fail, and change nothing.
    match format {
        settings::Format::Text => log.with_ansi(is_colourful).try_init().ok(),
        settings::Format::Json => log.json().try_init().ok(),
    };
}
