//! What is known of a pipeline execution, as one JSON text.

use serde::{Deserialize, Serialize};

use super::RecordError;
use super::names::word;
use super::parts::{RevisionRecord, TriggerRecord};
use super::time;
use crate::domain::Timestamp;
use crate::domain::evidence::EndState;
use crate::domain::execution::{Execution, ExecutionEnd};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct ExecutionRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger: Option<TriggerRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    revisions: Vec<RevisionRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_reason: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ends: Vec<ExecutionEndRecord>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ExecutionEndRecord {
    #[serde(with = "time")]
    at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stage: Option<String>,
    #[serde(with = "word")]
    state: EndState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
}

pub fn to_text(execution: &Execution) -> Result<String, RecordError> {
    let Execution { trigger, revisions, stop_reason, ends } = execution.clone();
    let end = |e: ExecutionEnd| ExecutionEndRecord { at: e.at, stage: e.stage, state: e.state, event_id: e.event_id };
    let record = ExecutionRecord {
        trigger: trigger.map(Into::into),
        revisions: revisions.into_iter().map(Into::into).collect(),
        stop_reason,
        ends: ends.into_iter().map(end).collect(),
    };
    Ok(serde_json::to_string(&record)?)
}

pub fn from_text(text: &str) -> Result<Execution, RecordError> {
    let ExecutionRecord { trigger, revisions, stop_reason, ends } = serde_json::from_str(text)?;
    let end = |e: ExecutionEndRecord| ExecutionEnd { at: e.at, stage: e.stage, state: e.state, event_id: e.event_id };
    Ok(Execution {
        trigger: trigger.map(Into::into),
        revisions: revisions.into_iter().map(Into::into).collect(),
        stop_reason,
        ends: ends.into_iter().map(end).collect(),
    })
}
