//! What people say by HTTP: programs with the token, and whoever holds a signed link.

mod api;
mod link;
mod page;
pub(super) mod turnstile;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::desk::Desk;
use crate::ports::channel::Channels;
use crate::ports::clock::Clock;

/// In bytes; what people say is shorter by far.
const MAX_BODY: usize = 16 * 1024;

/// For those who show the token.
pub(super) fn api<C: Channels + 'static, K: Clock + 'static>() -> Router<Arc<Desk<C, K>>> {
    Router::new()
        .route("/api/approvals/{id}/acknowledge", post(api::acknowledge))
        .route("/api/approvals/{id}/snooze", post(api::snooze))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}

/// For those who hold a link. To look at one changes nothing: whatever checks mail looks at each.
pub(super) fn pages<C: Channels + 'static, K: Clock + 'static>() -> Router<Arc<Desk<C, K>>> {
    Router::new().route("/respond", get(link::ask).post(link::act)).layer(DefaultBodyLimit::max(MAX_BODY))
}
