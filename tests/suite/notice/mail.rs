//! Whole mails, as an approver reads them.

use holdpoint::domain::context::{Context, Edit, Revision, Trigger};
use holdpoint::domain::effect::Notice;
use holdpoint::domain::policy::{Act, PolicyRef};
use holdpoint::domain::{Approval, ApprovalId, Gate, NoticeId, PolicyName, RecipientName, StepId};
use holdpoint::notice::write;

use super::{
    BEFORE_EXPIRY, ESCALATE, REMIND, asked, context, fired, gate, mail, no_rules, rules, some, tuesday, written,
};

#[test]
fn a_reminder_in_time_says_all_that_is_known() {
    let reminder = written(asked(gate(), 1, context()), REMIND, 0, tuesday("11:12:07.412"));
    insta::assert_snapshot!(mail(&reminder), @"
    Subject: Approval needed: payments-prod / Production, waiting 2h

    A release is waiting for your approval.

      Pipeline     payments-prod (eu-west-1, account 111122223333)
      Approval     Production / Approve
      Waiting      2h, since Tue 6 Oct 2026 09:12 UTC
      Decide by    Tue 6 Oct 2026 13:12 UTC, 2h left of the promised 4h
      Expires      Tue 13 Oct 2026 09:12 UTC, in 6d 21h; the run then fails
      Started by   Amara Okafor, example-org/payments main
      Revision     8c1f2a9 Retry refunds that the acquirer answered late
                   (from Code)
                   https://github.example.com/example-org/payments/commit/8c1f2a9
      Note         Refunds are off until this is live. Check the refund
                   dashboard first.
      See also     https://ci.example.com/payments/1841

    Review and decide:
      https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view?region=eu-west-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10

    If nobody decides, it will be escalated to leads and on-call at 13:12
    UTC.

    Policy production, notice 6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/remind@50%/0/approvers
    ");
}

#[test]
fn an_escalation_past_the_deadline_asks_to_see_to_it() {
    let escalation = written(asked(gate(), 1, context()), ESCALATE, 2, tuesday("14:12:08"));
    insta::assert_snapshot!(mail(&escalation), @"
    Subject: Escalation, approval overdue: payments-prod / Production, waiting 5h

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

      Pipeline     payments-prod (eu-west-1, account 111122223333)
      Approval     Production / Approve
      Waiting      5h, since Tue 6 Oct 2026 09:12 UTC
      Decide by    Tue 6 Oct 2026 13:12 UTC, 1h over the promised 4h
      Expires      Tue 13 Oct 2026 09:12 UTC, in 6d 18h; the run then fails
      Started by   Amara Okafor, example-org/payments main
      Revision     8c1f2a9 Retry refunds that the acquirer answered late
                   (from Code)
                   https://github.example.com/example-org/payments/commit/8c1f2a9
      Note         Refunds are off until this is live. Check the refund
                   dashboard first.
      See also     https://ci.example.com/payments/1841

    Review and decide:
      https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view?region=eu-west-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10

    If nobody decides, it will be escalated to leads and on-call at 14:42
    UTC.

    Policy production, notice 6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/escalate@100%/2/leads
    ");
}

#[test]
fn an_escalation_before_the_deadline_does_not_call_it_late() {
    // CodePipeline gives up so soon that the last step comes before the deadline.
    let context = Context { expires_at: Some(tuesday("17:12:00")), ..Context::default() };
    let escalation = written(asked(gate(), 1, context), BEFORE_EXPIRY, 0, tuesday("11:12:00"));
    insta::assert_snapshot!(mail(&escalation), @"
    Subject: Escalation, approval needed: payments-prod / Production, waiting 1h 59m

    A release is still waiting for its approval.
    Please see that somebody decides.

      Pipeline     payments-prod (eu-west-1, account 111122223333)
      Approval     Production / Approve
      Waiting      1h 59m, since Tue 6 Oct 2026 09:12 UTC
      Decide by    Tue 6 Oct 2026 13:12 UTC, 2h left of the promised 4h
      Expires      Tue 6 Oct 2026 17:12 UTC, in 6h; the run then fails

    Review and decide:
      https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view?region=eu-west-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10

    If nobody decides, approvers will be reminded at 11:12 UTC.

    Policy production, notice 6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/escalate@expiry-6h/0/on-call
    ");
}

#[test]
fn an_escalation_at_the_deadline_says_that_the_time_is_up() {
    let escalation = written(asked(gate(), 1, Context::default()), ESCALATE, 0, tuesday("13:12:07.412"));
    insta::assert_snapshot!(mail(&escalation), @"
    Subject: Escalation, approval overdue: payments-prod / Production, waiting 4h

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

      Pipeline     payments-prod (eu-west-1, account 111122223333)
      Approval     Production / Approve
      Waiting      4h, since Tue 6 Oct 2026 09:12 UTC
      Decide by    Tue 6 Oct 2026 13:12 UTC, just over the promised 4h
      Expires      presumably Tue 13 Oct 2026 09:12 UTC, in 6d 20h; the run
                   then fails

    Review and decide:
      https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view?region=eu-west-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10

    If nobody decides, it will be escalated to leads and on-call at 13:42
    UTC.

    Policy production, notice 6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/escalate@100%/0/leads
    ");
}

#[test]
fn a_reminder_that_is_sent_late_says_so() {
    let reminder = written(asked(gate(), 1, Context::default()), REMIND, 0, tuesday("13:12:08"));
    insta::assert_snapshot!(mail(&reminder), @"
    Subject: Approval overdue: payments-prod / Production, waiting 4h

    A release is waiting for your approval, longer than was promised.

      Pipeline     payments-prod (eu-west-1, account 111122223333)
      Approval     Production / Approve
      Waiting      4h, since Tue 6 Oct 2026 09:12 UTC
      Decide by    Tue 6 Oct 2026 13:12 UTC, just over the promised 4h
      Expires      presumably Tue 13 Oct 2026 09:12 UTC, in 6d 19h; the run
                   then fails

    Review and decide:
      https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view?region=eu-west-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10

    If nobody decides, it will be escalated to leads and on-call at 13:42
    UTC.

    Policy production, notice 6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/remind@50%/0/approvers
    ");
}

#[test]
fn a_retry_says_which_attempt_it_is() {
    let reminder = written(asked(gate(), 2, Context::default()), REMIND, 0, tuesday("11:12:08"));
    insta::assert_snapshot!(reminder.text.lines().find(|line| line.contains("attempt")).unwrap_or_default(), @"  Approval     Production / Approve (attempt 2)");
}

#[test]
fn where_almost_nothing_is_known_nothing_is_made_up() {
    let approval = Approval::new(ApprovalId::new("6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10"));
    let notice = Notice {
        id: NoticeId::new("6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/remind@50%/0/approvers"),
        act: Act::Remind,
        step: StepId::new("remind@50%"),
        repeat: 0,
        recipient: RecipientName::new("approvers"),
        due_at: tuesday("11:12:07"),
        held_until: None,
        policy: PolicyRef { name: PolicyName::new("production"), version: "0".to_owned() },
        finding: None,
    };
    insta::assert_snapshot!(mail(&write(&notice, &approval, &no_rules(), tuesday("11:12:08"))), @"
    Subject: Approval needed: unknown / unknown

    A release is waiting for your approval.

      Pipeline     unknown (unknown)
      Approval     unknown / unknown

    Review and decide:
      https://console.aws.amazon.com/codesuite/codepipeline/pipelines/unknown/view?region=unknown#/unknown/unknown/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10

    This is the last notice about it.

    Policy production, notice 6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/remind@50%/0/approvers
    ");
}

#[test]
fn the_last_notice_says_that_it_is_the_last() {
    let now = tuesday("17:12:08");
    let rules = rules();
    let context = Context { expires_at: Some(tuesday("18:12:00")), ..Context::default() };
    // The step before the time-out has fired, and the repeats are over.
    let (_, approval) = fired(asked(gate(), 1, context), &rules, REMIND, 0, now);
    let (_, approval) = fired(approval, &rules, BEFORE_EXPIRY, 0, now);
    let (notice, approval) = fired(approval, &rules, ESCALATE, 8, now);
    insta::assert_snapshot!(mail(&write(&notice, &approval, &rules, now)), @"
    Subject: Escalation, approval overdue: payments-prod / Production, waiting 8h

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

      Pipeline     payments-prod (eu-west-1, account 111122223333)
      Approval     Production / Approve
      Waiting      8h, since Tue 6 Oct 2026 09:12 UTC
      Decide by    Tue 6 Oct 2026 13:12 UTC, 4h over the promised 4h
      Expires      Tue 6 Oct 2026 18:12 UTC, in 59m 52s; the run then fails

    Review and decide:
      https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view?region=eu-west-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10

    This is the last notice about it. If nobody decides, the run fails at
    18:12 UTC.

    Policy production, notice 6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/escalate@100%/8/leads
    ");
}

#[test]
fn a_start_by_a_person_names_the_person() {
    let trigger = Trigger {
        kind: "StartPipelineExecution".to_owned(),
        detail: some("arn:aws:sts::111122223333:assumed-role/ReleaseEngineer/tomas@example.com"),
        ..Trigger::default()
    };
    let context = Context { trigger: Some(trigger), ..Context::default() };
    insta::assert_snapshot!(details(context), @"
    Pipeline     payments-prod (eu-west-1, account 111122223333)
    Approval     Production / Approve
    Waiting      2h, since Tue 6 Oct 2026 09:12 UTC
    Decide by    Tue 6 Oct 2026 13:12 UTC, 1h 59m left of the promised 4h
    Expires      presumably Tue 13 Oct 2026 09:12 UTC, in 6d 21h; the run
                 then fails
    Started by   arn:aws:sts::111122223333:assumed-role/ReleaseEngineer/tomas@example.com
                 (StartPipelineExecution)
    ");
}

#[test]
fn every_source_has_its_revision() {
    let revision = |action: &str, id: &str, summary: Option<&str>| Revision {
        action: action.to_owned(),
        id: id.to_owned(),
        summary: summary.map(str::to_owned),
        url: None,
    };
    let version = "qXz0k8VbT1mE_3nPfGd5.RhYw7Ju2sLa";
    let revisions = vec![
        revision("Artifact", version, Some(&format!("Amazon S3 version id: {version}"))),
        revision("Code", "8c1f2a9be07d4653fa1029b8c7d6e5f4a3b2c1d0", Some("Fix\n\nA long story\nin lines.")),
        revision("Image", "sha256:0123456789abcdef", None),
    ];
    insta::assert_snapshot!(details(Context { revisions, ..Context::default() }), @"
    Pipeline     payments-prod (eu-west-1, account 111122223333)
    Approval     Production / Approve
    Waiting      2h, since Tue 6 Oct 2026 09:12 UTC
    Decide by    Tue 6 Oct 2026 13:12 UTC, 1h 59m left of the promised 4h
    Expires      presumably Tue 13 Oct 2026 09:12 UTC, in 6d 21h; the run
                 then fails
    Revision     qXz0k8VbT1mE_3nPfGd5.RhYw7Ju2sLa (from Artifact)
    Revision     8c1f2a9 Fix A long story in lines. (from Code)
    Revision     sha256:0123456789abcdef (from Image)
    ");
}

#[test]
fn a_run_that_is_being_stopped_says_so() {
    let context = Context { stop_reason: some("Wrong branch, starting over"), ..Context::default() };
    insta::assert_snapshot!(details(context), @"
    Pipeline     payments-prod (eu-west-1, account 111122223333)
    Approval     Production / Approve
    Waiting      2h, since Tue 6 Oct 2026 09:12 UTC
    Decide by    Tue 6 Oct 2026 13:12 UTC, 1h 59m left of the promised 4h
    Expires      presumably Tue 13 Oct 2026 09:12 UTC, in 6d 21h; the run
                 then fails
    Stopping     Wrong branch, starting over
    ");
}

#[test]
fn an_edit_of_the_pipeline_during_the_wait_says_who_did_it_and_what_it_means() {
    let by = some("arn:aws:sts::111122223333:assumed-role/Deployer/ci");
    let context = Context {
        edit: Some(Edit { at: tuesday("10:02:00"), by, event_id: None, removes_gate: false }),
        ..Context::default()
    };
    insta::assert_snapshot!(details(context), @"
    Pipeline     payments-prod (eu-west-1, account 111122223333)
    Approval     Production / Approve
    Waiting      2h, since Tue 6 Oct 2026 09:12 UTC
    Decide by    Tue 6 Oct 2026 13:12 UTC, 1h 59m left of the promised 4h
    Expires      presumably Tue 13 Oct 2026 09:12 UTC, in 6d 21h; the run
                 then fails
    Edited       the pipeline, Tue 6 Oct 2026 10:02 UTC by
                 arn:aws:sts::111122223333:assumed-role/Deployer/ci;
                 CodePipeline may take no answer to this approval any more
    ");
}

#[test]
fn a_time_out_that_has_passed_unheard_is_not_called_a_future() {
    let context = Context { expires_at: Some(tuesday("11:00:00")), ..Context::default() };
    insta::assert_snapshot!(details(context), @"
    Pipeline     payments-prod (eu-west-1, account 111122223333)
    Approval     Production / Approve
    Waiting      2h, since Tue 6 Oct 2026 09:12 UTC
    Decide by    Tue 6 Oct 2026 13:12 UTC, 1h 59m left of the promised 4h
    Expired      Tue 6 Oct 2026 11:00 UTC, but nothing was heard of it
    ");
}

#[test]
fn long_notes_are_wrapped_and_links_are_not() {
    let link = format!("https://ci.example.com/{}", "runs/".repeat(30));
    let note = format!("{} {link}", "Look at the numbers before you decide.".repeat(3));
    insta::assert_snapshot!(details(Context { custom_data: Some(note), ..Context::default() }), @"
    Pipeline     payments-prod (eu-west-1, account 111122223333)
    Approval     Production / Approve
    Waiting      2h, since Tue 6 Oct 2026 09:12 UTC
    Decide by    Tue 6 Oct 2026 13:12 UTC, 1h 59m left of the promised 4h
    Expires      presumably Tue 13 Oct 2026 09:12 UTC, in 6d 21h; the run
                 then fails
    Note         Look at the numbers before you decide.Look at the numbers
                 before you decide.Look at the numbers before you decide.
                 https://ci.example.com/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/runs/
    ");
}

#[test]
fn a_long_name_gives_way_in_the_subject_and_nothing_else_does() {
    let gate =
        Gate { pipeline: "payments-and-refunds-and-chargebacks-for-all-of-europe-production".repeat(2), ..gate() };
    let escalation = written(asked(gate, 1, Context::default()), ESCALATE, 0, tuesday("13:12:08"));
    insta::assert_snapshot!(escalation.subject, @"Escalation, approval overdue: payments-and-refunds-and-chargebacks-for-all-of-europe-p…, waiting 4h");
    assert_eq!(escalation.subject.chars().count(), 99);
}

/// The labelled lines of a reminder two hours after the request.
fn details(context: Context) -> String {
    let text = written(asked(gate(), 1, context), REMIND, 0, tuesday("11:12:08")).text;
    text.split("\n\n").nth(1).unwrap_or_default().to_owned()
}
