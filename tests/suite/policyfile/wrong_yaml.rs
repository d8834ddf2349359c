//! Files that are not YAML, or not of the form of a policy file.

use super::{complaint, complaint_about};

#[test]
fn a_typo_in_a_key_names_the_key_and_those_there_are() {
    insta::assert_snapshot!(complaint_about("taget: 4h"), @"
    policy.yaml:7:5: policies[0].taget: there is no key `taget` here: there are name, match, target, calendar, expires_after, steps, retry_steps, acknowledging, snooze, controls, findings, wording
        7 |     taget: 4h
          |     ^
    ");
    insta::assert_snapshot!(complaint("version: 1\npolicy: []\n"), @"
    policy.yaml:2:1: policy: there is no key `policy` here: there are version, recipients, calendars, policies, people, metrics
        2 | policy: []
          | ^
    ");
    insta::assert_snapshot!(complaint_about("target: 4h\nsteps:\n  - { at: 50%, remimd: [approvers] }"), @"
    policy.yaml:9:20: policies[0].steps[0].remimd: there is no key `remimd` here: there are at, before_expiry, remind, escalate, repeat, urgent
        9 |       - { at: 50%, remimd: [approvers] }
          |                    ^
    ");
    insta::assert_snapshot!(complaint_about("target: 4h\nmatch: { pipelines: \"*-prod\" }"), @r#"
    policy.yaml:8:14: policies[0].match.pipelines: there is no key `pipelines` here: there are account, region, pipeline, stage, action
        8 |     match: { pipelines: "*-prod" }
          |              ^
    "#);
}

#[test]
fn what_must_be_there_is_missed_where_it_should_stand() {
    insta::assert_snapshot!(complaint_about("match: { pipeline: \"*-prod\" }"), @r#"
    policy.yaml:7:5: policies[0]: `target` is missing, or not in line with the keys beside it: write `target: 4h`
        7 |     match: { pipeline: "*-prod" }
          |     ^
    "#);
    insta::assert_snapshot!(complaint("version: 1\n"), @"
    policy.yaml:1:1: `policies` is missing, or not in line with the keys beside it: write `policies: [{ name: all, target: 4h }]`
        1 | version: 1
          | ^
    ");
    insta::assert_snapshot!(complaint("policies:\n  - { name: all, target: 4h }\n"), @"
    policy.yaml:1:1: `version` is missing, or not in line with the keys beside it: write `version: 1`
        1 | policies:
          | ^
    ");
    insta::assert_snapshot!(complaint("version: 1\npolicies:\n  - { target: 4h }\n"), @"
    policy.yaml:3:7: policies[0]: `name` is missing, or not in line with the keys beside it: write `name: production`
        3 |   - { target: 4h }
          |       ^
    ");
}

#[test]
fn a_key_that_stands_twice_is_named() {
    insta::assert_snapshot!(complaint_about("target: 4h\ntarget: 8h"), @"
    policy.yaml:8:5: policies[0]: `target` stands here twice: leave one out
        8 |     target: 8h
          |     ^
    ");
    insta::assert_snapshot!(
        complaint("version: 1\nrecipients:\n  leads: { console: true }\n  leads: { file: out.jsonl }\npolicies: []\n"),
        @"
    policy.yaml:4:3: recipients: `leads` stands here twice: leave one out
        4 |   leads: { file: out.jsonl }
          |   ^
    "
    );
}

#[test]
fn a_value_of_another_kind_is_named_with_the_kind_that_is_wanted() {
    insta::assert_snapshot!(complaint_about("target: [4h]"), @"
    policy.yaml:7:13: policies[0].target: one value is wanted here: write for example `target: 4h`
        7 |     target: [4h]
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: 4h\nsteps:\n  - { at: 50%, remind: approvers }"), @"
    policy.yaml:9:28: policies[0].steps[0].remind: a list is wanted here: write for example `remind: [approvers]`
        9 |       - { at: 50%, remind: approvers }
          |                            ^
    ");
    insta::assert_snapshot!(complaint_about("target: 4h\nsteps: none"), @"
    policy.yaml:8:12: policies[0].steps: a list is wanted here: write for example `steps: [{ at: 50%, remind: [approvers] }]`
        8 |     steps: none
          |            ^
    ");
    insta::assert_snapshot!(complaint_about("target: 4h\nmatch: \"*-prod\""), @r#"
    policy.yaml:8:12: policies[0].match: keys and values are wanted here: write for example `match: { pipeline: "*-prod" }`
        8 |     match: "*-prod"
          |            ^
    "#);
    insta::assert_snapshot!(complaint("version: one\npolicies: []\n"), @"
    policy.yaml:1:10: version: a whole number is wanted here: write for example `version: 1`
        1 | version: one
          |          ^
    ");
    insta::assert_snapshot!(complaint("version: 1\nrecipients: [leads]\npolicies: []\n"), @"
    policy.yaml:2:13: recipients: keys and values are wanted here: write for example `recipients: { approvers: { console: true } }`
        2 | recipients: [leads]
          |             ^
    ");
    insta::assert_snapshot!(
        complaint("version: 1\nrecipients:\n  leads: { console: maybe }\npolicies:\n  - { name: all, target: 4h }\n"),
        @"
    policy.yaml:3:21: recipients.leads.console: write `true` or `false`
        3 |   leads: { console: maybe }
          |                     ^
    "
    );
    insta::assert_snapshot!(complaint("- name: all\n"), @"
    policy.yaml:1:1: keys and values are wanted here: write `version: 1` and `policies: [{ name: all, target: 4h }]`
        1 | - name: all
          | ^
    ");
}

#[test]
fn an_empty_file_is_told_what_it_could_say() {
    insta::assert_snapshot!(complaint(""), @"policy.yaml:1:1: the file says nothing: write at least `version: 1` and `policies: [{ name: all, target: 4h }]`");
    insta::assert_snapshot!(complaint("# Nothing but a remark.\n\n"), @"policy.yaml:3:1: the file says nothing: write at least `version: 1` and `policies: [{ name: all, target: 4h }]`");
}

#[test]
fn a_text_that_is_not_yaml_is_shown_where_it_breaks() {
    insta::assert_snapshot!(complaint("version: 1\npolicies:\n  - { name: all, target: 4h\n"), @"
    policy.yaml:3:5: policies: this bracket '{' is never closed: close it, or put the text around it in quotes
        3 |   - { name: all, target: 4h
          |     ^
    ");
    insta::assert_snapshot!(complaint("version: 1\npolicies:\n\t- name: all\n"), @"
    policy.yaml:3:2: a tab stands here, and YAML wants spaces (block indentation)
        3 |  - name: all
          |  ^
    ");
    insta::assert_snapshot!(complaint("version: 1\npolicies:\n  - name: \"all\n"), @r#"
    policy.yaml:3:11: policies[0]: this quote is never closed: close it, or put the text around it in quotes
        3 |   - name: "all
          |           ^
    "#);
    insta::assert_snapshot!(complaint("version: 1\npolicies:\n  - name: all\n   target: 4h\n"), @"
    policy.yaml:3:5: policies[0]: `target` is missing, or not in line with the keys beside it: write `target: 4h`
        3 |   - name: all
          |     ^
    ");
    insta::assert_snapshot!(complaint("just a sentence\n"), @"
    policy.yaml:1:1: keys and values are wanted here: write `version: 1` and `policies: [{ name: all, target: 4h }]`
        1 | just a sentence
          | ^
    ");
}

#[test]
fn two_documents_in_one_file_are_refused() {
    insta::assert_snapshot!(
        complaint("version: 1\npolicies:\n  - { name: all, target: 4h }\n---\nversion: 1\npolicies: []\n"),
        @"
    policy.yaml:5:1: a second document begins here: leave out the line `---` above
        5 | version: 1
          | ^
    "
    );
}

#[test]
fn yaml_that_is_made_to_exhaust_its_reader_is_refused() {
    let mut text = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (of, name) in ('a'..='i').zip('b'..='j') {
        text += &format!("{name}: &{name} [{}]\n", vec![format!("*{of}"); 10].join(", "));
    }
    assert!(complaint(&text).starts_with("policy.yaml:"));
    let deep = format!("version: 1\npolicies: {}\n", "[".repeat(50_000));
    assert!(complaint(&deep).starts_with("policy.yaml:"));
    let large = format!("# {}\n", "x".repeat(2 * 1024 * 1024));
    insta::assert_snapshot!(complaint(&large).lines().next().unwrap_or_default(), @"policy.yaml:1:1: the file is larger than 1048576 bytes");
}

#[test]
fn what_is_null_is_told_what_it_could_be() {
    insta::assert_snapshot!(complaint_about("target:"), @"
    policy.yaml:7:11: policies[0].target: nothing stands here: write for example `target: 4h`
        7 |     target:
          |           ^
    ");
    insta::assert_snapshot!(complaint_about("target: 4h\nsteps:"), @"
    policy.yaml:8:10: policies[0].steps: a list is wanted here: write for example `steps: [{ at: 50%, remind: [approvers] }]`
        8 |     steps:
          |          ^
    ");
    insta::assert_snapshot!(complaint("version: 1\npolicies:\n"), @"
    policy.yaml:2:9: policies: a list is wanted here: write for example `policies: [{ name: all, target: 4h }]`
        2 | policies:
          |         ^
    ");
}

#[test]
fn a_place_is_counted_in_characters_and_control_characters_are_not_repeated() {
    insta::assert_snapshot!(complaint("version: 1 # Ünïcödé\npolicies:\n  - { name: \"größe\", target: x }\n"), @r#"
    policy.yaml:3:13: policies[0].name: `größe` is not a name: write letters, digits and `-_.`, at most 64 of them
        3 |   - { name: "größe", target: x }
          |             ^
    policy.yaml:3:30: policies[0].target: `x` is not a duration: write for example `30m`, `4h` or `2d`
        3 |   - { name: "größe", target: x }
          |                              ^
    "#);
    insta::assert_snapshot!(complaint_about(r#"target: "\e[31m4h\a""#), @r#"
    policy.yaml:7:13: policies[0].target: ` [31m4h ` is not a duration: write for example `30m`, `4h` or `2d`
        7 |     target: "\e[31m4h\a"
          |             ^
    "#);
}
