//! The events that AWS sends of what happens in a [`World`].

use chrono::TimeDelta;
use holdpoint::domain::Timestamp;
use serde_json::{Value, json};

use super::answer::{revision, said};
use super::world::{Fate, World};
use super::{OWN, REGION};

fn time(at: Timestamp) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

fn envelope(kind: &str, at: Timestamp, detail: &Value) -> String {
    json!({
        "version": "0", "id": format!("{:08x}-0000-4000-8000-{:012}", at.timestamp(), kind.len()),
        "detail-type": kind, "source": "aws.codepipeline", "account": OWN, "region": REGION,
        "time": at.format("%Y-%m-%dT%H:%M:%SZ").to_string(), "resources": [], "detail": detail,
    })
    .to_string()
}

fn action(world: &mut World, pipeline: &str, approval: &str, state: &str) -> Value {
    let run = world.run_of(approval);
    let wait = run.waits.iter().find(|wait| wait.id == approval).expect("it is there");
    json!({
        "pipeline": pipeline, "execution-id": run.id, "start-time": time(wait.started_at), "stage": wait.stage,
        "action-execution-id": approval, "action": wait.action, "state": state, "region": REGION,
        "type": { "owner": "AWS", "provider": "Manual", "category": "Approval", "version": "1" },
        "version": 1.0, "pipeline-execution-attempt": 1.0,
    })
}

/// The approval has begun to wait.
pub(crate) fn asked(world: &mut World, pipeline: &str, approval: &str) -> String {
    let detail = action(world, pipeline, approval, "STARTED");
    envelope("CodePipeline Action Execution State Change", world.now, &detail)
}

/// A run's source action has brought in its revision.
pub(crate) fn brought(world: &mut World, pipeline: &str, run: &str) -> String {
    let run = world.pipeline(pipeline).runs.iter().find(|known| known.id == run).expect("it is there");
    let detail = json!({
        "pipeline": pipeline, "execution-id": run.id, "start-time": time(run.started_at), "stage": "Source",
        "action-execution-id": format!("{}-source", run.id), "action": "Code", "state": "SUCCEEDED", "region": REGION,
        "type": { "owner": "AWS", "provider": "S3", "category": "Source", "version": "1" },
        "version": 1.0, "pipeline-execution-attempt": 1.0,
        "execution-result": { "external-execution-id": revision(run), "external-execution-summary": "Round refunds" },
    });
    // A few seconds after the run began.
    let at = run.started_at + TimeDelta::seconds(4);
    envelope("CodePipeline Action Execution State Change", at, &detail)
}

fn fate(world: &mut World, approval: &str) -> (Timestamp, Fate) {
    let waits = &world.run_of(approval).waits;
    waits.iter().find_map(|wait| wait.fate.clone().filter(|_| wait.id == approval)).expect("it has ended")
}

/// The approval has ended: the event comes half a minute later, and names nobody.
pub(crate) fn ended(world: &mut World, pipeline: &str, approval: &str) -> String {
    let (at, fate) = fate(world, approval);
    let state = match fate {
        Fate::Approved { .. } => "SUCCEEDED",
        Fate::Abandoned => "ABANDONED",
        _ => "FAILED",
    };
    let mut detail = action(world, pipeline, approval, state);
    if let Fate::Approved { .. } | Fate::Rejected { .. } = fate {
        detail["execution-result"] =
            json!({ "external-execution-summary": said(&fate), "external-execution-id": approval });
    }
    if state == "FAILED" {
        detail["execution-result"]["error-code"] = json!("JobFailed");
    }
    envelope("CodePipeline Action Execution State Change", at + TimeDelta::seconds(27), &detail)
}

/// CloudTrail's record of the answer.
pub(crate) fn answered(world: &mut World, pipeline: &str, approval: &str) -> String {
    let (at, fate) = fate(world, approval);
    let (status, by, comment) = match fate {
        Fate::Approved { by, comment } => ("Approved", by, comment),
        Fate::Rejected { by, comment } => ("Rejected", by, comment),
        other => panic!("nobody answered: {other:?}"),
    };
    let (stage, action) = {
        let wait = &world.run_of(approval).waits[0];
        (wait.stage, wait.action)
    };
    let detail = json!({
        "userIdentity": { "type": "IAMUser", "arn": by, "userName": by.rsplit('/').next() },
        "eventTime": at.format("%Y-%m-%dT%H:%M:%SZ").to_string(), "eventSource": "codepipeline.amazonaws.com",
        "eventName": "PutApprovalResult", "awsRegion": REGION, "recipientAccountId": OWN, "eventID": "c0ffee",
        "requestParameters": {
            "pipelineName": pipeline, "stageName": stage, "actionName": action, "token": approval,
            "result": { "summary": comment, "status": status },
        },
        "responseElements": { "approvedAt": at.format("%Y-%m-%dT%H:%M:%SZ").to_string() },
    });
    envelope("AWS API Call via CloudTrail", at, &detail)
}

/// CloudTrail's record of a change of the pipeline itself: `UpdatePipeline` or `DeletePipeline`.
pub(crate) fn changed(world: &World, call: &str, pipeline: &str) -> String {
    let is_update = call == "UpdatePipeline";
    let request = if is_update { json!({ "pipeline": { "name": pipeline } }) } else { json!({ "name": pipeline }) };
    let detail = json!({
        "userIdentity": { "type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/deployer" },
        "eventTime": world.now.format("%Y-%m-%dT%H:%M:%SZ").to_string(), "eventSource": "codepipeline.amazonaws.com",
        "eventName": call, "awsRegion": REGION, "recipientAccountId": OWN, "eventID": "ed17",
        "requestParameters": request, "responseElements": null,
    });
    envelope("AWS API Call via CloudTrail", world.now, &detail)
}
