//! `holdpoint policy`: what a file promises, what is wrong with it, and what may stand in it.

use serde_json::Value;

use super::run::{Ran, assert_fits, holdpoint};

fn check(text: &str) -> (Ran, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("policy.yaml");
    std::fs::write(&path, text).expect("it can be written");
    let path = path.to_str().expect("a plain path").to_owned();
    (holdpoint(&["policy", "check", &path]), path)
}

const GOOD: &str = r#"
version: 1
recipients:
  approvers: { console: true }
  leads: { file: leads.jsonl }
  on-call: { webhook: "https://hooks.example.com/on-call", token_env: ON_CALL_TOKEN }
  nobody: { console: true }
policies:
  - name: production
    match: { account: 111122223333, pipeline: "*-prod", stage: "{Live,Production}" }
    target: 1h 30m
    steps:
      - { at: 50%, remind: [approvers] }
      - { at: 90m, escalate: [leads, on-call], repeat: { every: 30m, until: 400% } }
      - { before_expiry: 6h, escalate: [on-call], repeat: { every: 1h } }
  - name: everything-else
    target: 1d
"#;

#[test]
fn a_file_in_order_says_what_it_promises() {
    // Also where the token is not set: the file is checked where it is written.
    let (ran, _) = check(GOOD);
    let out = ran.done();
    assert_fits(&out);
    insta::assert_snapshot!(out, @"
    warning: recipient `nobody` is told of nothing
    production: a decision within 1h 30m
      for account 111122223333, pipeline *-prod, stage {Live,Production}
      remind@50%           after 45m: reminder to approvers
      escalate@1h30m       after 1h 30m: escalation to leads, on-call
                           again every 30m, the last after 6h
      escalate@expiry-6h   6h before the time-out: escalation to on-call
                           again every 1h
    everything-else: a decision within 1d
      for every gate
      nobody is told of anything
    The policy is in order (version 67f02c83aa26)
    ");
}

#[test]
fn what_differs_from_most_policies_is_said_too() {
    let (ran, _) = check(
        r#"
version: 1
calendars:
  office: { timezone: Europe/London, hours: { mon-fri: ["09:00-17:30"] } }
recipients:
  approvers: { console: true, hours: office }
  leads: { console: true }
policies:
  - name: production
    match: { pipeline: "*-prod" }
    target: 4h
    calendar: office
    acknowledging: stops-all
    snooze: 30m
    steps:
      - { at: 50%, remind: [approvers] }
    retry_steps:
      - { at: "09:00 next working day", escalate: [approvers, leads], urgent: true }
  - name: strict
    target: 2 working days
    snooze: none
    steps: []
"#,
    );
    let out = ran.done();
    assert_fits(&out);
    insta::assert_snapshot!(out, @"
    production: a decision within 4h of working time by office
      for pipeline *-prod
      remind@50%           after 2h of working time: reminder to approvers
      from the second attempt on
      escalate@09:00+1     at 09:00 on the next working day: escalation to
                           approvers, leads, at any hour
      once somebody has acknowledged, nobody is told any more
      can be snoozed for 30m at most
    strict: a decision within 2 working days
      for every gate
      nobody is told of anything
      nobody can snooze it
    recipient approvers: told in the hours of office
    calendar office: on the clock of Europe/London
      Mon-Fri  09:00-17:30
    The policy is in order (version 158a4747559f)
    ");
}

#[test]
fn the_version_follows_the_content() {
    let version = |text: &str| {
        let out = check(text).0.done();
        out.lines().last().and_then(|line| line.split_once("version ")).map(|(_, version)| version.to_owned())
    };
    assert_eq!(version(GOOD), version(GOOD));
    assert_ne!(version(GOOD), version(&GOOD.replace("target: 1d", "target: 2d")));
}

#[test]
fn all_that_is_wrong_is_said_at_once_with_its_place() {
    let (ran, path) =
        check(&GOOD.replace("remind: [approvers]", "remind: [aprovers]").replace("target: 1d", "target: soon"));
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    let places: Vec<&str> = ran.err.lines().filter(|line| line.contains(&path)).collect();
    assert_eq!(places.len(), 2, "{}", ran.err);
    assert!(places[0].starts_with(&format!("holdpoint: {path}:13:")) && places[0].contains("aprovers"), "{}", ran.err);
    assert!(places[1].starts_with(&format!("{path}:17:")) && places[1].contains("`soon`"), "{}", ran.err);
}

#[test]
fn a_file_that_is_not_there_is_2() {
    let ran = holdpoint(&["policy", "check", "nowhere.yaml"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.starts_with("holdpoint: cannot read the policy file `nowhere.yaml`: "), "{}", ran.err);
}

#[test]
fn the_schema_that_is_printed_is_the_formats() {
    let out = holdpoint(&["policy", "schema"]).done();
    let printed: Value = serde_json::from_str(&out).expect("it is JSON");
    assert_eq!(printed, holdpoint::policyfile::schema());
    assert_eq!(printed["title"], "holdpoint policy");
    assert!(out.ends_with("}\n"));
}

const WORDED: &str = r#"
version: 1
recipients:
  approvers:
    sns: arn:aws:sns:eu-west-1:111122223333:approvals
    wording: { subject: "{{ gate.pipeline }} waits for you" }
  chat: { sns: "arn:aws:sns:eu-west-1:111122223333:chat", format: chat }
policies:
  - name: production
    target: 2h
    wording:
      text: |
        {{ gate.pipeline }} has waited {{ wait }}.
        {% if trigger %}
        It was started by {{ trigger.author }}.
        {% endif %}
    steps:
      - { at: 50%, remind: [approvers], repeat: { every: 1h } }
      - { at: 100%, escalate: [chat, approvers] }
  - name: everything-else
    target: 1d
    steps:
      - { before_expiry: 6h, escalate: [chat] }
"#;

#[test]
fn the_notices_can_be_looked_at_beforehand() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("policy.yaml");
    std::fs::write(&path, WORDED).expect("it can be written");
    let out = holdpoint(&["policy", "check", path.to_str().expect("a plain path"), "--show-notices"]).done();
    insta::assert_snapshot!(out, @"
    warning: policy `everything-else` never counts: `production` above it matches every gate
    production: a decision within 2h
      for every gate
      remind@50%           after 1h: reminder to approvers
                           again every 1h
      escalate@100%        after 2h: escalation to chat, approvers
    everything-else: a decision within 1d
      for every gate
      escalate@expiry-6h   6h before the time-out: escalation to chat
    The policy is in order (version ce736d289028)

    --- reminder to approvers, production
    payments-prod waits for you

    payments-prod has waited 1h.
    It was started by Amara Okafor.

    --- escalation to chat, production
    Escalation, approval overdue: payments-prod / Production, waiting 2h

    payments-prod has waited 2h.
    It was started by Amara Okafor.

    --- escalation to approvers, production
    payments-prod waits for you

    payments-prod has waited 2h.
    It was started by Amara Okafor.

    --- escalation to chat, everything-else
    Escalation, approval overdue: payments-prod / Production, waiting 6d 18h

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

    *Pipeline:* payments-prod (eu-west-1, account 111122223333)
    *Approval:* Production / Approve
    *Waiting:* 6d 18h, since Tue 6 Oct 2026 09:12 UTC
    *Decide by:* Wed 7 Oct 2026 09:12 UTC, 5d 18h over the promised 1d
    *Expires:* presumably Tue 13 Oct 2026 09:12 UTC, in 6h; the run then fails
    *Started by:* Amara Okafor, example-org/payments main
    *Revision:* 8c1f2a9 Retry refunds that the acquirer answered late (from Code) https://github.example.com/example-org/payments/commit/8c1f2a9
    *Note:* Refunds are off until this is live. Check the refund dashboard first.
    *See also:* https://ci.example.com/payments/1841

    This is the last notice about it. If nobody decides, the run presumably fails at 09:12 UTC.
    ");
}

#[test]
fn a_broken_template_is_2_with_its_line() {
    let (ran, path) = check(&WORDED.replace("{{ wait }}", "{{ wiat }}"));
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.starts_with(&format!("holdpoint: {path}:13:")) && ran.err.contains("wiat"), "{}", ran.err);
}
