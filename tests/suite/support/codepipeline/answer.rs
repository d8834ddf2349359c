//! What each operation answers: keys and values as they were recorded, times as seconds with a fraction.

use chrono::TimeDelta;
use holdpoint::domain::Timestamp;
use serde_json::{Value, json};

use super::world::{Definition, Fate, Mode, Pipeline, Run, Wait, World, user};
use super::{Caller, Refusal};

const CANCELED: &str = "The approval action has been canceled.";

pub(super) fn answer(world: &mut World, caller: &Caller, operation: &str, request: &Value) -> Result<Value, Refusal> {
    let name = ["name", "pipelineName"].iter().find_map(|key| request[*key].as_str()).unwrap_or_default().to_owned();
    world.calls.push((caller.account.clone(), operation.to_owned(), name.clone()));
    if world.throttles > 0 {
        world.throttles -= 1;
        return Err(Refusal("ThrottlingException", "Rate exceeded".to_owned()));
    }
    if world.down.contains(&caller.account) {
        return Err(Refusal("ServiceUnavailable", String::new()));
    }
    if world.denied.contains(&name) || world.denied.contains(&caller.account) {
        let who = user("tests");
        return Err(Refusal("AccessDeniedException", format!("User: {who} is not authorized to perform: {operation}")));
    }
    if operation == "ListPipelines" {
        return Ok(list_pipelines(world, caller, request));
    }
    let (now, page) = (world.now, world.page);
    let (state_lag, history_lag) = (world.state_lag, world.history_lag);
    let pipeline = world.sites.get_mut(caller).and_then(|pipelines| pipelines.get_mut(&name));
    let Some(pipeline) = pipeline else {
        let (account, region) = (&caller.account, &caller.region);
        let message = format!("Account '{account}' does not have a pipeline with name '{name}' in region '{region}'");
        return Err(Refusal("PipelineNotFoundException", message));
    };
    match operation {
        "GetPipeline" => get_pipeline(pipeline, caller, &name, request),
        "GetPipelineState" => Ok(get_pipeline_state(pipeline, &name, now - state_lag)),
        "GetPipelineExecution" => {
            let run = run(pipeline, request["pipelineExecutionId"].as_str())?;
            let mut answer = execution(run, pipeline.mode);
            answer["pipelineName"] = json!(name);
            answer["pipelineVersion"] = json!(run.version);
            answer["artifactRevisions"] = json!([{ "name": "Code", "revisionId": revision(run) }]);
            Ok(json!({ "pipelineExecution": answer }))
        }
        "ListPipelineExecutions" => {
            let listed = pipeline.runs.iter().rev().filter(|run| !run.is_unlisted);
            let runs = listed.map(|run| execution(run, pipeline.mode)).collect();
            Ok(paged("pipelineExecutionSummaries", runs, page, request))
        }
        "ListActionExecutions" => {
            let filter = request["filter"]["pipelineExecutionId"].as_str();
            let runs: Vec<&Run> = match filter {
                Some(id) => vec![run(pipeline, Some(id))?],
                None => pipeline.runs.iter().rev().collect(),
            };
            let details = runs.into_iter().flat_map(|run| details(pipeline, run, now - history_lag)).collect();
            Ok(paged("actionExecutionDetails", details, page, request))
        }
        "PutApprovalResult" => put_approval_result(pipeline, request, now),
        other => Err(Refusal("UnknownOperationException", other.to_owned())),
    }
}

fn seconds(at: Timestamp) -> Value {
    #[expect(clippy::cast_precision_loss, reason = "it is how AWS writes times")]
    let seconds = at.timestamp_millis() as f64 / 1000.0;
    json!(seconds)
}

