//! A step comes when it was promised, by whichever clock that was.

use holdpoint::adapters::memory::MemoryStore;

use super::Outside;
use super::story::Story;

/// What is told of an approval that waits from `at` to `until`.
async fn told(policy: &str, at: &str, until: &str) -> String {
    let outside = Outside::default();
    Story::begins(&outside, policy, at).await.until(until).await.told()
}

#[tokio::test]
async fn dst_night_does_not_move_the_deadline() {
    let policy = "target: 2h\ncalendar: berlin\nsteps: [{ at: 100%, escalate: [leads] }]";
    // An hour on Friday until five, and one on Monday from nine: 10:00 in winter is 09:00 UTC, in summer 08:00.
    let autumn = told(policy, "2026-10-23T14:00:00Z", "2026-10-27T00:00:00Z").await;
    assert_eq!(autumn, "Mon 26 Oct 09:00 leads escalate@100% 0\n");
    let spring = told(policy, "2027-03-26T15:00:00Z", "2027-03-30T00:00:00Z").await;
    assert_eq!(spring, "Mon 29 Mar 08:00 leads escalate@100% 0\n");
}

#[tokio::test]
async fn late_tick_does_not_shift_the_ladder() {
    let outside = Outside::default();
    let policy = "target: 4h
calendar: office
steps:
  - { at: 50%, remind: [approvers], repeat: { every: 1h, until: 6h } }";
    let story = Story::begins(&outside, policy, "2026-11-30T09:00:00Z").await;
    for at in ["2026-11-30T11:07:00Z", "2026-11-30T12:31:00Z", "2026-11-30T13:00:00Z"] {
        story.nothing_until(at).await;
    }
    story.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.told(), @"
    Mon 30 Nov 11:07 approvers remind@50% 0, due Mon 11:00
    Mon 30 Nov 12:31 approvers remind@50% 1, due Mon 12:00
    Mon 30 Nov 13:00 approvers remind@50% 2
    Mon 30 Nov 14:00 approvers remind@50% 3
    Mon 30 Nov 15:00 approvers remind@50% 4
    ");
}

