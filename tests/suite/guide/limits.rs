//! The guide's table of limits: what it allows is taken, and one more is refused.

use holdpoint::policyfile::read;

/// Keys of a policy that go as far as they may, and the same with one more.
const OF_A_POLICY: &[(&str, &str)] = &[
    ("expires_after: 5m", "expires_after: 4m"),
    ("expires_after: 60d", "expires_after: 61d"),
    ("snooze: 1m", "snooze: 59s"),
    ("snooze: 7d", "snooze: 8d"),
    ("steps: [{ at: 0.1%, remind: [all] }]", "steps: [{ at: 0.04%, remind: [all] }]"),
    ("steps: [{ at: 1000%, remind: [all] }]", "steps: [{ at: 1001%, remind: [all] }]"),
    ("steps: [{ at: 3650d, remind: [all] }]", "steps: [{ at: 3651d, remind: [all] }]"),
    ("steps: [{ at: 366 working days, remind: [all] }]", "steps: [{ at: 367 working days, remind: [all] }]"),
    (
        "steps: [{ at: 1h, remind: [all], repeat: { every: 1m } }]",
        "steps: [{ at: 1h, remind: [all], repeat: { every: 59s } }]",
    ),
    (
        "steps: [{ at: 1h, remind: [all], repeat: { every: 1h, at_most: 1000 } }]",
        "steps: [{ at: 1h, remind: [all], repeat: { every: 1h, at_most: 1001 } }]",
    ),
];

fn is_taken(top: &str, name: &str, rest: &str) -> bool {
    let text = format!(
        "version: 1\nrecipients: {{ all: {{ console: true }} }}\n{top}\npolicies:\n  - name: {name}\n    target: 4h\n    {rest}\n"
    );
    read("policy.yaml", &text).is_ok()
}

#[test]
fn a_policy_goes_as_far_as_the_guide_says_and_no_further() {
    for (most, more) in OF_A_POLICY {
        assert!(is_taken("", "example", most), "{most}");
        assert!(!is_taken("", "example", more), "{more}");
    }
    assert!(is_taken("", &"n".repeat(64), ""));
    assert!(!is_taken("", &"n".repeat(65), ""));
}

#[test]
fn a_file_goes_as_far_as_the_guide_says_and_no_further() {
    let windows = |count: usize| {
        (0..count).map(|n| format!("\"{:02}:{:02}-{:02}:{:02}\"", n / 2, n % 2 * 30, n / 2, n % 2 * 30 + 15))
    };
    let week = |count: usize| {
        let windows: Vec<String> = windows(count).collect();
        format!("calendars: {{ one: {{ timezone: UTC, hours: {{ mon: [{}] }} }} }}", windows.join(", "))
    };
    let days = |last: &str| {
        format!("calendars: {{ one: {{ timezone: UTC, hours: 24x7, holidays: [2020-01-01..{last}, 2050-01-01] }} }}")
    };
    let calendars = |count: usize| {
        let all: Vec<String> = (0..count).map(|n| format!("c{n}: {{ timezone: UTC, hours: 24x7 }}")).collect();
        format!("calendars: {{ {} }}", all.join(", "))
    };
    let dimensions = |count: usize| format!("metrics: {{ dimensions: [{}] }}", vec!["[Pipeline]"; count].join(", "));
    // 4999 days from the first of 2020, and one more by itself.
    for (most, more) in [
        (week(24), week(25)),
        (days("2033-09-07"), days("2033-09-08")),
        (calendars(50), calendars(51)),
        (dimensions(20), dimensions(21)),
    ] {
        assert!(is_taken(&most, "example", ""), "{most}");
        assert!(!is_taken(&more, "example", ""), "{more}");
    }
}
