//! Somebody says that it may wait.

use chrono::TimeDelta;
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::adapters::sqlite::{Durability, SqliteStore};
use holdpoint::app::dispatch::MAX_ATTEMPTS;
use holdpoint::ports::store::Store;

use super::Outside;
use super::story::{Story, time};

const LADDER: &str = "target: 4h
snooze: 2h
steps: [{ at: 50%, remind: [leads] }]";

#[tokio::test]
async fn a_snooze_puts_off_and_never_past_what_the_policy_allows() {
    let outside = Outside::default();
    let story = Story::begins(&outside, LADDER, "2026-11-30T09:00:00Z").await;
    story.until("2026-11-30T10:30:00Z").await;
    assert!(!story.is_snoozed_until("2026-11-30T12:30:01Z").await, "that is too long");
    assert!(!story.is_snoozed_until("2026-11-30T10:30:00Z").await, "that has passed");
    assert!(story.is_snoozed_until("2026-11-30T12:30:00Z").await);
    story.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.facts().await, @"
    Mon 30 Nov 10:30 put off until Mon 12:30
    Mon 30 Nov 12:30 remind@50% 0 fires
    Mon 30 Nov 12:30 reminder to leads is out
    Mon 30 Nov 13:00 breached, due Mon 13:00
    ");
    insta::assert_snapshot!(story.latest_mail(), @"
    Subject: Approval needed: service-000-prod / Release, waiting 3h 30m

    A release is waiting for your approval.

      Pipeline     service-000-prod (eu-west-1, account 111122223333)
      Approval     Release / Approve
      Waiting      3h 30m, since Mon 30 Nov 2026 09:00 UTC
      Decide by    Mon 30 Nov 2026 13:00 UTC, 30m left of the promised 4h
      Expires      presumably Mon 7 Dec 2026 09:00 UTC, in 6d 20h; the run
                   then fails
      Put off      until Mon 30 Nov 2026 12:30 UTC
    ");
}

#[tokio::test]
async fn nobody_snoozes_past_the_time_out() {
    let outside = Outside::default();
    let policy = "target: 30m\nexpires_after: 1h\nsnooze: 2h\nsteps: [{ at: 100%, remind: [leads] }]";
    let story = Story::begins(&outside, policy, "2026-11-30T09:00:00Z").await;
    assert!(!story.is_snoozed_until("2026-11-30T10:00:01Z").await);
    assert!(story.is_snoozed_until("2026-11-30T09:50:00Z").await);
}

#[tokio::test]
async fn a_policy_can_forbid_to_snooze() {
    let outside = Outside::default();
    let story = Story::begins(&outside, &LADDER.replace("2h", "none"), "2026-11-30T09:00:00Z").await;
    assert!(!story.is_snoozed_until("2026-11-30T09:30:00Z").await);
}

#[tokio::test]
async fn a_snooze_moves_neither_the_deadline_nor_what_comes_after_it() {
    let outside = Outside::default();
    let policy = "target: 1h\nsteps: [{ at: 100%, escalate: [leads], repeat: { every: 2h, at_most: 2 } }]";
    let story = Story::begins(&outside, policy, "2026-11-30T09:00:00Z").await;
    assert!(story.is_snoozed_until("2026-11-30T11:00:00Z").await);
    story.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.facts().await, @"
    Mon 30 Nov 09:00 put off until Mon 11:00
    Mon 30 Nov 10:00 breached, due Mon 10:00
    Mon 30 Nov 11:00 escalate@100% 0 fires
    Mon 30 Nov 11:00 escalation to leads is out
    Mon 30 Nov 12:00 escalate@100% 1 fires
    Mon 30 Nov 12:00 escalation to leads is out
    Mon 30 Nov 14:00 escalate@100% 2 fires
    Mon 30 Nov 14:00 escalation to leads is out
    ");
}

#[tokio::test]
async fn what_waits_in_the_outbox_is_put_off_as_well() {
    let outside = Outside::default();
    waiting_rows_are_put_off(MemoryStore::new(), &outside).await;
    let store = SqliteStore::in_memory(Durability::EachCommit).expect("a store in memory can be made");
    let outside = Outside::default();
    waiting_rows_are_put_off(store, &outside).await;
}

async fn waiting_rows_are_put_off<S: Store>(store: S, outside: &Outside) {
    let story = Story::begins_in(store, outside, LADDER, "2026-11-30T09:00:00Z").await;
    *outside.down.lock().expect("free") = Some(("leads", false));
    story.until("2026-11-30T11:00:00Z").await;
    *outside.down.lock().expect("free") = None;
    assert!(story.is_snoozed_until("2026-11-30T12:00:00Z").await);
    story.until("2026-11-30T11:59:59Z").await;
    assert_eq!(story.told(), "");
    story.until("2026-11-30T13:30:00Z").await;
    assert_eq!(story.told(), "Mon 30 Nov 12:00 leads remind@50% 0, due Mon 11:00\n");
}

#[tokio::test]
async fn what_is_put_off_again_and_again_is_never_given_up_for_that() {
    let outside = Outside::default();
    let story = Story::begins(&outside, LADDER, "2026-11-30T09:00:00Z").await;
    *outside.down.lock().expect("free") = Some(("leads", false));
    story.until("2026-11-30T11:00:00Z").await;
    // More often than a notice may fail.
    let mut at = time("2026-11-30T11:00:00Z");
    for _ in 0..MAX_ATTEMPTS + 5 {
        let until = at + TimeDelta::minutes(90);
        assert!(story.is_snoozed_until(&until.to_rfc3339()).await);
        at += TimeDelta::hours(1);
        story.until(&at.to_rfc3339()).await;
    }
    // It fails once more when its time has come, and is tried again.
    story.until("2026-12-01T12:30:00Z").await;
    *outside.down.lock().expect("free") = None;
    story.until("2026-12-01T12:31:00Z").await;
    assert_eq!(story.told(), "Tue 1 Dec 12:30 leads remind@50% 0, due Mon 11:00\n");
    assert_eq!(outside.sum("NoticesGivenUp"), 0.0);
}
