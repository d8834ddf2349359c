//! What could not go out for a while: a channel that is down, or nobody there who sends.

use super::Outside;
use super::story::Story;

const LADDER: &str = "target: 4h
steps:
  - { at: 25%, remind: [leads] }
  - { at: 50%, remind: [leads] }
  - { at: 100%, escalate: [leads] }";

/// Those that fail from now on: for a while, or for good.
fn is_down(outside: &Outside, down: Option<(&'static str, bool)>) {
    *outside.down.lock().expect("free") = down;
}

#[tokio::test]
async fn a_channel_that_is_back_after_three_steps_delivers_one_notice_that_names_the_others() {
    let outside = Outside::default();
    let story = Story::begins(&outside, LADDER, "2026-11-30T09:00:00Z").await;
    is_down(&outside, Some(("leads", false)));
    story.until("2026-11-30T13:20:00Z").await;
    is_down(&outside, None);
    story.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.facts().await, @"
    Mon 30 Nov 10:00 remind@25% 0 fires
    Mon 30 Nov 11:00 remind@50% 0 fires
    Mon 30 Nov 13:00 breached, due Mon 13:00
    Mon 30 Nov 13:00 escalate@100% 0 fires
    Mon 30 Nov 13:29 escalation to leads is out
    Mon 30 Nov 13:33 withdrawn from leads: merged
    Mon 30 Nov 13:34 withdrawn from leads: merged
    ");
    insta::assert_snapshot!(story.latest_mail(), @"
    Subject: Escalation, approval overdue: service-000-prod / Release, waiting 4h 29m

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

    It stands for a reminder of Mon 30 Nov 2026 10:00 UTC and a reminder of
    Mon 30 Nov 2026 11:00 UTC as well.

      Pipeline     service-000-prod (eu-west-1, account 111122223333)
      Approval     Release / Approve
      Waiting      4h 29m, since Mon 30 Nov 2026 09:00 UTC
      Decide by    Mon 30 Nov 2026 13:00 UTC, 29m 16s over the promised 4h
      Expires      presumably Mon 7 Dec 2026 09:00 UTC, in 6d 19h; the run
                   then fails
    ");
    assert_eq!((outside.sum("EscalationsSent"), outside.sum("RemindersSent")), (1.0, 0.0));
}

#[tokio::test]
async fn a_reminder_that_stands_for_an_escalation_which_could_not_go_out_comes_as_an_escalation() {
    let outside = Outside::default();
    let policy = "target: 1h
steps:
  - { at: 100%, escalate: [leads], repeat: { every: 30m, at_most: 1 } }
  - { at: 2h, remind: [leads] }";
    let story = Story::begins(&outside, policy, "2026-11-30T09:00:00Z").await;
    is_down(&outside, Some(("leads", false)));
    story.until("2026-11-30T11:10:00Z").await;
    is_down(&outside, None);
    story.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.facts().await, @"
    Mon 30 Nov 10:00 breached, due Mon 10:00
    Mon 30 Nov 10:00 escalate@100% 0 fires
    Mon 30 Nov 10:30 escalate@100% 1 fires
    Mon 30 Nov 11:00 remind@2h 0 fires
    Mon 30 Nov 11:15 escalation to leads is out
    Mon 30 Nov 11:21 withdrawn from leads: merged
    Mon 30 Nov 11:25 withdrawn from leads: merged
    ");
}

#[tokio::test]
async fn what_somebody_said_during_an_outage_makes_no_second_notice_after_it() {
    let outside = Outside::default();
    let policy = format!("snooze: none\n{LADDER}");
    let story = Story::begins(&outside, &policy, "2026-11-30T09:00:00Z").await;
    // The policy allows no snooze; but with what is said, what is due by then is a fact, and nobody sends it.
    story.is_at("2026-11-30T11:30:00Z");
    assert!(!story.is_snoozed_until("2026-11-30T11:40:00Z").await);
    story.nothing_until("2026-11-30T15:00:00Z").await.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.facts().await, @"
    Mon 30 Nov 11:30 remind@50% 0 fires, skips remind@25% 0..=0
    Mon 30 Nov 15:00 breached, due Mon 13:00
    Mon 30 Nov 15:00 escalate@100% 0 fires
    Mon 30 Nov 15:00 escalation to leads is out
    Mon 30 Nov 15:00 withdrawn from leads: merged
    ");
    insta::assert_snapshot!(story.latest_mail(), @"
    Subject: Escalation, approval overdue: service-000-prod / Release, waiting 6h

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

    It stands for a reminder of Mon 30 Nov 2026 11:00 UTC as well. A
    reminder of Mon 30 Nov 2026 10:00 UTC was passed over.

      Pipeline     service-000-prod (eu-west-1, account 111122223333)
      Approval     Release / Approve
      Waiting      6h, since Mon 30 Nov 2026 09:00 UTC
      Decide by    Mon 30 Nov 2026 13:00 UTC, 2h over the promised 4h
      Expires      presumably Mon 7 Dec 2026 09:00 UTC, in 6d 18h; the run
                   then fails
    ");
}

#[tokio::test]
async fn what_could_not_go_out_comes_when_the_later_one_is_given_up() {
    let outside = Outside::default();
    let story = Story::begins(&outside, LADDER, "2026-11-30T09:00:00Z").await;
    is_down(&outside, Some(("leads", false)));
    story.until("2026-11-30T12:59:00Z").await;
    is_down(&outside, Some(("leads", true)));
    story.until("2026-11-30T13:00:00Z").await;
    is_down(&outside, None);
    story.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.facts().await, @"
    Mon 30 Nov 10:00 remind@25% 0 fires
    Mon 30 Nov 11:00 remind@50% 0 fires
    Mon 30 Nov 13:00 breached, due Mon 13:00
    Mon 30 Nov 13:00 escalate@100% 0 fires
    Mon 30 Nov 13:04 reminder to leads is out
    Mon 30 Nov 13:18 withdrawn from leads: merged
    ");
    assert_eq!(outside.sum("NoticesGivenUp"), 1.0);
}

#[tokio::test]
async fn what_is_held_waits_for_an_urgent_one_that_is_still_tried_when_the_hours_begin() {
    let outside = Outside::default();
    let policy = "target: 4h
steps:
  - { at: 1h, remind: [approvers] }
  - { at: 1h 30m, escalate: [approvers], urgent: true }";
    for is_given_up in [false, true] {
        let story = Story::begins(&outside, policy, "2026-11-30T07:00:00Z").await;
        is_down(&outside, Some(("approvers", false)));
        story.until("2026-11-30T09:01:00Z").await;
        is_down(&outside, is_given_up.then_some(("approvers", true)));
        story.until("2026-11-30T09:14:00Z").await;
        is_down(&outside, None);
        story.until("2026-12-01T00:00:00Z").await;
        let told = if is_given_up { "approvers remind@1h" } else { "approvers escalate@1h30m" };
        assert_eq!(outside.told(), [told]);
        outside.letters.lock().expect("free").clear();
    }
}

#[tokio::test]
async fn an_urgent_one_that_could_not_go_out_does_not_wait_for_what_is_held() {
    let outside = Outside::default();
    let policy = "target: 1h
steps:
  - { at: 100%, escalate: [approvers], urgent: true }
  - { at: 2h, remind: [approvers] }";
    let story = Story::begins(&outside, policy, "2026-11-28T00:00:00Z").await;
    is_down(&outside, Some(("approvers", false)));
    story.until("2026-11-28T02:10:00Z").await;
    is_down(&outside, None);
    story.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.told(), @"
    Sat 28 Nov 02:17 approvers escalate@100% 0, due Sat 01:00
    Mon 30 Nov 09:00 approvers remind@2h 0, due Sat 02:00
    ");
    assert!(!story.latest_mail().contains("stands for"), "{}", story.latest_mail());
}

#[tokio::test]
async fn a_reminder_that_somebody_has_made_needless_leaves_the_escalation_before_it() {
    let outside = Outside::default();
    let policy = "target: 1h
steps:
  - { at: 100%, escalate: [leads] }
  - { at: 2h, remind: [leads] }";
    let story = Story::begins(&outside, policy, "2026-11-30T09:00:00Z").await;
    is_down(&outside, Some(("leads", false)));
    story.until("2026-11-30T11:10:00Z").await;
    assert!(story.is_acknowledged_by("jane").await);
    is_down(&outside, None);
    story.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.facts().await, @"
    Mon 30 Nov 10:00 breached, due Mon 10:00
    Mon 30 Nov 10:00 escalate@100% 0 fires
    Mon 30 Nov 11:00 remind@2h 0 fires
    Mon 30 Nov 11:10 jane sees to it
    Mon 30 Nov 11:15 withdrawn from leads: acknowledged
    Mon 30 Nov 11:22 escalation to leads is out
    ");
}
