//! The output for people.

use super::run::holdpoint_fed;
use crate::wire::fixtures::text;

/// The timeline without the summary below it.
fn told(fixtures: &[&str]) -> String {
    let input: String = fixtures.iter().map(|name| text(name)).collect();
    let out = holdpoint_fed(&["replay", "-"], &input).done();
    out.split("\nAs of").next().unwrap_or_default().to_owned()
}

#[test]
fn a_request_and_an_end_that_are_heard_of_twice_are_told_of_once() {
    let notification_first = told(&["sns-envelope", "approval-started", "stage-failed", "approval-rejected"]);
    insta::assert_snapshot!(notification_first, @r#"
    Tue 6 Oct 2026, UTC
      09:12:08  waiting      payments-prod / Production / Approve
      10:41:59  ended        payments-prod / Production / Approve
                             failed; why is still open
      10:56:59  rejected     payments-prod / Production / Approve after 1h 29m
                             by whom is not known
                             "Smoke tests of the refund path are red"
    "#);
    let event_first = told(&["approval-started", "sns-envelope", "approval-rejected", "stage-failed"]);
    assert_eq!(
        event_first,
        notification_first
            .replace("09:12:08", "09:12:07")
            .replacen("10:41:59", "10:41:58", 1)
            .replace("10:56:59", "10:56:58")
    );
}

#[test]
fn a_retry_is_told_of_as_a_request_of_its_own() {
    insta::assert_snapshot!(told(&["approval-started", "approval-started-after-retry", "approval-rejected"]), @r#"
    Tue 6 Oct 2026, UTC
      09:12:07  waiting      payments-prod / Production / Approve
      11:05:30  waiting      payments-prod / Production / Approve, attempt 2
      11:05:30  ended        payments-prod / Production / Approve
                             failed; why is still open
      11:20:30  rejected     payments-prod / Production / Approve after 1h 29m
                             by whom is not known
                             "Smoke tests of the refund path are red"
    "#);
}

#[test]
fn what_ends_without_a_decision_says_how() {
    let ends = ["approval-abandoned", "approval-canceled", "approval-failed-permission-error"];
    insta::assert_snapshot!(told(&ends), @r#"
    Wed 7 Oct 2026, UTC
      15:20:44  abandoned    payments-prod / Production / Approve after 1h 18m
      16:30:09  cancelled    ledger-prod / Production / Approve after 28m 13s

    Thu 8 Oct 2026, UTC
      08:00:21  never asked  web-staging / Production / Approve after 1s
                             "The action role may not publish to the topic"
    "#);
}
