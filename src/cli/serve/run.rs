//! The service as a whole: begins, goes on until it is told to stop, and ends in order.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::desk::Desk;
use super::guard::Guard;
use super::http;
use super::respond::turnstile::Turnstile;
use super::shared::Shared;
use super::work::{self, Pace};
use crate::cli::{Failure, output};
use crate::ports::channel::Channels;
use crate::ports::clock::Clock;

/// How long answers and notices that are under way may take when the process is told to stop.
const FAREWELL: std::time::Duration = std::time::Duration::from_secs(20);

/// What runs beside the answers to callers.
#[derive(Default)]
pub(super) struct Beside {
    /// Cut off at the end, because whatever they are at can be done again.
    pub(super) cut: Vec<BoxFuture<'static, Result<(), Failure>>>,
    /// Waited for at the end, which they see coming themselves.
    pub(super) waited: Vec<BoxFuture<'static, ()>>,
}

pub(super) struct Service<C, K> {
    pub(super) shared: Arc<Shared<C, K>>,
    pub(super) guard: Guard,
    pub(super) pace: Pace,
    pub(super) beside: Beside,
}

impl<C: Channels + 'static, K: Clock + 'static> Service<C, K> {
    /// Serves until it is told to stop; what is under way then is finished first, within reason.
    pub(super) async fn run(self, listen: SocketAddr, hello: &str) -> Result<(), Failure> {
        let Self { shared, guard, pace, beside } = self;
        let listener = TcpListener::bind(listen).await.map_err(|error| {
            Failure::Failed(format!("cannot listen on {listen}: {error}; choose another with --listen"))
        })?;
        let address = listener.local_addr()?;
        work::stop_on_signal(Arc::clone(&shared))?;
        announce(address, hello)?;

        let mut waited: JoinSet<()> = beside.waited.into_iter().collect();
        waited.spawn(work::work(Arc::clone(&shared), pace));
        let mut cut: JoinSet<Result<(), Failure>> = beside.cut.into_iter().collect();
        let (mut stopped, mut stopping) = (shared.stopping(), shared.stopping());
        let desk = Desk { shared, guard, turnstile: Turnstile::default() };
        let server = axum::serve(listener, http::router(Arc::new(desk))).with_graceful_shutdown(async move {
            stopped.wait_for(|stop| *stop).await.ok();
        });
        let server = async { server.await.map_err(Failure::from) };
        let finished = async { tokio::try_join!(server, all(&mut waited)).map(drop) };
        let broken = async {
            match all_well(&mut cut).await {
                Ok(()) => std::future::pending().await,
                Err(failure) => failure,
            }
        };
        let deadline = async move {
            stopping.wait_for(|stop| *stop).await.ok();
            tokio::time::sleep(FAREWELL).await;
        };
        tokio::select! {
            finished = finished => finished?,
            // Somebody who watches over processes starts a new one; half a service would not be missed.
            failure = broken => return Err(failure),
            // A notice that is cut off here is still in the outbox, and goes out after the next start.
            () = deadline => tracing::warn!("some callers or webhooks did not answer in time; not waiting any longer"),
        }
        tracing::info!("stopped");
        Ok(())
    }
}

/// Waits until all have ended. One that panics is a failure.
async fn all(tasks: &mut JoinSet<()>) -> Result<(), Failure> {
    while let Some(ended) = tasks.join_next().await {
        ended.map_err(Failure::failed)?;
    }
    Ok(())
}

async fn all_well(tasks: &mut JoinSet<Result<(), Failure>>) -> Result<(), Failure> {
    while let Some(ended) = tasks.join_next().await {
        ended.map_err(Failure::failed)??;
    }
    Ok(())
}

fn announce(address: SocketAddr, hello: &str) -> Result<(), Failure> {
    let mut out = output::stdout();
    writeln!(out, "holdpoint listens on http://{address}")?;
    write!(out, "{hello}")?;
    Ok(out.flush()?)
}
