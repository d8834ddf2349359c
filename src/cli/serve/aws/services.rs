//! What the service tells and asks on AWS.

use std::sync::Arc;

use aws_config::SdkConfig;

use crate::adapters::clock::WallClock;
use crate::adapters::cloudwatch::CloudWatch;
use crate::adapters::codepipeline::{CodePipeline, Member, Patience, own_account};
use crate::adapters::eventbridge::EventBridge;
use crate::adapters::recipients::{RecipientError, Recipients};
use crate::app::monitor::Monitor;
use crate::cli::serve::meters::Meters;
use crate::cli::serve::options::AwsArgs;
use crate::cli::serve::shared::App;
use crate::cli::store::AnyStore;
use crate::cli::{Failure, settings};
use crate::domain::policy::Rules;
use crate::links::Links;
use crate::policyfile::PolicyFile;

/// A service that tells SNS topics, measures in CloudWatch and asks CodePipeline.
pub(in crate::cli::serve) struct Services {
    config: SdkConfig,
    /// Where its own events go.
    bus: Option<String>,
}

impl Services {
    /// None where it was not asked for.
    pub(in crate::cli::serve) async fn of(args: &AwsArgs) -> Result<Option<Self>, Failure> {
        if !args.aws {
            return Ok(None);
        }
        Ok(Some(Self { config: settings::aws().await?, bus: args.bus.clone() }))
    }

    pub(in crate::cli::serve) fn monitor(
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
                file: Meters::file(policy),
                cloud: Some(CloudWatch::new(&self.config, policy.namespace.clone())),
            },
            events: self.bus.clone().map(|bus| EventBridge::new(&self.config, bus)),
            clock: WallClock,
            links,
            policy_is_invalid,
        }))
    }

    /// CodePipeline for those who wait for an answer, and for those who do not.
    pub(super) async fn pipelines(&self, args: &AwsArgs) -> Result<[CodePipeline; 2], Failure> {
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
