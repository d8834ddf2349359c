//! What falls outside of a recipient's hours waits for them.

use chrono::TimeDelta;
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::adapters::sqlite::{Durability, SqliteStore};
use holdpoint::ports::store::Store;

use super::Outside;
use super::story::{Story, time};

const LADDER: &str = "target: 4h
steps:
  - { at: 50%, remind: [approvers] }
  - { at: 100%, escalate: [approvers, leads] }";

fn sqlite() -> SqliteStore {
    SqliteStore::in_memory(Durability::EachCommit).expect("a store in memory can be made")
}

#[tokio::test]
async fn reminder_is_held_over_the_weekend_and_comes_on_monday_at_nine() {
    let outside = Outside::default();
    let policy = "target: 4h\nsteps: [{ at: 50%, remind: [approvers] }]";
    let story = Story::begins(&outside, policy, "2026-11-28T00:00:00Z").await;
    story.until("2026-11-30T08:59:59Z").await;
    assert_eq!(story.told(), "");
    story.until("2026-11-30T12:00:00Z").await;
    insta::assert_snapshot!(story.told(), @"Mon 30 Nov 09:00 approvers remind@50% 0, due Sat 02:00");
    insta::assert_snapshot!(story.latest_mail(), @"
    Subject: Approval overdue: service-000-prod / Release, waiting 2d 9h

    A release is waiting for your approval, longer than was promised.

    Held until your hours began; it was due Sat 28 Nov 2026 02:00 GMT.

      Pipeline     service-000-prod (eu-west-1, account 111122223333)
      Approval     Release / Approve
      Waiting      2d 9h, since Sat 28 Nov 2026 00:00 GMT
      Decide by    Sat 28 Nov 2026 04:00 GMT (04:00 UTC), 2d 5h over the
                   promised 4h
      Expires      presumably Sat 5 Dec 2026 00:00 GMT (00:00 UTC), in 4d
                   15h; the run then fails
    ");
}

#[tokio::test]
async fn several_held_notices_become_one_that_says_so() {
    let outside = Outside::default();
    several_become_one(MemoryStore::new(), &outside).await;
    let outside = Outside::default();
    several_become_one(sqlite(), &outside).await;
}

async fn several_become_one<S: Store>(store: S, outside: &Outside) {
    let story = Story::begins_in(store, outside, LADDER, "2026-11-28T00:00:00Z").await;
    story.until("2026-11-30T08:59:59Z").await;
    assert_eq!(story.told(), "Sat 28 Nov 04:00 leads escalate@100% 0\n");
    let early = story.world.store.claim(time("2026-11-30T08:59:59Z"), TimeDelta::zero(), 9).await.expect("an answer");
    assert_eq!(early, [], "nobody claims what is held");
    story.until("2026-12-01T12:00:00Z").await;
    let facts = story.facts().await;
    let (mut facts, mut at_nine): (Vec<_>, Vec<_>) = facts.lines().partition(|line| !line.contains("Mon 30 Nov"));
    // Both are claimed together; which of them is asked about first is not promised.
    at_nine.sort_unstable();
    facts.extend(at_nine);
    insta::allow_duplicates! {
        insta::assert_snapshot!(facts.join("\n"), @"
        Sat 28 Nov 02:00 remind@50% 0 fires, approvers held
        Sat 28 Nov 04:00 breached, due Sat 04:00
        Sat 28 Nov 04:00 escalate@100% 0 fires, approvers held
        Sat 28 Nov 04:00 escalation to leads is out
        Mon 30 Nov 09:00 escalation to approvers is out
        Mon 30 Nov 09:00 withdrawn from approvers: merged
        ");
        insta::assert_snapshot!(story.latest_mail(), @"
        Subject: Escalation, approval overdue: service-000-prod / Release, waiting 2d 9h

        A release has waited longer for its approval than was promised.
        Please see that somebody decides.

        Held until your hours began; it was due Sat 28 Nov 2026 04:00 GMT. It
        stands for a reminder of Sat 28 Nov 2026 02:00 GMT as well.

          Pipeline     service-000-prod (eu-west-1, account 111122223333)
          Approval     Release / Approve
          Waiting      2d 9h, since Sat 28 Nov 2026 00:00 GMT
          Decide by    Sat 28 Nov 2026 04:00 GMT (04:00 UTC), 2d 5h over the
                       promised 4h
          Expires      presumably Sat 5 Dec 2026 00:00 GMT (00:00 UTC), in 4d
                       15h; the run then fails
        ");
    }
    let left = story.world.store.claim(time("2027-01-01T00:00:00Z"), TimeDelta::zero(), 9).await.expect("an answer");
    assert_eq!(left, []);
}

#[tokio::test]
async fn an_escalation_for_which_a_reminder_stands_comes_as_an_escalation() {
    let outside = Outside::default();
    let policy = "target: 4h
steps:
  - { at: 100%, escalate: [approvers] }
  - { at: 8h, remind: [approvers] }";
    let story = Story::begins(&outside, policy, "2026-11-28T00:00:00Z").await;
    story.until("2026-11-30T09:00:00Z").await;
    insta::assert_snapshot!(story.told(), @"Mon 30 Nov 09:00 approvers remind@8h 0, due Sat 08:00");
    assert!(story.latest_mail().starts_with("Subject: Escalation, approval overdue"), "{}", story.latest_mail());
    assert_eq!(outside.sum("EscalationsSent"), 1.0);
}

#[tokio::test]
async fn what_is_due_when_the_hours_begin_stands_for_what_was_held() {
    let outside = Outside::default();
    let policy = "target: 4h
steps:
  - { at: 50%, remind: [approvers] }
  - { at: '09:00 next working day', escalate: [approvers] }";
    let policy = format!("calendar: office\n{}", policy.replace("50%", "2h wall"));
    let story = Story::begins(&outside, &policy, "2026-11-27T20:00:00Z").await;
    story.until("2026-11-30T10:00:00Z").await;
    insta::assert_snapshot!(story.facts().await, @"
    Fri 27 Nov 22:00 remind@2h-wall 0 fires, approvers held
    Mon 30 Nov 09:00 escalate@09:00+1 0 fires
    Mon 30 Nov 09:00 escalation to approvers is out
    Mon 30 Nov 09:00 withdrawn from approvers: merged
    ");
}

#[tokio::test]
async fn a_decision_withdraws_what_was_held() {
    let outside = Outside::default();
    decision_withdraws(MemoryStore::new(), &outside).await;
    let outside = Outside::default();
    decision_withdraws(sqlite(), &outside).await;
}

async fn decision_withdraws<S: Store>(store: S, outside: &Outside) {
    let policy = "target: 4h\nsteps: [{ at: 50%, remind: [approvers] }]";
    let story = Story::begins_in(store, outside, policy, "2026-11-28T00:00:00Z").await;
    story.is_approved("2026-11-29T12:00:00Z").await.until("2026-12-01T00:00:00Z").await;
    assert_eq!(story.told(), "");
    let withdrawn = "Mon 30 Nov 09:00 withdrawn from approvers: over\n";
    assert!(story.facts().await.ends_with(withdrawn), "{}", story.facts().await);
}

#[tokio::test]
async fn an_urgent_step_passes_through_closed_hours() {
    let outside = Outside::default();
    let policy = "target: 4h
steps:
  - { at: 50%, remind: [approvers] }
  - { at: 100%, escalate: [approvers], urgent: true }";
    let story = Story::begins(&outside, policy, "2026-11-28T00:00:00Z").await;
    story.until("2026-12-01T00:00:00Z").await;
    assert_eq!(story.told(), "Sat 28 Nov 04:00 approvers escalate@100% 0\n");
}

#[tokio::test]
async fn what_is_held_is_withdrawn_when_an_urgent_notice_got_through_meanwhile() {
    let outside = Outside::default();
    overtaken(MemoryStore::new(), &outside).await;
    let outside = Outside::default();
    overtaken(sqlite(), &outside).await;
}

async fn overtaken<S: Store>(store: S, outside: &Outside) {
    let policy = "target: 4h
steps:
  - { at: 1h, remind: [approvers] }
  - { at: 100%, escalate: [approvers] }
  - { at: 6h, remind: [approvers], urgent: true }
  - { at: 2d, remind: [approvers] }";
    let story = Story::begins_in(store, outside, policy, "2026-11-28T00:00:00Z").await;
    story.until("2026-11-28T07:00:00Z").await;
    let at_night = story.latest_mail();
    story.until("2026-12-01T00:00:00Z").await;
    let facts = story.facts().await;
    let (mut facts, mut at_nine): (Vec<_>, Vec<_>) = facts.lines().partition(|line| !line.contains("Mon 30 Nov"));
    at_nine.sort_unstable();
    facts.extend(at_nine);
    insta::allow_duplicates! {
        insta::assert_snapshot!(facts.join("\n"), @"
        Sat 28 Nov 01:00 remind@1h 0 fires, approvers held
        Sat 28 Nov 04:00 breached, due Sat 04:00
        Sat 28 Nov 04:00 escalate@100% 0 fires, approvers held
        Sat 28 Nov 06:00 remind@6h 0 fires
        Sat 28 Nov 06:00 escalation to approvers is out
        Mon 30 Nov 00:00 remind@2days 0 fires, approvers held
        Mon 30 Nov 09:00 reminder to approvers is out
        Mon 30 Nov 09:00 withdrawn from approvers: merged
        Mon 30 Nov 09:00 withdrawn from approvers: merged
        ");
        insta::assert_snapshot!(at_night, @"
        Subject: Escalation, approval overdue: service-000-prod / Release, waiting 6h

        A release has waited longer for its approval than was promised.
        Please see that somebody decides.

        It stands for a reminder of Sat 28 Nov 2026 01:00 GMT and an escalation
        of Sat 28 Nov 2026 04:00 GMT as well.

          Pipeline     service-000-prod (eu-west-1, account 111122223333)
          Approval     Release / Approve
          Waiting      6h, since Sat 28 Nov 2026 00:00 GMT
          Decide by    Sat 28 Nov 2026 04:00 GMT (04:00 UTC), 2h over the
                       promised 4h
          Expires      presumably Sat 5 Dec 2026 00:00 GMT (00:00 UTC), in 6d
                       18h; the run then fails
        ");
    }
    // What was withdrawn is not told of again.
    assert!(!story.latest_mail().contains("stands for"), "{}", story.latest_mail());
}

#[tokio::test]
async fn what_is_held_comes_when_the_urgent_notice_did_not_get_through() {
    let outside = Outside::default();
    let policy = "target: 4h
steps:
  - { at: 50%, escalate: [approvers] }
  - { at: 100%, remind: [approvers], urgent: true }";
    let story = Story::begins(&outside, policy, "2026-11-28T00:00:00Z").await;
    *outside.down.lock().expect("free") = Some(("approvers", true));
    story.until("2026-11-28T05:00:00Z").await;
    assert_eq!(outside.sum("NoticesGivenUp"), 1.0);
    *outside.down.lock().expect("free") = None;
    story.until("2026-12-01T00:00:00Z").await;
    assert_eq!(story.told(), "Mon 30 Nov 09:00 approvers escalate@50% 0, due Sat 02:00\n");
}

#[tokio::test]
async fn an_urgent_reminder_that_nobody_wants_any_more_does_not_go_out_for_what_is_held() {
    let outside = Outside::default();
    let policy = "target: 2h
steps:
  - { at: 100%, escalate: [approvers] }
  - { at: 4h, remind: [approvers], urgent: true }";
    let story = Story::begins(&outside, policy, "2026-11-28T00:00:00Z").await;
    *outside.down.lock().expect("free") = Some(("approvers", false));
    story.until("2026-11-28T04:01:00Z").await;
    assert!(story.is_acknowledged_by("jane").await);
    *outside.down.lock().expect("free") = None;
    story.until("2026-12-01T00:00:00Z").await;
    assert_eq!(story.told(), "Mon 30 Nov 09:00 approvers escalate@100% 0, due Sat 02:00\n");
}

#[tokio::test]
async fn another_attempt_to_send_waits_for_the_hours_as_well() {
    let outside = Outside::default();
    let policy = "target: 4h\nsteps: [{ at: 50%, remind: [approvers] }]";
    let story = Story::begins(&outside, policy, "2026-11-27T15:29:00Z").await;
    *outside.down.lock().expect("free") = Some(("approvers", false));
    story.until("2026-11-27T17:29:58Z").await;
    story.until("2026-11-27T17:30:00Z").await;
    *outside.down.lock().expect("free") = None;
    story.until("2026-11-30T12:00:00Z").await;
    insta::assert_snapshot!(story.told(), @"Mon 30 Nov 09:00 approvers remind@50% 0, due Fri 17:29");
}
