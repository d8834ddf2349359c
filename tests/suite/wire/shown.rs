//! A reading as one line, so that a table of them can be read.

use holdpoint::domain::Timestamp;
use holdpoint::domain::execution::{ExecutionKey, ExecutionNews};
use holdpoint::domain::input::{Heard, Input, Named, PipelineNews, Place};
use holdpoint::domain::{Gate, evidence::Decision};
use holdpoint::record::names::Named as _;
use holdpoint::record::time::to_text;
use holdpoint::wire::{Message, Reading};

/// `09:12 approval 6d3e: started ...`: when, about what, and what was heard, with ids cut to their beginning.
pub(super) fn shown(reading: &Reading) -> String {
    let at = time(reading.at);
    match &reading.message {
        Message::Heard(Heard::Tick) => format!("{at} tick"),
        Message::Heard(Heard::Execution { key, news, .. }) => format!("{at} {}: {}", run(key), shown_news(news)),
        Message::Heard(Heard::Pipeline { key, news }) => {
            let what = match news {
                PipelineNews::Edited { edit, .. } => {
                    format!("edited at {} by {}", to_text(edit.at), edit.by.as_deref().unwrap_or("nobody"))
                }
                PipelineNews::Deleted(edit) => format!("deleted at {}", to_text(edit.at)),
            };
            let account = key.account.as_deref().unwrap_or("-");
            format!("{at} pipeline {account}/{}/{}: {what}", key.region, key.pipeline)
        }
        Message::Heard(Heard::Approval { named, input }) => {
            let id = match named {
                Named::ById(id) => short(id.as_str()),
                Named::ByPlace { token: Some(token) } => format!("by place, token {}", short(token.as_str())),
                Named::ByPlace { token: None } => "by place".to_owned(),
            };
            format!("{at} approval {id}: {}", shown_input(input))
        }
        Message::Skipped { reason } => format!("{at} skipped: {reason}"),
        Message::Malformed { reason } => format!("{at} malformed: {reason}"),
    }
}

fn shown_input(input: &Input) -> String {
    match input {
        Input::Started(started) => {
            let about = &started.context;
            let extras = [&about.external_link, &about.custom_data].into_iter().flatten().fold(String::new(), quoted);
            format!("asked at {} in {}{extras}", to_text(started.requested_at), place(&started.place))
        }
        Input::Ended(ended) => {
            let end = &ended.end;
            let code = end.error_code.as_ref().map(|code| format!(" {code}")).unwrap_or_default();
            let said = end.summary.iter().fold(String::new(), quoted);
            let asked = time(ended.requested_at);
            let (state, at, place) = (end.state.word(), to_text(end.at), place(&ended.place));
            format!("{state}{code} at {at}, asked {asked}, in {place}{said}")
        }
        Input::Decision(decision) => shown_decision(decision),
        Input::Notified(notified) => {
            let about = &notified.context;
            let extras = [&about.external_link, &about.custom_data].into_iter().flatten().fold(String::new(), quoted);
            let (published, expires) = (time(notified.at), time(about.expires_at));
            format!("notified at {published}, expires {expires}, in {}{extras}", gate(&notified.gate))
        }
        other => format!("unexpected {other:?}"),
    }
}

fn shown_decision(decision: &Decision) -> String {
    let by = decision.by.arn.as_deref().unwrap_or("nobody");
    let name = decision.by.name.as_deref().unwrap_or("no name");
    let refused = decision.error.as_ref().map(|error| format!(", refused: {error}")).unwrap_or_default();
    let said = decision.comment.iter().fold(String::new(), quoted);
    let (verdict, at, gate) = (decision.verdict.word(), to_text(decision.at), gate(&decision.gate));
    format!("{verdict} at {at} by {by} ({}, {name}) in {gate}{said}{refused}", decision.by.kind)
}

fn shown_news(news: &ExecutionNews) -> String {
    match news {
        ExecutionNews::Triggered(trigger) => {
            let parts = [
                &trigger.author,
                &trigger.author_email,
                &trigger.repository,
                &trigger.reference,
                &trigger.commit,
                &trigger.message,
            ];
            let detail = trigger.detail.as_deref().unwrap_or("-");
            format!("triggered by {} {detail}{}", trigger.kind, parts.into_iter().flatten().fold(String::new(), quoted))
        }
        ExecutionNews::RevisionLearnt(revision) => {
            let summary = revision.summary.iter().fold(String::new(), quoted);
            let url = if revision.url.is_some() { ", with a link" } else { "" };
            format!("revision of {}: {}{summary}{url}", revision.action, revision.id)
        }
        ExecutionNews::Stopping { reason } => format!("stopping{}", reason.iter().fold(String::new(), quoted)),
        ExecutionNews::Ended(end) => {
            let what = end.stage.as_ref().map_or("run".to_owned(), |stage| format!("stage {stage}"));
            format!("{what} {} at {}", end.state.word(), to_text(end.at))
        }
    }
}

fn place(place: &Place) -> String {
    let attempt = place.attempt.map(|n| format!(", attempt {n}")).unwrap_or_default();
    let run = place.execution.as_ref().map_or("-".to_owned(), |id| short(id.as_str()));
    format!("{} run {run}{attempt}", gate(&place.gate))
}

fn gate(gate: &Gate) -> String {
    let account = gate.account.as_deref().unwrap_or("-");
    format!("{account}/{}/{}/{}/{}", gate.region, gate.pipeline, gate.stage, gate.action)
}

fn run(key: &ExecutionKey) -> String {
    let account = key.account.as_deref().unwrap_or("-");
    format!("{account}/{}/{} run {}", key.region, key.pipeline, short(key.id.as_str()))
}

fn quoted(line: String, text: &String) -> String {
    format!("{line} '{text}'")
}

/// The first part of a UUID tells the fixtures' ids apart.
fn short(id: &str) -> String {
    id.split('-').next().unwrap_or_default().to_owned()
}

fn time(at: Option<Timestamp>) -> String {
    at.map_or("-".to_owned(), to_text)
}