#[tokio::test]
async fn outage_ends_in_one_notice_per_recipient_that_names_what_was_skipped() {
    let outside = Outside::default();
    let policy = "target: 4h
steps:
  - { at: 25%, remind: [on-call] }
  - { at: 50%, remind: [approvers], repeat: { every: 30m } }
  - { at: 100%, escalate: [leads, approvers], repeat: { every: 1h } }";
    let story = Story::begins(&outside, policy, "2026-11-30T09:00:00Z").await;
    story.nothing_until("2026-11-30T15:20:00Z").await;
    insta::assert_snapshot!(story.told(), @"
    Mon 30 Nov 15:20 approvers escalate@100% 2, due Mon 15:00
    Mon 30 Nov 15:20 leads escalate@100% 2, due Mon 15:00
    Mon 30 Nov 15:20 on-call remind@25% 0, due Mon 10:00
    ");
    insta::assert_snapshot!(story.facts().await, @"
    Mon 30 Nov 15:20 remind@25% 0 fires
    Mon 30 Nov 15:20 breached, due Mon 13:00
    Mon 30 Nov 15:20 escalate@100% 2 fires, skips escalate@100% 0..=1, skips remind@50% 0..=8
    Mon 30 Nov 15:20 escalation to approvers is out
    Mon 30 Nov 15:20 escalation to leads is out
    Mon 30 Nov 15:20 reminder to on-call is out
    ");
    insta::assert_snapshot!(story.latest_mail_to("approvers"), @"
    Subject: Escalation, approval overdue: service-000-prod / Release, waiting 6h 20m

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

    A reminder of Mon 30 Nov 2026 11:00 GMT with 8 repeats and an escalation
    of Mon 30 Nov 2026 13:00 GMT with 1 repeat were passed over.

      Pipeline     service-000-prod (eu-west-1, account 111122223333)
      Approval     Release / Approve
      Waiting      6h 20m, since Mon 30 Nov 2026 09:00 GMT
      Decide by    Mon 30 Nov 2026 13:00 GMT (13:00 UTC), 2h 20m over the
                   promised 4h
      Expires      presumably Mon 7 Dec 2026 09:00 GMT (09:00 UTC), in 6d
                   17h; the run then fails
    ");
    insta::assert_snapshot!(remark(&story.latest_mail_to("leads")), @"An escalation of Mon 30 Nov 2026 13:00 UTC with 1 repeat was passed over.");
    assert_eq!(remark(&story.latest_mail_to("on-call")), "");
    story.until("2026-11-30T15:30:00Z").await;
    assert_eq!(remark(&story.latest_mail()), "", "it is said once");
    assert!(story.told().ends_with("Mon 30 Nov 15:30 approvers remind@50% 9\n"), "{}", story.told());
}

/// What a mail says of notices that did not come.
fn remark(mail: &str) -> String {
    let lines: Vec<&str> = mail.lines().map(str::trim).collect();
    lines
        .split(|line| line.is_empty())
        .map(|lines| lines.join(" "))
        .filter(|part| part.contains("passed over"))
        .collect()
}

#[tokio::test]
async fn what_was_passed_over_is_named_by_the_first_notice_that_arrives() {
    let outside = Outside::default();
    let policy = "target: 4h\nsteps: [{ at: 50%, remind: [leads], repeat: { every: 1h } }]";
    let story = Story::begins(&outside, policy, "2026-11-30T09:00:00Z").await;
    *outside.down.lock().expect("free") = Some(("leads", true));
    story.nothing_until("2026-11-30T15:30:00Z").await;
    assert_eq!(outside.sum("NoticesGivenUp"), 1.0);
    *outside.down.lock().expect("free") = None;
    story.until("2026-11-30T16:30:00Z").await;
    let remark = remark(&story.latest_mail());
    assert_eq!(remark, "A reminder of Mon 30 Nov 2026 11:00 UTC with 3 repeats was passed over.");
}

#[tokio::test]
async fn a_second_attempt_climbs_its_own_ladder() {
    let policy = "target: 4h
steps: [{ at: 50%, remind: [approvers] }]
retry_steps: [{ at: 10m, escalate: [leads] }]";
    for (attempt, expected) in
        [(1, "Mon 30 Nov 12:00 approvers remind@50% 0\n"), (2, "Mon 30 Nov 10:10 leads escalate@10m 0\n")]
    {
        let outside = Outside::default();
        let (store, at) = (MemoryStore::new(), "2026-11-30T10:00:00Z");
        let story = Story::begins_on_attempt(store, &outside, policy, at, attempt).await;
        assert_eq!(story.until("2026-12-01T00:00:00Z").await.told(), expected);
    }
}

#[tokio::test]
async fn a_target_in_working_days_keeps_the_time_of_day() {
    let policy = "target: 2 working days\ncalendar: office\nsteps: [{ at: 100%, escalate: [leads] }]";
    let asked_on_thursday = told(policy, "2026-11-26T15:20:00Z", "2026-12-02T00:00:00Z").await;
    assert_eq!(asked_on_thursday, "Mon 30 Nov 15:20 leads escalate@100% 0\n");
    let asked_on_a_weekend = told(policy, "2026-11-28T11:00:00Z", "2026-12-02T00:00:00Z").await;
    assert_eq!(asked_on_a_weekend, "Tue 1 Dec 11:00 leads escalate@100% 0\n");
}

#[tokio::test]
async fn a_time_by_the_clock_passes_whether_anybody_works_or_not() {
    let policy = "target: 4h wall
calendar: office
steps: [{ at: 100%, escalate: [leads] }, { at: 1h, remind: [on-call] }]";
    // An hour of working time begins on Monday.
    let told = told(policy, "2026-11-27T22:00:00Z", "2026-12-01T00:00:00Z").await;
    assert_eq!(told, "Sat 28 Nov 02:00 leads escalate@100% 0\nMon 30 Nov 10:00 on-call remind@1h 0\n");
}

#[tokio::test]
async fn a_step_at_a_time_of_day_comes_then() {
    let next = "target: 1d\ncalendar: office\nsteps: [{ at: '09:00 next working day', remind: [leads] }]";
    let told_on_monday = told(next, "2026-11-27T16:00:00Z", "2026-12-03T00:00:00Z").await;
    assert_eq!(told_on_monday, "Mon 30 Nov 09:00 leads remind@09:00+1 0\n");
    let today = next.replace(" next working day", "");
    let before_it = told(&today, "2026-11-27T08:00:00Z", "2026-12-03T00:00:00Z").await;
    assert_eq!(before_it, "Fri 27 Nov 09:00 leads remind@09:00 0\n");
    let after_it = told(&today, "2026-11-27T10:00:00Z", "2026-12-03T00:00:00Z").await;
    assert_eq!(after_it, "Mon 30 Nov 09:00 leads remind@09:00 0\n");
    let later = next.replace("next working day", "in 2 working days");
    let on_the_second = told(&later, "2026-11-27T10:00:00Z", "2026-12-03T00:00:00Z").await;
    assert_eq!(on_the_second, "Tue 1 Dec 09:00 leads remind@09:00+2 0\n");
}

#[tokio::test]
async fn repeats_end_at_most_so_often() {
    let policy = "target: 4h
steps: [{ at: 50%, remind: [leads], repeat: { every: 1h, at_most: 2 } }]";
    insta::assert_snapshot!(told(policy, "2026-11-30T09:00:00Z", "2026-12-03T00:00:00Z").await, @"
    Mon 30 Nov 11:00 leads remind@50% 0
    Mon 30 Nov 12:00 leads remind@50% 1
    Mon 30 Nov 13:00 leads remind@50% 2
    ");
}

#[tokio::test]
async fn repeats_of_working_days_come_at_the_same_time_of_day() {
    let policy = "target: 1h
calendar: office
steps: [{ at: 100%, remind: [leads], repeat: { every: 1 working day, until: 3 working days } }]";
    insta::assert_snapshot!(told(policy, "2026-11-26T10:00:00Z", "2026-12-03T00:00:00Z").await, @"
    Thu 26 Nov 11:00 leads remind@100% 0
    Fri 27 Nov 11:00 leads remind@100% 1
    Mon 30 Nov 11:00 leads remind@100% 2
    ");
}

#[tokio::test]
async fn nobody_hears_twice_of_one_instant() {
    let policy = "target: 4h
steps:
  - { at: 50%, remind: [leads, on-call] }
  - { at: 2h, escalate: [leads] }
  - { at: 2h wall, escalate: [leads], urgent: true }";
    let outside = Outside::default();
    let story = Story::begins(&outside, policy, "2026-11-30T09:00:00Z").await;
    story.until("2026-12-01T00:00:00Z").await;
    insta::assert_snapshot!(story.told(), @"
    Mon 30 Nov 11:00 leads escalate@2h-wall 0
    Mon 30 Nov 11:00 on-call remind@50% 0
    ");
    assert_eq!(remark(&story.latest_mail_to("leads")), "", "the escalation of that instant says it all");
}

#[tokio::test]
async fn before_expiry_counts_back_from_the_time_out_and_never_before_the_request() {
    let policy = "target: 4h
expires_after: 8h
steps: [{ before_expiry: 1h, escalate: [leads] }, { before_expiry: 2d, remind: [on-call] }]";
    let told = told(policy, "2026-11-30T09:00:00Z", "2026-12-01T00:00:00Z").await;
    assert_eq!(told, "Mon 30 Nov 09:00 on-call remind@expiry-2days 0\nMon 30 Nov 16:00 leads escalate@expiry-1h 0\n");
}