fn paged(key: &str, entries: Vec<Value>, page: usize, request: &Value) -> Value {
    let from: usize = request["nextToken"].as_str().map_or(0, |token| token.parse().expect("it is one of ours"));
    let asked = request["maxResults"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(page);
    let to = entries.len().min(from + page.min(asked));
    let mut answer = json!({ key: entries[from..to] });
    if to < entries.len() {
        answer["nextToken"] = json!(to.to_string());
    }
    answer
}

fn list_pipelines(world: &World, caller: &Caller, request: &Value) -> Value {
    let pipelines = world.sites.get(caller).into_iter().flatten();
    let summaries = pipelines.map(|(name, pipeline)| {
        json!({
            "name": name, "version": pipeline.definitions.len(), "pipelineType": "V2",
            "executionMode": mode(pipeline.mode), "created": seconds(pipeline.updated_at), "updated": seconds(pipeline.updated_at),
        })
    });
    paged("pipelines", summaries.collect(), world.page, request)
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Superseded => "SUPERSEDED",
        Mode::Queued => "QUEUED",
        Mode::Parallel => "PARALLEL",
    }
}

fn kind(category: &str, provider: &str) -> Value {
    json!({ "category": category, "owner": "AWS", "provider": provider, "version": "1" })
}

fn get_pipeline(pipeline: &Pipeline, caller: &Caller, name: &str, request: &Value) -> Result<Value, Refusal> {
    let newest = pipeline.definitions.len();
    let version = request["version"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or(newest);
    let Some(definition) = version.checked_sub(1).and_then(|n| pipeline.definitions.get(n)) else {
        return Err(Refusal("PipelineVersionNotFoundException", format!("version {version} of {name}")));
    };
    let Caller { account, region } = caller;
    Ok(json!({
        "pipeline": {
            "name": name, "roleArn": format!("arn:aws:iam::{account}:role/pipeline"), "version": version,
            "artifactStore": { "type": "S3", "location": "artifacts" },
            "executionMode": mode(pipeline.mode), "pipelineType": "V2", "stages": stages(definition),
        },
        "metadata": {
            "pipelineArn": format!("arn:aws:codepipeline:{region}:{account}:{name}"),
            "created": seconds(pipeline.updated_at), "updated": seconds(pipeline.updated_at),
        },
    }))
}

fn stages(definition: &Definition) -> Vec<Value> {
    let source = json!({
        "name": "Code", "actionTypeId": kind("Source", "S3"), "runOrder": 1,
        "configuration": { "S3Bucket": "source", "S3ObjectKey": "source.zip" },
        "inputArtifacts": [], "outputArtifacts": [{ "name": "Code" }],
    });
    let gates = definition.gates.iter().map(|gate| {
        let mut action = json!({
            "name": gate.action, "actionTypeId": kind("Approval", "Manual"), "runOrder": 1,
            "inputArtifacts": [], "outputArtifacts": [],
        });
        if let Some(minutes) = gate.time_out {
            action["timeoutInMinutes"] = json!(minutes);
        }
        if let Some(text) = gate.custom_data {
            action["configuration"] = json!({ "CustomData": text });
        }
        json!({ "name": gate.stage, "actions": [action] })
    });
    std::iter::once(json!({ "name": "Source", "actions": [source] })).chain(gates).collect()
}

/// As it stands at `seen_at`: what began later is not there yet.
fn get_pipeline_state(pipeline: &Pipeline, name: &str, seen_at: Timestamp) -> Value {
    let version = pipeline.definitions.len();
    let stages = pipeline.definitions[version - 1].gates.iter().map(|gate| {
        let waits = pipeline.runs.iter().flat_map(|run| run.waits.iter().map(move |wait| (run, wait)));
        let here = waits.filter(|(_, wait)| (wait.stage, wait.action) == (gate.stage, gate.action));
        let latest = here.filter(|(_, wait)| wait.started_at <= seen_at).max_by_key(|(_, wait)| wait.started_at);
        let mut action = json!({ "actionName": gate.action });
        let mut stage = json!({ "stageName": gate.stage, "inboundTransitionState": { "enabled": true } });
        let is_first = pipeline.definitions[version - 1].gates.first().is_some_and(|first| first.stage == gate.stage);
        let inbound = pipeline.runs.iter().filter(|run| is_first && run.is_inbound() && run.started_at <= seen_at);
        let inbound = inbound.map(|run| json!({ "pipelineExecutionId": run.id, "status": "InProgress" }));
        let besides = pipeline.inbound.iter().filter(|_| is_first).cloned();
        let inbound: Vec<Value> = inbound.chain(besides).collect();
        if let Some(first) = inbound.first() {
            stage["inboundExecution"] = first.clone();
            stage["inboundExecutions"] = json!(inbound);
        }
        if let Some((run, wait)) = latest {
            action["latestExecution"] = latest_execution(wait, pipeline.mode);
            stage["latestExecution"] = json!({ "pipelineExecutionId": run.id, "status": run.status });
        }
        stage["actionStates"] = json!([action]);
        stage
    });
    json!({ "pipelineName": name, "pipelineVersion": version, "stageStates": stages.collect::<Vec<_>>() })
}

fn latest_execution(wait: &Wait, mode: Mode) -> Value {
    let mut answer = json!({ "actionExecutionId": wait.id, "status": "InProgress" });
    let Some((at, fate)) = &wait.fate else {
        if mode != Mode::Parallel {
            answer["token"] = json!(wait.id);
        }
        return answer;
    };
    answer["status"] = json!(status(fate));
    match fate {
        Fate::Approved { by, .. } | Fate::Rejected { by, .. } => {
            answer["summary"] = json!(said(fate));
            answer["lastStatusChange"] = seconds(*at);
            answer["lastUpdatedBy"] = json!(by);
        }
        Fate::TimedOut { names } => {
            answer["lastStatusChange"] = seconds(*at);
            answer["lastUpdatedBy"] = json!(names);
        }
        Fate::Abandoned | Fate::CutShort => answer["summary"] = json!(CANCELED),
        Fate::Unpublished => answer["errorDetails"] = unpublished(),
    }
    answer
}

fn status(fate: &Fate) -> &'static str {
    match fate {
        Fate::Approved { .. } => "Succeeded",
        Fate::Abandoned => "Abandoned",
        Fate::Rejected { .. } | Fate::TimedOut { .. } | Fate::CutShort | Fate::Unpublished => "Failed",
    }
}

