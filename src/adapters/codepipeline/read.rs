//! What the API answers, as the port has it.

use aws_sdk_codepipeline::operation::get_pipeline::GetPipelineOutput;
use aws_sdk_codepipeline::operation::get_pipeline_state::GetPipelineStateOutput;
use aws_sdk_codepipeline::primitives::DateTime;
use aws_sdk_codepipeline::types::{
    ActionCategory, ActionDeclaration, ActionExecution, ActionExecutionDetail, ActionExecutionResult,
    ActionExecutionStatus, ActionTypeId, ExecutionMode, ExecutionTrigger, ExecutionType, PipelineExecutionSummary,
    PipelineSummary, SourceRevision, StageExecution,
};
use chrono::{SubsecRound, TimeDelta};

use crate::domain::context::Revision;
use crate::domain::{ApprovalId, ExecutionId, Timestamp};
use crate::ports::pipelines::{
    ActionKind, ActionRun, Begun, Declared, DeclaredApproval, Inbound, Latest, Listed, Standing, Start, State, Status,
};

/// Longer texts are cut, as those of events are: a commit message has no limit.
const MAX_TEXT: usize = 2000;

pub(super) fn listed(summary: PipelineSummary) -> Option<Listed> {
    Some(Listed { name: summary.name?, version: version(summary.version) })
}

pub(super) fn declared(answer: GetPipelineOutput) -> Declared {
    let updated_at = answer.metadata.and_then(|metadata| time(metadata.updated));
    let Some(pipeline) = answer.pipeline else {
        return Declared { is_parallel: false, updated_at, approvals: Vec::new() };
    };
    let mut approvals = Vec::new();
    for stage in pipeline.stages {
        let of_stage =
            stage.actions.iter().filter(|action| kind(action.action_type_id.as_ref()) == ActionKind::Approval);
        approvals.extend(of_stage.map(|action| approval(&stage.name, action)));
    }
    Declared { is_parallel: pipeline.execution_mode == Some(ExecutionMode::Parallel), updated_at, approvals }
}

fn approval(stage: &str, action: &ActionDeclaration) -> DeclaredApproval {
    let time_out = action.timeout_in_minutes.map(|minutes| TimeDelta::minutes(minutes.into()));
    DeclaredApproval { stage: stage.to_owned(), action: action.name.clone(), time_out }
}

pub(super) fn state(answer: GetPipelineStateOutput) -> State {
    let (mut latest, mut inbound) = (Vec::new(), Vec::new());
    for stage in answer.stage_states.unwrap_or_default() {
        let stage_name = stage.stage_name.unwrap_or_default();
        // Older answers name the one alone, newer ones all of them.
        let waiting = stage.inbound_executions.into_iter().flatten().chain(stage.inbound_execution);
        inbound.extend(waiting.filter_map(|run| entering(&stage_name, run)));
        let in_stage = stage.latest_execution.map(|run| ExecutionId::new(run.pipeline_execution_id));
        for action in stage.action_states.unwrap_or_default() {
            let (Some(name), Some(execution)) = (action.action_name, action.latest_execution) else { continue };
            let Some(id) = execution.action_execution_id.clone() else { continue };
            let Some(standing) = standing_of(execution) else { continue };
            let (stage, in_stage) = (stage_name.clone(), in_stage.clone());
            latest.push(Latest { id: ApprovalId::new(id), stage, action: name, in_stage, standing });
        }
    }
    State { version: version(answer.pipeline_version), latest, inbound }
}

fn entering(stage: &str, run: StageExecution) -> Option<Inbound> {
    let rolls_back = run.r#type == Some(ExecutionType::Rollback);
    let execution = Some(run.pipeline_execution_id).filter(|id| !id.is_empty() && !rolls_back)?;
    Some(Inbound { stage: stage.to_owned(), execution: ExecutionId::new(execution) })
}

fn standing_of(execution: ActionExecution) -> Option<Standing> {
    Some(Standing {
        status: status(execution.status.as_ref()?)?,
        at: time(execution.last_status_change),
        by: text(execution.last_updated_by),
        summary: text(execution.summary),
        error_code: execution.error_details.and_then(|error| error.code),
    })
}

