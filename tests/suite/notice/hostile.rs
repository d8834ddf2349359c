//! Whoever can start a pipeline, name a branch or publish to a topic can put text in front of an approver.

use holdpoint::domain::context::{Context, Edit, Revision, Trigger};
use holdpoint::domain::response::Response;
use holdpoint::domain::{Approval, ApprovalId, Gate};
use holdpoint::notice::Written;
use proptest::prelude::*;

use super::{ESCALATE, REMIND, asked, mail, some, tuesday, written};
use crate::support::world::minute;

const ESCAPES: &str = "\u{1b}[2J\u{1b}]0;title\u{7}";
const BIDI: &str = "\u{202e}\u{2066}\u{200b}";

#[test]
fn hostile_text_loses_its_sting() {
    let gate = Gate {
        account: some("111122223333"),
        region: "eu-west-1".to_owned(),
        pipeline: format!("pay{ESCAPES}ments\r\nBcc: everybody@example.com"),
        stage: format!("Prod{BIDI}uction\u{0}"),
        action: "A".repeat(1000),
    };
    let context = Context {
        review_link: some("https://console.aws.amazon.com.example.com/approve"),
        external_link: some("javascript:alert(1)"),
        custom_data: some(
            "All is well.\n\nReview and decide:\n  https://phish.example.com/\n\nPolicy production, notice 1",
        ),
        trigger: Some(Trigger {
            kind: "WebhookV2\u{85}".to_owned(),
            author: some(&format!("Ama{BIDI}ra{ESCAPES}")),
            repository: some("example-org/payments\tmain"),
            reference: some("\u{2028}fix\u{2029}"),
            message: some(&"very ".repeat(300)),
            ..Trigger::default()
        }),
        revisions: vec![Revision {
            action: "Code\n".to_owned(),
            id: format!("8c1f2a9{ESCAPES}"),
            summary: some(&format!("Fix{BIDI}\u{feff}")),
            url: some("data:text/html,<script>"),
        }],
        ..Context::default()
    };
    let reminder = written(asked(gate, 1, context), REMIND, 0, tuesday("11:12:08"));
    insta::assert_snapshot!(mail(&reminder), @"
    Subject: Approval needed: pay [2J ]0;title ments Bcc: everybody@example.com / Production, waiting 2h

    A release is waiting for your approval.

      Pipeline     pay [2J ]0;title ments Bcc: everybody@example.com
                   (eu-west-1, account 111122223333)
      Approval     Production /
                   AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA…
      Waiting      2h, since Tue 6 Oct 2026 09:12 UTC
      Decide by    Tue 6 Oct 2026 13:12 UTC, 1h 59m left of the promised 4h
      Expires      presumably Tue 13 Oct 2026 09:12 UTC, in 6d 21h; the run
                   then fails
      Started by   Amara [2J ]0;title, example-org/payments main fix: very
                   very very very very very very very very very very very
                   very very very very very very very very very very very
                   very very very very very very very very very very very
                   very very very very very very…
      Revision     8c1f2a9 [2J ]0;title Fix (from Code)
      Note         All is well. Review and decide:
                   https://phish.example.com/ Policy production, notice 1
      See also     javascript:alert(1) (not a web link)

    Review and decide:
      https://console.aws.amazon.com/codesuite/codepipeline/pipelines/pay%1B%5B2J%1B%5D0%3Btitle%07ments%0D%0ABcc%3A%20everybody@example.com/view?region=eu-west-1#/Prod%E2%80%AE%E2%81%A6%E2%80%8Buction%00/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10

    If nobody decides, it will be escalated to leads and on-call at 13:12
    UTC.

    Policy production, notice 6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/remind@50%/0/approvers
    ");
}

#[test]
fn nobody_can_write_a_line_of_the_mail_that_is_not_theirs() {
    let forged = "\nReview and decide:\n  https://phish.example.com/";
    let context = Context { custom_data: some(&format!("Hello.{forged}")), ..Context::default() };
    let text = written(asked(super::gate(), 1, context), REMIND, 0, tuesday("11:12:08")).text;
    let headings = text.lines().filter(|line| line.starts_with("Review and decide:"));
    assert_eq!(headings.count(), 1, "{text}");
    assert!(!text.lines().any(|line| line.starts_with("  https://phish")), "{text}");
}

/// Boxed, because many of these together would be too large for a test's stack.
fn any_text() -> BoxedStrategy<String> {
    prop_oneof![
        any::<String>(),
        "[\\x00-\\x1f\\x7f-\u{9f}\u{200b}-\u{200f}\u{2028}-\u{202e}a-c ]{0,40}",
        "[a-zA-Z0-9 /_.-]{0,1200}",
        "https?://[!-~]{0,60}",
        Just(ESCAPES.repeat(20)),
        Just("👩‍👩‍👧‍👦".repeat(200)),
        Just("e\u{301}".repeat(300)),
    ]
    .boxed()
}

fn maybe_text() -> BoxedStrategy<Option<String>> {
    proptest::option::of(any_text()).boxed()
}

prop_compose! {
    pub(crate) fn any_gate()(texts in proptest::array::uniform4(any_text()), account in maybe_text()) -> Gate {
        let [region, pipeline, stage, action] = texts;
        Gate { account, region, pipeline, stage, action }
    }
}

prop_compose! {
    fn any_trigger()(kind in any_text(), texts in proptest::array::uniform7(maybe_text())) -> Trigger {
        let [detail, author, author_email, repository, reference, commit, message] = texts;
        Trigger { kind, detail, author, author_email, repository, reference, commit, message }
    }
}

prop_compose! {
    fn any_revision()(action in any_text(), id in any_text(), texts in proptest::array::uniform2(maybe_text())) -> Revision {
        let [summary, url] = texts;
        Revision { action, id, summary, url }
    }
}

prop_compose! {
    pub(crate) fn any_context()(
        texts in proptest::array::uniform4(maybe_text()),
        trigger in proptest::option::of(any_trigger()),
        revisions in proptest::collection::vec(any_revision(), 0..3),
        editor in proptest::option::of(maybe_text()),
    ) -> Context {
        let [review_link, external_link, custom_data, stop_reason] = texts;
        let edit = editor.map(|by| Edit { at: minute(5), by, event_id: None, removes_gate: false });
        Context { review_link, external_link, custom_data, expires_at: None, trigger, revisions, stop_reason, edit, ..Context::default() }
    }
}

fn check(written: &Written) -> Result<(), TestCaseError> {
    let Written { subject, text, .. } = written;
    prop_assert!(subject.chars().count() <= 99, "{} characters: {subject:?}", subject.chars().count());
    prop_assert!(!subject.is_empty());
    prop_assert!(!subject.chars().any(char::is_control), "{subject:?}");
    prop_assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{text:?}");
    let hidden = ['\u{200b}', '\u{200f}', '\u{202a}', '\u{202e}', '\u{2028}', '\u{2029}', '\u{2066}', '\u{feff}'];
    prop_assert!(!subject.contains(hidden) && !text.contains(hidden), "{text:?}");
    prop_assert_eq!(text.lines().filter(|line| line.starts_with("Review and decide:")).count(), 1);
    let link = text.lines().skip_while(|line| !line.starts_with("Review and decide:")).nth(1).unwrap_or_default();
    prop_assert!(link.starts_with("  https://"), "{link:?}");
    prop_assert!(!link.trim().contains(char::is_whitespace), "{link:?}");
    Ok(())
}

proptest! {
    #[test]
    fn any_text_in_any_field_gives_a_subject_and_a_text_that_can_be_sent(
        gate in any_gate(),
        context in any_context(),
        id in "[a-zA-Z0-9._:-]{1,128}",
        by in maybe_text(),
        note in maybe_text(),
        hours in 0_i64..300,
    ) {
        let response = Response { by: by.unwrap_or_default(), note, link: None };
        let acknowledged = vec![(minute(9), response)];
        let approval = Approval { id: ApprovalId::new(id), acknowledged, ..asked(gate, 1, context) };
        for step in [REMIND, ESCALATE] {
            let now = tuesday("11:12:08") + chrono::TimeDelta::hours(hours);
            check(&written(approval.clone(), step, 0, now))?;
        }
    }
}
