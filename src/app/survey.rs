//! What there is to watch at CodePipeline: each gate of each pipeline, and what waits there now. Nothing is written.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt, stream};

use crate::domain::{ApprovalId, Gate, Timestamp};
use crate::ports::clock::Clock;
use crate::ports::pipelines::{ActionKind, Declared, Listed, LookError, Pipelines, Site, Status};

/// How many pipelines are looked at at the same time. CodePipeline states no limits, so this stays low.
const AT_ONCE: usize = 4;
/// How many runs of a pipeline in PARALLEL mode are looked through, newest first.
const MAX_RUNS: usize = 50;

#[derive(Debug, Default)]
pub struct Survey {
    pub gates: Vec<Gate>,
    /// Approvals that wait at them.
    pub waiting: Vec<(ApprovalId, Gate)>,
    /// Pipelines that were looked at.
    pub looked_at: usize,
    /// Pipelines for which there was no time.
    pub left: usize,
    /// Sites and pipelines that could not be looked at, by name.
    pub failures: Vec<(String, LookError)>,
}

/// Looks at all pipelines of all sites until `deadline`. `told` hears how many of how many pipelines are done.
pub async fn survey<P: Pipelines, K: Clock>(
    pipelines: &P,
    clock: &K,
    deadline: Timestamp,
    told: impl Fn(usize, usize),
) -> Survey {
    let (mut survey, mut jobs) = (Survey::default(), Vec::new());
    for site in pipelines.sites() {
        match pipelines.list(site).await {
            Ok(listed) => jobs.extend(listed.into_iter().map(|listed| (site, listed))),
            Err(error) => survey.failures.push((site.to_string(), error)),
        }
    }
    let (done, all) = (AtomicUsize::new(0), jobs.len());
    let mut looks = Vec::with_capacity(all);
    for (site, listed) in &jobs {
        looks.push(async {
            let look = if clock.now() < deadline { Some(look(pipelines, site, listed).await) } else { None };
            told(done.fetch_add(1, Ordering::Relaxed) + 1, all);
            look
        });
    }
    let looks: Vec<_> = stream::iter(looks).buffered(AT_ONCE).collect().await;
    for ((site, listed), look) in jobs.iter().zip(looks) {
        match look {
            None => survey.left += 1,
            Some(Ok(look)) => {
                survey.looked_at += 1;
                survey.gates.extend(look.gates);
                survey.waiting.extend(look.waiting);
            }
            // It was deleted a moment ago.
            Some(Err(LookError::NotFound)) => {}
            Some(Err(error)) => survey.failures.push((format!("{site} {}", listed.name), error)),
        }
    }
    survey
}

#[derive(Default)]
struct Look {
    gates: Vec<Gate>,
    waiting: Vec<(ApprovalId, Gate)>,
}

async fn look<P: Pipelines>(pipelines: &P, site: &Site, listed: &Listed) -> Result<Look, LookError> {
    let name = &listed.name;
    let declared = pipelines.declared(site, name, listed.version).await?;
    let gate = |stage: &str, action: &str| Gate {
        account: Some(site.account.clone()),
        region: site.region.clone(),
        pipeline: name.clone(),
        stage: stage.to_owned(),
        action: action.to_owned(),
    };
    let gates = declared.approvals.iter().map(|approval| gate(&approval.stage, &approval.action)).collect();
    let waiting = waiting(pipelines, site, name, &declared).await?;
    let waiting = waiting.into_iter().map(|(id, stage, action)| (id, gate(&stage, &action))).collect();
    Ok(Look { gates, waiting })
}

/// Id, stage and action. In PARALLEL mode the state shows one run of many, so the runs are looked through instead.
async fn waiting<P: Pipelines>(
    pipelines: &P,
    site: &Site,
    name: &str,
    declared: &Declared,
) -> Result<Vec<(ApprovalId, String, String)>, LookError> {
    if declared.approvals.is_empty() {
        return Ok(Vec::new());
    }
    if !declared.is_parallel {
        let latest = pipelines.state(site, name).await?.latest;
        let is_approval =
            |stage: &str, action: &str| declared.approvals.iter().any(|a| a.stage == stage && a.action == action);
        let waits = latest.into_iter().filter(|l| l.standing.status == Status::InProgress);
        let waits = waits.filter(|l| is_approval(&l.stage, &l.action));
        return Ok(waits.map(|l| (l.id, l.stage, l.action)).collect());
    }
    let mut waiting = Vec::new();
    for execution in pipelines.under_way(site, name).await?.into_iter().take(MAX_RUNS) {
        let actions = pipelines.actions(site, name, &execution).await?;
        let waits = actions
            .into_iter()
            .filter(|action| action.kind == ActionKind::Approval && action.standing.status == Status::InProgress);
        waiting.extend(waits.map(|action| (action.id, action.stage, action.action)));
    }
    Ok(waiting)
}
