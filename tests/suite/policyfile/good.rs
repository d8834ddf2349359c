//! Files that are in order, and the rules that they come to.

use std::path::PathBuf;

use chrono::TimeDelta;
use holdpoint::domain::policy::{Act, Dimension, Repeat, Step, When};
use holdpoint::domain::span::Span;
use holdpoint::domain::{Gate, RecipientName, StepId};
use holdpoint::policyfile::{DEFAULT, Recipient};

use super::{good, in_policy};

const WHOLE: &str = r#"
version: 1
recipients:
  approvers: { console: true }
  leads: { file: /var/log/holdpoint/leads.jsonl }
  on-call: { webhook: "https://hooks.example.com/on-call", token_env: ON_CALL_TOKEN }
policies:
  - name: production
    match: { account: 111122223333, pipeline: "*-prod", stage: "{Live,Production}" }
    target: 1h 30m
    expires_after: 2d
    steps:
      - { at: 50%, remind: [approvers] }
      - { at: 33.3%, remind: [approvers] }
      - { at: 90m, escalate: [leads, on-call], repeat: { every: 30m, until: 400% } }
      - { before_expiry: 6h, escalate: [on-call], repeat: { every: 1h } }
  - name: everything-else
    target: 1d
metrics:
  namespace: Releases
  dimensions: [[Pipeline, Stage], []]
  file: metrics.jsonl
"#;

fn gate(account: Option<&str>, pipeline: &str, stage: &str) -> Gate {
    Gate {
        account: account.map(str::to_owned),
        region: "eu-west-1".to_owned(),
        pipeline: pipeline.to_owned(),
        stage: stage.to_owned(),
        action: "Approve".to_owned(),
    }
}

fn step(id: &str, when: When, act: Act, to: &[&str], repeat: Option<Repeat>) -> Step {
    let to = to.iter().copied().map(RecipientName::new).collect();
    Step { id: StepId::new(id), when, act, to, repeat, is_urgent: false }
}

#[test]
fn every_word_of_a_file_comes_to_a_rule() {
    let file = good(WHOLE);
    let production = &file.rules.policies[0];
    assert_eq!(production.target, Span::Working(TimeDelta::minutes(90)));
    assert_eq!(production.expires_after, Some(TimeDelta::days(2)));
    let often = |every, until| Some(Repeat { every: Span::Working(every), until, at_most: None });
    let four_targets = Some(When::Share { permille: 4000 });
    assert_eq!(
        production.steps,
        [
            step("remind@50%", When::Share { permille: 500 }, Act::Remind, &["approvers"], None),
            step("remind@33.3%", When::Share { permille: 333 }, Act::Remind, &["approvers"], None),
            step(
                "escalate@1h30m",
                When::After(Span::Working(TimeDelta::minutes(90))),
                Act::Escalate,
                &["leads", "on-call"],
                often(TimeDelta::minutes(30), four_targets),
            ),
            step(
                "escalate@expiry-6h",
                When::BeforeExpiry(TimeDelta::hours(6)),
                Act::Escalate,
                &["on-call"],
                often(TimeDelta::hours(1), None),
            ),
        ]
    );
    let rest = &file.rules.policies[1];
    assert_eq!((rest.target, rest.expires_after, rest.steps.len()), (Span::Working(TimeDelta::days(1)), None, 0));
}

#[test]
fn every_recipient_is_reached_as_it_says() {
    let file = good(WHOLE);
    let reached = |name: &str| file.recipients.get(&RecipientName::new(name)).cloned();
    assert_eq!(reached("approvers"), Some(Recipient::Console));
    assert_eq!(reached("leads"), Some(Recipient::File(PathBuf::from("/var/log/holdpoint/leads.jsonl"))));
    let token_env = Some("ON_CALL_TOKEN".to_owned());
    let url = "https://hooks.example.com/on-call".to_owned();
    assert_eq!(reached("on-call"), Some(Recipient::Webhook { url, token_env }));
}

#[test]
fn the_first_policy_that_matches_a_gate_is_the_one_that_counts() {
    let rules = good(WHOLE).rules;
    let policy = |gate: &Gate| rules.policy_for(gate).map(|policy| policy.name.to_string()).unwrap_or_default();
    let account = Some("111122223333");
    assert_eq!(policy(&gate(account, "payments-prod", "Live")), "production");
    assert_eq!(policy(&gate(account, "payments-prod", "Production")), "production");
    assert_eq!(policy(&gate(account, "payments-staging", "Live")), "everything-else");
    assert_eq!(policy(&gate(account, "payments-prod", "Test")), "everything-else");
    assert_eq!(policy(&gate(Some("444455556666"), "payments-prod", "Live")), "everything-else");
    // CodePipeline's notification may name no account, and then none is matched.
    assert_eq!(policy(&gate(None, "payments-prod", "Live")), "everything-else");
}

#[test]
fn metrics_are_broken_down_as_asked_or_else_as_is_useful() {
    let file = good(WHOLE);
    assert_eq!(file.rules.dimensions, [vec![Dimension::Pipeline, Dimension::Stage], vec![]]);
    assert_eq!((file.namespace.as_str(), file.metrics_file), ("Releases", Some(PathBuf::from("metrics.jsonl"))));

    let plain = good(&in_policy("target: 4h"));
    assert!(plain.rules.dimensions.contains(&vec![]), "the total is among them");
    assert_eq!((plain.namespace.as_str(), plain.metrics_file), ("Holdpoint", None));
}

#[test]
fn the_default_policy_leaves_nothing_to_complain_of() {
    let file = good(DEFAULT);
    assert_eq!(file.warnings, Vec::<String>::new());
    let any = gate(None, "any", "any");
    let policy = file.rules.policy_for(&any).expect("the default policy is for every gate");
    assert_eq!(policy.target, Span::Working(TimeDelta::hours(4)));
    assert!(policy.steps.iter().any(|step| step.act == Act::Remind));
    assert!(policy.steps.iter().any(|step| step.act == Act::Escalate));
}

#[test]
fn the_version_follows_the_content() {
    let (one, other) = (in_policy("target: 4h"), in_policy("target: 5h"));
    let version = |text: &str| good(text).rules.version;
    assert_eq!(version(&one), version(&one));
    assert_ne!(version(&one), version(&other));
}

#[test]
fn what_is_allowed_but_hardly_meant_is_warned_of() {
    let text = "\
version: 1
recipients:
  nobody: { console: true }
policies:
  - { name: all, target: 4h, match: { pipeline: \"*\" } }
  - { name: late, target: 1h, match: { pipeline: web-prod } }
";
    assert_eq!(
        good(text).warnings,
        ["policy `late` never counts: `all` above it matches every gate", "recipient `nobody` is told of nothing",]
    );
}

#[test]
fn durations_may_be_written_in_all_the_usual_ways() {
    let target = |text: &str| good(&in_policy(&format!("target: {text}"))).rules.policies[0].target;
    for text in ["4h", "240m", "4 hours", "3h 60m", "3h60min", "14400s"] {
        assert_eq!(target(text), Span::Working(TimeDelta::hours(4)), "{text}");
    }
    assert_eq!(target("1w"), Span::Working(TimeDelta::weeks(1)));
    assert_eq!(target("1500ms"), Span::Working(TimeDelta::milliseconds(1500)));
}

#[test]
fn a_file_of_another_system_reads_the_same() {
    let unix = good(WHOLE).rules;
    let windows = good(&format!("\u{feff}{}", WHOLE.replace('\n', "\r\n"))).rules;
    assert_eq!(unix.policies[0].steps, windows.policies[0].steps);
}
