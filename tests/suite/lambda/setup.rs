//! A function whose settings are wrong says so, and what would be right.

use std::process::Command;

use crate::support::runtime::Function;

const GOOD: [(&str, &str); 5] = [
    ("AWS_REGION", "eu-west-1"),
    ("HOLDPOINT_ROLE", "ingest"),
    ("HOLDPOINT_TABLE", "holdpoint"),
    ("HOLDPOINT_POLICY", "s3://policy/policy.yaml"),
    ("HOLDPOINT_AUDIT", "s3://audit"),
];

/// What the program logs before it ends, with these variables changed.
fn end_with(changed: &[(&str, &str)]) -> String {
    let variables: Vec<_> = GOOD.iter().chain(changed).copied().collect();
    let (status, log) = Function::start(Command::new(env!("CARGO_BIN_EXE_lambda")), &variables).end();
    assert_eq!(status.code(), Some(1), "{log}");
    log
}

#[test]
fn a_setting_that_is_missing_or_wrong_is_named_with_what_would_be_right() {
    for (changed, said) in [
        (("HOLDPOINT_ROLE", ""), "HOLDPOINT_ROLE is not set"),
        (("HOLDPOINT_ROLE", "swep"), "HOLDPOINT_ROLE is `swep`: set it to `ingest`, `sweep`, `reconcile` or `export`"),
        (("HOLDPOINT_TABLE", ""), "HOLDPOINT_TABLE is not set: it names the DynamoDB table"),
        (("HOLDPOINT_POLICY", ""), "HOLDPOINT_POLICY is not set: it says where the policy file is"),
        (("HOLDPOINT_POLICY", "policy.yaml"), "`policy.yaml` is no place for a policy"),
        (("HOLDPOINT_MEMBERS", "nowhere at all"), "nowhere at all"),
        (("HOLDPOINT_TOPIC", "notices"), "notices"),
    ] {
        let log = end_with(&[changed]);
        assert!(log.contains(said), "{changed:?}: {log}");
    }
    let log = end_with(&[("HOLDPOINT_ROLE", "export"), ("HOLDPOINT_AUDIT", "")]);
    assert!(log.contains("HOLDPOINT_AUDIT is not set"), "{log}");
}

#[test]
fn a_function_asks_for_work_before_it_asks_aws_for_anything() {
    let variables: Vec<_> = GOOD.iter().copied().chain([("AWS_ENDPOINT_URL", "http://127.0.0.1:9")]).collect();
    let function = Function::start(Command::new(env!("CARGO_BIN_EXE_lambda")), &variables);
    function.ready();
}
