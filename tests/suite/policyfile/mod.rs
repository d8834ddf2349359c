//! The policy file: what it comes to, and what is said of a wrong one.

mod bounds;
mod calendars;
mod clock;
mod examples;
mod good;
mod schema;
mod topics;
mod wording;
mod wrong_calendar;
mod wrong_policy;
mod wrong_recipient;
mod wrong_step;
mod wrong_yaml;

use holdpoint::policyfile::{PolicyFile, read};

const FILE: &str = "policy.yaml";

/// What a user is told of a file that is wrong. Each message names the file, a line and a column in it.
fn complaint(text: &str) -> String {
    let errors = read(FILE, text).expect_err("the file is wrong");
    assert!(!errors.errors.is_empty());
    for error in &errors.errors {
        assert!(error.line >= 1 && error.column >= 1, "a message without a place: {error:?}");
    }
    errors.to_string()
}

/// The same for a file whose only policy goes on with these lines.
fn complaint_about(rest_of_policy: &str) -> String {
    complaint(&in_policy(rest_of_policy))
}

/// A file in order but for the lines that its only policy goes on with.
fn in_policy(rest_of_policy: &str) -> String {
    let rest: String = rest_of_policy.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "version: 1\nrecipients:\n  approvers: {{ console: true }}\n  leads: {{ console: true }}\npolicies:\n  - name: production\n{rest}"
    )
}

fn good(text: &str) -> PolicyFile {
    read(FILE, text).unwrap_or_else(|errors| panic!("{errors}"))
}
