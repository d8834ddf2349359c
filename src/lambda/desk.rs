//! What the functions work with.

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use chrono::TimeDelta;
use lambda_runtime::{Context, Error};
use tokio::sync::{Mutex, OnceCell};

use super::settings::{Role, Settings, variable};
use crate::adapters::aws;
use crate::adapters::clock::WallClock;
use crate::adapters::cloudwatch::CloudWatch;
use crate::adapters::codepipeline::{CodePipeline, Member, Patience};
use crate::adapters::dynamodb::DynamoStore;
use crate::adapters::eventbridge::EventBridge;
use crate::adapters::policysource::{Current, Place, PolicySource};
use crate::adapters::recipients::Recipients;
use crate::app::adoption::Adoption;
use crate::app::monitor::Monitor;
use crate::app::reconcile::Marks;
use crate::app::tell::Change;
use crate::domain::Timestamp;
use crate::domain::policy::Rules;
use crate::links::Links;
use crate::policyfile::{self, PolicyFile};
use crate::ports::clock::Clock;

/// What is left of the time when everything that is not finished is dropped.
const FAREWELL: TimeDelta = TimeDelta::seconds(2);

pub(super) struct Desk {
    pub(super) settings: Settings,
    pub(super) config: SdkConfig,
    pub(super) store: DynamoStore,
    pub(super) clock: WallClock,
    policy: PolicySource,
    adoption: Mutex<Adoption>,
    members: Vec<Member>,
    /// The same key and address as those of the service that takes the answers.
    links: Option<Links>,
    pipelines: OnceCell<CodePipeline>,
    /// The monitor of the sweep before, with its open connections.
    monitor: Mutex<Option<(Current, Arc<App>)>>,
    /// Where the next comparison begins.
    pub(super) marks: Mutex<Marks>,
}

/// What the runtime says of an invocation.
pub(super) struct Invocation {
    pub(super) deadline: Timestamp,
    /// The account that the function is in.
    account: Option<String>,
}

/// The monitor, as this program puts it together.
pub(super) type App = Monitor<DynamoStore, Recipients, CloudWatch, Option<EventBridge>, WallClock>;

impl Desk {
    pub(super) async fn new(settings: Settings) -> Result<Self, Error> {
        let place: Place = settings.policy.parse()?;
        let members = Member::list(&settings.members)?;
        let built_in = built_in(settings.topic.as_deref())?;
        // Only the sweep sends notices, and a key that is not in order must not keep events out.
        let links = if settings.role == Role::Sweep { Links::set_up(variable)? } else { None };
        let config = aws::settings().await;
        Ok(Self {
            store: DynamoStore::new(aws_sdk_dynamodb::Client::new(&config), &settings.table),
            policy: PolicySource::new(place, &config, built_in),
            adoption: Mutex::default(),
            members,
            links,
            pipelines: OnceCell::new(),
            monitor: Mutex::default(),
            marks: Mutex::default(),
            clock: WallClock,
            settings,
            config,
        })
    }

    /// The policy that holds now.
    pub(super) async fn policy(&self) -> Result<Current, Error> {
        Ok(self.policy.current(self.clock.now()).await?)
    }

    /// The policy's rules; events go out where there is a bus for them.
    pub(super) fn rules(&self, policy: &PolicyFile) -> Rules {
        Rules { publishes_events: self.settings.bus.is_some(), ..policy.rules.clone() }
    }

    /// The monitor under the policy that holds now; the open approvals have adopted it, as far as that took no longer than
    /// until `stop_at`.
    pub(super) async fn monitor(&self, show: impl Fn(&Change), stop_at: Timestamp) -> Result<Arc<App>, Error> {
        let current = self.policy().await?;
        let mut before = self.monitor.lock().await;
        let monitor = match before.take() {
            Some((known, monitor)) if current.is_same_as(&known) => monitor,
            _ => Arc::new(self.new_monitor(&current)?),
        };
        *before = Some((current, Arc::clone(&monitor)));
        self.adoption.lock().await.adopt(&monitor, show, self.clock.now(), Some(stop_at)).await?;
        Ok(monitor)
    }

    fn new_monitor(&self, current: &Current) -> Result<App, Error> {
        let policy = &current.policy;
        Ok(Monitor {
            store: self.store.clone(),
            rules: self.rules(policy),
            channels: Recipients::with_aws(policy, variable, &self.config)?,
            metrics: CloudWatch::new(&self.config, policy.namespace.clone()),
            events: self.settings.bus.clone().map(|bus| EventBridge::new(&self.config, bus)),
            clock: self.clock,
            links: self.links.clone(),
            policy_is_invalid: current.is_invalid,
        })
    }

    /// CodePipeline, as patient as the function's role asks for. None where it is not known whose function this is.
    pub(super) async fn pipelines(&self, invocation: &Invocation, patience: Patience) -> Option<&CodePipeline> {
        let account = invocation.account.as_deref()?;
        let make = async || CodePipeline::new(&self.config, account, &self.members, patience);
        Some(self.pipelines.get_or_init(make).await)
    }
}

impl Invocation {
    pub(super) fn of(context: &Context) -> Self {
        // arn:aws:lambda:REGION:ACCOUNT:function:NAME
        let account = context.invoked_function_arn.split(':').nth(4).filter(|account| !account.is_empty());
        Self { deadline: context.deadline().into(), account: account.map(str::to_owned) }
    }

    /// How long work may go on before it is dropped.
    pub(super) fn time_left(&self, clock: &impl Clock) -> Duration {
        (self.deadline - FAREWELL - clock.now()).to_std().unwrap_or_default()
    }
}

/// What holds where no policy is kept yet: the default, which tells the deployment's own topic, or else only the log.
fn built_in(topic: Option<&str>) -> Result<PolicyFile, Error> {
    let text = match topic {
        Some(arn) => policyfile::DEFAULT.replace("console: true", &format!("sns: '{arn}'")),
        None => policyfile::DEFAULT.to_owned(),
    };
    Ok(policyfile::read("(the built-in policy)", &text)?)
}
