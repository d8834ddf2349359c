//! What a policy file says of clocks: hours, spans, snoozes and what acknowledging does.

use chrono::{NaiveTime, TimeDelta};
use holdpoint::domain::policy::{Acknowledging, Policy, When};
use holdpoint::domain::span::Span;

use super::{complaint, complaint_about, good, in_policy};

fn policy(rest: &str) -> Policy {
    good(&in_policy(rest)).rules.policies.remove(0)
}

fn complaint_about_step(step: &str) -> String {
    complaint_about(&format!("target: 4h\nsteps:\n  - {step}"))
}

fn with_hours(calendar: &str) -> String {
    format!(
        "version: 1
calendars:
  office: {{ timezone: Europe/London, hours: {{ mon-fri: '09:00-17:30' }} }}
recipients:
  approvers: {{ console: true, hours: {calendar} }}
policies:
  - {{ name: all, target: 4h, steps: [{{ at: 50%, remind: [approvers] }}] }}
"
    )
}

#[test]
fn a_target_is_working_time_or_wall_time_or_working_days() {
    let target = |text: &str| policy(&format!("target: {text}")).target;
    assert_eq!(target("4h"), Span::Working(TimeDelta::hours(4)));
    assert_eq!(target("1d"), Span::Working(TimeDelta::hours(24)));
    assert_eq!(target("2h wall"), Span::Wall(TimeDelta::hours(2)));
    assert_eq!(target("1h 30m wall"), Span::Wall(TimeDelta::minutes(90)));
    assert_eq!(target("1 working day"), Span::WorkingDays(1));
    assert_eq!(target("2 working days"), Span::WorkingDays(2));
}

