//! Stage and pipeline execution events: who started the run, and that it, or a stage of it, is over.

use serde_json_borrow::Value;

use super::origin::Origin;
use super::{Malformed, Reading, field};
use crate::domain::ExecutionId;
use crate::domain::context::Trigger;
use crate::domain::evidence::EndState;
use crate::domain::execution::{ExecutionEnd, ExecutionKey, ExecutionNews};
use crate::domain::input::Heard;

pub(super) fn pipeline_event(detail: &Value<'_>, origin: &Origin<'_>) -> Result<Reading, Malformed> {
    let key = key(detail, origin)?;
    let state = field::name(detail, "detail.", "state")?;
    let news = match state.as_str() {
        "STARTED" => match trigger(detail) {
            Some(trigger) => ExecutionNews::Triggered(trigger),
            None => return Ok(Reading::skipped(origin.at, "a pipeline start without a trigger")),
        },
        "STOPPING" => ExecutionNews::Stopping { reason: field::text(detail, "stop-execution-comments") },
        "RESUMED" => return Ok(Reading::skipped(origin.at, "pipeline state `RESUMED` ends no wait")),
        "SUPERSEDED" => ended(None, EndState::Superseded, origin),
        state => match end_state(state) {
            Some(end) => ended(None, end, origin),
            None => return Ok(Reading::skipped(origin.at, format!("pipeline state `{state}` is not known"))),
        },
    };
    Ok(Reading::heard(origin.at, Heard::Execution { key, news, at: origin.at }))
}

pub(super) fn stage_event(detail: &Value<'_>, origin: &Origin<'_>) -> Result<Reading, Malformed> {
    let state = field::name(detail, "detail.", "state")?;
    match (state.as_str(), end_state(&state)) {
        (_, Some(end)) => {
            let key = key(detail, origin)?;
            let stage = field::name(detail, "detail.", "stage")?;
            Ok(Reading::heard(
                origin.at,
                Heard::Execution { key, news: ended(Some(stage), end, origin), at: origin.at },
            ))
        }
        ("STARTED" | "RESUMED" | "STOPPING", None) => {
            Ok(Reading::skipped(origin.at, format!("stage state `{state}` ends no wait")))
        }
        (_, None) => Ok(Reading::skipped(origin.at, format!("stage state `{state}` is not known"))),
    }
}

fn end_state(state: &str) -> Option<EndState> {
    match state {
        "SUCCEEDED" => Some(EndState::Succeeded),
        "FAILED" => Some(EndState::Failed),
        // A stop that waits is over only once the approval is; so an approval still open here was abandoned.
        "STOPPED" => Some(EndState::Abandoned),
        "CANCELED" => Some(EndState::Canceled),
        _ => None,
    }
}

fn ended(stage: Option<String>, state: EndState, origin: &Origin<'_>) -> ExecutionNews {
    let at = origin.at.unwrap_or(origin.received_at);
    ExecutionNews::Ended(ExecutionEnd { at, stage, state, event_id: origin.event_id.clone() })
}

fn key(detail: &Value<'_>, origin: &Origin<'_>) -> Result<ExecutionKey, Malformed> {
    let Some(id) = field::id(detail, "detail.", "execution-id")? else {
        return Err(Malformed("`detail.execution-id` is missing".to_owned()));
    };
    Ok(ExecutionKey {
        account: origin.account.map(str::to_owned),
        region: origin.region.map(str::to_owned).unwrap_or_default(),
        pipeline: field::name(detail, "detail.", "pipeline")?,
        id: ExecutionId::new(id),
    })
}

fn trigger(detail: &Value<'_>) -> Option<Trigger> {
    let trigger = detail.get("execution-trigger");
    let text = |name: &str| field::text(trigger, name);
    let read = Trigger {
        kind: text("trigger-type").unwrap_or_default(),
        detail: text("trigger-detail"),
        author: text("author-display-name"),
        author_email: text("author-email"),
        repository: text("full-repository-name"),
        reference: text("branch-name").or_else(|| text("tag-name")),
        commit: text("commit-id"),
        message: text("commit-message"),
    };
    (read != Trigger::default()).then_some(read)
}
