//! One approval over HTTP: what `holdpoint explain --format json` says of it.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::answers::{problem, unavailable};
use super::desk::Desk;
use crate::app::explain::explain;
use crate::cli::explain::to_json;
use crate::cli::settings;
use crate::domain::ApprovalId;
use crate::ports::channel::Channels;
use crate::ports::clock::Clock;

#[derive(Deserialize)]
pub(super) struct Asked {
    /// As things stood then; now, if left out.
    at: Option<String>,
}

pub(super) async fn explained<C: Channels + 'static, K: Clock + 'static>(
    State(desk): State<Arc<Desk<C, K>>>,
    Path(id): Path<String>,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let asked = match asked {
        Ok(Query(asked)) => asked,
        Err(refused) => return problem(refused.status(), &refused.body_text()),
    };
    let monitor = desk.shared.monitor();
    let at = match asked.at.as_deref().map(settings::time).transpose() {
        Ok(at) => at,
        Err(hint) => return problem(StatusCode::BAD_REQUEST, &format!("`at` is not a time: {hint}")),
    };
    match explain(&monitor.store, &monitor.rules, &ApprovalId::new(&id), at, monitor.clock.now()).await {
        Ok(Some(explanation)) => Json(to_json(&explanation, &monitor.rules)).into_response(),
        Ok(None) => {
            problem(StatusCode::NOT_FOUND, "nothing is known of this approval; /api/approvals lists those that are")
        }
        Err(error) => unavailable(&error),
    }
}
