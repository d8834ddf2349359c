//! A piece of news of a pipeline execution, as one JSON text.

use serde::{Deserialize, Serialize};

use super::RecordError;
use super::names::word;
use super::parts::{RevisionRecord, TriggerRecord};
use super::time;
use crate::domain::Timestamp;
use crate::domain::evidence::EndState;
use crate::domain::execution::{ExecutionEnd, ExecutionNews};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum NewsRecord {
    Triggered(TriggerRecord),
    RevisionLearnt(RevisionRecord),
    Stopping {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    Ended {
        #[serde(with = "time")]
        at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stage: Option<String>,
        #[serde(with = "word")]
        state: EndState,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        event_id: Option<String>,
    },
}

pub fn to_text(news: &ExecutionNews) -> Result<String, RecordError> {
    let record = match news.clone() {
        ExecutionNews::Triggered(trigger) => NewsRecord::Triggered(trigger.into()),
        ExecutionNews::RevisionLearnt(revision) => NewsRecord::RevisionLearnt(revision.into()),
        ExecutionNews::Stopping { reason } => NewsRecord::Stopping { reason },
        ExecutionNews::Ended(ExecutionEnd { at, stage, state, event_id }) => {
            NewsRecord::Ended { at, stage, state, event_id }
        }
    };
    Ok(serde_json::to_string(&record)?)
}

pub fn from_text(text: &str) -> Result<ExecutionNews, RecordError> {
    Ok(match serde_json::from_str(text)? {
        NewsRecord::Triggered(trigger) => ExecutionNews::Triggered(trigger.into()),
        NewsRecord::RevisionLearnt(revision) => ExecutionNews::RevisionLearnt(revision.into()),
        NewsRecord::Stopping { reason } => ExecutionNews::Stopping { reason },
        NewsRecord::Ended { at, stage, state, event_id } => {
            ExecutionNews::Ended(ExecutionEnd { at, stage, state, event_id })
        }
    })
}
