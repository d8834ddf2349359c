//! `holdpoint policy preview`: the ladder that would run, and a picture of its days.

use serde_json::{Value, json};

use super::run::{Ran, assert_fits, holdpoint};

const CALENDARS: &str = r#"
version: 1
calendars:
  london: { timezone: Europe/London, hours: { mon-fri: ["09:00-12:30", "13:30-17:30"] }, holidays: [gb-eng] }
  leads: { timezone: Europe/London, hours: { mon-fri: "10:00-16:00" } }
  new-york-nights: { timezone: America/New_York, hours: { mon-sun: "22:00-06:00" } }
  sun: { timezone: UTC, hours: { mon-fri: ["00:00-07:00", "08:00-16:30", "17:00-24:00"] } }
recipients:
  approvers: { console: true }
  leads: { console: true, hours: leads }
policies:
  - name: staging
    match: { pipeline: "*-staging" }
    target: 1h
"#;

fn preview(policy: &str, from: &str, more: &[&str]) -> Ran {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("policy.yaml");
    std::fs::write(&path, format!("{CALENDARS}{policy}")).expect("it can be written");
    let path = path.to_str().expect("a plain path");
    let gate = ["--pipeline", "payments-prod", "--stage", "Release", "--action", "Approve"];
    holdpoint(&[&["policy", "preview", "--policy", path, "--from", from], &gate[..], more].concat())
}

fn picture(policy: &str, from: &str) -> String {
    let out = preview(policy, from, &[]).done();
    assert_fits(&out);
    assert!(!out.contains('\u{1b}'), "nobody looks at it in colour");
    out
}

const LONDON: &str = r#"
  - name: production
    target: 8h
    calendar: london
    steps:
      - { at: 50%, remind: [approvers, leads] }
      - { at: 75%, remind: [leads] }
      - { at: 100%, escalate: [leads], repeat: { every: 30m, at_most: 3 } }
      - { before_expiry: 12h, escalate: [approvers] }
"#;

