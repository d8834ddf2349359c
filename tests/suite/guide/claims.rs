//! What the guide says of times, as a table.

use holdpoint::policyfile::read;

use super::story::{Story, asked};

const CALENDARS: &str = "\
version: 1
calendars:
  office: { timezone: Europe/London, hours: { mon-fri: [\"09:00-17:30\"] } }
  night: { timezone: Europe/London, hours: { mon-sun: [\"22:00-06:00\"] } }
recipients:
  approvers: { console: true }
policies:
  - name: example
";

/// The keys of a policy, when an approval is asked for, and a line of what happens, by the clock in London.
const CLAIMS: &[(&[&str], &str, &str)] = &[
    // The target.
    (&["calendar: office", "target: 4h"], "2026-11-27T16:30:00Z", "promised by Mon 30 Nov 12:00"),
    (&["calendar: office", "target: 4h wall"], "2026-11-27T16:30:00Z", "promised by Fri 27 Nov 20:30"),
    (&["calendar: office", "target: 1 working day"], "2026-11-28T11:00:00Z", "promised by Mon 30 Nov 11:00"),
    (&["calendar: office", "target: 1 working day"], "2026-11-27T20:00:00Z", "promised by Mon 30 Nov 20:00"),
    (&["calendar: office", "target: 1d"], "2026-11-30T09:00:00Z", "promised by Wed 2 Dec 16:00"),
    (&["target: 1d"], "2026-11-28T11:00:00Z", "promised by Sun 29 Nov 11:00"),
    // The nights in which clocks change.
    (&["calendar: night", "target: 4h"], "2026-03-28T22:30:00Z", "promised by Sun 29 Mar 03:30"),
    (&["calendar: night", "target: 4h"], "2026-10-24T22:30:00+01:00", "promised by Sun 25 Oct 01:30"),
    (&["calendar: night", "target: 4h wall"], "2026-10-24T22:30:00+01:00", "promised by Sun 25 Oct 01:30"),
    (
        &["calendar: night", "target: 9h", "steps: [{ at: \"01:30\", remind: [approvers] }]"],
        "2026-03-29T00:10:00Z",
        "Sun 29 Mar 02:00  reminder",
    ),
    // Times of the day.
    (
        &["calendar: office", "target: 4h", "steps: [{ at: \"16:00\", remind: [approvers] }]"],
        "2026-11-27T15:30:00Z",
        "Fri 27 Nov 16:00  reminder",
    ),
    (
        &["calendar: office", "target: 4h", "steps: [{ at: \"16:00\", remind: [approvers] }]"],
        "2026-11-27T16:30:00Z",
        "Mon 30 Nov 16:00  reminder",
    ),
    (
        &["calendar: office", "target: 4h", "steps: [{ at: 09:00 in 3 working days, remind: [approvers] }]"],
        "2026-11-27T16:30:00Z",
        "Wed 2 Dec 09:00   reminder",
    ),
    // Where the whole wait is shorter than that, at once.
    (
        &["target: 4h", "expires_after: 5h", "steps: [{ before_expiry: 6h, remind: [approvers] }]"],
        "2026-11-27T10:00:00Z",
        "Fri 27 Nov 10:00  reminder",
    ),
];

fn told(keys: &[&str], at: &'static str) -> String {
    let keys: String = keys.iter().map(|key| format!("    {key}\n")).collect();
    let file = read("policy.yaml", &format!("{CALENDARS}{keys}")).unwrap_or_else(|errors| panic!("{errors}"));
    let news = vec![asked(at, "web", "Live", 1)];
    Story { zones: &["Europe/London"], news, until: "2026-12-06T00:00:00Z" }.text(&file.rules)
}

#[test]
fn what_the_guide_says_of_times_is_so() {
    for (keys, at, line) in CLAIMS {
        let told = told(keys, at);
        assert!(told.contains(line), "{keys:?} at {at}: no `{line}` in\n{told}");
    }
}

#[test]
fn until_counts_from_the_request_and_at_most_beside_the_step_itself() {
    let count = |repeat: &str| {
        let step = format!("steps: [{{ at: 100%, escalate: [approvers], repeat: {{ {repeat} }} }}]");
        told(&["target: 4h", &step], "2026-11-27T10:00:00Z").matches("escalation").count()
    };
    assert_eq!(count("every: 1h, until: 6h"), 3, "at the deadline, and one and two hours after it");
    assert_eq!(count("every: 1h, until: 150%"), 3);
    assert_eq!(count("every: 1h, at_most: 4"), 5);
}
