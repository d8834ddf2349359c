//! How much one file can say.

use super::{complaint, good};

/// A file with so many recipients, policies, steps in each, and recipients in each step.
fn file(recipients: usize, policies: usize, steps: usize, told: usize) -> String {
    let forms: String = (0..recipients).map(|n| format!("  r{n}: {{ console: true }}\n")).collect();
    let told: Vec<String> = (0..told).map(|n| format!("r{n}")).collect();
    let steps: String =
        (1..=steps).map(|n| format!("      - {{ at: {n}m, remind: [{}] }}\n", told.join(", "))).collect();
    let steps = if steps.is_empty() { String::new() } else { format!("    steps:\n{steps}") };
    let policies: String = (0..policies).map(|n| format!("  - name: p{n}\n    target: 4h\n{steps}")).collect();
    format!("version: 1\nrecipients:\n{forms}policies:\n{policies}")
}

fn first_line(text: &str) -> String {
    complaint(text).lines().next().unwrap_or_default().to_owned()
}

#[test]
fn as_much_as_is_allowed_is_taken() {
    assert_eq!(good(&file(500, 500, 0, 0)).recipients.len(), 500);
    good(&file(50, 1, 1, 50));
    good(&file(2, 1, 20, 2));
}

#[test]
fn more_is_refused_with_a_remedy() {
    insta::assert_snapshot!(first_line(&file(501, 1, 0, 0)), @"policy.yaml:503:9: recipients: more than 500 recipients end here: let an SNS topic stand for several");
    insta::assert_snapshot!(first_line(&file(1, 501, 0, 0)), @"policy.yaml:1005:11: policies[500].name: more than 500 policies: let one with globs stand for several");
    insta::assert_snapshot!(first_line(&file(1, 1, 21, 1)), @"policy.yaml:28:9: policies[0].steps[20]: more than 20 steps: let one with `repeat` stand for several");
    insta::assert_snapshot!(first_line(&file(51, 1, 1, 51)), @"policy.yaml:58:9: policies[0].steps[0]: with this step the policy names 51 recipients, and 50 in all its steps are allowed: let an SNS topic stand for several");
    // Several steps can be due at the same instant.
    insta::assert_snapshot!(first_line(&file(20, 1, 3, 20)), @"policy.yaml:29:9: policies[0].steps[2]: with this step the policy names 60 recipients, and 50 in all its steps are allowed: let an SNS topic stand for several");
}
