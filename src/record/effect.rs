//! An effect as it waits in the outbox.

use serde::{Deserialize, Serialize};

use super::RecordError;
use super::event::EventRecord;
use super::names::word;
use super::parts::{GateRecord, PolicyRecord};
use super::time;
use crate::domain::effect::Notice;
use crate::domain::finding::FindingKind;
use crate::domain::measure::{Labels, Measures, Name};
use crate::domain::policy::Act;
use crate::domain::{Effect, NoticeId, PolicyName, RecipientName, StepId, Timestamp};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EffectRecord {
    Notice(NoticeRecord),
    Record(MeasuresRecord),
    Publish(Box<EventRecord>),
    Compare,
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
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    held_until: Option<Timestamp>,
    policy: PolicyRecord,
    #[serde(default, with = "word::option", skip_serializing_if = "Option::is_none")]
    finding: Option<FindingKind>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct LabelsRecord {
    gate: GateRecord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct MeasuresRecord {
    labels: LabelsRecord,
    #[serde(with = "time")]
    at: Timestamp,
    values: Vec<ValueRecord>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ValueRecord {
    #[serde(with = "word")]
    name: Name,
    value: f64,
}

pub fn to_text(effect: &Effect) -> Result<String, RecordError> {
    let record = match effect.clone() {
        Effect::Notice(Notice { id, act, step, repeat, recipient, due_at, held_until, policy, finding }) => {
            EffectRecord::Notice(NoticeRecord {
                id: id.to_string(),
                act,
                step: step.to_string(),
                repeat,
                recipient: recipient.to_string(),
                due_at,
                held_until,
                policy: (&policy).into(),
                finding,
            })
        }
        Effect::Record(Measures { labels, at, values }) => EffectRecord::Record(MeasuresRecord {
            labels: LabelsRecord {
                gate: (&labels.gate).into(),
                policy: labels.policy.as_ref().map(ToString::to_string),
            },
            at,
            values: values.into_iter().map(|(name, value)| ValueRecord { name, value }).collect(),
        }),
        Effect::Publish(event) => EffectRecord::Publish(Box::new((*event).into())),
        Effect::Compare => EffectRecord::Compare,
    };
    Ok(serde_json::to_string(&record)?)
}

pub fn from_text(text: &str) -> Result<Effect, RecordError> {
    Ok(match serde_json::from_str(text)? {
        EffectRecord::Notice(NoticeRecord {
            id,
            act,
            step,
            repeat,
            recipient,
            due_at,
            held_until,
            policy,
            finding,
        }) => Effect::Notice(Notice {
            id: NoticeId::new(id),
            act,
            step: StepId::new(step),
            repeat,
            recipient: RecipientName::new(recipient),
            due_at,
            held_until,
            policy: policy.into(),
            finding,
        }),
        EffectRecord::Record(MeasuresRecord { labels, at, values }) => Effect::Record(Measures {
            labels: Labels { gate: labels.gate.into(), policy: labels.policy.map(PolicyName::new) },
            at,
            values: values.into_iter().map(|v| (v.name, v.value)).collect(),
        }),
        EffectRecord::Publish(event) => Effect::Publish(Box::new((*event).into())),
        EffectRecord::Compare => Effect::Compare,
    })
}
