//! Names and comments are somebody else's.

use chrono::TimeDelta;
use holdpoint::audit::Scope;
use holdpoint::domain::context::{Context, Edit, Newer, Other, Revision, Trigger};
use holdpoint::domain::evidence::Verdict;
use holdpoint::domain::finding::{FindingKind, What};
use holdpoint::domain::principal::Principal;
use holdpoint::domain::{ApprovalId, ExecutionId};

use super::made::{Asked, finding, page, text};
use crate::support::world::minute;

/// All that AWS could write, and what a policy's findings could.
pub(crate) fn asked(text: &str, link: &str) -> Asked {
    let some = || Some(text.to_owned());
    let mut asked = Asked::at(0, minute(0));
    asked.id = text.to_owned();
    asked.execution = text.to_owned();
    let gate = &mut asked.gate;
    gate.account = some();
    for part in [&mut gate.region, &mut gate.pipeline, &mut gate.stage, &mut gate.action] {
        *part = text.to_owned();
    }
    let revision =
        Revision { action: text.to_owned(), id: text.to_owned(), summary: some(), url: Some(link.to_owned()) };
    let edit = Edit { at: minute(1), by: some(), event_id: some(), removes_gate: true };
    asked.context = Context {
        review_link: Some(link.to_owned()),
        external_link: Some(link.to_owned()),
        custom_data: some(),
        expires_at: None,
        trigger: Some(Trigger {
            kind: text.to_owned(),
            detail: some(),
            author: some(),
            author_email: some(),
            repository: some(),
            reference: some(),
            commit: some(),
            message: some(),
        }),
        revisions: vec![revision.clone()],
        stop_reason: some(),
        edit: Some(edit.clone()),
        removal: Some(edit),
        newer: Some(Newer { execution: ExecutionId::new(text), revision, at: minute(1) }),
        others: vec![Other {
            approval: ApprovalId::new(text),
            stage: text.to_owned(),
            action: text.to_owned(),
            at: minute(1),
            by: vec![text.to_owned()],
        }],
    };
    asked.wait = Some(TimeDelta::hours(5));
    asked.verdict = Verdict::Rejected;
    let mut by = Principal::of_arn(text);
    (by.kind, by.name, by.role) = (text.to_owned(), some(), some());
    (by.source_identity, by.invoked_by, by.on_behalf_of) = (some(), some(), some());
    asked.by = by;
    asked.comment = some();
    asked.source_ip = some();
    asked.event_id = some();
    asked.refused = some();
    asked.found = [FindingKind::EvidenceDisagrees, FindingKind::ApprovedByBot]
        .map(|kind| (minute(2), finding(kind, &[(What::Says, text), (What::ClaimedBy, text), (What::DecidedAt, text)])))
        .to_vec();
    asked
}

pub(crate) const HOSTILE: [&str; 12] = [
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)' x='",
    "\" autofocus onfocus=alert(1) x=\"",
    "</title></style></svg><svg onload=alert(1)>",
    "<!-- ]]> --!> <![CDATA[",
    "{{ 7 * 7 }}{% for x in y %}{# #}",
    "&lt;b&gt;&#60;b&#62;&NewLine;",
    "a\0b\u{1b}[31m\u{7}\r\n\u{202e}\u{2066}\u{200b}\u{feff}",
    "javascript:alert(1)//https://example.com",
    "אישור שחרור أوافق \u{200f}(",
    "Ünïcödé 🧾 承認",
];

/// The elements of a page and the names of their attributes, as a browser would find them.
fn shape(html: &str) -> Vec<String> {
    let (mut shape, mut letters) = (Vec::new(), html.chars());
    while letters.by_ref().any(|c| c == '<') {
        let (mut tag, mut quote) = (String::new(), None);
        for c in letters.by_ref() {
            match (quote, c) {
                (None, '>') => break,
                (None, '"' | '\'') => quote = Some(c),
                (None, c) => tag.push(c),
                (Some(open), c) => quote = Some(open).filter(|open| *open != c),
            }
        }
        // In a script, a sign for less is no tag.
        let name: String = tag.split_whitespace().next().unwrap_or_default().to_owned();
        shape.push(if name == "path" { name } else { tag });
    }
    shape
}

#[test]
fn no_text_makes_an_element_or_an_attribute() {
    let harmless = shape(&page(Scope::default(), &[asked("x", "x")]));
    assert!(harmless.contains(&"article class= id= aria-labelledby=".to_owned()), "{harmless:?}");
    for text in HOSTILE {
        let found = shape(&page(Scope { pipelines: Some(text.to_owned()), ..Scope::default() }, &[asked(text, text)]));
        assert_eq!(found, harmless, "{text:?}");
    }
    let together = HOSTILE.join("").repeat(200);
    assert_eq!(shape(&page(Scope::default(), &[asked(&together, &together)])), harmless);
}

#[test]
fn what_is_hidden_is_named_and_what_is_long_ends() {
    let page = page(Scope::default(), &[asked(HOSTILE[8], "x")]);
    assert!(page.chars().all(|c| c == '\n' || !c.is_control()));
    assert!(!page.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}']));
    assert!(text(&page).contains("a⟨U+0000⟩b⟨U+001B⟩[31m⟨U+0007⟩ ⟨U+202E⟩⟨U+2066⟩⟨U+200B⟩⟨U+FEFF⟩"));
    let long = super::made::page(Scope::default(), &[asked(&"long".repeat(50_000), "x")]);
    assert!(long.len() < 120_000, "{} bytes", long.len());
}

#[test]
fn only_links_to_the_web_can_be_followed() {
    let links = |link: &str| {
        let page = page(Scope::default(), &[asked("x", link)]);
        let links = page.split(" href=\"").skip(1).map(|rest| rest.split('"').next().unwrap_or_default().to_owned());
        links.filter(|link| !link.starts_with('#') && link != "data:,").collect::<Vec<_>>()
    };
    let web = "https://example.com/a?b=c&d=(e)";
    let shown = "https:&#x2f;&#x2f;example.com&#x2f;a?b=c&amp;d=(e)";
    assert_eq!(links(web), [shown, shown], "of the revision, and the one beside it");
    for wrong in ["javascript:alert(1)", "data:text/html,x", "//example.com", "HTTPS://x\u{202e}", "https://a\" b", "x"]
    {
        assert_eq!(links(wrong), Vec::<String>::new(), "{wrong}");
    }
    assert!(
        page(Scope::default(), &[asked("x", "javascript:alert(1)")]).contains("javascript:alert(1) (not a web link)")
    );
}

#[test]
fn ids_that_are_no_name_of_a_place_get_one() {
    let anchors = |id: &str| {
        let page = page(Scope::default(), &[Asked { id: id.to_owned(), ..Asked::at(0, minute(0)) }]);
        page.split("id=\"approval-").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    };
    assert_eq!(anchors("f7b79e76-dda3-475a-8ae2-19e86b32bb97"), "f7b79e76-dda3-475a-8ae2-19e86b32bb97");
    let named: Vec<String> = ["a b", "a\"b", "", "title", &"x".repeat(65)].map(anchors).to_vec();
    assert_eq!(named[3], "title", "no other name begins like this");
    let hashed: Vec<&String> = named.iter().filter(|name| name.starts_with("sha256:") && name.len() == 39).collect();
    assert_eq!(hashed.len(), 4, "{named:?}");
}