#[test]
fn a_span_that_is_none_is_named_with_what_would_be_one() {
    insta::assert_snapshot!(complaint_about("target: 0 working days"), @"
    policy.yaml:7:13: policies[0].target: `0 working days` is not a number of working days: write from `1 working day` to `366 working days`
        7 |     target: 0 working days
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: 1.5 working days"), @"
    policy.yaml:7:13: policies[0].target: `1.5 working days` is not a number of working days: write from `1 working day` to `366 working days`
        7 |     target: 1.5 working days
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: 0h wall"), @"
    policy.yaml:7:13: policies[0].target: `0h` is no time at all: write for example `4h`
        7 |     target: 0h wall
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: wall"), @"
    policy.yaml:7:13: policies[0].target: `wall` is not a duration: write for example `30m`, `4h` or `2d`
        7 |     target: wall
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: 4 wall"), @"
    policy.yaml:7:13: policies[0].target: `4` has no unit: write for example `30m`, `4h` or `2d`
        7 |     target: 4 wall
          |             ^
    ");
}

#[test]
fn a_step_comes_at_a_time_on_the_clock() {
    let when = |at: &str| {
        let policy = policy(&format!("target: 4h\nsteps:\n  - {{ at: '{at}', remind: [approvers] }}"));
        (policy.steps[0].when, policy.steps[0].id.to_string())
    };
    let nine = NaiveTime::from_hms_opt(9, 0, 0).expect("a time");
    assert_eq!(when("09:00"), (When::OnDay { days: 0, time: nine }, "remind@09:00".to_owned()));
    assert_eq!(when("09:00 next working day"), (When::OnDay { days: 1, time: nine }, "remind@09:00+1".to_owned()));
    assert_eq!(when("09:00 in 2 working days"), (When::OnDay { days: 2, time: nine }, "remind@09:00+2".to_owned()));
    assert_eq!(when("2h wall"), (When::After(Span::Wall(TimeDelta::hours(2))), "remind@2h-wall".to_owned()));
    assert_eq!(when("2 working days"), (When::After(Span::WorkingDays(2)), "remind@2-working-days".to_owned()));
}

#[test]
fn a_time_on_the_clock_that_is_none_is_named_with_what_would_be_one() {
    insta::assert_snapshot!(complaint_about_step("{ at: '25:00', remind: [approvers] }"), @"
    policy.yaml:9:15: policies[0].steps[0].at: `25:00` is not a time on the clock: write one from `00:00` to `23:59`
        9 |       - { at: '25:00', remind: [approvers] }
          |               ^
    ");
    insta::assert_snapshot!(complaint_about_step("{ at: '09:00 tomorrow', remind: [approvers] }"), @"
    policy.yaml:9:15: policies[0].steps[0].at: `09:00 tomorrow` names no day: write for example `09:00`, `09:00 next working day` or `09:00 in 2 working days`
        9 |       - { at: '09:00 tomorrow', remind: [approvers] }
          |               ^
    ");
    insta::assert_snapshot!(complaint_about_step("{ at: '09:00 in 0 working days', remind: [approvers] }"), @"
    policy.yaml:9:15: policies[0].steps[0].at: `09:00 in 0 working days` names no day: write for example `09:00`, `09:00 next working day` or `09:00 in 2 working days`
        9 |       - { at: '09:00 in 0 working days', remind: [approvers] }
          |               ^
    ");
}

#[test]
fn an_urgent_step_is_one_that_says_so() {
    let policy = policy(
        "target: 4h\nsteps:\n  - { at: 50%, remind: [approvers] }\n  - { at: 100%, escalate: [leads], urgent: true }",
    );
    assert_eq!(policy.steps.iter().map(|step| step.is_urgent).collect::<Vec<_>>(), [false, true]);
    insta::assert_snapshot!(complaint_about_step("{ at: 50%, remind: [approvers], urgent: very }"), @"
    policy.yaml:9:49: policies[0].steps[0].urgent: write `true` or `false`
        9 |       - { at: 50%, remind: [approvers], urgent: very }
          |                                                 ^
    ");
}

#[test]
fn a_repeat_has_an_end() {
    let step = "target: 4h\nsteps:\n  - { at: 50%, remind: [approvers], repeat: { every: 30m wall, at_most: 3 } }";
    let repeat = policy(step).steps[0].repeat.expect("it repeats");
    assert_eq!((repeat.every, repeat.at_most), (Span::Wall(TimeDelta::minutes(30)), Some(3)));
    let step =
        |at_most: &str| format!("{{ at: 50%, remind: [approvers], repeat: {{ every: 1h, at_most: {at_most} }} }}");
    insta::assert_snapshot!(complaint_about_step(&step("0")), @"
    policy.yaml:9:71: policies[0].steps[0].repeat.at_most: 0 is not a number of repeats: write one from 1 to 1000
        9 |       - { at: 50%, remind: [approvers], repeat: { every: 1h, at_most: 0 } }
          |                                                                       ^
    ");
    insta::assert_snapshot!(complaint_about_step(&step("1001")), @"
    policy.yaml:9:71: policies[0].steps[0].repeat.at_most: 1001 is not a number of repeats: write one from 1 to 1000
        9 |       - { at: 50%, remind: [approvers], repeat: { every: 1h, at_most: 1001 } }
          |                                                                       ^
    ");
    insta::assert_snapshot!(complaint_about_step(&step("often")), @"
    policy.yaml:9:71: policies[0].steps[0].repeat.at_most: a whole number is wanted here: write one
        9 |       - { at: 50%, remind: [approvers], repeat: { every: 1h, at_most: often } }
          |                                                                       ^
    ");
    insta::assert_snapshot!(
        complaint_about_step("{ at: 50%, remind: [approvers], repeat: { every: 10s wall } }"),
        @"
    policy.yaml:9:58: policies[0].steps[0].repeat.every: `10s wall` is too often: write `1m` or more
        9 |       - { at: 50%, remind: [approvers], repeat: { every: 10s wall } }
          |                                                          ^
    "
    );
}

#[test]
fn retry_steps_stand_in_for_the_steps_from_the_second_attempt_on() {
    let policy =
        policy("target: 4h\nsteps: [{ at: 50%, remind: [approvers] }]\nretry_steps: [{ at: 10m, escalate: [leads] }]");
    let first = |attempt| policy.steps(attempt)[0].id.to_string();
    assert_eq!([None, Some(1)].map(first), ["remind@50%", "remind@50%"]);
    assert_eq!([Some(2), Some(7)].map(first), ["escalate@10m", "escalate@10m"]);
    let quiet = in_policy("target: 4h\nsteps: [{ at: 50%, remind: [approvers] }]\nretry_steps: []");
    assert!(good(&quiet).rules.policies[0].steps(Some(2)).is_empty());
    insta::assert_snapshot!(
        complaint_about("target: 4h\nretry_steps: [{ at: 10m, escalate: [boss] }]"),
        @"
    policy.yaml:8:41: policies[0].retry_steps[0].escalate[0]: there is no recipient `boss`: there are `approvers`, `leads`
        8 |     retry_steps: [{ at: 10m, escalate: [boss] }]
          |                                         ^
    "
    );
}

#[test]
fn acknowledging_stops_reminders_or_all() {
    assert_eq!(policy("target: 4h").acknowledging, Acknowledging::StopsReminders);
    assert_eq!(policy("target: 4h\nacknowledging: stops-reminders").acknowledging, Acknowledging::StopsReminders);
    assert_eq!(policy("target: 4h\nacknowledging: stops-all").acknowledging, Acknowledging::StopsAll);
    insta::assert_snapshot!(complaint_about("target: 4h\nacknowledging: stops-nothing"), @"
    policy.yaml:8:20: policies[0].acknowledging: `stops-nothing` is not what acknowledging does: write `stops-reminders` or `stops-all`
        8 |     acknowledging: stops-nothing
          |                    ^
    ");
}

#[test]
fn a_snooze_has_a_longest_time() {
    let longest = |rest: &str| policy(&format!("target: 4h\n{rest}")).longest_snooze;
    assert_eq!(longest(""), TimeDelta::hours(4));
    assert_eq!(longest("snooze: 7d"), TimeDelta::days(7));
    assert_eq!(longest("snooze: none"), TimeDelta::zero());
    insta::assert_snapshot!(complaint_about("target: 4h\nsnooze: 8d"), @"
    policy.yaml:8:13: policies[0].snooze: `8d` is no time to snooze: write one from `1m` to `7d`, or `none`
        8 |     snooze: 8d
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: 4h\nsnooze: 10s"), @"
    policy.yaml:8:13: policies[0].snooze: `10s` is no time to snooze: write one from `1m` to `7d`, or `none`
        8 |     snooze: 10s
          |             ^
    ");
    insta::assert_snapshot!(complaint_about("target: 4h\nsnooze: never"), @"
    policy.yaml:8:13: policies[0].snooze: `never` is not a duration: write for example `30m`, `4h` or `2d`; or `none`
        8 |     snooze: never
          |             ^
    ");
}

#[test]
fn a_recipients_hours_are_those_of_a_calendar_in_the_file() {
    let rules = good(&with_hours("office")).rules;
    let hours: Vec<_> = rules.hours.iter().map(|(to, calendar)| (to.as_str(), calendar.name())).collect();
    assert_eq!(hours, [("approvers", "office")]);
    insta::assert_snapshot!(complaint(&with_hours("ofice")), @"
    policy.yaml:5:38: recipients.approvers.hours: there is no calendar `ofice`: there are `office`
        5 |   approvers: { console: true, hours: ofice }
          |                                      ^
    ");
    let none =
        "version: 1\nrecipients: { team: { console: true, hours: office } }\npolicies: [{ name: all, target: 4h }]\n";
    insta::assert_snapshot!(complaint(none), @"
    policy.yaml:2:45: recipients.team.hours: there is no calendar `office`: name one under `calendars`
        2 | recipients: { team: { console: true, hours: office } }
          |                                             ^
    ");
}
