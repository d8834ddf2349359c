//! What became of each step.

use holdpoint::app::explain::explain;
use holdpoint::app::tell::tell;
use holdpoint::domain::evidence::Verdict;
use holdpoint::domain::input::Input;

use super::{World, lines, minute, says};
use crate::support::world::{POLICY, decided, id, nine, notified, started};

/// The leads sleep until noon; the approvers are told at any time.
const HELD: &str = "
version: 1
calendars:
  afternoons: { timezone: UTC, hours: { mon-sun: '12:00-18:00' } }
recipients:
  approvers: { console: true }
  leads: { console: true, hours: afternoons }
  nobody: { console: true }
policies:
  - name: production
    target: 1h
    snooze: 4h
    steps:
      - { at: 50%, remind: [approvers, leads, nobody] }
      - { at: 100%, escalate: [leads], repeat: { every: 30m, at_most: 2 } }
";

#[tokio::test]
async fn a_step_tells_when_it_fired_and_what_became_of_each_notice() {
    let world = World::new(HELD);
    world.hear(started(nine()), nine()).await;
    world.until(minute(nine(), 200)).await;
    let explained = world.explain(minute(nine(), 200)).await;
    insta::assert_snapshot!(lines(&explained, nine()).join("\n"), @"
    remind@50% 0 @30m fired 30m; approvers delivered 30m [receipt of approvers]; leads held until 180m merged into escalate@100% 2; nobody given up 30m 1 the topic is gone
    escalate@100% 0 @60m fired 60m; leads held until 180m merged into escalate@100% 2
    escalate@100% 1 @90m fired 90m; leads held until 180m merged into escalate@100% 2
    escalate@100% 2 @120m fired 120m; leads held until 180m delivered 180m [receipt of leads]
    ");
}

#[tokio::test]
async fn what_is_to_come_is_told_as_it_then_happens() {
    let world = World::new(HELD);
    world.hear(started(nine()), nine()).await;
    let before = lines(&world.explain(nine()).await, nine());
    insta::assert_snapshot!(before.join("\n"), @"
    remind@50% 0 @30m due 30m; approvers expected 30m; leads held until 180m merged into escalate@100% 2; nobody expected 30m
    escalate@100% 0 @60m due 60m; leads held until 180m merged into escalate@100% 2
    escalate@100% 1 @90m due 90m; leads held until 180m merged into escalate@100% 2
    escalate@100% 2 @120m due 120m; leads held until 180m expected 180m
    ");
    world.until(minute(nine(), 400)).await;
    let after = lines(&world.explain(minute(nine(), 400)).await, nine());
    let times = |lines: &[String]| -> Vec<String> {
        lines
            .iter()
            .map(|line| line.replace(" due ", " fired ").split("; ").next().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(times(&before), times(&after));
}

#[tokio::test]
async fn what_an_urgent_step_overtakes_is_merged_into_it() {
    let repeats = ", repeat: { every: 30m, at_most: 2 }";
    let world = World::new(&HELD.replace(repeats, "").replace(
        "nobody] }",
        "nobody] }\n      - { at: 2h, remind: [leads], urgent: true }\n      - { at: 150m, remind: [leads] }",
    ));
    world.hear(started(nine()), nine()).await;
    let before = lines(&world.explain(nine()).await, nine());
    insta::assert_snapshot!(before.join("\n"), @"
    remind@50% 0 @30m due 30m; approvers expected 30m; leads held until 180m merged into remind@2h 0; nobody expected 30m
    escalate@100% 0 @60m due 60m; leads held until 180m merged into remind@2h 0
    remind@2h 0 @120m due 120m; leads expected 120m
    remind@2h30m 0 @150m due 150m; leads held until 180m expected 180m
    ");
    world.until(minute(nine(), 130)).await;
    let between = lines(&world.explain(minute(nine(), 130)).await, nine());
    insta::assert_snapshot!(between.join("\n"), @"
    remind@50% 0 @30m fired 30m; approvers delivered 30m [receipt of approvers]; leads held until 180m merged into remind@2h 0; nobody given up 30m 1 the topic is gone
    escalate@100% 0 @60m fired 60m; leads held until 180m merged into remind@2h 0
    remind@2h 0 @120m fired 120m; leads delivered 120m [receipt of leads]
    remind@2h30m 0 @150m due 150m; leads held until 180m expected 180m
    ");
    world.until(minute(nine(), 200)).await;
    let after = lines(&world.explain(minute(nine(), 200)).await, nine());
    insta::assert_snapshot!(after.join("\n"), @"
    remind@50% 0 @30m fired 30m; approvers delivered 30m [receipt of approvers]; leads held until 180m merged into remind@2h 0; nobody given up 30m 1 the topic is gone
    escalate@100% 0 @60m fired 60m; leads held until 180m merged into remind@2h 0
    remind@2h 0 @120m fired 120m; leads delivered 120m [receipt of leads]
    remind@2h30m 0 @150m fired 150m; leads held until 180m delivered 180m [receipt of leads]
    ");
}

#[tokio::test]
async fn at_a_time_in_the_past_only_what_was_known_then_counts() {
    let world = World::new(POLICY);
    world.hear(started(nine()), nine()).await;
    let then = world.explain(minute(nine(), 130)).await;
    world.until(minute(nine(), 130)).await;
    let now = lines(&world.explain(minute(nine(), 130)).await, nine());
    assert_ne!(lines(&then, nine()), now, "the reminder was told meanwhile");
    world.hear(decided(Verdict::Approved, minute(nine(), 300)), minute(nine(), 301)).await;
    assert_eq!(lines(&world.explain(minute(nine(), 130)).await, nine()), now, "the end was not known then");
    assert!(now.last().is_some_and(|line| line.contains(" due ")), "{now:?}");
}

#[tokio::test]
async fn nothing_is_explained_before_anything_was_heard() {
    let world = World::new(POLICY);
    world.hear(started(nine()), nine()).await;
    let before = minute(nine(), -1);
    let found = explain(&world.store, &world.rules, &id(), Some(before), nine()).await;
    assert!(found.expect("an answer").is_none());
}

#[tokio::test]
async fn who_sees_to_it_or_puts_it_off_is_named_with_what_that_silences() {
    let world = World::new(HELD);
    world.hear(started(nine()), nine()).await;
    world.hear(Input::Snooze { until: minute(nine(), 45), response: says("bob") }, minute(nine(), 10)).await;
    world.hear(Input::Acknowledge(says("jane")), minute(nine(), 50)).await;
    let explained = world.explain(minute(nine(), 55)).await;
    insta::assert_snapshot!(lines(&explained, nine()).join("\n"), @"
    remind@50% 0 @30m fired 45m put off until 45m by bob; approvers delivered 45m [receipt of approvers]; leads held until 180m unwanted acknowledged; nobody given up 45m 1 the topic is gone
    escalate@100% 0 @60m due 60m; leads held until 180m merged into escalate@100% 2
    escalate@100% 1 @90m due 90m; leads held until 180m merged into escalate@100% 2
    escalate@100% 2 @120m due 120m; leads held until 180m expected 180m
    ");
    let early = World::new(HELD);
    early.hear(started(nine()), nine()).await;
    early.hear(Input::Acknowledge(says("jane")), minute(nine(), 5)).await;
    let explained = early.explain(minute(nine(), 6)).await;
    insta::assert_snapshot!(lines(&explained, nine()).join("\n"), @"
    remind@50% 0 @30m silent since 5m by jane
    escalate@100% 0 @60m due 60m; leads held until 180m merged into escalate@100% 2
    escalate@100% 1 @90m due 90m; leads held until 180m merged into escalate@100% 2
    escalate@100% 2 @120m due 120m; leads held until 180m expected 180m
    ");
}

#[tokio::test]
async fn what_comes_after_the_end_is_not_reached() {
    let world = World::new(POLICY);
    world.hear(started(nine()), nine()).await;
    world.hear(decided(Verdict::Approved, minute(nine(), 300)), minute(nine(), 301)).await;
    insta::assert_snapshot!(lines(&world.explain(minute(nine(), 301)).await, nine()).join("\n"), @"
    remind@50% 0 @120m fired 120m; approvers delivered 120m [receipt of approvers]
    escalate@100% 0 @240m fired 240m; leads delivered 240m [receipt of leads]
    escalate@100% 1 @300m fired 300m; leads delivered 300m [receipt of leads]
    escalate@100% 2-4 @360m not reached 300m
    escalate@expiry-6h 0 @9720m not reached 300m
    ");
}

#[tokio::test]
async fn what_nobody_looked_at_is_passed_over_or_missed() {
    let world = World::new(POLICY);
    // Nothing runs in between.
    world.hear(started(nine()), nine()).await;
    world.look(minute(nine(), 310)).await;
    insta::assert_snapshot!(lines(&world.explain(minute(nine(), 310)).await, nine()).join("\n"), @"
    remind@50% 0 @120m fired 310m; approvers delivered 310m [receipt of approvers]
    escalate@100% 0 @240m skipped 310m by escalate@100% 1
    escalate@100% 1 @300m fired 310m; leads delivered 310m [receipt of leads]
    escalate@100% 2 @360m due 360m; leads expected 360m
    escalate@100% 3 @420m due 420m; leads expected 420m
    escalate@100% 4 @480m due 480m; leads expected 480m
    escalate@expiry-6h 0 @9720m due 9720m; on-call expected 9720m; leads expected 9720m
    ");
    let blind = World::new(POLICY);
    blind.hear(started(nine()), nine()).await;
    let facts = [&decided(Verdict::Approved, minute(nine(), 130))];
    tell(&blind.store, &blind.rules, &id(), &facts, minute(nine(), 400)).await.expect("it is taken");
    insta::assert_snapshot!(lines(&blind.explain(minute(nine(), 400)).await, nine()).join("\n"), @"
    remind@50% 0 @120m missed 130m
    escalate@100% 0-4 @240m not reached 130m
    escalate@expiry-6h 0 @9720m not reached 130m
    ");
}

#[tokio::test]
async fn a_time_out_before_a_step_is_named_as_its_reason() {
    let world = World::new(POLICY);
    world.hear(notified(nine(), Some(minute(nine(), 150))), nine()).await;
    insta::assert_snapshot!(lines(&world.explain(nine()).await, nine()).join("\n"), @"
    escalate@expiry-6h 0 @0m fired 0m; on-call delivered 0m [receipt of on-call]; leads delivered 0m [receipt of leads]
    remind@50% 0 @120m due 120m; approvers expected 120m
    escalate@100% 0 @240m after the time-out
    ");
    let late = World::new(POLICY);
    late.hear(notified(nine(), Some(minute(nine(), 150))), minute(nine(), 170)).await;
    insta::assert_snapshot!(lines(&late.explain(minute(nine(), 170)).await, nine()).join("\n"), @"
    escalate@expiry-6h 0 @0m heard too late
    remind@50% 0 @120m heard too late
    escalate@100% 0 @240m heard too late
    ");
}
