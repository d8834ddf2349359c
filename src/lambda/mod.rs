//! The `lambda` program: one binary, four functions. The environment says which of them it is; see `settings`.
//!
//! Nothing is remembered between two invocations that could not be found again: the facts are in the table, and the
//! policy is where it is kept.

mod batch;
mod desk;
mod export;
mod ingest;
mod reconcile;
mod settings;
mod sweep;

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use self::desk::{Desk, Invocation};
use self::settings::{Role, Settings, variable};

/// Serves invocations until the process is ended.
pub async fn run() -> Result<(), Error> {
    log_as_json();
    let desk = match Settings::read().map_err(Error::from) {
        Ok(settings) => Desk::new(settings).await,
        Err(error) => Err(error),
    };
    let desk = desk.inspect_err(|error| tracing::error!(%error, "the function cannot be set up"))?;
    let desk = &desk;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Value>| async move {
        let (event, context) = event.into_parts();
        handle(desk, &event, &Invocation::of(&context)).await.inspect_err(|error| {
            tracing::error!(%error, request = context.request_id, "the invocation failed");
        })
    }))
    .await
}

async fn handle(desk: &Desk, event: &Value, invocation: &Invocation) -> Result<Value, Error> {
    // Each future is large, and only one of them is ever needed.
    match desk.settings.role {
        Role::Ingest => Box::pin(ingest::run(desk, event, invocation)).await,
        Role::Sweep => Box::pin(sweep::run(desk, invocation)).await,
        Role::Reconcile => Box::pin(reconcile::run(desk, invocation)).await,
        Role::Export => Box::pin(export::run(desk)).await,
    }
}

/// One JSON object a line, as CloudWatch Logs takes it apart.
fn log_as_json() {
    let level = variable("HOLDPOINT_LOG").and_then(|level| level.parse().ok());
    let filter: Targets = level.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let log =
        tracing_subscriber::fmt().json().flatten_event(true).with_target(false).with_max_level(LevelFilter::TRACE);
    log.with_current_span(false).with_span_list(false).finish().with(filter).init();
}
