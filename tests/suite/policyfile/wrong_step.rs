//! Steps that cannot be taken.

use super::{complaint, complaint_about};

fn complaint_about_step(step: &str) -> String {
    complaint_about(&format!("target: 4h\nsteps:\n  - {step}"))
}

#[test]
fn an_unknown_recipient_is_named_with_those_there_are() {
    insta::assert_snapshot!(complaint_about_step("{ at: 50%, remind: [aprovers] }"), @"
    policy.yaml:9:29: policies[0].steps[0].remind[0]: there is no recipient `aprovers`: there are `approvers`, `leads`
        9 |       - { at: 50%, remind: [aprovers] }
          |                             ^
    ");
    insta::assert_snapshot!(
        complaint("version: 1\npolicies:\n  - { name: all, target: 4h, steps: [{ at: 50%, remind: [leads] }] }\n"),
        @"
    policy.yaml:3:58: policies[0].steps[0].remind[0]: there is no recipient `leads`: name one under `recipients`
        3 |   - { name: all, target: 4h, steps: [{ at: 50%, remind: [leads] }] }
          |                                                          ^
    "
    );
}

#[test]
fn a_step_tells_somebody_and_nobody_twice() {
    insta::assert_snapshot!(complaint_about_step("{ at: 50%, remind: [] }"), @"
    policy.yaml:9:9: policies[0].steps[0].remind: nobody is named here: write at least one recipient
        9 |       - { at: 50%, remind: [] }
          |         ^
    ");
    insta::assert_snapshot!(complaint_about_step("{ at: 50%, escalate: [leads, leads] }"), @"
    policy.yaml:9:38: policies[0].steps[0].escalate[1]: `leads` is named twice: leave one out
        9 |       - { at: 50%, escalate: [leads, leads] }
          |                                      ^
    ");
}

#[test]
fn a_step_reminds_or_escalates() {
    insta::assert_snapshot!(complaint_about_step("{ at: 50%, remind: [approvers], escalate: [leads] }"), @"
    policy.yaml:9:9: policies[0].steps[0]: write exactly one of `remind` and `escalate`, with a list of recipients
        9 |       - { at: 50%, remind: [approvers], escalate: [leads] }
          |         ^
    ");
    insta::assert_snapshot!(complaint_about_step("{ at: 50% }"), @"
    policy.yaml:9:9: policies[0].steps[0]: write exactly one of `remind` and `escalate`, with a list of recipients
        9 |       - { at: 50% }
          |         ^
    ");
}

#[test]
fn a_step_has_one_time() {
    insta::assert_snapshot!(complaint_about_step("{ at: 50%, before_expiry: 6h, remind: [approvers] }"), @"
    policy.yaml:9:9: policies[0].steps[0]: write exactly one of `at` (a share of the target such as `50%`, or a time after the request such as `2h`) and `before_expiry` (such as `6h`)
        9 |       - { at: 50%, before_expiry: 6h, remind: [approvers] }
          |         ^
    ");
    insta::assert_snapshot!(complaint_about_step("{ remind: [approvers] }"), @"
    policy.yaml:9:9: policies[0].steps[0]: write exactly one of `at` (a share of the target such as `50%`, or a time after the request such as `2h`) and `before_expiry` (such as `6h`)
        9 |       - { remind: [approvers] }
          |         ^
    ");
}

#[test]
fn a_steps_time_is_a_share_of_the_target_or_a_duration() {
    insta::assert_snapshot!(complaint_about_step("{ at: half, remind: [approvers] }"), @"
    policy.yaml:9:15: policies[0].steps[0].at: `half` is not a duration: write for example `30m`, `4h` or `2d`; or a share of the target, for example `50%`
        9 |       - { at: half, remind: [approvers] }
          |               ^
    ");
    insta::assert_snapshot!(complaint_about_step("{ at: fifty%, remind: [approvers] }"), @"
    policy.yaml:9:15: policies[0].steps[0].at: `fifty%` is not a share of the target: write one from `0.1%` to `1000%`
        9 |       - { at: fifty%, remind: [approvers] }
          |               ^
    ");
    insta::assert_snapshot!(complaint_about_step("{ at: 2000%, remind: [approvers] }"), @"
    policy.yaml:9:15: policies[0].steps[0].at: `2000%` is not a share of the target: write one from `0.1%` to `1000%`
        9 |       - { at: 2000%, remind: [approvers] }
          |               ^
    ");
    insta::assert_snapshot!(complaint_about_step("{ at: 0.5, remind: [approvers] }"), @"
    policy.yaml:9:15: policies[0].steps[0].at: `0.5` has no unit: write for example `30m`, `4h` or `2d`; or a share of the target, for example `50%`
        9 |       - { at: 0.5, remind: [approvers] }
          |               ^
    ");
    insta::assert_snapshot!(complaint_about_step("{ before_expiry: 20%, remind: [approvers] }"), @"
    policy.yaml:9:26: policies[0].steps[0].before_expiry: `20%` is not a duration: write for example `30m`, `4h` or `2d`
        9 |       - { before_expiry: 20%, remind: [approvers] }
          |                          ^
    ");
}

#[test]
fn two_steps_do_not_do_the_same_at_the_same_time() {
    let steps = "target: 4h\nsteps:\n  - { at: 50%, remind: [approvers] }\n  - { at: 50%, remind: [leads] }";
    insta::assert_snapshot!(complaint_about(steps), @"
    policy.yaml:10:9: policies[0].steps[1]: a step `remind@50%` stands above already: name all its recipients there
       10 |       - { at: 50%, remind: [leads] }
          |         ^
    ");
}

#[test]
fn a_repeat_leaves_people_time_to_act() {
    insta::assert_snapshot!(
        complaint_about_step("{ at: 50%, remind: [approvers], repeat: { every: 5s } }"),
        @"
    policy.yaml:9:58: policies[0].steps[0].repeat.every: `5s` is too often: write `1m` or more
        9 |       - { at: 50%, remind: [approvers], repeat: { every: 5s } }
          |                                                          ^
    "
    );
    insta::assert_snapshot!(
        complaint_about_step("{ at: 50%, remind: [approvers], repeat: { every: 0m, until: never } }"),
        @"
    policy.yaml:9:58: policies[0].steps[0].repeat.every: `0m` is no time at all: write for example `4h`
        9 |       - { at: 50%, remind: [approvers], repeat: { every: 0m, until: never } }
          |                                                          ^
    policy.yaml:9:69: policies[0].steps[0].repeat.until: `never` is not a duration: write for example `30m`, `4h` or `2d`; or a share of the target, for example `50%`
        9 |       - { at: 50%, remind: [approvers], repeat: { every: 0m, until: never } }
          |                                                                     ^
    "
    );
    insta::assert_snapshot!(complaint_about_step("{ at: 50%, remind: [approvers], repeat: 30m }"), @"
    policy.yaml:9:49: policies[0].steps[0].repeat: keys and values are wanted here: write for example `repeat: { every: 30m }`
        9 |       - { at: 50%, remind: [approvers], repeat: 30m }
          |                                                 ^
    ");
}
