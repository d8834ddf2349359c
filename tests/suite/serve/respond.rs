//! Acknowledging and snoozing over HTTP: by programs with JSON, and by whoever holds a link from a notice.

use chrono::TimeDelta;
use holdpoint::domain::{ApprovalId, NoticeId, RecipientName};
use holdpoint::links::{ADDRESS, Deed, KEY as KEY_NAME, OLD_KEY, Ticket};
use serde_json::{Value, json};

use super::notices::place_for;
use super::process::{Place, SOON, Server};
use crate::cli::run::ran;
use crate::respond::{KEY, OTHER_KEY, links, query};
use crate::support::history::{Fate, Run};
use crate::support::http::{Answer, request};
use crate::support::wait::until;
use crate::support::waiting::{asked, now, waiting};
use crate::support::webhook::Receiver;

const PUBLIC: &str = "https://holdpoint.example.com/approvals";

fn with_links(place: Place) -> Place {
    place.variable(KEY_NAME, KEY).variable(ADDRESS, PUBLIC)
}

/// A server that knows of an approval which has waited so long.
fn knowing(place: &Place, since: TimeDelta) -> (Server, Run) {
    let (server, run) = (place.serve(), waiting(1, since));
    assert_eq!(server.post(asked(&run)).json()["taken"], 1);
    (server, run)
}

fn ticket(approval: &str, deed: Deed) -> Ticket {
    Ticket {
        approval: ApprovalId::new(approval),
        deed,
        recipient: RecipientName::new("approvers"),
        occasion: Ticket::occasion(&NoticeId::new("a notice")),
        expires_at: now() + TimeDelta::hours(1),
    }
}

/// The link's query.
fn link(approval: &str, deed: Deed) -> String {
    query(&links(KEY, None).link(&ticket(approval, deed))).to_owned()
}

fn look(server: &Server, link: &str) -> Answer {
    server.get(&format!("/respond?{link}"))
}

/// As the button of the page does it.
fn press(server: &Server, link: &str) -> Answer {
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", "null")];
    request(server.address(), "POST", "/respond", &form, link.as_bytes()).expect("it answers")
}

/// What was said of it, and how often each.
fn said(place: &Place, approval: &str) -> Vec<(String, Value)> {
    place.facts(approval).into_iter().filter(|(kind, _)| kind == "acknowledged" || kind == "snoozed").collect()
}

fn tell(server: &Server, target: &str, body: &Value) -> Answer {
    let headers = [("Content-Type", "application/json")];
    request(server.address(), "POST", target, &headers, body.to_string().as_bytes()).expect("it answers")
}