pub(super) fn action_run(detail: ActionExecutionDetail) -> Option<ActionRun> {
    let input = detail.input.as_ref();
    let kind = kind(input.and_then(|input| input.action_type_id.as_ref()));
    if kind == ActionKind::Other {
        return None;
    }
    let setting = |name: &str| {
        let resolved = input.and_then(|input| input.resolved_configuration.as_ref().or(input.configuration.as_ref()));
        text(resolved.and_then(|settings| settings.get(name)).cloned())
    };
    let (external_link, custom_data) = (setting("ExternalEntityLink"), setting("CustomData"));
    let empty = ActionExecutionResult::builder().build();
    let result = detail.output.and_then(|output| output.execution_result).unwrap_or(empty);
    let status = status(detail.status.as_ref()?)?;
    let standing = Standing {
        status,
        // Of what is in progress it is the time of its start.
        at: time(detail.last_update_time).filter(|_| status != Status::InProgress),
        by: text(detail.updated_by).filter(|_| status != Status::InProgress),
        summary: text(result.external_execution_summary),
        error_code: result.error_details.and_then(|error| error.code),
    };
    Some(ActionRun {
        id: ApprovalId::new(detail.action_execution_id?),
        execution: ExecutionId::new(detail.pipeline_execution_id?),
        stage: detail.stage_name?,
        action: detail.action_name?,
        kind,
        version: version(detail.pipeline_version),
        started_at: time(detail.start_time)?,
        standing,
        external_link,
        custom_data,
        external_id: text(result.external_execution_id),
        external_url: text(result.external_execution_url),
    })
}

/// None for a run without an id or a time: nothing can be said of it.
pub(super) fn begun(summary: PipelineExecutionSummary) -> Option<Begun> {
    Some(Begun {
        execution: ExecutionId::new(summary.pipeline_execution_id?),
        started_at: time(summary.start_time)?,
        revisions: summary.source_revisions.unwrap_or_default().into_iter().filter_map(revision).collect(),
    })
}

fn revision(of: SourceRevision) -> Option<Revision> {
    let (summary, url) = (text(of.revision_summary), text(of.revision_url));
    Some(Revision { action: of.action_name, id: text(of.revision_id)?, summary, url })
}

pub(super) fn start(trigger: ExecutionTrigger) -> Option<Start> {
    Some(Start { kind: trigger.trigger_type?.as_str().to_owned(), detail: text(trigger.trigger_detail) })
}

/// A status that is not known says nothing.
fn status(status: &ActionExecutionStatus) -> Option<Status> {
    match status {
        ActionExecutionStatus::InProgress => Some(Status::InProgress),
        ActionExecutionStatus::Succeeded => Some(Status::Succeeded),
        ActionExecutionStatus::Failed => Some(Status::Failed),
        ActionExecutionStatus::Abandoned => Some(Status::Abandoned),
        _ => None,
    }
}

fn kind(of: Option<&ActionTypeId>) -> ActionKind {
    match of.map(|of| (&of.category, of.provider.as_str())) {
        Some((ActionCategory::Approval, "Manual")) => ActionKind::Approval,
        Some((ActionCategory::Source, _)) => ActionKind::Source,
        _ => ActionKind::Other,
    }
}

fn version(version: Option<i32>) -> u32 {
    version.and_then(|version| u32::try_from(version).ok()).unwrap_or_default()
}

/// Rounded to the millisecond: it travels as a fraction of seconds, which no binary number holds exactly.
fn time(at: Option<DateTime>) -> Option<Timestamp> {
    let at = at?;
    Timestamp::from_timestamp(at.secs(), at.subsec_nanos()).map(|at| at.round_subsecs(3))
}

fn text(text: Option<String>) -> Option<String> {
    let text = text.filter(|text| !text.trim().is_empty())?;
    Some(if text.len() <= MAX_TEXT { text } else { text.chars().take(MAX_TEXT).collect() })
}
