//! An event as it waits in the outbox. Other programs get another form: `record::detail`.

use serde::{Deserialize, Serialize};

use super::fact::SettlementRecord;
use super::finding::FindingRecord;
use super::parts::{GateRecord, PolicyRecord};
use super::time;
use crate::domain::event::{DomainEvent, Ending, Happening, Raised};
use crate::domain::{ApprovalId, ExecutionId, NoticeId, RecipientName, Timestamp};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct EventRecord {
    #[serde(with = "time")]
    at: Timestamp,
    approval: String,
    gate: GateRecord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    execution: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attempt: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    policy: Option<PolicyRecord>,
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    requested_at: Option<Timestamp>,
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    deadline: Option<Timestamp>,
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
    happening: HappeningRecord,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum HappeningRecord {
    Requested,
    ReminderSent { notice: String, recipient: String },
    Escalated { notice: String, recipient: String },
    Breached,
    Settled(EndingRecord),
    FindingRaised(RaisedRecord),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct EndingRecord {
    settlement: SettlementRecord,
    corrected: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decided_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RaisedRecord {
    NoticeGivenUp { notice: String, recipient: String, attempts: u32, reason: String },
    Control(FindingRecord),
}

impl From<DomainEvent> for EventRecord {
    fn from(event: DomainEvent) -> Self {
        let DomainEvent {
            at,
            approval,
            gate,
            execution,
            attempt,
            policy,
            requested_at,
            deadline,
            expires_at,
            happening,
        } = event;
        Self {
            at,
            approval: approval.to_string(),
            gate: (&gate).into(),
            execution: execution.map(|id| id.to_string()),
            attempt,
            policy: policy.as_ref().map(Into::into),
            requested_at,
            deadline,
            expires_at,
            happening: happening.into(),
        }
    }
}

impl From<EventRecord> for DomainEvent {
    fn from(event: EventRecord) -> Self {
        let EventRecord {
            at,
            approval,
            gate,
            execution,
            attempt,
            policy,
            requested_at,
            deadline,
            expires_at,
            happening,
        } = event;
        Self {
            at,
            approval: ApprovalId::new(approval),
            gate: gate.into(),
            execution: execution.map(ExecutionId::new),
            attempt,
            policy: policy.map(Into::into),
            requested_at,
            deadline,
            expires_at,
            happening: happening.into(),
        }
    }
}

impl From<Happening> for HappeningRecord {
    fn from(happening: Happening) -> Self {
        match happening {
            Happening::Requested => Self::Requested,
            Happening::ReminderSent { notice, recipient } => {
                Self::ReminderSent { notice: notice.to_string(), recipient: recipient.to_string() }
            }
            Happening::Escalated { notice, recipient } => {
                Self::Escalated { notice: notice.to_string(), recipient: recipient.to_string() }
            }
            Happening::Breached => Self::Breached,
            Happening::Settled(Ending { settlement, is_corrected, decided_by, comment }) => {
                Self::Settled(EndingRecord {
                    settlement: settlement.into(),
                    corrected: is_corrected,
                    decided_by,
                    comment,
                })
            }
            Happening::FindingRaised(Raised::NoticeGivenUp { notice, recipient, attempts, reason }) => {
                let (notice, recipient) = (notice.to_string(), recipient.to_string());
                Self::FindingRaised(RaisedRecord::NoticeGivenUp { notice, recipient, attempts, reason })
            }
            Happening::FindingRaised(Raised::Control(finding)) => {
                Self::FindingRaised(RaisedRecord::Control(finding.into()))
            }
        }
    }
}

impl From<HappeningRecord> for Happening {
    fn from(happening: HappeningRecord) -> Self {
        match happening {
            HappeningRecord::Requested => Self::Requested,
            HappeningRecord::ReminderSent { notice, recipient } => {
                Self::ReminderSent { notice: NoticeId::new(notice), recipient: RecipientName::new(recipient) }
            }
            HappeningRecord::Escalated { notice, recipient } => {
                Self::Escalated { notice: NoticeId::new(notice), recipient: RecipientName::new(recipient) }
            }
            HappeningRecord::Breached => Self::Breached,
            HappeningRecord::Settled(EndingRecord { settlement, corrected, decided_by, comment }) => {
                Self::Settled(Ending { settlement: settlement.into(), is_corrected: corrected, decided_by, comment })
            }
            HappeningRecord::FindingRaised(RaisedRecord::NoticeGivenUp { notice, recipient, attempts, reason }) => {
                let (notice, recipient) = (NoticeId::new(notice), RecipientName::new(recipient));
                Self::FindingRaised(Raised::NoticeGivenUp { notice, recipient, attempts, reason })
            }
            HappeningRecord::FindingRaised(RaisedRecord::Control(finding)) => {
                Self::FindingRaised(Raised::Control(finding.into()))
            }
        }
    }
}
