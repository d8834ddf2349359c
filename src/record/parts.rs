//! The pieces that stored facts, effects and executions have in common.

use serde::{Deserialize, Serialize};

use super::names::word;
use super::time;
use crate::domain::context::{Context, Edit, Newer, Other, Revision, Trigger};
use crate::domain::evidence::{Decision, End, EndState, Source, Verdict, Witness};
use crate::domain::input::Place;
use crate::domain::policy::PolicyRef;
use crate::domain::principal::Principal;
use crate::domain::response::Response;
use crate::domain::{ApprovalId, ExecutionId, Gate, PolicyName, Timestamp};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GateRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    pub region: String,
    pub pipeline: String,
    pub stage: String,
    pub action: String,
}

impl From<&Gate> for GateRecord {
    fn from(gate: &Gate) -> Self {
        let Gate { account, region, pipeline, stage, action } = gate.clone();
        Self { account, region, pipeline, stage, action }
    }
}

impl From<GateRecord> for Gate {
    fn from(gate: GateRecord) -> Self {
        let GateRecord { account, region, pipeline, stage, action } = gate;
        Self { account, region, pipeline, stage, action }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceRecord {
    pub gate: GateRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<u32>,
}

impl From<&Place> for PlaceRecord {
    fn from(place: &Place) -> Self {
        Self {
            gate: (&place.gate).into(),
            execution: place.execution.as_ref().map(ToString::to_string),
            attempt: place.attempt,
        }
    }
}

impl From<PlaceRecord> for Place {
    fn from(place: PlaceRecord) -> Self {
        Self { gate: place.gate.into(), execution: place.execution.map(ExecutionId::new), attempt: place.attempt }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PolicyRecord {
    pub name: String,
    pub version: String,
}

impl From<&PolicyRef> for PolicyRecord {
    fn from(policy: &PolicyRef) -> Self {
        Self { name: policy.name.to_string(), version: policy.version.clone() }
    }
}

impl From<PolicyRecord> for PolicyRef {
    fn from(policy: PolicyRecord) -> Self {
        Self { name: PolicyName::new(policy.name), version: policy.version }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EndRecord {
    #[serde(with = "word")]
    pub state: EndState,
    #[serde(with = "time")]
    pub at: Timestamp,
    #[serde(with = "word")]
    pub source: Source,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
}

impl From<&End> for EndRecord {
    fn from(end: &End) -> Self {
        let End { state, at, source, error_code, summary, event_id } = end.clone();
        Self { state, at, source, error_code, summary, event_id }
    }
}

impl From<EndRecord> for End {
    fn from(end: EndRecord) -> Self {
        let EndRecord { state, at, source, error_code, summary, event_id } = end;
        Self { state, at, source, error_code, summary, event_id }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// Not written where it is CloudTrail, the only one that the first version knew.
    #[serde(with = "word", default = "cloudtrail", skip_serializing_if = "is_cloudtrail")]
    pub witness: Witness,
    pub gate: GateRecord,
    #[serde(with = "word")]
    pub verdict: Verdict,
    #[serde(with = "time")]
    pub at: Timestamp,
    pub by: PrincipalRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

fn cloudtrail() -> Witness {
    Witness::CloudTrail
}

fn is_cloudtrail(witness: &Witness) -> bool {
    *witness == Witness::CloudTrail
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrincipalRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoked_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf_of: Option<String>,
}

impl From<Principal> for PrincipalRecord {
    fn from(principal: Principal) -> Self {
        let Principal { arn, kind, name, role, source_identity, invoked_by, on_behalf_of } = principal;
        Self { arn, kind, name, role, source_identity, invoked_by, on_behalf_of }
    }
}

impl From<PrincipalRecord> for Principal {
    fn from(record: PrincipalRecord) -> Self {
        let PrincipalRecord { arn, kind, name, role, source_identity, invoked_by, on_behalf_of } = record;
        Self { arn, kind, name, role, source_identity, invoked_by, on_behalf_of }
    }
}

impl From<&Decision> for DecisionRecord {
    fn from(decision: &Decision) -> Self {
        let Decision { witness, gate, verdict, at, by, comment, source_ip, event_id, error } = decision.clone();
        let by = by.into();
        Self { witness, gate: (&gate).into(), verdict, at, by, comment, source_ip, event_id, error }
    }
}

impl From<DecisionRecord> for Decision {
    fn from(decision: DecisionRecord) -> Self {
        let DecisionRecord { witness, gate, verdict, at, by, comment, source_ip, event_id, error } = decision;
        let by = by.into();
        Self { witness, gate: gate.into(), verdict, at, by, comment, source_ip, event_id, error }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContextRecord {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review_link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_link: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom_data: Option<String>,
    #[serde(with = "time::option", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<TriggerRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<RevisionRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit: Option<EditRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub removal: Option<EditRecord>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub newer: Option<NewerRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub others: Vec<OtherRecord>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewerRecord {
    pub execution: String,
    pub revision: RevisionRecord,
    #[serde(with = "time")]
    pub at: Timestamp,
}

impl From<Newer> for NewerRecord {
    fn from(Newer { execution, revision, at }: Newer) -> Self {
        Self { execution: execution.to_string(), revision: revision.into(), at }
    }
}

impl From<NewerRecord> for Newer {
    fn from(NewerRecord { execution, revision, at }: NewerRecord) -> Self {
        Self { execution: ExecutionId::new(execution), revision: revision.into(), at }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OtherRecord {
    pub approval: String,
    pub stage: String,
    pub action: String,
    #[serde(with = "time")]
    pub at: Timestamp,
    pub by: Vec<String>,
}

impl From<Other> for OtherRecord {
    fn from(Other { approval, stage, action, at, by }: Other) -> Self {
        Self { approval: approval.to_string(), stage, action, at, by }
    }
}

impl From<OtherRecord> for Other {
    fn from(OtherRecord { approval, stage, action, at, by }: OtherRecord) -> Self {
        Self { approval: ApprovalId::new(approval), stage, action, at, by }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditRecord {
    #[serde(with = "time")]
    pub at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_id: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removes_gate: bool,
}

impl From<Edit> for EditRecord {
    fn from(edit: Edit) -> Self {
        let Edit { at, by, event_id, removes_gate } = edit;
        Self { at, by, event_id, removes_gate }
    }
}

impl From<EditRecord> for Edit {
    fn from(edit: EditRecord) -> Self {
        let EditRecord { at, by, event_id, removes_gate } = edit;
        Self { at, by, event_id, removes_gate }
    }
}

impl From<&Context> for ContextRecord {
    fn from(context: &Context) -> Self {
        let Context {
            review_link,
            external_link,
            custom_data,
            expires_at,
            trigger,
            revisions,
            stop_reason,
            edit,
            removal,
            newer,
            others,
        } = context.clone();
        let trigger = trigger.map(TriggerRecord::from);
        let revisions = revisions.into_iter().map(RevisionRecord::from).collect();
        Self {
            review_link,
            external_link,
            custom_data,
            expires_at,
            trigger,
            revisions,
            stop_reason,
            edit: edit.map(Into::into),
            removal: removal.map(Into::into),
            newer: newer.map(Into::into),
            others: others.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<ContextRecord> for Context {
    fn from(context: ContextRecord) -> Self {
        let ContextRecord {
            review_link,
            external_link,
            custom_data,
            expires_at,
            trigger,
            revisions,
            stop_reason,
            edit,
            removal,
            newer,
            others,
        } = context;
        let trigger = trigger.map(Trigger::from);
        let revisions = revisions.into_iter().map(Revision::from).collect();
        Self {
            review_link,
            external_link,
            custom_data,
            expires_at,
            trigger,
            revisions,
            stop_reason,
            edit: edit.map(Into::into),
            removal: removal.map(Into::into),
            newer: newer.map(Into::into),
            others: others.into_iter().map(Into::into).collect(),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TriggerRecord {
    pub kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author_email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl From<Trigger> for TriggerRecord {
    fn from(trigger: Trigger) -> Self {
        let Trigger { kind, detail, author, author_email, repository, reference, commit, message } = trigger;
        Self { kind, detail, author, author_email, repository, reference, commit, message }
    }
}

impl From<TriggerRecord> for Trigger {
    fn from(trigger: TriggerRecord) -> Self {
        let TriggerRecord { kind, detail, author, author_email, repository, reference, commit, message } = trigger;
        Self { kind, detail, author, author_email, repository, reference, commit, message }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RevisionRecord {
    pub action: String,
    pub id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl From<Revision> for RevisionRecord {
    fn from(revision: Revision) -> Self {
        let Revision { action, id, summary, url } = revision;
        Self { action, id, summary, url }
    }
}

impl From<RevisionRecord> for Revision {
    fn from(revision: RevisionRecord) -> Self {
        let RevisionRecord { action, id, summary, url } = revision;
        Self { action, id, summary, url }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponseRecord {
    by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

impl From<Response> for ResponseRecord {
    fn from(Response { by, note, link }: Response) -> Self {
        Self { by, note, link }
    }
}

impl From<ResponseRecord> for Response {
    fn from(ResponseRecord { by, note, link }: ResponseRecord) -> Self {
        Self { by, note, link }
    }
}