#[test]
fn a_weekend_in_london() {
    insta::assert_snapshot!(picture(LONDON, "2026-11-06T16:30:00Z"), @"
    payments-prod / Release / Approve
    asked for Fri 6 Nov 2026 16:30 GMT (16:30 UTC)

    Policy production promises a decision within 8h of working time
      deadline     Mon 9 Nov 2026 17:00 GMT (17:00 UTC)
      time-out     Fri 13 Nov 2026 16:30 GMT (16:30 UTC), by CodePipeline's default

    Why this policy
      not staging: pipeline is payments-prod, it wants *-staging
      production: it is for every gate
      by the policy file of version 5997e09cd428

    How the deadline is counted
      8h of working time from Fri 6 Nov 2026 16:30 GMT (16:30 UTC), by calendar
        london, on the clock of Europe/London
        Fri 6 Nov 16:30 to 17:30 GMT (16:30 to 17:30 UTC): +1h = 1h of 8h
        Sat 7 Nov to Sun 8 Nov: no hours
        Mon 9 Nov 09:00 to 12:30 GMT (09:00 to 12:30 UTC): +3h 30m = 4h 30m of 8h
        Mon 9 Nov 13:30 to 17:00 GMT (13:30 to 17:00 UTC): +3h 30m = 8h of 8h
      so the deadline is Mon 9 Nov 2026 17:00 GMT (17:00 UTC)

    What happens, if nobody decides
      R  Fri 6 Nov 2026 16:30 GMT (16:30 UTC): the request
      a  Mon 9 Nov 2026 12:00 GMT (12:00 UTC)
         reminder to approvers, leads (remind@50%)
      b  Mon 9 Nov 2026 15:00 GMT (15:00 UTC)
         reminder to leads (remind@75%)
      D  Mon 9 Nov 2026 17:00 GMT (17:00 UTC): the deadline: a breach is noted
      c  Mon 9 Nov 2026 17:00 GMT (17:00 UTC)
         escalation (escalate@100%)
         to leads: held until Tue 10 Nov 2026 10:00 GMT (10:00 UTC);
           escalate@100%, repeat 3 stands for it then
      d  Mon 9 Nov 2026 17:30 GMT (17:30 UTC)
         escalation (escalate@100%, repeat 1)
         to leads: held until Tue 10 Nov 2026 10:00 GMT (10:00 UTC);
           escalate@100%, repeat 3 stands for it then
      e  Tue 10 Nov 2026 09:30 GMT (09:30 UTC)
         escalation (escalate@100%, repeat 2)
         to leads: held until Tue 10 Nov 2026 10:00 GMT (10:00 UTC);
           escalate@100%, repeat 3 stands for it then
      f  Tue 10 Nov 2026 10:00 GMT (10:00 UTC)
         escalation to leads (escalate@100%, repeat 3)
      g  Fri 13 Nov 2026 04:30 GMT (04:30 UTC)
         escalation to approvers (escalate@expiry-12h)
      X  Fri 13 Nov 2026 16:30 GMT (16:30 UTC): CodePipeline's time-out

    The days
                  0  3  6  9  12 15 18 21    Europe/London
      Fri 6 Nov   ·········███▌▐███▌······
                                  R
      Sat 7 Nov   ························
      Sun 8 Nov   ························
      Mon 9 Nov   ·········███▌▐███▌······
                              a  b D
                                   c
                                   d
      Tue 10 Nov  ·········███▌▐███▌······
                           ef
      Wed 11 Nov  ·········███▌▐███▌······
      Thu 12 Nov  ·········███▌▐███▌······
      Fri 13 Nov  ·········███▌▐███▌······
                      g           X
      █ working time  · none  / skipped by the clock
      R request  a-z steps  D deadline  X time-out  + more than fit
    ");
}

#[test]
fn the_night_in_which_new_york_gains_an_hour_and_the_one_in_which_it_loses_one() {
    let policy = r#"
  - name: nights
    target: 10h
    calendar: new-york-nights
    expires_after: 2d
    steps:
      - { at: 50%, remind: [approvers] }
      - { at: 100%, escalate: [approvers] }
"#;
    insta::assert_snapshot!(picture(policy, "2026-11-01T03:00:00Z"), @"
    payments-prod / Release / Approve
    asked for Sat 31 Oct 2026 23:00 EDT (Sun 03:00 UTC)

    Policy nights promises a decision within 10h of working time
      deadline     Mon 2 Nov 2026 00:00 EST (05:00 UTC)
      time-out     Mon 2 Nov 2026 22:00 EST (Tue 03:00 UTC), as the policy says

    Why this policy
      not staging: pipeline is payments-prod, it wants *-staging
      nights: it is for every gate
      by the policy file of version 74c4a4f0f32f

    How the deadline is counted
      10h of working time from Sat 31 Oct 2026 23:00 EDT (Sun 03:00 UTC), by
        calendar new-york-nights, on the clock of America/New_York
        Sat 31 Oct 23:00 EDT to Sun 1 Nov 06:00 EST (Sun 1 Nov 03:00 to 11:00
          UTC): +8h = 8h of 10h
        Sun 1 Nov 01:00: the clock goes back by 1h
        Sun 1 Nov 22:00 to Mon 2 Nov 00:00 EST (Mon 2 Nov 03:00 to 05:00 UTC): +2h
          = 10h of 10h
      so the deadline is Mon 2 Nov 2026 00:00 EST (05:00 UTC)

    What happens, if nobody decides
      R  Sat 31 Oct 2026 23:00 EDT (Sun 03:00 UTC): the request
      a  Sun 1 Nov 2026 03:00 EST (08:00 UTC)
         reminder to approvers (remind@50%)
      D  Mon 2 Nov 2026 00:00 EST (05:00 UTC): the deadline: a breach is noted
      b  Mon 2 Nov 2026 00:00 EST (05:00 UTC)
         escalation to approvers (escalate@100%)
      X  Mon 2 Nov 2026 22:00 EST (Tue 03:00 UTC): CodePipeline's time-out

    The days
                  0  3  6  9  12 15 18 21    America/New_York
      Sat 31 Oct  ██████················██
                                         R
      Sun 1 Nov   ██████················██  the clock goes back by 1h
                     a
      Mon 2 Nov   ██████················██
                  D                     X
                  b
      █ working time  · none  / skipped by the clock
      R request  a-z steps  D deadline  X time-out  + more than fit
    ");
    insta::assert_snapshot!(picture(policy, "2026-03-08T04:00:00Z"), @"
    payments-prod / Release / Approve
    asked for Sat 7 Mar 2026 23:00 EST (Sun 04:00 UTC)

    Policy nights promises a decision within 10h of working time
      deadline     Mon 9 Mar 2026 02:00 EDT (06:00 UTC)
      time-out     Tue 10 Mar 2026 00:00 EDT (04:00 UTC), as the policy says

    Why this policy
      not staging: pipeline is payments-prod, it wants *-staging
      nights: it is for every gate
      by the policy file of version 74c4a4f0f32f

    How the deadline is counted
      10h of working time from Sat 7 Mar 2026 23:00 EST (Sun 04:00 UTC), by
        calendar new-york-nights, on the clock of America/New_York
        Sat 7 Mar 23:00 EST to Sun 8 Mar 06:00 EDT (Sun 8 Mar 04:00 to 10:00 UTC):
          +6h = 6h of 10h
        Sun 8 Mar 03:00: the clock goes forward by 1h
        Sun 8 Mar 22:00 to Mon 9 Mar 02:00 EDT (Mon 9 Mar 02:00 to 06:00 UTC): +4h
          = 10h of 10h
      so the deadline is Mon 9 Mar 2026 02:00 EDT (06:00 UTC)

    What happens, if nobody decides
      R  Sat 7 Mar 2026 23:00 EST (Sun 04:00 UTC): the request
      a  Sun 8 Mar 2026 05:00 EDT (09:00 UTC)
         reminder to approvers (remind@50%)
      D  Mon 9 Mar 2026 02:00 EDT (06:00 UTC): the deadline: a breach is noted
      b  Mon 9 Mar 2026 02:00 EDT (06:00 UTC)
         escalation to approvers (escalate@100%)
      X  Tue 10 Mar 2026 00:00 EDT (04:00 UTC): CodePipeline's time-out

    The days
                  0  3  6  9  12 15 18 21    America/New_York
      Sat 7 Mar   ██████················██
                                         R
      Sun 8 Mar   ██/███················██  the clock goes forward by 1h
                       a
      Mon 9 Mar   ██████················██
                    D
                    b
      Tue 10 Mar  ██████················██
                  X
      █ working time  · none  / skipped by the clock
      R request  a-z steps  D deadline  X time-out  + more than fit
    ");
}

#[test]
fn hours_that_follow_the_sun() {
    let policy = r#"
  - name: sun
    target: 2 working days
    calendar: sun
    expires_after: 5d
    steps:
      - { at: "09:00 next working day", remind: [approvers] }
      - { at: 100%, escalate: [approvers], repeat: { every: 1 working day } }
"#;
    insta::assert_snapshot!(picture(policy, "2026-11-05T20:00:00Z"), @"
    payments-prod / Release / Approve
    asked for Thu 5 Nov 2026 20:00 UTC

    Policy sun promises a decision within 2 working days
      deadline     Mon 9 Nov 2026 20:00 UTC
      time-out     Tue 10 Nov 2026 20:00 UTC, as the policy says

    Why this policy
      not staging: pipeline is payments-prod, it wants *-staging
      sun: it is for every gate
      by the policy file of version 8618cabac5af

    How the deadline is counted
      2 working days from Thu 5 Nov 2026 20:00 UTC, to the same time of the day,
        by calendar sun on the clock of UTC
        Fri 6 Nov: working day 1 of 2
        Sat 7 Nov to Sun 8 Nov: no hours
        Mon 9 Nov: working day 2 of 2
      so the deadline is Mon 9 Nov 2026 20:00 UTC

    What happens, if nobody decides
      R  Thu 5 Nov 2026 20:00 UTC: the request
      a  Fri 6 Nov 2026 09:00 UTC
         reminder to approvers (remind@09:00+1)
      D  Mon 9 Nov 2026 20:00 UTC: the deadline: a breach is noted
      b  Mon 9 Nov 2026 20:00 UTC
         escalation to approvers (escalate@100%)
      X  Tue 10 Nov 2026 20:00 UTC: CodePipeline's time-out

    The days
                  0  3  6  9  12 15 18 21    UTC
      Thu 5 Nov   ███████·████████▌███████
                                      R
      Fri 6 Nov   ███████·████████▌███████
                           a
      Sat 7 Nov   ························
      Sun 8 Nov   ························
      Mon 9 Nov   ███████·████████▌███████
                                      D
                                      b
      Tue 10 Nov  ███████·████████▌███████
                                      X
      █ working time  · none  / skipped by the clock
      R request  a-z steps  D deadline  X time-out  + more than fit
    ");
}

#[test]
fn every_hour_of_every_day() {
    let policy = r#"
  - name: always
    target: 1h
    expires_after: 30d
    steps:
      - { at: 25%, remind: [approvers] }
      - { at: 50%, remind: [approvers] }
      - { at: 75%, remind: [approvers] }
      - { at: 90%, remind: [approvers] }
      - { at: 95%, remind: [approvers], repeat: { every: 1m, at_most: 40 } }
"#;
    insta::assert_snapshot!(picture(policy, "2026-11-05T20:00:00Z"), @"
    payments-prod / Release / Approve
    asked for Thu 5 Nov 2026 20:00 UTC

    Policy always promises a decision within 1h
      deadline     Thu 5 Nov 2026 21:00 UTC
      time-out     Sat 5 Dec 2026 20:00 UTC, as the policy says

    Why this policy
      not staging: pipeline is payments-prod, it wants *-staging
      always: it is for every gate
      by the policy file of version 1a1c860e8d06

    How the deadline is counted
      1h from Thu 5 Nov 2026 20:00 UTC, every hour counts
        Thu 5 Nov 20:00 to 21:00 UTC: +1h = 1h of 1h
      so the deadline is Thu 5 Nov 2026 21:00 UTC

    What happens, if nobody decides
      R  Thu 5 Nov 2026 20:00 UTC: the request
      a  Thu 5 Nov 2026 20:15 UTC
         reminder to approvers (remind@25%)
      b  Thu 5 Nov 2026 20:30 UTC
         reminder to approvers (remind@50%)
      c  Thu 5 Nov 2026 20:45 UTC
         reminder to approvers (remind@75%)
      d  Thu 5 Nov 2026 20:54 UTC
         reminder to approvers (remind@90%)
      e  Thu 5 Nov 2026 20:57 UTC
         reminder to approvers (remind@95%)
      f  Thu 5 Nov 2026 20:58 UTC
         reminder to approvers (remind@95%, repeat 1)
      g  Thu 5 Nov 2026 20:59 UTC
         reminder to approvers (remind@95%, repeat 2)
      D  Thu 5 Nov 2026 21:00 UTC: the deadline: a breach is noted
      h  Thu 5 Nov 2026 21:00 UTC
         reminder to approvers (remind@95%, repeat 3)
      i  Thu 5 Nov 2026 21:01 UTC
         reminder to approvers (remind@95%, repeat 4)
      j  Thu 5 Nov 2026 21:02 UTC
         reminder to approvers (remind@95%, repeat 5)
      k  Thu 5 Nov 2026 21:03 UTC
         reminder to approvers (remind@95%, repeat 6)
      l  Thu 5 Nov 2026 21:04 UTC
         reminder to approvers (remind@95%, repeat 7)
      m  Thu 5 Nov 2026 21:05 UTC
         reminder to approvers (remind@95%, repeat 8)
      n  Thu 5 Nov 2026 21:06 UTC
         reminder to approvers (remind@95%, repeat 9)
      o  Thu 5 Nov 2026 21:07 UTC
         reminder to approvers (remind@95%, repeat 10)
      p  Thu 5 Nov 2026 21:08 UTC
         reminder to approvers (remind@95%, repeat 11)
      q  Thu 5 Nov 2026 21:09 UTC
         reminder to approvers (remind@95%, repeat 12)
      r  Thu 5 Nov 2026 21:10 UTC
         reminder to approvers (remind@95%, repeat 13)
      s  Thu 5 Nov 2026 21:11 UTC
         reminder to approvers (remind@95%, repeat 14)
      t  Thu 5 Nov 2026 21:12 UTC
         reminder to approvers (remind@95%, repeat 15)
      X  Sat 5 Dec 2026 20:00 UTC: CodePipeline's time-out
      … and more steps

    The days
                  0  3  6  9  12 15 18 21    UTC
      Thu 5 Nov   ████████████████████████
                                      RD
                                      ah
                                      bi
                                      ++
      Fri 6 Nov   ████████████████████████
      Sat 7 Nov   ████████████████████████
      Sun 8 Nov   ████████████████████████
      Mon 9 Nov   ████████████████████████
      Tue 10 Nov  ████████████████████████
      Wed 11 Nov  ████████████████████████
      Thu 12 Nov  ████████████████████████
      Fri 13 Nov  ████████████████████████
      Sat 14 Nov  ████████████████████████
      Sun 15 Nov  ████████████████████████
      Mon 16 Nov  ████████████████████████
      Tue 17 Nov  ████████████████████████
      Wed 18 Nov  ████████████████████████
      … 16 days
      Sat 5 Dec   ████████████████████████
                                      X
      █ working time  · none  / skipped by the clock
      R request  a-z steps  D deadline  X time-out  + more than fit
    ");
}

#[test]
fn a_retry_has_the_ladder_of_its_attempt() {
    let policy = format!("{LONDON}    retry_steps: [ {{ at: 10%, escalate: [approvers] }} ]\n");
    let steps = |attempt: &str| -> Vec<Value> {
        let object =
            preview(&policy, "2026-11-06T16:30:00Z", &["--attempt", attempt, "--format", "json"]).lines().remove(0);
        object["ladder"].as_array().expect("a list").iter().map(|rung| rung["step"].clone()).collect()
    };
    assert_eq!(steps("1").len(), 7);
    assert_eq!(steps("2"), [json!("escalate@10%")]);
}

#[test]
fn where_nothing_matches_it_says_so_and_why() {
    insta::assert_snapshot!(picture("", "2026-11-06T16:30:00Z"), @"
    payments-prod / Release / Approve
    asked for Fri 6 Nov 2026 16:30 UTC

    No policy matches this gate: nothing is promised, nobody is told
      time-out     Fri 13 Nov 2026 16:30 UTC, by CodePipeline's default

    Why no policy
      not staging: pipeline is payments-prod, it wants *-staging
      by the policy file of version 31795df804d7
    ");
}

#[test]
fn what_is_not_said_of_the_gate_fits_only_who_asks_for_nothing() {
    let policy = "  - { name: ireland, match: { region: eu-west-1, account: '1*' }, target: 1h }\n";
    let holds = |more: &[&str]| {
        preview(policy, "2026-11-06", &[more, &["--format", "json"]].concat()).lines().remove(0)["policy"].clone()
    };
    assert_eq!(holds(&[]), Value::Null);
    assert_eq!(holds(&["--region", "eu-west-1", "--account", "111122223333"]), json!("ireland"));
}

/// The first block of this language in the text.
fn fenced<'a>(text: &'a str, language: &str) -> &'a str {
    let (_, block) = text.split_once(&format!("```{language}\n")).expect("there is one");
    block.split_once("```").expect("it ends").0
}

#[test]
fn the_documented_example_is_what_the_program_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/explain.md");
    let text = std::fs::read_to_string(path).expect("it can be read");
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("policy.yaml"), fenced(&text, "yaml")).expect("it can be written");
    let command = fenced(&text, "sh").replace("\\\n", " ");
    let args: Vec<&str> = command.split_whitespace().skip(1).collect();
    let mut program = super::run::program(&args);
    let out = super::run::ran(program.current_dir(folder.path()).output().expect("it can be run")).lines().remove(0);
    let documented: Value = serde_json::from_str(fenced(&text, "json")).expect("it is JSON");
    assert_eq!(documented, out, "{out:#}");
}

#[test]
fn any_time_that_can_be_written_can_be_previewed() {
    for from in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1883-11-18T12:00:00-04:00"] {
        picture(LONDON, from);
    }
}

#[test]
fn a_time_that_is_none_and_an_attempt_of_zero_are_2() {
    assert_eq!(preview(LONDON, "tomorrow", &[]).code, Some(2));
    assert_eq!(preview(LONDON, "2026-11-06", &["--attempt", "0"]).code, Some(2));
}
