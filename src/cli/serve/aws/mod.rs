//! The service on AWS: what it tells and asks there, and where its events and its policy come from.

mod asker;
mod compare;
mod policy;
mod queue;

use std::sync::Arc;

use aws_config::SdkConfig;
use tokio::sync::mpsc;

use super::maker::{self, Maker};
use super::meters::Meters;
use super::options::AwsArgs;
use super::run::Beside;
use super::shared::{App, Shared};
use super::work;
use crate::adapters::clock::WallClock;
use crate::adapters::cloudwatch::CloudWatch;
use crate::adapters::codepipeline::{CodePipeline, Member, Patience, own_account};
use crate::adapters::eventbridge::EventBridge;
use crate::adapters::policysource::Current;
use crate::adapters::recipients::{RecipientError, Recipients};
use crate::adapters::sqs::Queue;
use crate::app::monitor::Monitor;
use crate::cli::policyplace::Found;
use crate::cli::store::AnyStore;
use crate::cli::{Failure, settings};
use crate::domain::policy::Rules;
use crate::links::Links;
use crate::policyfile::PolicyFile;

/// What can wait until CodePipeline is asked about it.
const MAX_ASKED: usize = 64;

/// A service that tells SNS topics, measures in CloudWatch and asks CodePipeline.
pub(super) struct Aws {
    config: SdkConfig,
    /// Where its own events go.
    bus: Option<String>,
}

type AwsShared = Arc<Shared<Recipients, WallClock>>;

impl Aws {
    /// None where it was not asked for.
    pub(super) async fn of(args: &AwsArgs) -> Result<Option<Self>, Failure> {
        if !args.aws {
            return Ok(None);
        }
        Ok(Some(Self { config: settings::aws().await?, bus: args.bus.clone() }))
    }

    pub(super) fn monitor(
        &self,
        store: AnyStore,
        policy: &PolicyFile,
        policy_is_invalid: bool,
        links: Option<Links>,
    ) -> Result<App<Recipients, WallClock>, RecipientError> {
        Ok(Arc::new(Monitor {
            store,
            rules: Rules { publishes_events: self.bus.is_some(), ..policy.rules.clone() },
            channels: Recipients::with_aws(policy, settings::variable, &self.config)?,
            metrics: Meters {
                file: maker::file(policy),
                cloud: Some(CloudWatch::new(&self.config, policy.namespace.clone())),
            },
            events: self.bus.clone().map(|bus| EventBridge::new(&self.config, bus)),
            clock: WallClock,
            links,
            policy_is_invalid,
        }))
    }

    /// CodePipeline for those who wait for an answer, and for those who do not.
    async fn pipelines(&self, args: &AwsArgs) -> Result<[CodePipeline; 2], Failure> {
        let members = Member::list(args.members.as_deref().unwrap_or_default());
        let members = members.map_err(|error| Failure::Usage(error.to_string()))?;
        let account = own_account(&self.config).await.map_err(|error| {
            Failure::Failed(format!(
                "STS does not say whose account this is: {error}; `aws sts get-caller-identity` shows whether the credentials are right"
            ))
        })?;
        Ok([Patience::Short, Patience::Long]
            .map(|patience| CodePipeline::new(&self.config, &account, &members, patience)))
    }
}

/// Everything that runs beside the answers to callers.
pub(super) async fn beside(
    args: &AwsArgs,
    maker: Maker,
    found: Found,
    monitor: App<Recipients, WallClock>,
) -> Result<(AwsShared, Beside), Failure> {
    let mut beside = Beside::default();
    let pipelines = match &maker.aws {
        Some(aws) => Some(aws.pipelines(args).await?),
        None => None,
    };
    let (asks, asked) = mpsc::channel(MAX_ASKED);
    let asks = pipelines.is_some().then_some(asks);
    let shared = Arc::new(Shared::new(monitor, work::log_change, asks));
    if let Some([quick, patient]) = pipelines {
        beside.cut.push(Box::pin(asker::ask(Arc::clone(&shared), quick, asked)));
        beside.cut.push(Box::pin(compare::compare(Arc::clone(&shared), patient)));
    }
    if let Some(url) = &args.queue {
        let queue = Queue::new(&settings::aws().await?, url);
        beside.waited.push(Box::pin(queue::take_in(Arc::clone(&shared), queue)));
    }
    if let Some(source) = found.source {
        let held = Current { policy: found.policy, is_invalid: found.is_invalid };
        beside.cut.push(Box::pin(policy::watch(Arc::clone(&shared), maker, source, held, WallClock)));
    }
    Ok((shared, beside))
}