fn unpublished() -> Value {
    json!({
        "code": "PermissionError",
        "message": "The Pipeline or Action role does not have permission to publish to topics in Amazon SNS.",
    })
}

/// Where nobody wrote anything CodePipeline writes something itself.
pub(super) fn said(fate: &Fate) -> String {
    match fate {
        Fate::Approved { by, comment } if comment.trim().is_empty() => format!("Approved by {by}"),
        Fate::Rejected { by, comment } if comment.trim().is_empty() => format!("Rejected by {by}"),
        Fate::Approved { comment, .. } | Fate::Rejected { comment, .. } => comment.clone(),
        _ => String::new(),
    }
}

/// The run's actions, newest first, as they stood at `seen_at`.
fn details(pipeline: &Pipeline, run: &Run, seen_at: Timestamp) -> Vec<Value> {
    let gates = &pipeline.definitions[run.version - 1].gates;
    let mut details: Vec<Value> = run
        .waits
        .iter()
        .rev()
        .map(|wait| {
            let gate = gates.iter().find(|gate| (gate.stage, gate.action) == (wait.stage, wait.action));
            let settings = gate.and_then(|gate| gate.custom_data).map(|text| json!({ "CustomData": text }));
            approval(wait, run, settings.unwrap_or(json!({})), pipeline.mode, seen_at)
        })
        .collect();
    let began = run.started_at - TimeDelta::minutes(1);
    details.push(json!({
        "pipelineExecutionId": run.id, "actionExecutionId": format!("{}-source", run.id),
        "pipelineVersion": run.version, "stageName": "Source", "actionName": "Code", "status": "Succeeded",
        "startTime": seconds(began), "lastUpdateTime": seconds(began),
        "input": { "actionTypeId": kind("Source", "S3"), "configuration": {}, "region": "eu-west-1", "inputArtifacts": [] },
        "output": {
            "outputArtifacts": [{ "name": "Code" }],
            "executionResult": {
                "externalExecutionId": revision(run),
                "externalExecutionSummary": "{\"ProviderType\":\"GitHub\",\"CommitMessage\":\"Round refunds\"}",
            },
            "outputVariables": {},
        },
    }));
    details
}

pub(super) fn revision(run: &Run) -> String {
    run.revision.clone().unwrap_or_else(|| format!("revision-of-{}", run.id))
}

