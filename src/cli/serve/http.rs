//! The HTTP side: events in, lists and the page out.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Query, Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue, REFERRER_POLICY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::answers::{problem, unavailable};
use super::desk::Desk;
use super::{explained, health, page, respond};
use crate::domain::ApprovalId;
use crate::ports::channel::Channels;
use crate::ports::clock::Clock;
use crate::ports::store::{self, Cursor, Store};
use crate::record::line::glance;
use crate::record::time;

/// A body that is larger is refused. EventBridge's events have at most 256 KiB; this is for those who send many at once.
const MAX_BODY: usize = 8 * 1024 * 1024;
/// How many rows a list gives, unless asked for fewer.
const PAGE: usize = 500;

pub(super) fn router<C: Channels + 'static, K: Clock + 'static>(desk: Arc<Desk<C, K>>) -> Router {
    let guarded = Router::new()
        .route("/", get(index))
        .route("/events", post(events))
        .route("/api/approvals", get(approvals))
        .route("/api/approvals/{id}", get(explained::explained))
        .route("/api/malformed", get(malformed))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .merge(respond::api())
        .layer(middleware::from_fn_with_state(Arc::clone(&desk), check));
    Router::new()
        .route("/healthz", get(healthz))
        .merge(guarded)
        // Whoever holds a signed link needs no token.
        .merge(respond::pages())
        .layer(middleware::from_fn(careful_headers))
        .with_state(desk)
}

async fn check<C: Channels + 'static, K: Clock + 'static>(
    State(desk): State<Arc<Desk<C, K>>>,
    request: Request,
    next: Next,
) -> Response {
    match desk.guard.check(request.headers()) {
        Ok(()) => next.run(request).await,
        Err((status, reason)) => {
            let mut response = problem(status, reason);
            if status == StatusCode::UNAUTHORIZED {
                let ask = HeaderValue::from_static("Basic realm=\"holdpoint: any name, and the token as password\"");
                response.headers_mut().insert(WWW_AUTHENTICATE, ask);
            }
            response
        }
    }
}

/// Nothing on these pages comes from elsewhere, is framed elsewhere or is kept.
async fn careful_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(policy));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn healthz<C: Channels + 'static, K: Clock + 'static>(State(desk): State<Arc<Desk<C, K>>>) -> Response {
    let store_answers = desk.shared.monitor().store.next_wake().await.is_ok();
    match if store_answers { desk.shared.health.trouble() } else { Some(health::NO_STORE) } {
        None => Json(json!({ "status": "ok" })).into_response(),
        Some(trouble) => problem(StatusCode::SERVICE_UNAVAILABLE, trouble),
    }
}

async fn events<C: Channels + 'static, K: Clock + 'static>(
    State(desk): State<Arc<Desk<C, K>>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let body = match body {
        Ok(body) => body,
        Err(refused) => return unread_body(&refused),
    };
    if body.iter().all(u8::is_ascii_whitespace) {
        return problem(StatusCode::BAD_REQUEST, "the body is empty: send one event, an array, or JSON Lines");
    }
    let source = headers.get("user-agent").and_then(|agent| agent.to_str().ok()).unwrap_or("http").to_owned();
    let (taken, result) = desk.shared.take(&body, &source).await;
    if let Err(error) = result {
        return unavailable(&error);
    }
    let reasons: Vec<Value> = taken
        .reasons
        .iter()
        .map(|r| {
            let kind = if r.is_malformed { "malformed" } else { "skipped" };
            json!({ "line": r.line, "kind": kind, "reason": r.reason })
        })
        .collect();
    let answer = json!({
        "taken": taken.taken, "skipped": taken.skipped, "malformed": taken.malformed, "reasons": reasons,
    });
    // Sending it again would not help: what is malformed is kept for whoever looks into it.
    let nothing_readable = taken.malformed > 0 && taken.taken + taken.skipped == 0;
    let status = if nothing_readable { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    (status, Json(answer)).into_response()
}

/// The limit is the only reason that is worth words of our own; otherwise the caller's connection broke.
fn unread_body(refused: &BytesRejection) -> Response {
    let status = refused.status();
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        let limit = MAX_BODY / (1024 * 1024);
        return problem(status, &format!("the body is larger than {limit} MiB: send fewer events at once"));
    }
    problem(status, &refused.body_text())
}

#[derive(Deserialize)]
struct ListQuery {
    /// Only what waits or is not settled; the default.
    open: Option<bool>,
    limit: Option<usize>,
    /// `next` of the page before.
    after: Option<String>,
}

async fn approvals<C: Channels + 'static, K: Clock + 'static>(
    State(desk): State<Arc<Desk<C, K>>>,
    asked: Result<Query<ListQuery>, QueryRejection>,
) -> Response {
    let asked = match asked {
        Ok(Query(asked)) => asked,
        Err(refused) => return problem(refused.status(), &refused.body_text()),
    };
    let after = match asked.after.as_deref().map(read_cursor) {
        Some(None) => return problem(StatusCode::BAD_REQUEST, "`after` is not the `next` of a page"),
        Some(cursor) => cursor,
        None => None,
    };
    let limit = asked.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let query = store::Query { open_only: asked.open.unwrap_or(true), ..store::Query::default() };
    let monitor = desk.shared.monitor();
    match monitor.store.list(&query, after.as_ref(), limit).await {
        Ok(page) => {
            let now = monitor.clock.now();
            let next = page.last().filter(|_| page.len() == limit).and_then(Cursor::behind).map(|c| cursor_text(&c));
            let approvals: Vec<Value> = page.iter().map(|approval| glance(approval, now)).collect();
            Json(json!({ "approvals": approvals, "next": next, "at": time::to_text(now) })).into_response()
        }
        Err(error) => unavailable(&error),
    }
}

fn cursor_text(cursor: &Cursor) -> String {
    format!("{}~{}", time::to_text(cursor.at), cursor.id)
}

fn read_cursor(text: &str) -> Option<Cursor> {
    let (at, id) = text.split_once('~')?;
    Some(Cursor { at: time::from_text(at).ok()?, id: ApprovalId::new(id) })
}

async fn malformed<C: Channels + 'static, K: Clock + 'static>(
    State(desk): State<Arc<Desk<C, K>>>,
    asked: Result<Query<ListQuery>, QueryRejection>,
) -> Response {
    let asked = match asked {
        Ok(Query(asked)) => asked,
        Err(refused) => return problem(refused.status(), &refused.body_text()),
    };
    match desk.shared.monitor().store.rejects(asked.limit.unwrap_or(PAGE).clamp(1, PAGE)).await {
        Ok(rejects) => {
            let rejects: Vec<Value> = rejects.iter().map(crate::cli::malformed::line).collect();
            Json(json!({ "malformed": rejects })).into_response()
        }
        Err(error) => unavailable(&error),
    }
}

async fn index<C: Channels + 'static, K: Clock + 'static>(State(desk): State<Arc<Desk<C, K>>>) -> Response {
    let query = store::Query { open_only: true, ..store::Query::default() };
    let monitor = desk.shared.monitor();
    let store = &monitor.store;
    let listed = async { Ok((store.list(&query, None, PAGE).await?, store.gauges().await?, store.rejects(1).await?)) };
    let (approvals, gauges, rejects) = match listed.await {
        Ok(listed) => listed,
        Err(error) => return unavailable(&error),
    };
    match page::page(&approvals, &gauges, !rejects.is_empty(), monitor.clock.now()) {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page could not be drawn");
            problem(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be drawn; the log says why")
        }
    }
}
