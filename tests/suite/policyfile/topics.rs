//! Topics of SNS as recipients.

use holdpoint::policyfile::{Format, Recipient};

use super::{complaint, good};

fn file(recipient: &str) -> String {
    format!(
        "version: 1\nrecipients:\n  leads: {recipient}\npolicies:\n  - {{ name: all, target: 4h, steps: [{{ at: 50%, remind: [leads] }}] }}\n"
    )
}

fn complaint_about(recipient: &str) -> String {
    complaint(&file(recipient))
}

#[test]
fn a_topic_of_any_partition_can_be_told_in_three_formats() {
    for (partition, region) in [("aws", "eu-west-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")] {
        let arn = format!("arn:{partition}:sns:{region}:111122223333:Approvals_of-prod");
        for (word, expected) in [
            ("", Format::Text),
            (", format: text", Format::Text),
            (", format: chat", Format::Chat),
            (", format: json", Format::Json),
        ] {
            let recipients = good(&file(&format!("{{ sns: \"{arn}\"{word} }}"))).recipients;
            let Some(Recipient::Sns { topic, format }) = recipients.values().next() else { panic!("{recipients:?}") };
            assert_eq!((topic.arn.as_str(), topic.region.as_str()), (arn.as_str(), region));
            assert_eq!((*format, topic.is_fifo()), (expected, false));
        }
    }
}

#[test]
fn a_topic_is_named_by_its_arn() {
    for wrong in [
        "approvals",
        "arn:aws:sqs:eu-west-1:111122223333:approvals",
        "arn:gcp:sns:eu-west-1:111122223333:approvals",
        "arn:aws:sns:europe:111122223333:approvals",
        "arn:aws:sns:eu-west-1:1111:approvals",
        "arn:aws:sns:eu-west-1:111122223333:all approvals",
        "arn:aws:sns:eu-west-1:111122223333:.fifo",
        "arn:aws:sns:eu-west-1:111122223333:approvals:5f1d7a3c-0000-4000-8000-000000000000",
    ] {
        let said = complaint_about(&format!("{{ sns: \"{wrong}\" }}"));
        assert!(said.starts_with("policy.yaml:3:17: recipients.leads.sns: `"), "{said}");
    }
    insta::assert_snapshot!(complaint_about("{ sns: approvals }"), @"
    policy.yaml:3:17: recipients.leads.sns: `approvals` is not the ARN of an SNS topic: write `arn:aws:sns:REGION:ACCOUNT:NAME`
        3 |   leads: { sns: approvals }
          |                 ^
    ");
    insta::assert_snapshot!(complaint_about("{ sns: \"arn:aws:sns:eu-west-1:1111:approvals\" }"), @r#"
    policy.yaml:3:17: recipients.leads.sns: `1111` is no account of AWS, which has twelve digits: write `arn:aws:sns:REGION:ACCOUNT:NAME`
        3 |   leads: { sns: "arn:aws:sns:eu-west-1:1111:approvals" }
          |                 ^
    "#);
    insta::assert_snapshot!(complaint_about("{ sns: \"arn:aws:sns:eu-west-1:111122223333:approvals:5f1d7a3c\" }"), @r#"
    policy.yaml:3:17: recipients.leads.sns: `arn:aws:sns:eu-west-1:111122223333:approvals:5f1d7a3c` is the ARN of a subscription, not of its topic: leave out what follows the topic's name
        3 |   leads: { sns: "arn:aws:sns:eu-west-1:111122223333:approvals:5f1d7a3c" }
          |                 ^
    "#);
}

#[test]
fn a_format_is_for_topics() {
    let topic = "sns: \"arn:aws:sns:eu-west-1:111122223333:approvals\"";
    insta::assert_snapshot!(complaint_about(&format!("{{ {topic}, format: html }}")), @r#"
    policy.yaml:3:73: recipients.leads.format: `html` is not a format: write `text` (for mail), `chat` (for Amazon Q Developer) or `json`
        3 |   leads: { sns: "arn:aws:sns:eu-west-1:111122223333:approvals", format: html }
          |                                                                         ^
    "#);
    insta::assert_snapshot!(complaint_about("{ console: true, format: json }"), @"
    policy.yaml:3:35: recipients.leads.format: only `sns` has a format: leave this out
        3 |   leads: { console: true, format: json }
          |                                   ^
    ");
    insta::assert_snapshot!(complaint_about("{ webhook: \"https://hooks.example.com/x\", format: chat }"), @r#"
    policy.yaml:3:60: recipients.leads.format: a `webhook` is told in `json`: write that, or leave this out
        3 |   leads: { webhook: "https://hooks.example.com/x", format: chat }
          |                                                            ^
    "#);
    insta::assert_snapshot!(complaint_about(&format!("{{ console: true, {topic} }}")), @r#"
    policy.yaml:3:10: recipients.leads: write exactly one of these: `console: true`, `file: PATH`, `webhook: URL`, `sns: ARN_OF_A_TOPIC`
        3 |   leads: { console: true, sns: "arn:aws:sns:eu-west-1:111122223333:approvals" }
          |          ^
    "#);
    // What a webhook gets anyway.
    good(&file("{ webhook: \"https://hooks.example.com/x\", format: json }"));
}

#[test]
fn text_to_a_topic_that_reaches_no_mail_is_warned_of() {
    let fifo = "sns: \"arn:aws:sns:eu-west-1:111122223333:approvals.fifo\"";
    insta::assert_snapshot!(good(&file(&format!("{{ {fifo} }}"))).warnings.join("\n"), @"recipient `leads` gets text for mail, but a FIFO topic reaches no mail: use a standard topic, or `format: json`");
    assert_eq!(good(&file(&format!("{{ {fifo}, format: json }}"))).warnings, Vec::<String>::new());
}
