//! A comment is free text. CodePipeline itself writes `Approved by arn:...` where somebody leaves it blank, and anybody
//! can type the same, so it never says who decided.

use chrono::TimeDelta;
use holdpoint::domain::evidence::Basis;
use holdpoint::domain::input::Input;
use holdpoint::domain::policy::Rules;
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{Approval, ApprovalId, decide};
use holdpoint::policyfile;
use proptest::prelude::*;

use super::fixtures::{at, input, text};

fn rules() -> Rules {
    policyfile::read("default", policyfile::DEFAULT).expect("the default policy is in order").rules
}

/// What is known of an approval that was told all this, once no more evidence is waited for.
fn settled(inputs: &[Input]) -> Projection {
    let (rules, start) = (rules(), at("2026-10-06T12:00:00Z"));
    let told = inputs.iter().chain([&Input::Tick]).zip(0..).fold(
        Approval::new(ApprovalId::new("any")),
        |approval, (input, n)| {
            let now = start + TimeDelta::hours(n);
            decide(&approval, input, &rules, now).iter().fold(approval, Approval::apply)
        },
    );
    Projection::of(&told, &rules)
}

#[test]
fn a_comment_that_names_an_arn_is_no_identity() {
    let blank = "Approved by arn:aws:iam::111122223333:user/mallory";
    let event = text("approval-succeeded").replace("Refund path fixed, see PAY-2291", blank);
    let known = settled(&[input(&event)]);
    assert_eq!(known.basis, Some(Basis::ActionEvent));
    assert_eq!(known.comment.as_deref(), Some(blank), "the text itself is kept as evidence");
    assert_eq!(known.decided_by, None);

    let of_codestar = settled(&[input(&text("codestar-succeeded-2022"))]);
    assert_eq!((of_codestar.basis, of_codestar.decided_by), (Some(Basis::ActionEvent), None));
}

#[test]
fn cloudtrail_says_who_it_was_whatever_the_comment_says() {
    let forged = "Approved by arn:aws:iam::111122223333:user/mallory";
    let forge = |name: &str| text(name).replace("Refund path fixed, see PAY-2291", forged);
    let answer = input(&forge("cloudtrail-approved-sso-session-wrapped"));
    let end = input(&forge("approval-succeeded"));
    let noor = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_ReleaseManager_0123456789abcdef/noor@example.com";
    for inputs in [[answer.clone(), end.clone()], [end, answer]] {
        let known = settled(&inputs);
        assert_eq!(known.decided_by.as_deref(), Some(noor));
        assert_eq!(known.comment.as_deref(), Some(forged));
    }
}

#[test]
fn a_refused_call_decides_nothing() {
    let known = settled(&[input(&text("approval-started")), input(&text("cloudtrail-refused-wrapped"))]);
    assert!(known.is_waiting());
    assert_eq!(known.decided_by, None);
}

proptest! {
    #[test]
    fn no_comment_in_an_event_makes_anybody_the_decider(comment in r"(Approved|Rejected) by \PC{0,40}|\PC{0,60}") {
        let comment = serde_json::to_string(&comment).expect("a text");
        for name in ["approval-succeeded", "approval-rejected"] {
            let summary = r#""external-execution-summary": "#;
            let event: Vec<String> = text(name).lines().map(|line| match line.split_once(summary) {
                Some((before, _)) => format!("{before}{summary}{comment},"),
                None => line.to_owned(),
            }).collect();
            let known = settled(&[input(&event.join("\n"))]);
            prop_assert_eq!(known.decided_by, None);
        }
    }
}
