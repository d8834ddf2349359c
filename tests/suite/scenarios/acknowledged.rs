//! Somebody sees to it.

use super::Outside;
use super::story::Story;

const LADDER: &str = "target: 4h
steps:
  - { at: 50%, remind: [leads], repeat: { every: 1h } }
  - { at: 75%, escalate: [leads] }
  - { at: 100%, escalate: [on-call] }";

#[tokio::test]
async fn acknowledge_stops_reminders_and_lets_late_escalations_through() {
    let outside = Outside::default();
    let story = Story::begins(&outside, LADDER, "2026-11-30T09:00:00Z").await;
    story.until("2026-11-30T11:30:00Z").await;
    assert!(story.is_acknowledged_by("jane").await);
    assert!(!story.is_acknowledged_by("jane").await, "saying so again adds nothing");
    story.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.told(), @"
    Mon 30 Nov 11:00 leads remind@50% 0
    Mon 30 Nov 13:00 on-call escalate@100% 0
    ");
    insta::assert_snapshot!(story.latest_mail(), @"
    Subject: Escalation, approval overdue: service-000-prod / Release, waiting 4h

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

      Pipeline     service-000-prod (eu-west-1, account 111122223333)
      Approval     Release / Approve
      Waiting      4h, since Mon 30 Nov 2026 09:00 UTC
      Decide by    Mon 30 Nov 2026 13:00 UTC, just over the promised 4h
      Expires      presumably Mon 7 Dec 2026 09:00 UTC, in 6d 20h; the run
                   then fails
      Seen to      by jane since Mon 30 Nov 2026 11:30 UTC: on it after the
                   stand-up
    ");
}

#[tokio::test]
async fn acknowledge_stops_all_where_the_policy_says_so() {
    let outside = Outside::default();
    let policy = format!("acknowledging: stops-all\n{LADDER}");
    let story = Story::begins(&outside, &policy, "2026-11-30T09:00:00Z").await;
    story.until("2026-11-30T09:30:00Z").await;
    assert!(story.is_acknowledged_by("jane").await);
    assert_eq!(story.until("2026-12-01T00:00:00Z").await.told(), "");
}

#[tokio::test]
async fn acknowledge_does_not_stop_the_breach() {
    for acknowledging in ["stops-reminders", "stops-all"] {
        let outside = Outside::default();
        let policy = format!("acknowledging: {acknowledging}\ntarget: 4h");
        let story = Story::begins(&outside, &policy, "2026-11-30T09:00:00Z").await;
        assert!(story.is_acknowledged_by("jane").await);
        story.until("2026-12-01T00:00:00Z").await;
        let facts = story.facts().await;
        assert!(facts.ends_with("Mon 30 Nov 13:00 breached, due Mon 13:00\n"), "{facts}");
        story.is_approved("2026-12-01T00:00:01Z").await.until("2026-12-02T00:00:00Z").await;
        assert_eq!(outside.sum("Breached"), 1.0);
    }
}

#[tokio::test]
async fn acknowledge_withdraws_held_reminders_and_keeps_the_late_escalation_between_them() {
    let outside = Outside::default();
    let policy = "target: 4h
steps:
  - { at: 50%, remind: [approvers] }
  - { at: 100%, escalate: [approvers] }
  - { at: 8h, remind: [approvers] }";
    let story = Story::begins(&outside, policy, "2026-11-28T00:00:00Z").await;
    story.until("2026-11-28T12:00:00Z").await;
    assert!(story.is_acknowledged_by("jane").await);
    story.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.facts().await, @"
    Sat 28 Nov 02:00 remind@50% 0 fires, approvers held
    Sat 28 Nov 04:00 breached, due Sat 04:00
    Sat 28 Nov 04:00 escalate@100% 0 fires, approvers held
    Sat 28 Nov 08:00 remind@8h 0 fires, approvers held
    Sat 28 Nov 12:00 jane sees to it
    Mon 30 Nov 09:00 escalation to approvers is out
    Mon 30 Nov 09:00 withdrawn from approvers: merged
    Mon 30 Nov 09:00 withdrawn from approvers: acknowledged
    ");
    let outside = Outside::default();
    let story = Story::begins(&outside, policy, "2026-11-28T00:00:00Z").await;
    story.until("2026-11-28T03:00:00Z").await;
    assert!(story.is_acknowledged_by("jane").await);
    story.until("2026-11-28T03:59:00Z").await;
    assert!(!story.facts().await.contains("withdrawn"), "{}", story.facts().await);
    story.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.told(), @"Mon 30 Nov 09:00 approvers escalate@100% 0, due Sat 04:00");
}
