//! Action execution events: the beginning and the end of an approval, and what a source action brought in.

use serde_json_borrow::Value;

use super::origin::Origin;
use super::{Malformed, Reading, field};
use crate::domain::context::{Context, Revision};
use crate::domain::evidence::{End, EndState, Source};
use crate::domain::execution::ExecutionNews;
use crate::domain::input::{Ended, Heard, Input, Named, Place, Started};
use crate::domain::{ApprovalId, ExecutionId, Gate};

/// `event` is the whole event around `detail`: a CodeStar notification keeps the approval's links beside it.
pub(super) fn event(detail: &Value<'_>, event: &Value<'_>, origin: &Origin<'_>) -> Result<Reading, Malformed> {
    let state = field::word(detail, "state");
    let kind = detail.get("type");
    // Most events are about other actions, so nothing more is read of those.
    match (field::word(kind, "category"), field::word(kind, "provider")) {
        (_, _) if state.is_empty() => Err(Malformed("`detail.state` is missing".to_owned())),
        ("Approval", "Manual") => approval(detail, event, place(detail, origin)?, state, origin),
        ("Approval", provider) => {
            Ok(Reading::skipped(origin.at, format!("approval provider `{provider}` is not known")))
        }
        ("Source", _) if state == "SUCCEEDED" => source(detail, place(detail, origin)?, origin),
        ("", _) => Ok(Reading::skipped(origin.at, "an action without a category")),
        (other, _) => Ok(Reading::skipped(origin.at, format!("action category `{other}` is not an approval"))),
    }
}

fn place(detail: &Value<'_>, origin: &Origin<'_>) -> Result<Place, Malformed> {
    let gate = Gate {
        account: origin.account.map(str::to_owned),
        region: origin.region.map(str::to_owned).or_else(|| field::text(detail, "region")).unwrap_or_default(),
        pipeline: field::name(detail, "detail.", "pipeline")?,
        stage: field::name(detail, "detail.", "stage")?,
        action: field::name(detail, "detail.", "action")?,
    };
    Ok(Place {
        gate,
        execution: field::id(detail, "detail.", "execution-id")?.map(ExecutionId::new),
        attempt: field::count(detail, "pipeline-execution-attempt").filter(|n| *n > 0),
    })
}

fn approval(
    detail: &Value<'_>,
    event: &Value<'_>,
    place: Place,
    state: &str,
    origin: &Origin<'_>,
) -> Result<Reading, Malformed> {
    let start_time = field::time(detail, "detail.", "start-time")?;
    let id = field::id(detail, "detail.", "action-execution-id")?;
    let happened_at = origin.at.or(start_time);
    if id.is_none() && place.execution.is_none() {
        return Err(Malformed("neither `detail.action-execution-id` nor `detail.execution-id` is there".to_owned()));
    }
    if state == "STARTED" {
        let named = id.map_or(Named::ByPlace { token: None }, |id| Named::ById(ApprovalId::new(id)));
        let requested_at = start_time.or(origin.at).unwrap_or(origin.received_at);
        let input =
            Input::Started(Started { place, requested_at, context: attributes(event), source: Source::ActionEvent });
        return Ok(Reading::heard(happened_at, Heard::Approval { named, input }));
    }
    let state = match state {
        "SUCCEEDED" => EndState::Succeeded,
        "FAILED" => EndState::Failed,
        "ABANDONED" => EndState::Abandoned,
        "CANCELED" => EndState::Canceled,
        other => return Ok(Reading::skipped(happened_at, format!("action state `{other}` is not known"))),
    };
    let result = detail.get("execution-result");
    let token = field::id(result, "detail.execution-result.", "external-execution-id")?;
    let named = match id {
        Some(id) => Named::ById(ApprovalId::new(id)),
        None => Named::ByPlace { token: token.map(ApprovalId::new) },
    };
    let end = End {
        state,
        at: origin.at.unwrap_or(origin.received_at),
        source: Source::ActionEvent,
        error_code: field::text(result, "error-code"),
        summary: field::text(result, "external-execution-summary"),
        event_id: origin.event_id.clone(),
    };
    let input = Input::Ended(Ended { place, requested_at: start_time, end });
    // An end is dated by the event; a start-time alone would date it to the beginning of the wait.
    Ok(Reading::heard(origin.at, Heard::Approval { named, input }))
}

/// The action's configuration, which only CodeStar notifications carry along.
fn attributes(event: &Value<'_>) -> Context {
    let attributes = event.get("additionalAttributes");
    Context {
        external_link: field::text(attributes, "externalEntityLink"),
        custom_data: field::text(attributes, "customData"),
        ..Context::default()
    }
}

fn source(detail: &Value<'_>, place: Place, origin: &Origin<'_>) -> Result<Reading, Malformed> {
    let result = detail.get("execution-result");
    let Place { gate, execution, .. } = place;
    let (Some(id), Some(execution)) = (field::text(result, "external-execution-id"), execution) else {
        return Ok(Reading::skipped(origin.at, "a source action without a revision"));
    };
    let revision = Revision {
        action: gate.action.clone(),
        id,
        summary: field::text(result, "external-execution-summary").map(commit_message),
        url: field::text(result, "external-execution-url"),
    };
    let key = gate.execution_key(execution);
    Ok(Reading::heard(
        origin.at,
        Heard::Execution { key, news: ExecutionNews::RevisionLearnt(revision), at: origin.at },
    ))
}

/// What a source action says of its revision, without the JSON around it: a source behind a connection summarises itself as `{"ProviderType":"GitHub","CommitMessage":"..."}`.
pub fn commit_message(summary: String) -> String {
    let message = serde_json::from_str::<Value<'_>>(&summary).ok().and_then(|v| field::text(&v, "CommitMessage"));
    message.unwrap_or(summary)
}
