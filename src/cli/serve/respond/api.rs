//! `POST /api/approvals/{id}/acknowledge` and `/snooze`.
//!
//! The body has to be declared as JSON, which no form of another web site can do.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::json;

use crate::app::respond::{RespondError, Wish, respond, said};
use crate::cli::serve::answers::{problem, unavailable};
use crate::cli::serve::desk::Desk;
use crate::domain::projection::Projection;
use crate::domain::response::Refusal;
use crate::domain::span::later;
use crate::domain::{ApprovalId, Timestamp};
use crate::policyfile::parse_duration;
use crate::ports::channel::Channels;
use crate::ports::clock::Clock;
use crate::record::{line, time};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Acknowledge {
    by: String,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Snooze {
    by: String,
    note: Option<String>,
    /// RFC 3339.
    until: Option<String>,
    /// From now on: `2h`.
    #[serde(rename = "for")]
    length: Option<String>,
}

pub(super) async fn acknowledge<C: Channels + 'static, K: Clock + 'static>(
    State(desk): State<Arc<Desk<C, K>>>,
    Path(id): Path<String>,
    sent: Result<Json<Acknowledge>, JsonRejection>,
) -> Response {
    match sent {
        Ok(Json(Acknowledge { by, note })) => answer(&desk, id, &by, note.as_deref(), |_| Ok(Wish::Acknowledge)).await,
        Err(refused) => unread(&refused),
    }
}

pub(super) async fn snooze<C: Channels + 'static, K: Clock + 'static>(
    State(desk): State<Arc<Desk<C, K>>>,
    Path(id): Path<String>,
    sent: Result<Json<Snooze>, JsonRejection>,
) -> Response {
    match sent {
        Ok(Json(Snooze { by, note, until, length })) => {
            let wish = |now| end(until.as_deref(), length.as_deref(), now).map(|until| Wish::Snooze { until });
            answer(&desk, id, &by, note.as_deref(), wish).await
        }
        Err(refused) => unread(&refused),
    }
}

async fn answer<C: Channels + 'static, K: Clock + 'static>(
    desk: &Desk<C, K>,
    id: String,
    by: &str,
    note: Option<&str>,
    wish: impl FnOnce(Timestamp) -> Result<Wish, String>,
) -> Response {
    let monitor = desk.shared.monitor();
    let now = monitor.clock.now();
    let response = match said(by, note) {
        Ok(response) => response,
        Err(error) => return problem(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let wish = match wish(now) {
        Ok(wish) => wish,
        Err(error) => return problem(StatusCode::BAD_REQUEST, &error),
    };
    match respond(&monitor.store, &monitor.rules, &ApprovalId::new(id), wish, &response, now).await {
        Ok(change) => {
            desk.shared.tell(std::slice::from_ref(&change));
            let at_a_glance = Projection::of(&change.approval, &monitor.rules);
            Json(line::responded(&change.approval, &at_a_glance, now)).into_response()
        }
        Err(error @ RespondError::Unknown) => problem(StatusCode::NOT_FOUND, &error.to_string()),
        Err(RespondError::Refused(refusal)) => {
            let body = json!({ "error": refusal.to_string(), "refusal": word(refusal) });
            (StatusCode::CONFLICT, Json(body)).into_response()
        }
        Err(RespondError::Store(error)) => unavailable(&error),
    }
}

fn end(until: Option<&str>, length: Option<&str>, now: Timestamp) -> Result<Timestamp, String> {
    match (until, length) {
        (Some(until), None) => time::from_text(until)
            .map_err(|_| "`until` is not a time: write for example 2026-09-28T17:00:00Z".to_owned()),
        (None, Some(length)) => parse_duration(length).map(|length: TimeDelta| later(now, length)),
        _ => Err("say until when, with either `until` (2026-09-28T17:00:00Z) or `for` (2h)".to_owned()),
    }
}

fn unread(refused: &JsonRejection) -> Response {
    match refused.status() {
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            problem(refused.status(), "send JSON, and say so: `Content-Type: application/json`")
        }
        StatusCode::PAYLOAD_TOO_LARGE => {
            problem(refused.status(), "the body is too large: a name and a note are enough")
        }
        _ => problem(StatusCode::BAD_REQUEST, &refused.body_text()),
    }
}

fn word(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NotWaiting => "not_waiting",
        Refusal::LinkUsed => "link_used",
        Refusal::Repeated => "repeated",
        Refusal::TooMany => "too_many",
        Refusal::NoSnooze => "no_snooze",
        Refusal::Past => "past",
        Refusal::TooLong { .. } => "too_long",
    }
}
