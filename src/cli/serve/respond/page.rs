//! The pages behind a signed link.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderName, HeaderValue};
use axum::response::{Html, IntoResponse, Response};
use minijinja::{AutoEscape, Environment, Value, context};

use crate::cli::serve::answers::problem;
use crate::domain::{Approval, Phase, Timestamp};
use crate::links::Fields;
use crate::notice::{clean, duration, moment};
use crate::record::names::Named;

/// The button may send what it has to this service, and nowhere else.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

pub(super) struct Page<'a> {
    pub(super) title: &'a str,
    /// As it stands at that time.
    pub(super) approval: Option<(&'a Approval, Timestamp)>,
    pub(super) sentences: Vec<String>,
    pub(super) button: Option<Button>,
}

pub(super) struct Button {
    pub(super) label: String,
    /// What it sends: the link as it was followed.
    pub(super) fields: Fields,
}

/// A page that is about no approval.
pub(super) fn plain(status: StatusCode, title: &str, sentence: &str) -> Response {
    answer(status, &Page { title, approval: None, sentences: vec![sentence.to_owned()], button: None })
}

pub(super) fn answer(status: StatusCode, page: &Page<'_>) -> Response {
    let html = match render(page) {
        Ok(html) => html,
        Err(error) => {
            tracing::error!(%error, "a page could not be drawn");
            return problem(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be drawn; the log says why");
        }
    };
    let headers = [
        (CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY)),
        (HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow, noarchive")),
    ];
    (status, headers, Html(html)).into_response()
}

/// Whatever is not ours is escaped by the template engine.
fn render(page: &Page<'_>) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let button = page.button.as_ref();
    environment.render_str(
        include_str!("respond.html"),
        context! {
            title => page.title,
            about => page.approval.map(|(approval, now)| about(approval, now)),
            sentences => &page.sentences,
            label => button.map(|button| &button.label),
            fields => button.map(|button| Value::from_pairs(button.fields.pairs())),
        },
    )
}

/// Label and value of what is known.
fn about(approval: &Approval, now: Timestamp) -> Vec<(&'static str, String)> {
    let mut about = Vec::new();
    if let Some(gate) = &approval.gate {
        about.push(("Pipeline", clean(&gate.pipeline, 100)));
        about.push(("Approval", format!("{} / {}", clean(&gate.stage, 100), clean(&gate.action, 100))));
    }
    let asked = approval.request.map(|request| request.at);
    match (approval.phase(), &approval.settlement) {
        (Phase::Settled, Some(settled)) => {
            let outcome = settled.outcome.word().replace('_', " ");
            about.push(("Ended", format!("{outcome}, {}", moment(settled.ended_at))));
        }
        (Phase::Waiting, _) => {
            about.extend(asked.map(|at| ("Waiting", format!("{}, since {}", duration(now - at), moment(at)))));
        }
        _ => about.push(("Ended", "who decided, and how, is still open".to_owned())),
    }
    if let Some((at, said)) = approval.acknowledged.last() {
        about.push(("Seen to by", format!("{}, since {}", clean(&said.by, 100), moment(*at))));
    }
    if let Some(until) = approval.snoozed_until.filter(|until| *until > now) {
        about.push(("Put off until", moment(until)));
    }
    about
}