#[test]
fn a_notice_brings_links_that_do_what_they_say_once() {
    let receiver = Receiver::answering(&[200]);
    let place = with_links(place_for(&receiver));
    let (server, run) = knowing(&place, TimeDelta::hours(3));
    let id = run.approval();
    let call = until("the notice", SOON, || receiver.calls().first().cloned());
    let offered = |name: &str| call.body["links"][name].as_str().expect("it is offered").to_owned();
    assert!(call.body["text"].as_str().expect("a text").contains(&offered("acknowledge")));
    assert_eq!(call.body["links"]["snooze_seconds"], 7200);

    let link = offered("acknowledge");
    assert!(link.starts_with(&format!("{PUBLIC}/respond?")), "{link}");
    let page = look(&server, query(&link));
    assert_eq!(page.status, 200, "{page:?}");
    for told in ["service-001-prod", "Release", "3h, since", "I see to it", "recipient approvers"] {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    let done = press(&server, query(&link));
    assert_eq!(done.status, 200, "{done:?}");
    assert!(done.body.contains("Thank you, it is noted"), "{}", done.body);
    let said = said(&place, &id);
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!((said[0].0.as_str(), &said[0].1["by"]), ("acknowledged", &json!("recipient approvers")));

    for again in [look(&server, query(&link)), press(&server, query(&link))] {
        assert_eq!(again.status, 410, "{again:?}");
        assert!(again.body.contains("This link was used already"), "{}", again.body);
        assert!(!again.body.contains("<form"));
    }
    // The other link of the same notice still holds.
    assert_eq!(press(&server, query(&offered("snooze"))).status, 200);
    assert_eq!(self::said(&place, &id).len(), 2);
    let log = place.log();
    for link in [link, offered("snooze")] {
        let signature = link.rsplit_once("signature=").expect("it is signed").1;
        assert!(!log.contains(signature), "{log}");
    }
    assert!(!log.contains(KEY), "{log}");
}

#[test]
fn to_look_at_a_link_changes_nothing_however_often_and_by_whom() {
    let place = with_links(Place::new());
    let (server, run) = knowing(&place, TimeDelta::minutes(5));
    let link = link(&run.approval(), Deed::Snooze(TimeDelta::hours(1)));
    let before = place.facts(&run.approval());
    for _ in 0..3 {
        assert_eq!(look(&server, &link).status, 200);
    }
    let target = format!("/respond?{link}");
    let scanners: [&[(&str, &str)]; 3] =
        [&[("Purpose", "prefetch")], &[("Sec-Purpose", "prefetch;prerender")], &[("User-Agent", "mail scanner")]];
    for headers in scanners {
        assert_eq!(server.get_with(&target, headers).status, 200);
    }
    request(server.address(), "HEAD", &target, &[], b"").expect_err("it has no body");
    for method in ["PUT", "DELETE", "OPTIONS"] {
        let answer = request(server.address(), method, &target, &[], b"").expect("it answers");
        assert_eq!(answer.status, 405, "{method}");
    }
    // A form that is posted to the link without its fields is none of our page's.
    let empty = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(request(server.address(), "POST", &target, &empty, b"").expect("it answers").status, 400);
    assert_eq!(request(server.address(), "POST", &target, &[], b"").expect("it answers").status, 400);
    assert_eq!(place.facts(&run.approval()), before);
}

#[test]
fn a_link_that_does_not_hold_changes_nothing_and_says_why() {
    let place = with_links(Place::new());
    let (server, run) = knowing(&place, TimeDelta::minutes(5));
    let id = run.approval();
    let good = link(&id, Deed::Snooze(TimeDelta::hours(1)));
    let old = Ticket { expires_at: now() - TimeDelta::seconds(1), ..ticket(&id, Deed::Acknowledge) };
    let old = query(&links(KEY, None).link(&old)).to_owned();
    let forged = query(&links(OTHER_KEY, None).link(&ticket(&id, Deed::Acknowledge))).to_owned();
    let long = Deed::Snooze(TimeDelta::days(5));
    for (link, status, told) in [
        (good.replace("snooze-3600", "snooze-7200"), 403, "This link does not hold"),
        (good.replace("to=approvers", "to=leads"), 403, "This link does not hold"),
        (forged, 403, "This link does not hold"),
        (old, 410, "This link is too old"),
        (link("nobody", Deed::Acknowledge), 404, "Nothing is known of this approval"),
        (good.split_once("&signature").expect("it is signed").0.to_owned(), 400, "This is not a whole link"),
        (format!("{good}&signature=00"), 400, "This is not a whole link"),
        (String::new(), 400, "This is not a whole link"),
        (link(&id, long), 409, "That cannot be done"),
    ] {
        for answer in [look(&server, &link), press(&server, &link)] {
            assert_eq!(answer.status, status, "{link}: {answer:?}");
            assert!(answer.body.contains(told) && answer.body.contains("Nothing has changed"), "{}", answer.body);
            assert!(!answer.body.contains("<form"), "{}", answer.body);
        }
    }
    assert_eq!(said(&place, &id), []);
    let large = format!("{good}&x={}", "x".repeat(20_000));
    assert_eq!(press(&server, &large).status, 400);
    assert_eq!(said(&place, &id), []);
}

#[test]
fn a_link_of_a_decided_approval_says_how_it_ended() {
    let place = with_links(Place::new());
    let (server, run) = knowing(&place, TimeDelta::hours(1));
    let decided = Run { wait: TimeDelta::minutes(50), fate: Fate::Approved, ..run };
    assert_eq!(server.post(decided.events().join("\n")).status, 200);
    let link = link(&run.approval(), Deed::Acknowledge);
    for answer in [look(&server, &link), press(&server, &link)] {
        assert_eq!(answer.status, 409, "{answer:?}");
        assert!(answer.body.contains("Nobody is waited for any more"), "{}", answer.body);
        assert!(answer.body.contains("approved, "), "{}", answer.body);
    }
    assert_eq!(said(&place, &run.approval()), []);
}

#[test]
fn of_many_who_press_at_once_one_is_first() {
    let place = with_links(Place::new());
    let (server, run) = knowing(&place, TimeDelta::minutes(5));
    let link = link(&run.approval(), Deed::Snooze(TimeDelta::hours(1)));
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let presses: Vec<_> = (0..6).map(|_| scope.spawn(|| press(&server, &link).status)).collect();
        presses.into_iter().map(|press| press.join().expect("it does not panic")).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 410).count(), 5, "{statuses:?}");
    assert_eq!(said(&place, &run.approval()).len(), 1);
}

