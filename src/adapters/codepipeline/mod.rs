//! CodePipeline's API, in the own account and in members.
//!
//! A client is made when its site is first asked, and kept. CodePipeline states no limits of its API: calls are adapted to
//! what it throttles, and a declaration is read once a version.

mod members;
mod read;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{Region, SdkConfig};
use aws_sdk_codepipeline::Client;
use aws_sdk_codepipeline::config::Builder;
use aws_sdk_codepipeline::config::http::HttpResponse;
use aws_sdk_codepipeline::config::retry::RetryPartition;
use aws_sdk_codepipeline::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_codepipeline::types::{ActionExecutionFilter, PipelineExecutionStatus};
use tokio::sync::OnceCell;
use tokio::time::Instant;

pub use self::members::{Member, MemberError, Role};
use super::aws::{cause, may_pass};
use crate::domain::ExecutionId;
use crate::ports::pipelines::{ActionRun, Begun, Declared, Listed, LookError, Pipelines, Site, Start, State};

/// A list that goes on after this many pages is cut off there: a hundred thousand pipelines, a thousand runs of one
/// pipeline, or ten thousand actions of one run.
const MAX_PAGES: [usize; 3] = [1000, 10, 100];
/// A declaration is read again after this, in case its pipeline was deleted and made anew with the same version.
const KEEP: Duration = Duration::from_secs(3600);
/// So many versions of one pipeline are kept.
const VERSIONS: usize = 4;

/// How long an answer is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Within seconds or not at all: somebody else is waiting.
    Short,
    /// As long as it takes: calls are slowed down where CodePipeline throttles.
    Long,
}

pub struct CodePipeline {
    config: SdkConfig,
    patience: Patience,
    sites: Vec<Site>,
    places: BTreeMap<Site, Place>,
    declared: Mutex<BTreeMap<(Site, String), Versions>>,
}

/// The declarations of a pipeline by version, and when each was read.
type Versions = BTreeMap<u32, (Instant, Declared)>;

struct Place {
    role: Option<Role>,
    client: OnceCell<Client>,
}

impl CodePipeline {
    /// The own account in the region of `config`, and the members. One that is named twice counts once.
    pub fn new(config: &SdkConfig, own_account: &str, members: &[Member], patience: Patience) -> Self {
        let own = config.region().map(|region| Member { region: region.to_string(), role: None });
        let (mut sites, mut places) = (Vec::new(), BTreeMap::new());
        for member in own.iter().chain(members) {
            let site = member.site(own_account);
            if !places.contains_key(&site) {
                places.insert(site.clone(), Place { role: member.role.clone(), client: OnceCell::new() });
                sites.push(site);
            }
        }
        Self { config: config.clone(), patience, sites, places, declared: Mutex::default() }
    }

    async fn client(&self, site: &Site) -> Result<&Client, LookError> {
        let place = self.places.get(site).ok_or_else(|| LookError::Refused(format!("{site} is no member").into()))?;
        Ok(place.client.get_or_init(|| self.connect(site, place.role.as_ref())).await)
    }

    async fn connect(&self, site: &Site, role: Option<&Role>) -> Client {
        let (retries, timeouts) = match self.patience {
            Patience::Short => (RetryConfig::standard().with_max_attempts(2), Some(short())),
            Patience::Long => (RetryConfig::adaptive().with_max_attempts(8), None),
        };
        // One site that is throttled slows only itself down.
        let mut builder = Builder::from(&self.config)
            .region(Region::new(site.region.clone()))
            .retry_config(retries)
            .retry_partition(RetryPartition::new(site.to_string()));
        if let Some(timeouts) = timeouts {
            builder = builder.timeout_config(timeouts);
        }
        if let Some(role) = role {
            let provider = AssumeRoleProvider::builder(&role.arn).configure(&self.config).session_name("holdpoint");
            builder = builder.credentials_provider(provider.build().await);
        }
        Client::from_conf(builder.build())
    }

    fn known(&self, key: &(Site, String), version: u32) -> Option<Declared> {
        let declared = self.declared.lock().unwrap_or_else(PoisonError::into_inner);
        let (read_at, known) = declared.get(key)?.get(&version)?;
        (read_at.elapsed() < KEEP).then(|| known.clone())
    }

    fn keep(&self, key: (Site, String), version: u32, read: &Declared) {
        let mut declared = self.declared.lock().unwrap_or_else(PoisonError::into_inner);
        let versions = declared.entry(key).or_default();
        versions.insert(version, (Instant::now(), read.clone()));
        if versions.len() > VERSIONS {
            versions.pop_first();
        }
    }
}

fn short() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(1))
        .operation_attempt_timeout(Duration::from_secs(3))
        .operation_timeout(Duration::from_secs(5))
        .build()
}