fn approval(wait: &Wait, run: &Run, settings: Value, mode: Mode, seen_at: Timestamp) -> Value {
    let mut detail = json!({
        "pipelineExecutionId": run.id, "actionExecutionId": wait.id, "pipelineVersion": run.version,
        "stageName": wait.stage, "actionName": wait.action, "status": "InProgress",
        "startTime": seconds(wait.started_at), "lastUpdateTime": seconds(wait.started_at),
        "input": {
            "actionTypeId": kind("Approval", "Manual"), "configuration": settings, "resolvedConfiguration": settings,
            "region": "eu-west-1", "inputArtifacts": [],
        },
        "output": { "outputArtifacts": [], "outputVariables": {} },
    });
    if mode == Mode::Parallel {
        detail["output"]["executionResult"] = json!({ "externalExecutionId": wait.id });
    }
    // A stop shows at once, an edit never.
    let shown = wait.fate.as_ref().filter(|(at, fate)| match fate {
        Fate::CutShort => false,
        Fate::Abandoned => true,
        _ => *at <= seen_at,
    });
    let Some((at, fate)) = shown else { return detail };
    detail["status"] = json!(status(fate));
    detail["lastUpdateTime"] = seconds(*at);
    match fate {
        Fate::Approved { by, .. } | Fate::Rejected { by, .. } => {
            // Half a minute late, like everything in the history.
            detail["lastUpdateTime"] = seconds(*at + TimeDelta::seconds(27));
            detail["updatedBy"] = json!(by);
            detail["output"]["executionResult"] =
                json!({ "externalExecutionId": wait.id, "externalExecutionSummary": said(fate) });
        }
        Fate::TimedOut { names } => detail["updatedBy"] = json!(names),
        Fate::Unpublished => detail["output"]["executionResult"] = json!({ "errorDetails": unpublished() }),
        Fate::Abandoned | Fate::CutShort => {}
    }
    detail
}

fn run<'a>(pipeline: &'a Pipeline, id: Option<&str>) -> Result<&'a Run, Refusal> {
    let found = pipeline.runs.iter().find(|run| Some(run.id.as_str()) == id);
    found.ok_or_else(|| Refusal("PipelineExecutionNotFoundException", id.unwrap_or_default().to_owned()))
}

fn execution(run: &Run, of: Mode) -> Value {
    let revisions = json!([{
        "actionName": "Code", "revisionId": revision(run),
        "revisionSummary": "{\"ProviderType\":\"GitHub\",\"CommitMessage\":\"Round refunds\"}",
    }]);
    json!({
        "pipelineExecutionId": run.id, "status": run.status, "executionMode": mode(of), "executionType": "STANDARD",
        "startTime": seconds(run.started_at), "lastUpdateTime": seconds(run.started_at),
        "trigger": { "triggerType": "StartPipelineExecution", "triggerDetail": user("developer") },
        "sourceRevisions": if run.is_without_revision { json!([]) } else { revisions },
    })
}

fn put_approval_result(pipeline: &mut Pipeline, request: &Value, now: Timestamp) -> Result<Value, Refusal> {
    let token = request["token"].as_str().unwrap_or_default();
    let run = pipeline.runs.iter_mut().find(|run| run.waits.iter().any(|wait| wait.id == token));
    let wait = run.and_then(|run| run.waits.iter_mut().find(|wait| wait.id == token));
    let Some(wait) = wait else { return Err(Refusal("InvalidApprovalTokenException", "no such token".to_owned())) };
    match &wait.fate {
        Some((_, Fate::CutShort)) => {
            let message =
                "The pipeline has been updated, and the approval request you responded to is now out of date.";
            return Err(Refusal("InvalidApprovalTokenException", message.to_owned()));
        }
        Some(_) => return Err(Refusal("ApprovalAlreadyCompletedException", "already completed".to_owned())),
        None => {}
    }
    let (by, comment) = (user("tests"), request["result"]["summary"].as_str().unwrap_or_default().to_owned());
    let fate = match request["result"]["status"].as_str() {
        Some("Approved") => Fate::Approved { by, comment },
        Some("Rejected") => Fate::Rejected { by, comment },
        _ => return Err(Refusal("ValidationException", "the status is neither Approved nor Rejected".to_owned())),
    };
    wait.fate = Some((now, fate));
    Ok(json!({ "approvedAt": seconds(now) }))
}
