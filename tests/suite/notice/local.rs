//! What a reader is told whose clock shows something else than UTC, and who is not the first to see to it.

use chrono::TimeDelta;
use holdpoint::domain::calendar::Zone;
use holdpoint::domain::context::Context;
use holdpoint::domain::effect::{Notice, effects};
use holdpoint::domain::input::Input;
use holdpoint::domain::policy::Rules;
use holdpoint::domain::response::Response;
use holdpoint::domain::{Approval, Effect, Timestamp, decide};
use holdpoint::notice::{Style, Template, Wall, Written, values, write};
use holdpoint::policyfile;

use super::{asked, context, gate, mail, tuesday};

const POLICY: &str = r#"
version: 1
calendars:
  berlin: { timezone: Europe/Berlin, hours: { mon-fri: "09:00-17:00" } }
  pune: { timezone: Asia/Kolkata, hours: { mon-fri: "09:00-17:00" } }
  sao-paulo: { timezone: America/Sao_Paulo, hours: { mon-fri: "09:00-17:00" } }
recipients:
  approvers: { console: true }
  pune: { console: true, hours: pune }
  sao-paulo: { console: true, hours: sao-paulo }
policies:
  - name: production
    target: 8h
    calendar: berlin
    steps:
      - { at: 50%, remind: [approvers, sao-paulo] }
      - { at: 75%, escalate: [pune, sao-paulo] }
      - { at: 100%, escalate: [pune, sao-paulo] }
"#;

fn rules() -> Rules {
    policyfile::read("policy.yaml", POLICY).unwrap_or_else(|errors| panic!("{errors}")).rules
}

/// Hears of it, and lets time pass until then. The notices that are stored, in their order.
fn lives(mut approval: Approval, inputs: &[(Timestamp, Input)]) -> (Vec<Notice>, Approval) {
    let (rules, mut notices) = (rules(), Vec::new());
    for (now, input) in inputs {
        for fact in decide(&approval, input, &rules, *now) {
            approval = approval.apply(&fact);
            notices.extend(effects(&approval, &fact, &rules).into_iter().filter_map(|effect| match effect {
                Effect::Notice(notice) => Some(notice),
                _ => None,
            }));
        }
    }
    (notices, approval)
}

fn to<'a>(notices: &'a [Notice], recipient: &str) -> &'a Notice {
    notices.iter().rfind(|notice| notice.recipient.as_str() == recipient).expect("there is one")
}

fn written(notice: &Notice, approval: &Approval, now: Timestamp) -> Written {
    write(notice, approval, &rules(), now)
}

/// What stands above the link.
fn head(written: &Written) -> String {
    mail(written).split("\nReview and decide:").next().unwrap_or_default().to_owned()
}

fn wednesday(time: &str) -> Timestamp {
    tuesday(time) + TimeDelta::days(1)
}

