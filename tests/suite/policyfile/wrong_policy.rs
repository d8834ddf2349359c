//! Policies, gates and metrics that cannot be meant.

use super::{complaint, complaint_about, good};

#[test]
fn another_version_of_the_format_is_refused() {
    insta::assert_snapshot!(complaint("version: 2\npolicies:\n  - { name: all, target: 4h }\n"), @"
    policy.yaml:1:10: version: 2 is not a version of the policy format: write `version: 1`
        1 | version: 2
          |          ^
    ");
}

#[test]
fn a_file_without_a_policy_is_refused() {
    insta::assert_snapshot!(complaint("version: 1\npolicies: []\n"), @"
    policy.yaml:2:11: policies: there is no policy: write at least one, for example `{ name: all, target: 4h }`
        2 | policies: []
          |           ^
    ");
}

#[test]
fn a_name_stands_for_one_policy() {
    insta::assert_snapshot!(
        complaint("version: 1\npolicies:\n  - { name: all, target: 4h }\n  - { name: all, target: 8h }\n"),
        @"
    policy.yaml:4:13: policies[1].name: a policy `all` stands above already: give this one a name of its own
        4 |   - { name: all, target: 8h }
          |             ^
    "
    );
}

#[test]
fn a_name_is_made_of_plain_characters() {
    insta::assert_snapshot!(complaint("version: 1\npolicies:\n  - { name: \"on call!\", target: 4h }\n"), @r#"
    policy.yaml:3:13: policies[0].name: `on call!` is not a name: write letters, digits and `-_.`, at most 64 of them
        3 |   - { name: "on call!", target: 4h }
          |             ^
    "#);
    insta::assert_snapshot!(complaint("version: 1\npolicies:\n  - { name: \"\", target: 4h }\n"), @r#"
    policy.yaml:3:13: policies[0].name: `` is not a name: write letters, digits and `-_.`, at most 64 of them
        3 |   - { name: "", target: 4h }
          |             ^
    "#);
}

#[test]
fn a_target_is_a_time_that_people_can_keep() {
    insta::assert_snapshot!(complaint_about("target: soon"), @"
    policy.yaml:7:13: policies[0].target: `soon` is not a duration: write for example `30m`, `4h` or `2d`
        7 |     target: soon
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: 4"), @"
    policy.yaml:7:13: policies[0].target: `4` has no unit: write for example `30m`, `4h` or `2d`
        7 |     target: 4
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: 4 hrs and a bit"), @"
    policy.yaml:7:13: policies[0].target: `4 hrs and a bit` is not a duration: write for example `30m`, `4h` or `2d`
        7 |     target: 4 hrs and a bit
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: 1M"), @"
    policy.yaml:7:13: policies[0].target: `1M` counts months or years, which differ in length: write days (`30d`), or `m` for minutes
        7 |     target: 1M
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: 2 months"), @"
    policy.yaml:7:13: policies[0].target: `2 months` counts months or years, which differ in length: write days (`30d`), or `m` for minutes
        7 |     target: 2 months
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: 0s"), @"
    policy.yaml:7:13: policies[0].target: `0s` is no time at all: write for example `4h`
        7 |     target: 0s
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: -4h"), @"
    policy.yaml:7:13: policies[0].target: `-4h` is not a duration: write for example `30m`, `4h` or `2d`
        7 |     target: -4h
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: 4000d"), @"
    policy.yaml:7:13: policies[0].target: `4000d` is longer than ten years: write less
        7 |     target: 4000d
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: \"\""), @r#"
    policy.yaml:7:13: policies[0].target: `` is not a duration: write for example `30m`, `4h` or `2d`
        7 |     target: ""
          |             ^
    "#);
    insta::assert_snapshot!(complaint_about("target: 50%"), @"
    policy.yaml:7:13: policies[0].target: `50%` is not a duration: write for example `30m`, `4h` or `2d`
        7 |     target: 50%
          |             ^
    ");
}

#[test]
fn a_time_out_is_one_that_codepipeline_can_have() {
    insta::assert_snapshot!(complaint_about("target: 4h\nexpires_after: 90d"), @"
    policy.yaml:8:20: policies[0].expires_after: CodePipeline has no time-out of `90d`: write one from `5m` to `60d`
        8 |     expires_after: 90d
          |                    ^
    ");
    insta::assert_snapshot!(complaint_about("target: 4h\nexpires_after: 1m"), @"
    policy.yaml:8:20: policies[0].expires_after: CodePipeline has no time-out of `1m`: write one from `5m` to `60d`
        8 |     expires_after: 1m
          |                    ^
    ");
}

#[test]
fn a_glob_is_one() {
    insta::assert_snapshot!(complaint_about("target: 4h\nmatch:\n  pipeline: \"[prod\""), @r#"
    policy.yaml:9:17: policies[0].match.pipeline: `[prod` is not a glob: unclosed character class at byte 0; missing ']' (to match a literal '[', escape it as '\[' or '[[]')
        9 |       pipeline: "[prod"
          |                 ^
    "#);
    insta::assert_snapshot!(complaint_about("target: 4h\nmatch: { stage: \"{Live,Prod\" }"), @r#"
    policy.yaml:8:21: policies[0].match.stage: `{Live,Prod` is not a glob: unclosed brace expansion at byte 0; missing '}' (to match a literal '{', escape it as '\{' or '[{]')
        8 |     match: { stage: "{Live,Prod" }
          |                     ^
    "#);
}

#[test]
fn a_dimension_is_one_of_those_there_are() {
    let with = |metrics: &str| {
        complaint(&format!("version: 1\npolicies:\n  - {{ name: all, target: 4h }}\nmetrics:\n  {metrics}\n"))
    };
    insta::assert_snapshot!(with("dimensions: [[Pipeline], [Approver]]"), @"
    policy.yaml:5:29: metrics.dimensions[1][0]: `Approver` is not a dimension: there are Account, Region, Pipeline, Stage, Action, Policy
        5 |   dimensions: [[Pipeline], [Approver]]
          |                             ^
    ");
    insta::assert_snapshot!(with("dimensions: [[pipeline]]"), @"
    policy.yaml:5:17: metrics.dimensions[0][0]: `pipeline` is not a dimension: there are Account, Region, Pipeline, Stage, Action, Policy
        5 |   dimensions: [[pipeline]]
          |                 ^
    ");
    insta::assert_snapshot!(with("dimensions: [[Stage, Stage]]"), @"
    policy.yaml:5:24: metrics.dimensions[0][1]: `Stage` is named twice: leave one out
        5 |   dimensions: [[Stage, Stage]]
          |                        ^
    ");
    insta::assert_snapshot!(with("dimensions: [Pipeline]"), @"
    policy.yaml:5:16: metrics.dimensions[0]: a list is wanted here: write for example `dimensions: [[Pipeline], [Policy]]`
        5 |   dimensions: [Pipeline]
          |                ^
    ");
    let many = vec!["[Pipeline]"; 21].join(", ");
    insta::assert_snapshot!(with(&format!("dimensions: [{many}]")).lines().next().unwrap_or_default(), @"policy.yaml:5:257: metrics.dimensions[20]: more than 20 sets: each multiplies the number of metrics");
}

#[test]
fn a_namespace_is_one_that_cloudwatch_takes() {
    let with = |namespace: &str| {
        format!("version: 1\npolicies:\n  - {{ name: all, target: 4h }}\nmetrics: {{ namespace: \"{namespace}\" }}\n")
    };
    insta::assert_snapshot!(complaint(&with("AWS/Holdpoint")), @r#"
    policy.yaml:4:23: metrics.namespace: what begins with `AWS/` is kept for the services of AWS: write for example `Holdpoint`
        4 | metrics: { namespace: "AWS/Holdpoint" }
          |                       ^
    "#);
    insta::assert_snapshot!(complaint(&with(":Holdpoint")), @r#"
    policy.yaml:4:23: metrics.namespace: CloudWatch takes no namespace that begins with `:`: write for example `Holdpoint`
        4 | metrics: { namespace: ":Holdpoint" }
          |                       ^
    "#);
    insta::assert_snapshot!(complaint(&with(" ")), @r#"
    policy.yaml:4:23: metrics.namespace: an empty namespace is none: write for example `Holdpoint`
        4 | metrics: { namespace: " " }
          |                       ^
    "#);
    insta::assert_snapshot!(complaint(&with("")), @r#"
    policy.yaml:4:23: metrics.namespace: an empty namespace is none: write for example `Holdpoint`
        4 | metrics: { namespace: "" }
          |                       ^
    "#);
    insta::assert_snapshot!(complaint(&with("Prüfung")), @r#"
    policy.yaml:4:23: metrics.namespace: CloudWatch takes no `ü` in a namespace: write letters without accents, digits, spaces and `.-_/#:`
        4 | metrics: { namespace: "Prüfung" }
          |                       ^
    "#);
    insta::assert_snapshot!(complaint(&with("Team\\tA")), @r#"
    policy.yaml:4:23: metrics.namespace: CloudWatch takes no `\t` in a namespace: write letters without accents, digits, spaces and `.-_/#:`
        4 | metrics: { namespace: "Team\tA" }
          |                       ^
    "#);
    insta::assert_snapshot!(complaint(&with(&"n".repeat(256))).lines().next().unwrap_or_default(), @"policy.yaml:4:23: metrics.namespace: this namespace is longer than the 255 characters that CloudWatch takes");
    for namespace in ["Team A/holdpoint_v1.2-#3:x", &"n".repeat(255), "aws/Holdpoint"] {
        assert_eq!(good(&with(namespace)).namespace, namespace);
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once_from_top_to_bottom() {
    let text = "\
version: 2
recipients:
  leads: { }
policies:
  - name: production
    target: 1M
    match: { account: \"[\" }
    steps:
      - { at: 50%, remind: [approvers] }
      - { escalate: [leads] }
";
    insta::assert_snapshot!(complaint(text), @r#"
    policy.yaml:1:10: version: 2 is not a version of the policy format: write `version: 1`
        1 | version: 2
          |          ^
    policy.yaml:3:10: recipients.leads: write exactly one of these: `console: true`, `file: PATH`, `webhook: URL`, `sns: ARN_OF_A_TOPIC`
        3 |   leads: { }
          |          ^
    policy.yaml:6:13: policies[0].target: `1M` counts months or years, which differ in length: write days (`30d`), or `m` for minutes
        6 |     target: 1M
          |             ^
    policy.yaml:7:23: policies[0].match.account: `[` is not a glob: unclosed character class at byte 0; missing ']' (to match a literal '[', escape it as '\[' or '[[]')
        7 |     match: { account: "[" }
          |                       ^
    policy.yaml:9:29: policies[0].steps[0].remind[0]: there is no recipient `approvers`: there are `leads`
        9 |       - { at: 50%, remind: [approvers] }
          |                             ^
    policy.yaml:10:9: policies[0].steps[1]: write exactly one of `at` (a share of the target such as `50%`, or a time after the request such as `2h`) and `before_expiry` (such as `6h`)
       10 |       - { escalate: [leads] }
          |         ^
    "#);
}
