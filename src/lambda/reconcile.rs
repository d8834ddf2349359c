//! Comparing what is known with what CodePipeline says.

use chrono::TimeDelta;
use lambda_runtime::Error;
use serde_json::{Value, json};

use super::desk::{Desk, Invocation};
use crate::adapters::codepipeline::Patience;
use crate::app::reconcile::reconcile;

/// No pipeline more is looked at when so little time is left.
const LAST_START: TimeDelta = TimeDelta::seconds(20);

pub(super) async fn run(desk: &Desk, invocation: &Invocation) -> Result<Value, Error> {
    let policy = desk.policy().await?.policy;
    let pipelines = desk.pipelines(invocation, Patience::Long).await.ok_or("the function's own ARN is not known")?;
    let mut marks = desk.marks.lock().await;
    let deadline = invocation.deadline - LAST_START;
    let rules = desk.rules(&policy);
    let working = reconcile(&desk.store, &rules, pipelines, &desk.clock, deadline, &marks);
    let Ok(done) = tokio::time::timeout(invocation.time_left(&desk.clock), working).await else {
        tracing::warn!("the time was up in the middle; the next run begins anew");
        return Ok(json!({ "in_time": false }));
    };
    let done = done?;
    let answer = json!({
        "in_time": true, "looked_at": done.looked_at, "found": done.found, "closed": done.closed,
        "learnt": done.learnt, "failed": done.failed,
    });
    *marks = done.resume;
    Ok(answer)
}
