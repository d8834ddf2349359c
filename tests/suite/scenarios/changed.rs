//! Another policy holds from now on.

use holdpoint::domain::policy::Rules;
use holdpoint::policyfile;
use holdpoint::ports::clock::Clock;

use super::Outside;
use super::story::{Story, with_hours};

const BEFORE: &str = "target: 4h
steps:
  - { at: 50%, remind: [leads] }
  - { at: 100%, escalate: [on-call] }";

fn rules(policy: &str) -> Rules {
    policyfile::read("policy.yaml", &with_hours(policy)).unwrap_or_else(|errors| panic!("{errors}")).rules
}

#[tokio::test]
async fn a_changed_policy_keeps_what_fired_and_is_a_fact() {
    let outside = Outside::default();
    let mut story = Story::begins(&outside, BEFORE, "2026-11-30T09:00:00Z").await;
    story.until("2026-11-30T11:30:00Z").await;
    story.world.rules = rules(&BEFORE.replace("target: 4h", "target: 6h"));
    assert_eq!(story.world.adopt_rules(|_| {}, None).await.expect("the store answers").moved, 1);
    // Every process that sweeps does so.
    for _ in 0..3 {
        assert_eq!(story.world.adopt_rules(|_| {}, None).await.expect("the store answers").moved, 0);
    }
    story.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.facts().await, @"
    Mon 30 Nov 11:00 remind@50% 0 fires
    Mon 30 Nov 11:00 reminder to leads is out
    Mon 30 Nov 11:30 another policy, due Mon 15:00
    Mon 30 Nov 15:00 breached, due Mon 15:00
    Mon 30 Nov 15:00 escalate@100% 0 fires
    Mon 30 Nov 15:00 escalation to on-call is out
    ");
}

#[tokio::test]
async fn a_policy_that_no_longer_matches_is_a_fact_as_well() {
    let outside = Outside::default();
    let mut story = Story::begins(&outside, BEFORE, "2026-11-30T09:00:00Z").await;
    story.world.rules = rules(&format!("match: {{ pipeline: another }}\n{BEFORE}"));
    assert_eq!(story.world.adopt_rules(|_| {}, None).await.expect("the store answers").moved, 1);
    assert_eq!(story.until("2026-12-01T00:00:00Z").await.facts().await, "Mon 30 Nov 09:00 another policy, due \n");
}

#[tokio::test]
async fn adopting_stops_in_time_and_says_so() {
    let outside = Outside::default();
    let mut story = Story::begins(&outside, BEFORE, "2026-11-30T09:00:00Z").await;
    story.world.rules = rules(&BEFORE.replace("target: 4h", "target: 6h"));
    let now = story.world.clock.now();
    let adopted = story.world.adopt_rules(|_| {}, Some(now)).await.expect("the store answers");
    assert_eq!((adopted.moved, adopted.is_whole), (0, false));
    let adopted = story.world.adopt_rules(|_| {}, None).await.expect("the store answers");
    assert_eq!((adopted.moved, adopted.is_whole), (1, true));
}

#[tokio::test]
async fn an_approval_gets_the_fact_when_it_is_looked_at_even_if_nobody_adopts() {
    let outside = Outside::default();
    let mut story = Story::begins(&outside, BEFORE, "2026-11-30T09:00:00Z").await;
    story.world.rules = rules(&BEFORE.replace("target: 4h", "target: 6h"));
    story.until("2026-11-30T11:00:00Z").await;
    assert_eq!(story.facts().await, "Mon 30 Nov 11:00 another policy, due Mon 15:00\n");
}
