//! Many pipelines, little time, and an API that is in trouble.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_async::rt::sleep::{AsyncSleep, Sleep};
use aws_smithy_async::time::TimeSource;
use holdpoint::adapters::codepipeline::{CodePipeline, Patience};
use holdpoint::adapters::memory::MemoryStore;

use super::{Both, Marks, counts};
use crate::support::codepipeline::{Definition, Mode, OWN};
use crate::support::faulty::{Fault, Faulty};

/// `count` pipelines with an approval each.
async fn many(count: usize) -> Both {
    let both = Both::new().await;
    for number in 0..count {
        let name = format!("service-{number:03}-prod");
        both.at(0, |world| {
            world.add(&name, Mode::Superseded, Definition::release());
            world.start_approval(&name)
        });
    }
    both
}

#[tokio::test]
async fn a_hundred_and_twenty_pipelines_on_small_pages_are_all_looked_at() {
    let both = many(120).await;
    both.at(0, |world| world.page = 7);
    assert_eq!(counts(&both.reconcile(5).await), [120, 120, 0, 0, 0]);
    assert_eq!(both.server.world().count("ListPipelines"), 18);
    assert_eq!(both.all().await.len(), 120);
}

#[tokio::test]
async fn a_run_that_is_out_of_time_goes_on_where_it_stopped() {
    let both = many(30).await;
    let mut from = Marks::default();
    let (mut found, mut runs) = (0, 0);
    while found < 30 {
        let result = both.run(5, 3, &from).await;
        assert!(result.found > 0, "what is known leaves time for what is not");
        (found, runs) = (found + result.found, runs + 1);
        from = result.resume;
    }
    assert!(runs > 2, "it did not fit into one run");
    let all = both.reconcile(10).await;
    assert_eq!((counts(&all), all.resume), ([30, 0, 0, 0, 0], Marks::default()));
}

#[tokio::test]
async fn what_is_known_to_wait_is_looked_at_first() {
    let both = many(30).await;
    let last = both.at(0, |world| world.sites.values().next().expect("a site").len() - 1);
    let name = format!("service-{last:03}-prod");
    let id = both.at(0, |world| {
        let run = &world.sites.values().next().expect("a site")[&name].runs[0];
        run.waits[0].id.clone()
    });
    let asked = both.at(0, |world| crate::support::codepipeline::events::asked(world, &name, &id));
    both.hear(0, &asked).await;
    let result = both.run(5, 3, &Marks::default()).await;
    assert!(result.looked_at < 30 && result.resume.others.is_some(), "{result:?}");
    let looked_at = both.server.world().calls.iter().find(|call| call.1 == "GetPipelineState").cloned();
    assert_eq!(looked_at.expect("there was time for one").2, name);
}

#[tokio::test]
async fn one_pipeline_that_fails_keeps_nothing_from_the_others() {
    let both = many(10).await;
    both.at(0, |world| world.denied.insert("service-003-prod".to_owned()));
    let result = both.reconcile(5).await;
    assert_eq!(counts(&result), [9, 9, 0, 0, 1]);
    assert!(result.failures[0].contains("service-003-prod"), "{:?}", result.failures);
}

#[tokio::test]
async fn an_approval_that_the_store_refuses_keeps_nothing_from_the_others() {
    let both = many(10).await;
    let first_commit = 3;
    let store = Faulty::new(MemoryStore::new(), BTreeMap::from([(first_commit, Fault::Refused)]));
    let result = both.run_into(&store, 5, 0, &Marks::default()).await;
    assert_eq!(counts(&result), [9, 9, 0, 0, 1]);
    assert!(result.failures[0].contains("it is too large"), "{:?}", result.failures);
}

/// The time that the client's retries go by: a pause is over at once, and the time has passed.
#[derive(Clone, Debug, Default)]
struct Virtual(Arc<Mutex<Duration>>);

/// How long the client waits for a connection: no pause, so it is never over.
const CONNECT: Duration = Duration::from_millis(3100);

impl AsyncSleep for Virtual {
    fn sleep(&self, duration: Duration) -> Sleep {
        if duration == CONNECT {
            return Sleep::new(std::future::pending());
        }
        *self.0.lock().expect("nobody panics while holding this") += duration;
        Sleep::new(std::future::ready(()))
    }
}

impl TimeSource for Virtual {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + *self.0.lock().expect("nobody panics while holding this")
    }
}

#[tokio::test]
async fn an_api_that_throttles_slows_it_down_and_fails_nothing() {
    let mut both = many(5).await;
    let time = Virtual::default();
    let config = both.server.config().await.into_builder().sleep_impl(time.clone()).time_source(time.clone());
    // Which goes by the same time, and would find every answer stalled.
    let config = config.stalled_stream_protection(StalledStreamProtectionConfig::disabled()).build();
    both.pipelines = CodePipeline::new(&config, OWN, &[], Patience::Long);
    both.at(0, |world| world.throttles = 4);
    let result = both.reconcile(5).await;
    assert_eq!(counts(&result), [5, 5, 0, 0, 0], "{:?}", result.failures);
    let slowed_down = *time.0.lock().expect("nobody panics while holding this");
    assert!(slowed_down > Duration::from_secs(1), "{slowed_down:?}");
}
