//! An event of each kind that has to come in, as EventBridge sends it.

use serde_json::{Value, json};

use crate::ports::pipelines::Site;

/// A pattern in `rules/events/`, and what it is to bring.
pub(super) struct Wanted {
    /// The file's name without its ending.
    pub(super) name: &'static str,
    pub(super) pattern: &'static str,
    /// Values of the field that the pattern's events differ in.
    pub(super) kinds: &'static [&'static str],
    event: fn(&str) -> (&'static str, Value),
}

macro_rules! wanted {
    ($($name:literal: $event:ident $kinds:tt),+ $(,)?) => {
        [$(Wanted {
            name: $name,
            pattern: include_str!(concat!("../../../../rules/events/", $name, ".json")),
            kinds: &$kinds,
            event: $event,
        }),+]
    };
}

pub(super) const WANTED: [Wanted; 6] = wanted! {
    "approval-actions": approval ["STARTED", "SUCCEEDED", "FAILED", "ABANDONED", "CANCELED"],
    "decisions": api_call ["PutApprovalResult"],
    "pipeline-edits": api_call ["UpdatePipeline", "DeletePipeline"],
    "run-states": run ["STARTED", "STOPPING", "STOPPED", "CANCELED", "SUPERSEDED", "SUCCEEDED", "FAILED"],
    "source-revisions": source ["SUCCEEDED"],
    "stage-states": stage ["SUCCEEDED", "FAILED", "STOPPED", "CANCELED"],
};

impl Wanted {
    /// The event of a kind as it would come from a site.
    pub(super) fn event(&self, kind: &str, site: &Site) -> String {
        let (detail_type, detail) = (self.event)(kind);
        let Site { account, region } = site;
        json!({
            "version": "0", "id": "0b9f6c1e-58a2-4d3f-b6f7-9d1c2e3a4b5c", "detail-type": detail_type,
            "source": "aws.codepipeline", "account": account, "time": "2026-10-06T09:12:07Z", "region": region,
            "resources": [format!("arn:aws:codepipeline:{region}:{account}:payments-prod")], "detail": detail,
        })
        .to_string()
    }
}

fn approval(state: &str) -> (&'static str, Value) {
    action(
        state,
        "Production",
        "Approve",
        json!({ "owner": "AWS", "provider": "Manual", "category": "Approval", "version": "1" }),
    )
}

fn source(state: &str) -> (&'static str, Value) {
    action(state, "Source", "Code", json!({ "owner": "AWS", "provider": "S3", "category": "Source", "version": "1" }))
}

fn action(state: &str, stage: &str, action: &str, kind: Value) -> (&'static str, Value) {
    let mut detail = run(state).1;
    detail["stage"] = stage.into();
    detail["action"] = action.into();
    detail["action-execution-id"] = "6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10".into();
    detail["region"] = "eu-west-1".into();
    detail["type"] = kind;
    ("CodePipeline Action Execution State Change", detail)
}

fn stage(state: &str) -> (&'static str, Value) {
    let mut detail = run(state).1;
    detail["stage"] = "Production".into();
    ("CodePipeline Stage Execution State Change", detail)
}

fn run(state: &str) -> (&'static str, Value) {
    let detail = json!({
        "pipeline": "payments-prod", "execution-id": "4c1f0f2e-6b1d-4f0a-9a57-0d5b8f6f2a11",
        "start-time": "2026-10-06T09:12:07.412Z", "state": state, "version": 14.0, "pipeline-execution-attempt": 1.0,
    });
    ("CodePipeline Pipeline Execution State Change", detail)
}

fn api_call(name: &str) -> (&'static str, Value) {
    let detail = json!({
        "eventVersion": "1.11", "eventTime": "2026-10-06T11:47:31Z", "eventSource": "codepipeline.amazonaws.com",
        "eventName": name, "awsRegion": "eu-west-1", "readOnly": false, "eventType": "AwsApiCall",
        "managementEvent": true, "eventCategory": "Management",
        "userIdentity": { "type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/grace" },
        "requestParameters": { "pipelineName": "payments-prod", "stageName": "Production", "actionName": "Approve" },
    });
    ("AWS API Call via CloudTrail", detail)
}
