//! A link does what it was signed for, until it is too old, and nothing else.

use chrono::TimeDelta;
use holdpoint::domain::{ApprovalId, NoticeId, RecipientName};
use holdpoint::links::{ADDRESS, Deed, Fields, KEY as KEY_NAME, Key, KeyError, Links, OLD_KEY, Rejected, Ticket};
use proptest::prelude::*;

use super::{KEY, OTHER_KEY, fields, links, query};
use crate::support::world::minute;

fn ticket(deed: Deed) -> Ticket {
    Ticket {
        approval: ApprovalId::new("f7b79e76-dda3-475a-8ae2-19e86b32bb97"),
        deed,
        recipient: RecipientName::new("on-call"),
        occasion: Ticket::occasion(&NoticeId::new("f7b79e76/remind@50%/0/on-call")),
        expires_at: minute(600),
    }
}

fn snooze() -> Ticket {
    ticket(Deed::Snooze(TimeDelta::hours(2)))
}

fn shown(link: &str) -> Fields {
    fields(query(link)).expect("the link is whole")
}

#[test]
fn a_link_says_what_it_was_signed_for() {
    let links = links(KEY, None);
    for ticket in [ticket(Deed::Acknowledge), snooze()] {
        let followed = links.follow(&shown(&links.link(&ticket)), minute(0)).expect("it is in order");
        assert_eq!(followed.ticket, ticket);
        assert_eq!(followed.id.len(), 64);
    }
}

#[test]
fn what_is_signed_and_how_stays_the_same_from_version_to_version() {
    insta::assert_snapshot!(links(KEY, None).link(&snooze()), @"https://holdpoint.example.com/respond?do=snooze-7200&approval=f7b79e76-dda3-475a-8ae2-19e86b32bb97&to=on-call&notice=048bb3af3ac32d14&until=1791226800&signature=c880e7b2c2a1a1c1e11a9971d8de52381a4112628a95ce961b874edb375fc628");
}

#[test]
fn hostile_names_stay_in_their_field() {
    let links = links(KEY, None);
    let mean = "a&do=acknowledge&x=%00 +\"<é>";
    let ticket = Ticket { approval: ApprovalId::new(mean), recipient: RecipientName::new(mean), ..snooze() };
    let link = links.link(&ticket);
    assert!(query(&link).bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%&=".contains(&b)), "{link}");
    assert_eq!(links.follow(&shown(&link), minute(0)).expect("it is in order").ticket, ticket);
}

#[test]
fn what_is_kept_of_a_link_is_not_the_link() {
    let links = links(KEY, None);
    let shown = shown(&links.link(&snooze()));
    let id = links.follow(&shown, minute(0)).expect("it is in order").id;
    assert_ne!(id, shown.signature);
    assert_eq!(links.follow(&Fields { signature: id, ..shown }, minute(0)), Err(Rejected::Forged));
}

#[test]
fn a_link_of_another_notice_is_another_link() {
    let links = links(KEY, None);
    let id = |ticket: &Ticket| links.follow(&shown(&links.link(ticket)), minute(0)).expect("it is in order").id;
    let other = Ticket { occasion: Ticket::occasion(&NoticeId::new("f7b79e76/remind@50%/1/on-call")), ..snooze() };
    assert_ne!(id(&snooze()), id(&other));
    assert_ne!(id(&snooze()), id(&ticket(Deed::Acknowledge)));
}

#[test]
fn a_link_ends_when_it_says() {
    let links = links(KEY, None);
    let shown = shown(&links.link(&snooze()));
    assert!(links.follow(&shown, minute(600) - TimeDelta::milliseconds(1)).is_ok());
    assert_eq!(links.follow(&shown, minute(600)), Err(Rejected::Expired));
    // A forged one is not told how old it is.
    let forged = Fields { to: "somebody".to_owned(), ..shown };
    assert_eq!(links.follow(&forged, minute(600)), Err(Rejected::Forged));
}

#[test]
fn an_older_key_opens_what_it_has_signed_and_signs_nothing() {
    let (before, between, after) = (links(OTHER_KEY, None), links(KEY, Some(OTHER_KEY)), links(KEY, None));
    let old = shown(&before.link(&snooze()));
    assert!(between.follow(&old, minute(0)).is_ok());
    assert_eq!(after.follow(&old, minute(0)), Err(Rejected::Forged));
    assert_eq!(between.link(&snooze()), after.link(&snooze()));
}

#[test]
fn nothing_can_be_moved_from_one_field_to_the_next() {
    let links = links(KEY, None);
    let Fields { mut approval, mut deed, to, notice, until, signature } = shown(&links.link(&snooze()));
    let last = approval.pop().expect("it is not empty");
    deed.insert(0, last);
    let moved = Fields { approval, deed, to, notice, until, signature };
    assert_eq!(links.follow(&moved, minute(0)), Err(Rejected::Forged));
}

#[test]
fn what_is_far_too_long_is_not_even_looked_at() {
    let links = links(KEY, None);
    let long = Ticket { approval: ApprovalId::new("a".repeat(2_000)), ..snooze() };
    assert_eq!(links.follow(&shown(&links.link(&long)), minute(0)), Err(Rejected::Malformed));
}

#[test]
fn a_key_has_at_least_32_bytes_and_may_be_written_in_several_ways() {
    use base64::Engine;
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};

    let bytes: Vec<u8> = (0..32).map(|n| n * 8 + 7).collect();
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let written = [
        digits.clone(),
        digits.to_uppercase(),
        format!(" {digits}\n"),
        BASE64_STANDARD.encode(&bytes),
        BASE64_URL_SAFE_NO_PAD.encode(&bytes),
    ];
    let all: Vec<String> = written.iter().map(|text| links(text, None).link(&snooze())).collect();
    assert!(all.iter().all(|link| *link == all[0]), "{all:?}");
    let error = |text: &str| Key::read(text).expect_err("it is no key");
    assert_eq!(error(&digits[..62]), KeyError::Short(31));
    assert_eq!(error(&BASE64_STANDARD.encode(&bytes[..16])), KeyError::Short(16));
    assert_eq!(error(""), KeyError::Short(0));
    assert_eq!(error("a secret!"), KeyError::Unreadable);
    assert_eq!(format!("{:?}", Key::read(&digits).expect("a key")), "Key(..)", "a key is not shown");
}

