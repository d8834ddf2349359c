//! What a notice offers, and how it says so.

use chrono::TimeDelta;
use holdpoint::domain::effect::Notice;
use holdpoint::domain::input::Input;
use holdpoint::domain::policy::{Act, Rules};
use holdpoint::domain::response::Response;
use holdpoint::domain::{Approval, NoticeId, RecipientName, StepId, Timestamp, decide};
use holdpoint::links::{Links, Offers};
use holdpoint::notice::{Style, Template, values, with_offers, write};
use holdpoint::policyfile;

use super::{KEY, fields, links, query};
use crate::support::world::{POLICY, id, minute, rules, started};

fn told(approval: Approval, input: &Input, rules: &Rules, now: Timestamp) -> Approval {
    decide(&approval, input, rules, now).iter().fold(approval, |approval, fact| approval.apply(fact))
}

fn waiting(rules: &Rules) -> Approval {
    told(Approval::new(id()), &started(minute(0)), rules, minute(0))
}

fn notice(approval: &Approval, rules: &Rules) -> Notice {
    let policy = approval.policy(rules).expect("the policy matches");
    Notice {
        id: NoticeId::new(format!("{}/remind@50%/0/approvers", approval.id)),
        act: Act::Remind,
        step: StepId::new("remind@50%"),
        repeat: 0,
        recipient: RecipientName::new("approvers"),
        due_at: minute(120),
        held_until: None,
        policy: rules.reference(policy),
        finding: None,
    }
}

fn offers(approval: &Approval, rules: &Rules, now: Timestamp) -> Offers {
    links(KEY, None).offers(&notice(approval, rules), approval, rules, now)
}

/// Rules in which this stands about snoozing.
fn snoozing(text: &str) -> Rules {
    let policy = POLICY.replace("target: 4h", &format!("target: 4h\n    snooze: {text}"));
    policyfile::read("policy.yaml", &policy).unwrap_or_else(|errors| panic!("{errors}")).rules
}

fn ticket(links: &Links, link: &str, now: Timestamp) -> holdpoint::links::Ticket {
    links.follow(&fields(query(link)).expect("it is whole"), now).expect("it is in order").ticket
}

#[test]
fn a_notice_says_below_its_text_how_to_answer_it() {
    let rules = rules();
    let approval = waiting(&rules);
    let plain = write(&notice(&approval, &rules), &approval, &rules, minute(120));
    let written = with_offers(plain.clone(), &offers(&approval, &rules, minute(120)));
    let below = written.text.strip_prefix(&plain.text).expect("the text itself stays");
    insta::assert_snapshot!(below);
    assert_eq!(written.data["text"], written.text);
    insta::assert_snapshot!(serde_json::to_string_pretty(&written.data["links"]).expect("it is JSON"));
}

#[test]
fn links_end_with_codepipelines_time_out_and_after_a_week() {
    let rules = rules();
    let (approval, links) = (waiting(&rules), links(KEY, None));
    let link = |now| offers(&approval, &rules, now).acknowledge.expect("it is offered");
    assert_eq!(ticket(&links, &link(minute(120)), minute(120)).expires_at, minute(7 * 24 * 60));
    let policy = POLICY.replace("target: 4h", "target: 4h\n    expires_after: 20d");
    let patient = policyfile::read("policy.yaml", &policy).unwrap_or_else(|errors| panic!("{errors}")).rules;
    let link = links.offers(&notice(&approval, &patient), &approval, &patient, minute(120)).acknowledge;
    let ends = ticket(&links, &link.expect("it is offered"), minute(120)).expires_at;
    assert_eq!(ends, minute(120) + TimeDelta::days(7));
}

#[test]
fn a_snooze_is_offered_for_as_long_as_the_policy_allows() {
    let time = |rules: &Rules, now| offers(&waiting(rules), rules, now).snooze.map(|(time, _)| time);
    assert_eq!(time(&rules(), minute(120)), Some(TimeDelta::hours(2)));
    assert_eq!(time(&snoozing("45m"), minute(120)), Some(TimeDelta::minutes(45)));
    assert_eq!(time(&snoozing("none"), minute(120)), None);
    // Two hours before the time-out it would be a way to miss it.
    assert_eq!(time(&rules(), minute(7 * 24 * 60 - 121)), Some(TimeDelta::hours(2)));
    assert_eq!(time(&rules(), minute(7 * 24 * 60 - 119)), None);
}

#[test]
fn what_would_change_nothing_is_not_offered() {
    let rules = rules();
    let said = Response { by: "recipient approvers".to_owned(), note: None, link: None };
    let seen_to = told(waiting(&rules), &Input::Acknowledge(said), &rules, minute(60));
    let offers = offers(&seen_to, &rules, minute(120));
    assert_eq!((offers.acknowledge, offers.snooze.is_some()), (None, true));
}

#[test]
fn a_wording_can_show_the_links_and_do_without_them() {
    let rules = rules();
    let approval = waiting(&rules);
    let plain = write(&notice(&approval, &rules), &approval, &rules, minute(120));
    let offers = offers(&approval, &rules, minute(120));
    let link = offers.acknowledge.clone().expect("it is offered");
    let template = Template::new("Hm{% if links %}: {{ links.acknowledge }}{% endif %}");
    for style in [Style::Plain, Style::Markdown] {
        assert_eq!(template.render(&values(&plain.data), style), Ok("Hm".to_owned()));
        let with = values(&with_offers(plain.clone(), &offers).data);
        assert_eq!(template.render(&with, style), Ok(format!("Hm: {link}")));
    }
}
