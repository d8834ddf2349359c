//! CloudTrail's records of API calls: `PutApprovalResult` (who answered, or tried to), `UpdatePipeline` and
//! `DeletePipeline` (who changed what an approval waits in).

use std::collections::BTreeSet;

use serde_json_borrow::Value;

use super::origin::Origin;
use super::{Malformed, Reading, field};
use crate::domain::context::Edit;
use crate::domain::evidence::{Decision, Verdict, Witness};
use crate::domain::input::{Heard, Input, Named, PipelineKey, PipelineNews};
use crate::domain::principal::Principal;
use crate::domain::{ApprovalId, Gate, Timestamp};

pub(super) fn record(record: &Value<'_>, origin: &Origin<'_>) -> Result<Reading, Malformed> {
    let called_at = field::time(record, "", "eventTime")?;
    let at = called_at.or(origin.at);
    let source = field::text(record, "eventSource").unwrap_or_default();
    let call = field::text(record, "eventName").unwrap_or_default();
    match (source.as_str(), call.as_str()) {
        ("codepipeline.amazonaws.com", "PutApprovalResult") => answer(record, at, origin),
        ("codepipeline.amazonaws.com", "UpdatePipeline" | "DeletePipeline") => edit(record, &call, at, origin),
        _ => Ok(Reading::skipped(
            at,
            format!("API call `{call}` of `{source}` neither answers an approval nor edits a pipeline"),
        )),
    }
}

fn answer(record: &Value<'_>, at: Option<Timestamp>, origin: &Origin<'_>) -> Result<Reading, Malformed> {
    let request = record.get("requestParameters");
    let error = refusal(record);
    let Some(token) = field::id(request, "requestParameters.", "token")? else {
        return match error {
            Some(error) => Ok(Reading::skipped(at, format!("a refused answer without a token ({error})"))),
            None => Err(Malformed("`requestParameters.token` is missing".to_owned())),
        };
    };
    let result = request.get("result");
    let verdict = match field::name(result, "requestParameters.result.", "status")?.as_str() {
        "Approved" => Verdict::Approved,
        "Rejected" => Verdict::Rejected,
        other => return Ok(Reading::skipped(at, format!("approval status `{other}` is not known"))),
    };
    let approved_at =
        field::text(record.get("responseElements"), "approvedAt").and_then(|text| field::parse_time(&text));
    let decision = Decision {
        witness: Witness::CloudTrail,
        gate: gate(record, request, origin)?,
        verdict,
        at: approved_at.or(at).unwrap_or(origin.received_at),
        by: principal(record.get("userIdentity")),
        comment: field::text(result, "summary"),
        source_ip: field::text(record, "sourceIPAddress"),
        event_id: field::text(record, "eventID"),
        error,
    };
    let named = Named::ById(ApprovalId::new(token));
    Ok(Reading::heard(at, Heard::Approval { named, input: Input::Decision(decision) }))
}

/// The record of an update holds the whole definition; only whose it is counts here. That of a deletion has no response
/// also when it succeeded.
fn edit(record: &Value<'_>, call: &str, at: Option<Timestamp>, origin: &Origin<'_>) -> Result<Reading, Malformed> {
    if let Some(error) = field::text(record, "errorCode") {
        return Ok(Reading::skipped(at, format!("a refused `{call}` ({error})")));
    }
    let request = record.get("requestParameters");
    let is_update = call == "UpdatePipeline";
    let pipeline = if is_update {
        field::name(request.get("pipeline"), "requestParameters.pipeline.", "name")?
    } else {
        field::name(request, "requestParameters.", "name")?
    };
    let (account, region) = site(record, origin);
    let happened_at = at.unwrap_or(origin.received_at);
    let edit = Edit {
        at: happened_at,
        by: principal(record.get("userIdentity")).arn,
        event_id: field::text(record, "eventID"),
        removes_gate: !is_update,
    };
    let news = if is_update {
        PipelineNews::Edited { edit, gates: gates(request.get("pipeline")) }
    } else {
        PipelineNews::Deleted(edit)
    };
    Ok(Reading::heard(at, Heard::Pipeline { key: PipelineKey { account, region, pipeline }, news }))
}

/// The approvals of a definition, each by its stage and its action.
fn gates(pipeline: &Value<'_>) -> Option<BTreeSet<(String, String)>> {
    let named = |value: &Value<'_>| field::text(value, "name");
    let mut gates = BTreeSet::new();
    for stage in pipeline.get("stages").as_array()? {
        let (name, actions) = (named(stage)?, stage.get("actions").as_array()?);
        let approvals =
            actions.iter().filter(|action| field::word(action.get("actionTypeId"), "category") == "Approval");
        gates.extend(approvals.filter_map(named).map(|action| (name.clone(), action)));
    }
    Some(gates)
}

/// Why the call decided nothing. A call that succeeded has a response.
fn refusal(record: &Value<'_>) -> Option<String> {
    let code = field::text(record, "errorCode").or_else(|| field::text(record, "errorMessage"));
    let has_response = record.get("responseElements").is_object();
    code.or_else(|| (!has_response).then(|| "no response recorded".to_owned()))
}

fn gate(record: &Value<'_>, request: &Value<'_>, origin: &Origin<'_>) -> Result<Gate, Malformed> {
    let place = "requestParameters.";
    let (account, region) = site(record, origin);
    Ok(Gate {
        account,
        region,
        pipeline: field::name(request, place, "pipelineName")?,
        stage: field::name(request, place, "stageName")?,
        action: field::name(request, place, "actionName")?,
    })
}

/// The account and the region that were called.
fn site(record: &Value<'_>, origin: &Origin<'_>) -> (Option<String>, String) {
    let account = field::text(record, "recipientAccountId").or_else(|| origin.account.map(str::to_owned));
    let region = field::text(record, "awsRegion").or_else(|| origin.region.map(str::to_owned));
    (account, region.unwrap_or_default())
}

fn principal(identity: &Value<'_>) -> Principal {
    // A role's session stands behind the colon: AROA...:me@example.com.
    let session = field::text(identity, "principalId").and_then(|id| id.split_once(':').map(|(_, s)| s.to_owned()));
    let context = identity.get("sessionContext");
    let invoked_by = field::text(identity, "invokedBy");
    Principal {
        arn: field::text(identity, "arn"),
        kind: field::text(identity, "type").unwrap_or_else(|| "Unknown".to_owned()),
        name: field::text(identity, "userName").or(session).or_else(|| invoked_by.clone()),
        role: field::text(context.get("sessionIssuer"), "arn"),
        source_identity: field::text(context, "sourceIdentity"),
        invoked_by,
        on_behalf_of: field::text(identity.get("onBehalfOf"), "userId"),
    }
}