#[test]
fn a_link_goes_through_where_a_token_is_asked_for_and_opens_nothing_else() {
    let place = with_links(Place::new());
    let file = place.file("token", "0f2c9a7be1d84536b0a1f7c2d3e4f506\n");
    let place = place.arg("--token-file", &file);
    let server = place.serve();
    let shown = [("Authorization", "Bearer 0f2c9a7be1d84536b0a1f7c2d3e4f506")];
    let run = waiting(1, TimeDelta::minutes(5));
    assert_eq!(server.post_with(asked(&run), &shown).status, 200);
    let link = link(&run.approval(), Deed::Acknowledge);
    let public = [("Host", "holdpoint.example.com")];
    assert_eq!(server.get_with(&format!("/respond?{link}"), &public).status, 200);
    assert_eq!(press(&server, &link).status, 200);
    assert_eq!(server.get(&format!("/?{link}")).status, 401);
    let target = format!("/api/approvals/{}/acknowledge", run.approval());
    assert_eq!(tell(&server, &target, &json!({ "by": "jane" })).status, 401);
    assert_eq!(said(&place, &run.approval()).len(), 1);
}

#[test]
fn the_page_may_be_kept_framed_and_indexed_nowhere() {
    let place = with_links(Place::new());
    let (server, run) = knowing(&place, TimeDelta::minutes(5));
    for link in [link(&run.approval(), Deed::Acknowledge), "no link".replace(' ', "-")] {
        let headers = look(&server, &link).headers;
        let policy = &headers["content-security-policy"];
        for rule in ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers["x-robots-tag"].contains("noindex"));
        assert!(!headers.contains_key("set-cookie"));
    }
    let page = look(&server, &link(&run.approval(), Deed::Acknowledge)).body;
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("https://"), "{page}");
    assert!(server.get("/").headers["content-security-policy"].contains("form-action 'none'"));
}

#[test]
fn a_flood_through_one_link_is_slowed_down() {
    let place = with_links(Place::new());
    let (server, run) = knowing(&place, TimeDelta::minutes(5));
    let link = link(&run.approval(), Deed::Acknowledge);
    until("an answer that asks for patience", SOON, || {
        (0..40).any(|_| look(&server, &link).status == 429).then_some(())
    });
    until("a page again", SOON, || (look(&server, &link).status == 200).then_some(()));
}

#[test]
fn after_a_change_of_keys_older_links_hold_as_long_as_their_key_is_named() {
    let place = with_links(Place::new()).variable(KEY_NAME, OTHER_KEY).variable(OLD_KEY, KEY);
    let (server, run) = knowing(&place, TimeDelta::minutes(5));
    assert_eq!(press(&server, &link(&run.approval(), Deed::Acknowledge)).status, 200);
    drop(server);
    let changed = place.variable(OLD_KEY, "");
    let server = changed.serve();
    assert_eq!(press(&server, &link(&run.approval(), Deed::Snooze(TimeDelta::hours(1)))).status, 403);
}

#[test]
fn without_a_key_or_an_address_there_are_no_links() {
    for (name, value, warned) in [("NOTHING", "", false), (KEY_NAME, KEY, true), (ADDRESS, PUBLIC, true)] {
        let receiver = Receiver::answering(&[200]);
        let place = place_for(&receiver).variable(name, value);
        let (server, run) = knowing(&place, TimeDelta::hours(3));
        let call = until("the notice", SOON, || receiver.calls().first().cloned());
        assert!(call.body.get("links").is_none(), "{:?}", call.body);
        assert!(!call.body["text"].as_str().expect("a text").contains("/respond?"));
        let link = link(&run.approval(), Deed::Acknowledge);
        assert_eq!((look(&server, &link).status, press(&server, &link).status), (404, 404));
        assert_eq!(place.log().contains("notices go out without links"), warned, "{}", place.log());
    }
}

