//! Looking again and again whether there is another policy, and letting it hold from then on.

use std::sync::Arc;

use std::time::Duration;

use super::maker::Maker;
use super::shared::Shared;
use crate::adapters::clock::WallClock;
use crate::adapters::localpolicy::Current;
use crate::adapters::recipients::Recipients;
use crate::app::adoption::Adoption;
use crate::cli::Failure;
use crate::cli::policyplace::Source;
use crate::ports::clock::Clock;

const LOOK_EVERY: Duration = Duration::from_secs(60);

type RealShared = Arc<Shared<Recipients, WallClock>>;

/// `held` is the policy that the service has begun with, and that open approvals have adopted.
pub(super) async fn watch<K: Clock>(
    shared: RealShared,
    maker: Maker,
    mut source: Source,
    mut held: Current,
    clock: K,
) -> Result<(), Failure> {
    let mut adoption = Adoption::default();
    adoption.done(&held.policy.rules.version, clock.now());
    loop {
        tokio::time::sleep(LOOK_EVERY).await;
        look(&shared, &maker, &mut source, &mut held, &clock).await;
        match adoption.adopt(&shared.monitor(), |change| shared.show(change), clock.now(), None).await {
            Ok(true) => shared.wake.notify_one(),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "open approvals could not be looked at; trying again"),
        }
    }
}

async fn look<K: Clock>(shared: &RealShared, maker: &Maker, source: &mut Source, held: &mut Current, clock: &K) {
    let current = match source.current(clock.now()).await {
        Ok(current) => current,
        Err(error) => return tracing::error!(%error, "the policy that is known stays"),
    };
    if current.is_same_as(held) {
        return;
    }
    let mut next = current;
    let mut made = maker.monitor(&next.policy, next.is_invalid);
    if let Err(error) = &made {
        tracing::error!(%error, "the new policy cannot be used here; the last one that could stays");
        if held.is_invalid {
            return;
        }
        next = Current { policy: Arc::clone(&held.policy), is_invalid: true };
        made = maker.monitor(&next.policy, next.is_invalid);
    }
    match made {
        Ok(monitor) => {
            shared.replace(monitor);
            *held = next;
            // So that it shows at once whether the newest can be used.
            shared.wake.notify_one();
        }
        Err(error) => tracing::error!(%error, "the policy that holds cannot be put together anew; it goes on as it is"),
    }
}

#[cfg(all(test, feature = "aws"))]
mod tests {
    use aws_config::SdkConfig;
    use chrono::TimeDelta;
    use tokio::time::Instant;

    use super::*;
    use crate::adapters::localpolicy::LocalPolicy;
    use crate::adapters::policysource::{Place, PolicySource};
    use crate::adapters::sqlite::{Durability, SqliteStore};
    use crate::cli::serve::shared::Shared;
    use crate::cli::settings;
    use crate::cli::store::AnyStore;
    use crate::domain::Timestamp;
    use crate::ports::store::{Query, Store};

    const ASKED: &str = include_str!("../../../tests/data/events/approval-started.json");

    /// Goes with the runtime's clock, which a test moves.
    struct Paused(Timestamp, Instant);

    impl Clock for Paused {
        fn now(&self) -> Timestamp {
            self.0 + TimeDelta::from_std(self.1.elapsed()).expect("not for so long")
        }

        fn wall_time_until(&self, at: Timestamp) -> Duration {
            (at - self.now()).to_std().unwrap_or_default()
        }
    }

    fn policy(target: &str, recipient: &str) -> String {
        format!(
            "version: 1\nrecipients: {{ team: {recipient} }}\npolicies: [{{ name: all, target: {target}, steps: [{{ at: 50%, remind: [team] }}] }}]\n"
        )
    }

    /// The target that the only approval is held to, in hours, and whether the policy counts as invalid, two minutes from now.
    async fn holds(shared: &RealShared) -> (i64, bool) {
        tokio::time::sleep(Duration::from_secs(121)).await;
        let monitor = shared.monitor();
        let listed = monitor.store.list(&Query::default(), None, 10).await.expect("the store answers");
        let target = listed[0].deadline.zip(listed[0].requested_at).map(|(deadline, asked)| deadline - asked);
        (target.expect("a policy matches").num_hours(), monitor.policy_is_invalid)
    }

    #[tokio::test(start_paused = true)]
    async fn another_policy_holds_within_two_minutes_and_one_that_cannot_be_used_never_does() {
        policies_are_followed(false).await;
    }

    #[tokio::test(start_paused = true)]
    async fn the_same_holds_of_a_file_of_this_machine() {
        policies_are_followed(true).await;
    }

    async fn policies_are_followed(is_local: bool) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("policy.yaml");
        let write = |text: &str| std::fs::write(&path, text).expect("it can be written");
        write(&policy("4h", "{ console: true }"));
        let place = Place::File(path.clone());
        let built_in = settings::policy(None).expect("it is in order");
        let source = PolicySource::new(place, &SdkConfig::builder().build(), built_in);
        let clock = Paused(WallClock.now(), Instant::now());
        let current = source.current(clock.now()).await.expect("it can be read");
        let local = || LocalPolicy::new(path.clone(), Arc::clone(&current.policy));
        let source = if is_local { Source::File(local()) } else { Source::Aws(Box::new(source)) };
        let store = SqliteStore::in_memory(Durability::EachCommit).expect("it can be made");
        let maker = Maker { store: AnyStore::Sqlite(Arc::new(store)), links: None, aws: None };
        let monitor = maker.monitor(&current.policy, false).expect("it can be told");
        let shared = Arc::new(Shared::new(monitor, |_| {}, None));
        let (_, taken) = shared.take(ASKED.as_bytes(), "a test").await;
        taken.expect("it is kept");
        let watching = tokio::spawn(watch(Arc::clone(&shared), maker, source, current, clock));

        assert_eq!(holds(&shared).await, (4, false));
        write(&policy("2h", "{ console: true }"));
        assert_eq!(holds(&shared).await, (2, false));
        write("version: 1\npolicies: [{ name: all, target: soon }]\n");
        assert_eq!(holds(&shared).await, (2, true));
        // Its token is not set here, so nobody could be told.
        write(&policy("1h", "{ webhook: 'https://example.com', token_env: HOLDPOINT_NO_SUCH_TOKEN }"));
        assert_eq!(holds(&shared).await, (2, true));
        write(&policy("3h", "{ console: true }"));
        assert_eq!(holds(&shared).await, (3, false));
        watching.abort();
    }
}
