//! An effect as it waits in the outbox.

use serde::{Deserialize, Serialize};

use super::RecordError;
use super::names::word;
use super::parts::{GateRecord, PolicyRecord};
use super::time;
use crate::domain::effect::Notice;
use crate::domain::measure::{Labels, Measure, Name};
use crate::domain::policy::Act;
use crate::domain::{Effect, NoticeId, PolicyName, RecipientName, StepId, Timestamp};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EffectRecord {
    Notice(NoticeRecord),
    Record { labels: LabelsRecord, measures: Vec<MeasureRecord> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct NoticeRecord {
    id: String,
    #[serde(with = "word")]
    act: Act,
    step: String,
    repeat: u32,
    recipient: String,
    #[serde(with = "time")]
    due_at: Timestamp,
    policy: PolicyRecord,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct LabelsRecord {
    gate: GateRecord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct MeasureRecord {
    #[serde(with = "word")]
    name: Name,
    value: f64,
    #[serde(with = "time")]
    at: Timestamp,
}

pub fn to_text(effect: &Effect) -> Result<String, RecordError> {
    let record = match effect.clone() {
        Effect::Notice(Notice { id, act, step, repeat, recipient, due_at, policy }) => {
            EffectRecord::Notice(NoticeRecord {
                id: id.to_string(),
                act,
                step: step.to_string(),
                repeat,
                recipient: recipient.to_string(),
                due_at,
                policy: (&policy).into(),
            })
        }
        Effect::Record(measures) => {
            // The measures of one effect are about one approval, so they share their labels.
            let Some(first) = measures.first() else {
                return Err(RecordError::Name { what: "set of measures", value: "[]".to_owned() });
            };
            let labels = LabelsRecord {
                gate: (&first.labels.gate).into(),
                policy: first.labels.policy.as_ref().map(ToString::to_string),
            };
            let measures = measures.iter().map(|m| MeasureRecord { name: m.name, value: m.value, at: m.at }).collect();
            EffectRecord::Record { labels, measures }
        }
    };
    Ok(serde_json::to_string(&record)?)
}

pub fn from_text(text: &str) -> Result<Effect, RecordError> {
    Ok(match serde_json::from_str(text)? {
        EffectRecord::Notice(NoticeRecord { id, act, step, repeat, recipient, due_at, policy }) => {
            Effect::Notice(Notice {
                id: NoticeId::new(id),
                act,
                step: StepId::new(step),
                repeat,
                recipient: RecipientName::new(recipient),
                due_at,
                policy: policy.into(),
            })
        }
        EffectRecord::Record { labels, measures } => {
            let labels = Labels { gate: labels.gate.into(), policy: labels.policy.map(PolicyName::new) };
            let measure = |m: MeasureRecord| Measure { name: m.name, value: m.value, at: m.at, labels: labels.clone() };
            Effect::Record(measures.into_iter().map(measure).collect())
        }
    })
}