#[test]
fn a_key_or_an_address_that_is_not_in_order_is_refused_at_the_start() {
    for (variables, told) in [
        ([(KEY_NAME, "secret"), (ADDRESS, PUBLIC)], "HOLDPOINT_LINK_KEY is neither"),
        ([(KEY_NAME, "c2hvcnQ="), (ADDRESS, PUBLIC)], "HOLDPOINT_LINK_KEY has 5 bytes, and 32 are needed"),
        ([(KEY_NAME, KEY), (ADDRESS, "http://jane:secret@example.com")], "HOLDPOINT_PUBLIC_URL is not an address"),
    ] {
        let place = Place::new();
        let mut command = place.command();
        command.envs(variables);
        let ran = ran(command.output().expect("the program can be run"));
        assert_eq!(ran.code, Some(2), "{ran:?}");
        assert!(ran.err.contains(told), "{}", ran.err);
        assert!(!ran.err.contains("secret") && !ran.err.contains(KEY), "{}", ran.err);
    }
}

#[test]
fn programs_acknowledge_and_snooze_with_json() {
    let place = Place::new();
    let (server, run) = knowing(&place, TimeDelta::minutes(5));
    let target = |deed: &str| format!("/api/approvals/{}/{deed}", run.approval());
    let answer = tell(&server, &target("acknowledge"), &json!({ "by": "jane\u{202e}\n", "note": "on my way" }));
    assert_eq!(answer.status, 200, "{answer:?}");
    let state = answer.json();
    assert_eq!((&state["approval"], &state["phase"]), (&json!(run.approval()), &json!("waiting")));
    assert_eq!(
        (&state["acknowledged"][0]["by"], &state["acknowledged"][0]["note"]),
        (&json!("jane"), &json!("on my way"))
    );

    let until = (now() + TimeDelta::hours(2)).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let answer = tell(&server, &target("snooze"), &json!({ "by": "jane", "until": until }));
    assert_eq!((answer.status, &answer.json()["snoozed_until"]), (200, &json!(until)));
    assert_eq!(tell(&server, &target("snooze"), &json!({ "by": "jane", "for": "90m" })).status, 200);
    assert_eq!(said(&place, &run.approval()).len(), 3);

    for (deed, body, refusal) in [
        ("acknowledge", json!({ "by": "jane" }), "repeated"),
        ("snooze", json!({ "by": "jane", "for": "5h" }), "too_long"),
        ("snooze", json!({ "by": "jane", "until": "2020-01-01T00:00:00Z" }), "past"),
    ] {
        let answer = tell(&server, &target(deed), &body);
        assert_eq!((answer.status, &answer.json()["refusal"]), (409, &json!(refusal)), "{body}");
        assert!(!answer.error().is_empty());
    }
    assert_eq!(tell(&server, "/api/approvals/nobody/acknowledge", &json!({ "by": "jane" })).status, 404);
    assert_eq!(said(&place, &run.approval()).len(), 3);
}

#[test]
fn what_cannot_be_meant_is_refused_and_changes_nothing() {
    let place = Place::new();
    let (server, run) = knowing(&place, TimeDelta::minutes(5));
    let target = |deed: &str| format!("/api/approvals/{}/{deed}", run.approval());
    for (deed, body) in [
        ("acknowledge", json!({})),
        ("acknowledge", json!({ "by": "" })),
        ("acknowledge", json!({ "by": "x".repeat(257) })),
        ("acknowledge", json!({ "by": "jane", "note": "x".repeat(1001) })),
        ("acknowledge", json!({ "by": "jane", "until": "2026-09-28T17:00:00Z" })),
        ("snooze", json!({ "by": "jane" })),
        ("snooze", json!({ "by": "jane", "for": "2h", "until": "2026-09-28T17:00:00Z" })),
        ("snooze", json!({ "by": "jane", "for": "2" })),
        ("snooze", json!({ "by": "jane", "until": "tomorrow" })),
        ("snooze", json!([])),
    ] {
        let answer = tell(&server, &target(deed), &body);
        assert_eq!(answer.status, 400, "{body}: {answer:?}");
        assert!(!answer.error().is_empty());
    }
    let post = |headers: &[(&str, &str)], body: &str| {
        request(server.address(), "POST", &target("acknowledge"), headers, body.as_bytes()).expect("it answers").status
    };
    let body = r#"{ "by": "jane" }"#;
    // What a form of another web site can send is not taken, whatever it says.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        assert_eq!(post(&[("Content-Type", kind)], body), 415, "{kind}");
    }
    let json = ("Content-Type", "application/json");
    assert_eq!(post(&[], body), 415);
    assert_eq!(post(&[json, ("Origin", "https://evil.example.com")], body), 403);
    assert_eq!(post(&[json], "{"), 400);
    assert_eq!(post(&[json], &format!("{{ \"by\": \"{}\" }}", "x".repeat(20_000))), 413);
    assert_eq!(said(&place, &run.approval()), []);
}