/// The account that the credentials of `config` belong to. It needs no permission.
pub async fn own_account(config: &SdkConfig) -> Result<String, LookError> {
    let identity = aws_sdk_sts::Client::new(config).get_caller_identity().send().await.map_err(refused)?;
    identity.account.ok_or_else(|| LookError::Refused("STS names no account".into()))
}

impl Pipelines for CodePipeline {
    fn sites(&self) -> &[Site] {
        &self.sites
    }

    async fn list(&self, site: &Site) -> Result<Vec<Listed>, LookError> {
        let mut pages = self.client(site).await?.list_pipelines().into_paginator().send();
        let mut listed = Vec::new();
        for _ in 0..MAX_PAGES[0] {
            let Some(page) = pages.next().await else { break };
            listed.extend(page.map_err(refused)?.pipelines.unwrap_or_default().into_iter().filter_map(read::listed));
        }
        listed.sort();
        Ok(listed)
    }

    async fn declared(&self, site: &Site, pipeline: &str, version: u32) -> Result<Declared, LookError> {
        let key = (site.clone(), pipeline.to_owned());
        if let Some(known) = self.known(&key, version) {
            return Ok(known);
        }
        let number = i32::try_from(version).ok().filter(|number| *number > 0);
        let call = self.client(site).await?.get_pipeline().name(pipeline).set_version(number);
        let declared = read::declared(call.send().await.map_err(refused)?);
        self.keep(key, version, &declared);
        Ok(declared)
    }

    async fn state(&self, site: &Site, pipeline: &str) -> Result<State, LookError> {
        let call = self.client(site).await?.get_pipeline_state().name(pipeline);
        Ok(read::state(call.send().await.map_err(refused)?))
    }

    async fn under_way(&self, site: &Site, pipeline: &str) -> Result<Vec<ExecutionId>, LookError> {
        let mut pages =
            self.client(site).await?.list_pipeline_executions().pipeline_name(pipeline).into_paginator().send();
        let mut executions = Vec::new();
        for _ in 0..MAX_PAGES[1] {
            let Some(page) = pages.next().await else { break };
            let summaries = page.map_err(refused)?.pipeline_execution_summaries.unwrap_or_default();
            let under_way = summaries.into_iter().filter(|summary| {
                matches!(summary.status, Some(PipelineExecutionStatus::InProgress | PipelineExecutionStatus::Stopping))
            });
            executions.extend(under_way.filter_map(|summary| summary.pipeline_execution_id).map(ExecutionId::new));
        }
        Ok(executions)
    }

    async fn since(&self, site: &Site, pipeline: &str, execution: &ExecutionId) -> Result<Vec<Begun>, LookError> {
        let mut pages =
            self.client(site).await?.list_pipeline_executions().pipeline_name(pipeline).into_paginator().send();
        let mut runs = Vec::new();
        for _ in 0..MAX_PAGES[1] {
            let Some(page) = pages.next().await else { break };
            for summary in page.map_err(refused)?.pipeline_execution_summaries.unwrap_or_default() {
                let Some(run) = read::begun(summary) else { continue };
                let is_last = run.execution == *execution;
                runs.push(run);
                if is_last {
                    return Ok(runs);
                }
            }
        }
        Err(LookError::NotFound)
    }

    async fn actions(&self, site: &Site, pipeline: &str, execution: &ExecutionId) -> Result<Vec<ActionRun>, LookError> {
        let filter = ActionExecutionFilter::builder().pipeline_execution_id(execution.as_str()).build();
        let call = self.client(site).await?.list_action_executions().pipeline_name(pipeline).filter(filter);
        let mut pages = call.into_paginator().send();
        let mut actions = Vec::new();
        for _ in 0..MAX_PAGES[2] {
            let Some(page) = pages.next().await else { break };
            let details = page.map_err(refused)?.action_execution_details.unwrap_or_default();
            actions.extend(details.into_iter().filter_map(read::action_run));
        }
        Ok(actions)
    }

    async fn start(&self, site: &Site, pipeline: &str, execution: &ExecutionId) -> Result<Option<Start>, LookError> {
        let call = self.client(site).await?.get_pipeline_execution().pipeline_name(pipeline);
        let found = call.pipeline_execution_id(execution.as_str()).send().await.map_err(refused)?;
        Ok(found.pipeline_execution.and_then(|run| run.trigger).and_then(read::start))
    }
}

/// What the error asks for.
fn refused<E>(error: SdkError<E, HttpResponse>) -> LookError
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    match error.code() {
        Some(
            "PipelineNotFoundException" | "PipelineVersionNotFoundException" | "PipelineExecutionNotFoundException",
        ) => LookError::NotFound,
        None => LookError::Unavailable(cause(error)),
        _ if may_pass(&error) => LookError::Unavailable(cause(error)),
        _ => LookError::Refused(cause(error)),
    }
}
