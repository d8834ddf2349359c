//! CloudTrail's record of a `PutApprovalResult` call: who answered, or tried to.

use serde_json_borrow::Value;

use super::origin::Origin;
use super::{Malformed, Reading, field};
use crate::domain::evidence::{Decision, Principal, Verdict, Witness};
use crate::domain::input::{Heard, Input, Named};
use crate::domain::{ApprovalId, Gate};

pub(super) fn record(record: &Value<'_>, origin: &Origin<'_>) -> Result<Reading, Malformed> {
    let called_at = field::time(record, "", "eventTime")?;
    let at = called_at.or(origin.at);
    let source = field::text(record, "eventSource").unwrap_or_default();
    let call = field::text(record, "eventName").unwrap_or_default();
    if source != "codepipeline.amazonaws.com" || call != "PutApprovalResult" {
        return Ok(Reading::skipped(at, format!("API call `{call}` of `{source}` is not an answer to an approval")));
    }
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

/// Why the call decided nothing. A call that succeeded has a response.
fn refusal(record: &Value<'_>) -> Option<String> {
    let code = field::text(record, "errorCode").or_else(|| field::text(record, "errorMessage"));
    let has_response = record.get("responseElements").is_object();
    code.or_else(|| (!has_response).then(|| "no response recorded".to_owned()))
}

fn gate(record: &Value<'_>, request: &Value<'_>, origin: &Origin<'_>) -> Result<Gate, Malformed> {
    let place = "requestParameters.";
    Ok(Gate {
        account: field::text(record, "recipientAccountId").or_else(|| origin.account.map(str::to_owned)),
        region: field::text(record, "awsRegion").or_else(|| origin.region.map(str::to_owned)).unwrap_or_default(),
        pipeline: field::name(request, place, "pipelineName")?,
        stage: field::name(request, place, "stageName")?,
        action: field::name(request, place, "actionName")?,
    })
}

fn principal(identity: &Value<'_>) -> Principal {
    // A role's session stands behind the colon: AROA...:me@example.com.
    let session = field::text(identity, "principalId").and_then(|id| id.split_once(':').map(|(_, s)| s.to_owned()));
    Principal {
        arn: field::text(identity, "arn"),
        kind: field::text(identity, "type").unwrap_or_else(|| "Unknown".to_owned()),
        name: field::text(identity, "userName").or(session).or_else(|| field::text(identity, "invokedBy")),
    }
}