#[test]
fn links_are_there_only_where_a_key_and_an_address_are() {
    let set_up = |variables: &[(&str, &str)]| {
        Links::set_up(|name| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    };
    let address = (ADDRESS, "https://holdpoint.example.com");
    for none in
        [&[][..], &[(KEY_NAME, KEY)], &[address], &[address, (KEY_NAME, "")], &[(KEY_NAME, KEY), (ADDRESS, " ")]]
    {
        assert!(set_up(none).expect("it is in order").is_none(), "{none:?}");
    }
    assert!(set_up(&[(KEY_NAME, KEY), address]).expect("it is in order").is_some());
    let error = |variables: &[(&str, &str)]| set_up(variables).expect_err("it is not in order").to_string();
    insta::assert_snapshot!(error(&[(KEY_NAME, "abcd"), address]), @"HOLDPOINT_LINK_KEY has 2 bytes, and 32 are needed: make a key with `openssl rand -hex 32`");
    insta::assert_snapshot!(error(&[(KEY_NAME, KEY), (OLD_KEY, "secret!"), address]), @"HOLDPOINT_LINK_KEY_OLD is neither hexadecimal nor base64: make a key with `openssl rand -hex 32`");
    insta::assert_snapshot!(error(&[(KEY_NAME, KEY), (ADDRESS, "http://holdpoint.example.com")]), @"HOLDPOINT_PUBLIC_URL is not an address that links can lead to: write the one at which people reach `holdpoint serve`, such as https://holdpoint.example.com; http:// only for this machine");
}

#[test]
fn links_lead_only_to_an_address_that_is_safe() {
    let is_good = |address: &str| Links::new(address, Key::read(KEY).expect("a key"), None).is_ok();
    for good in [
        "https://holdpoint.example.com",
        "https://holdpoint.example.com:8443/below/this/",
        "http://127.0.0.1:8787",
        "http://localhost",
        "http://[::1]:8787",
    ] {
        assert!(is_good(good), "{good}");
    }
    for bad in [
        "http://holdpoint.example.com",
        "http://127.0.0.1.example.com",
        "http://localhost@example.com",
        "https://jane:secret@example.com",
        "https://example.com/?x=",
        "https://example.com/#x",
        "https://exa mple.com",
        "https://",
        "https://:8443",
        "ftp://example.com",
        "holdpoint.example.com",
        "javascript:alert(1)",
    ] {
        assert!(!is_good(bad), "{bad}");
    }
}

proptest! {
    /// Whatever is changed in a link, in whatever place, it is another's or nobody's.
    #[test]
    fn any_changed_byte_of_a_link_is_refused(place in any::<prop::sample::Index>(), byte in 0x20_u8..0x7f, is_snooze: bool) {
        let links = links(KEY, Some(OTHER_KEY));
        let ticket = if is_snooze { snooze() } else { ticket(Deed::Acknowledge) };
        let link = links.link(&ticket);
        let mut changed = query(&link).as_bytes().to_vec();
        let place = place.index(changed.len());
        prop_assume!(changed[place] != byte);
        changed[place] = byte;
        let changed = String::from_utf8(changed).expect("it is ASCII");
        let taken = fields(&changed).map(|fields| links.follow(&fields, minute(0)));
        prop_assert!(taken.is_none_or(|taken| taken.is_err()), "{changed}");
    }
}
