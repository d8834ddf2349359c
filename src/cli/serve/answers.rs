//! Answers that say what is wrong.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::ports::store::StoreError;

pub(super) fn unavailable(error: &StoreError) -> Response {
    tracing::error!(%error, "the store did not take a call");
    if error.is_of_one_record() {
        return problem(
            StatusCode::INTERNAL_SERVER_ERROR,
            "the record of an approval is in disorder; the log says which",
        );
    }
    let mut response = problem(StatusCode::SERVICE_UNAVAILABLE, "the store does not answer; try again");
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    response
}

pub(super) fn problem(status: StatusCode, reason: &str) -> Response {
    (status, Json(json!({ "error": reason }))).into_response()
}
