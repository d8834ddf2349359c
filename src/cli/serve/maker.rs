//! Putting the monitor together, for whatever policy holds.

use std::sync::Arc;

use super::meters::Meters;
use super::shared::App;
use crate::adapters::clock::WallClock;
use crate::adapters::recipients::{RecipientError, Recipients};
use crate::app::monitor::Monitor;
use crate::cli::settings;
use crate::cli::store::AnyStore;
use crate::domain::policy::Rules;
use crate::links::Links;
use crate::policyfile::PolicyFile;
use crate::ports::channel::Channels;
use crate::ports::clock::Clock;

/// What stays the same from policy to policy.
pub(super) struct Maker {
    pub(super) store: AnyStore,
    pub(super) links: Option<Links>,
    #[cfg(feature = "aws")]
    pub(super) aws: Option<super::aws::services::Services>,
}

impl Maker {
    pub(super) fn monitor(
        &self,
        policy: &PolicyFile,
        is_invalid: bool,
    ) -> Result<App<Recipients, WallClock>, RecipientError> {
        #[cfg(feature = "aws")]
        if let Some(aws) = &self.aws {
            return aws.monitor(self.store.clone(), policy, is_invalid, self.links.clone());
        }
        let channels = Recipients::new(policy, settings::variable)?;
        Ok(local(self.store.clone(), policy, is_invalid, channels, WallClock, self.links.clone()))
    }
}

/// A monitor that knows nothing of AWS.
pub(super) fn local<C: Channels, K: Clock>(
    store: AnyStore,
    policy: &PolicyFile,
    policy_is_invalid: bool,
    channels: C,
    clock: K,
    links: Option<Links>,
) -> App<C, K> {
    let metrics = Meters {
        file: Meters::file(policy),
        #[cfg(feature = "aws")]
        cloud: None,
    };
    let rules = Rules::clone(&policy.rules);
    Arc::new(Monitor { store, rules, channels, metrics, events: None, clock, links, policy_is_invalid })
}