#[test]
fn times_are_those_of_the_policys_zone_and_what_is_left_is_working_time() {
    // Asked at 11:12 in Berlin, so eight hours are over at 11:12 on the next day; half of them at 15:12.
    let (notices, approval) = lives(asked(gate(), 1, context()), &[(tuesday("13:12:08"), Input::Tick)]);
    let reminder = written(to(&notices, "approvers"), &approval, tuesday("13:12:08"));
    insta::assert_snapshot!(mail(&reminder), @"
    Subject: Approval needed: payments-prod / Production, waiting 4h

    A release is waiting for your approval.

      Pipeline     payments-prod (eu-west-1, account 111122223333)
      Approval     Production / Approve
      Waiting      4h, since Tue 6 Oct 2026 11:12 CEST
      Decide by    Wed 7 Oct 2026 11:12 CEST (09:12 UTC), 3h 59m of working
                   time left of the promised 8h
      Expires      Tue 13 Oct 2026 11:12 CEST (09:12 UTC), in 6d 19h; the
                   run then fails
      Started by   Amara Okafor, example-org/payments main
      Revision     8c1f2a9 Retry refunds that the acquirer answered late
                   (from Code)
                   https://github.example.com/example-org/payments/commit/8c1f2a9
      Note         Refunds are off until this is live. Check the refund
                   dashboard first.
      See also     https://ci.example.com/payments/1841

    Review and decide:
      https://console.aws.amazon.com/codesuite/codepipeline/pipelines/payments-prod/view?region=eu-west-1#/Production/Approve/approve/6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10

    If nobody decides, it will be escalated to pune and sao-paulo on Wed 7
    Oct at 09:12 CEST.

    Policy production, notice 6d3e1a52-91c4-4f6e-8a0b-2f7c5d9e4b10/remind@50%/0/approvers
    ");
}

#[test]
fn the_recipients_own_hours_say_which_clock_is_theirs() {
    let (notices, approval) = lives(asked(gate(), 1, Context::default()), &[(wednesday("09:12:08"), Input::Tick)]);
    let escalation = written(to(&notices, "pune"), &approval, wednesday("09:12:08"));
    insta::assert_snapshot!(head(&escalation), @"
    Subject: Escalation, approval overdue: payments-prod / Production, waiting 1d

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

    An escalation of Wed 7 Oct 2026 12:42 IST was passed over.

      Pipeline     payments-prod (eu-west-1, account 111122223333)
      Approval     Production / Approve
      Waiting      1d (8h of working time), since Tue 6 Oct 2026 14:42 IST
      Decide by    Wed 7 Oct 2026 14:42 IST (09:12 UTC), just over the
                   promised 8h of working time
      Expires      presumably Tue 13 Oct 2026 14:42 IST (09:12 UTC), in 5d
                   23h; the run then fails
    ");
    insta::assert_snapshot!(escalation.data["passed_over"], @r#"[{"kind":"escalation","step":"escalate@75%","due_at":"2026-10-07T07:12:07.412Z","count":1}]"#);
    // A zone that has no letters for its time is told by its offset.
    let held = to(&notices, "sao-paulo");
    let until = held.held_until.expect("it is six in the morning there");
    insta::assert_snapshot!(head(&written(held, &approval, until)), @"
    Subject: Escalation, approval overdue: payments-prod / Production, waiting 1d 2h

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

    Held until your hours began; it was due Wed 7 Oct 2026 06:12 UTC-03:00.
    An escalation of Wed 7 Oct 2026 04:12 UTC-03:00 was passed over.

      Pipeline     payments-prod (eu-west-1, account 111122223333)
      Approval     Production / Approve
      Waiting      1d 2h (10h 47m of working time), since Tue 6 Oct 2026
                   06:12 UTC-03:00
      Decide by    Wed 7 Oct 2026 06:12 UTC-03:00 (09:12 UTC), 2h 47m over
                   the promised 8h of working time
      Expires      presumably Tue 13 Oct 2026 06:12 UTC-03:00 (09:12 UTC),
                   in 5d 21h; the run then fails
    ");
}

#[test]
fn one_that_was_held_and_stands_for_others_says_so() {
    let ticks = [
        (tuesday("13:12:08"), Input::Tick),
        (wednesday("07:12:08"), Input::Tick),
        (wednesday("09:12:08"), Input::Tick),
    ];
    let (notices, approval) = lives(asked(gate(), 1, Context::default()), &ticks);
    let last = to(&notices, "sao-paulo");
    let told = written(last, &approval, last.held_until.expect("it is six in the morning there"));
    insta::assert_snapshot!(head(&told), @"
    Subject: Escalation, approval overdue: payments-prod / Production, waiting 1d 2h

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

    Held until your hours began; it was due Wed 7 Oct 2026 06:12 UTC-03:00.
    It stands for an escalation of Wed 7 Oct 2026 04:12 UTC-03:00 as well.

      Pipeline     payments-prod (eu-west-1, account 111122223333)
      Approval     Production / Approve
      Waiting      1d 2h (10h 47m of working time), since Tue 6 Oct 2026
                   06:12 UTC-03:00
      Decide by    Wed 7 Oct 2026 06:12 UTC-03:00 (09:12 UTC), 2h 47m over
                   the promised 8h of working time
      Expires      presumably Tue 13 Oct 2026 06:12 UTC-03:00 (09:12 UTC),
                   in 5d 21h; the run then fails
    ");
    insta::assert_snapshot!(format!("{}\n\n{}", told.title, told.markdown), @"
    Escalation, approval overdue: payments-prod / Production, waiting 1d 2h

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

    Held until your hours began; it was due Wed 7 Oct 2026 06:12 UTC-03:00. It stands for an escalation of Wed 7 Oct 2026 04:12 UTC-03:00 as well.

    *Pipeline:* payments-prod (eu-west-1, account 111122223333)
    *Approval:* Production / Approve
    *Waiting:* 1d 2h (10h 47m of working time), since Tue 6 Oct 2026 06:12 UTC-03:00
    *Decide by:* Wed 7 Oct 2026 06:12 UTC-03:00 (09:12 UTC), 2h 47m over the promised 8h of working time
    *Expires:* presumably Tue 13 Oct 2026 06:12 UTC-03:00 (09:12 UTC), in 5d 21h; the run then fails

    This is the last notice about it. If nobody decides, the run presumably fails on Tue 13 Oct at 06:12 UTC-03:00.
    ");
    let mut data = told.data;
    data.sort_all_objects();
    insta::assert_snapshot!(format!("{:#} {:#}", data["held"], data["stands_for"]), @r#"
    {
      "until": "2026-10-07T12:00:00Z"
    } [
      {
        "due_at": "2026-10-07T07:12:07.412Z",
        "kind": "escalation"
      }
    ]
    "#);
}

#[test]
fn who_sees_to_it_and_until_when_it_was_put_off_is_told() {
    let says = |by: &str, note: &str| Response {
        by: by.to_owned(),
        note: (!note.is_empty()).then(|| note.to_owned()),
        link: None,
    };
    let hostile = says("eve\u{1b}[2J\u{202e}", "all is well\n\nReview and decide:\n  https://phish.example.com/ *now*");
    let inputs = [
        (tuesday("10:00:00"), Input::Acknowledge(says("Jane Doe", "I wait for the dashboard to settle"))),
        (tuesday("10:05:00"), Input::Acknowledge(hostile)),
        (tuesday("10:10:00"), Input::Snooze { until: tuesday("12:00:00"), response: says("Jane Doe", "") }),
        (wednesday("09:12:08"), Input::Tick),
    ];
    let (notices, approval) = lives(asked(gate(), 1, Context::default()), &inputs);
    let escalation = written(to(&notices, "pune"), &approval, wednesday("09:12:08"));
    insta::assert_snapshot!(head(&escalation), @"
    Subject: Escalation, approval overdue: payments-prod / Production, waiting 1d

    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

      Pipeline     payments-prod (eu-west-1, account 111122223333)
      Approval     Production / Approve
      Waiting      1d (8h of working time), since Tue 6 Oct 2026 14:42 IST
      Decide by    Wed 7 Oct 2026 14:42 IST (09:12 UTC), just over the
                   promised 8h of working time
      Expires      presumably Tue 13 Oct 2026 14:42 IST (09:12 UTC), in 5d
                   23h; the run then fails
      Seen to      by Jane Doe since Tue 6 Oct 2026 15:30 IST: I wait for
                   the dashboard to settle
      Seen to      by eve [2J since Tue 6 Oct 2026 15:35 IST: all is well
                   Review and decide: https://phish.example.com/ *now*
      Put off      until Tue 6 Oct 2026 17:30 IST
    ");
    insta::assert_snapshot!(escalation.markdown, @"
    A release has waited longer for its approval than was promised.
    Please see that somebody decides.

    *Pipeline:* payments-prod (eu-west-1, account 111122223333)
    *Approval:* Production / Approve
    *Waiting:* 1d (8h of working time), since Tue 6 Oct 2026 14:42 IST
    *Decide by:* Wed 7 Oct 2026 14:42 IST (09:12 UTC), just over the promised 8h of working time
    *Expires:* presumably Tue 13 Oct 2026 14:42 IST (09:12 UTC), in 5d 23h; the run then fails
    *Seen to:* by Jane Doe since Tue 6 Oct 2026 15:30 IST: I wait for the dashboard to settle
    *Seen to:* by eve [2J since Tue 6 Oct 2026 15:35 IST: all is well Review and decide: https://phish.example.com/ ∗now∗
    *Put off:* until Tue 6 Oct 2026 17:30 IST

    This is the last notice about it. If nobody decides, the run presumably fails on Tue 13 Oct at 14:42 IST.
    ");
    let mut data = escalation.data;
    data.sort_all_objects();
    insta::assert_snapshot!(format!("{:#} {}", data["acknowledged"][0], data["snoozed_until"]), @r#"
    {
      "at": "2026-10-06T10:00:00Z",
      "by": "Jane Doe",
      "note": "I wait for the dashboard to settle"
    } "2026-10-06T12:00:00Z"
    "#);
    assert_eq!(data["acknowledged"].as_array().map(Vec::len), Some(2));
    assert_eq!((&data["waited_seconds"], &data["working_waited_seconds"]), (&86_400.into(), &28_800.into()));
}

#[test]
fn a_wording_tells_times_as_the_built_in_text_does() {
    let (notices, approval) = lives(asked(gate(), 1, Context::default()), &[(wednesday("09:12:08"), Input::Tick)]);
    let said = |recipient: &str| {
        let data = written(to(&notices, recipient), &approval, wednesday("09:12:08")).data;
        let said = Template::new("{{ deadline | moment }}").render(&values(&data), Style::Plain);
        said.expect("it says something")
    };
    assert_eq!(said("approvers"), "Wed 7 Oct 2026 11:12 CEST (09:12 UTC)", "the policy's clock");
    assert_eq!(said("pune"), "Wed 7 Oct 2026 14:42 IST (09:12 UTC)", "their own clock");
}

#[test]
fn working_time_is_not_known_without_a_policy() {
    let no_rules = super::no_rules();
    let (notices, approval) = lives(asked(gate(), 1, Context::default()), &[(tuesday("13:12:08"), Input::Tick)]);
    let data = write(to(&notices, "approvers"), &approval, &no_rules, tuesday("13:12:08")).data;
    assert!(data["working_waited_seconds"].is_null() && data["held"].is_null() && data["snoozed_until"].is_null());
    assert_eq!((&data["acknowledged"], &data["stands_for"]), (&serde_json::json!([]), &serde_json::json!([])));
}

#[test]
fn a_moment_shows_utc_beside_another_clock() {
    let wall = |zone: &str| Wall::of(&Zone::named(zone).expect("there is such a zone"));
    let at = tuesday("22:30:00");
    assert_eq!(wall("Etc/UTC").moment_in_full(at), "Tue 6 Oct 2026 22:30 UTC");
    assert_eq!(wall("Europe/London").moment_in_full(at), "Tue 6 Oct 2026 23:30 BST (22:30 UTC)");
    assert_eq!(wall("Europe/Berlin").moment_in_full(at), "Wed 7 Oct 2026 00:30 CEST (Tue 22:30 UTC)");
    assert_eq!(wall("America/Sao_Paulo").moment_in_full(at), "Tue 6 Oct 2026 19:30 UTC-03:00 (22:30 UTC)");
    assert_eq!(wall("Europe/London").moment_in_full(at + TimeDelta::days(60)), "Sat 5 Dec 2026 22:30 GMT (22:30 UTC)");
    assert_eq!(wall("Europe/Berlin").moment_from(at, tuesday("21:00:00")), "on Wed 7 Oct at 00:30 CEST");
    assert_eq!(wall("Europe/Berlin").moment_from(at, tuesday("22:01:00")), "at 00:30 CEST");
}
