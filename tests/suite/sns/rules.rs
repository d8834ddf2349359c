//! Whatever a notice holds, the request obeys SNS's rules.

use std::collections::HashSet;

use aws_sdk_sns::operation::publish::PublishInput;
use holdpoint::adapters::sns::publication;
use holdpoint::domain::context::Context;
use holdpoint::domain::{Approval, ApprovalId, Gate, NoticeId};
use holdpoint::policyfile::Format;
use holdpoint::ports::channel::Letter;
use proptest::prelude::*;
use serde_json::Value;

use super::{letter, revisions, topic};
use crate::notice::hostile::{any_context, any_gate};
use crate::notice::{ESCALATE, REMIND, asked, context, gate, some, tuesday};

const FORMATS: [Format; 3] = [Format::Text, Format::Chat, Format::Json];
const STANDARD: &str = "arn:aws:sns:eu-west-1:111122223333:approvals";

/// XML's characters: those that SQS takes.
fn is_valid(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}')
}

fn check(input: &PublishInput, format: Format) -> Result<(), TestCaseError> {
    let subject = input.subject().unwrap_or_default();
    prop_assert!(!subject.is_empty() && subject.encode_utf16().count() < 100, "{subject:?}");
    prop_assert!(!subject.chars().any(char::is_control) && !subject.starts_with(' '), "{subject:?}");
    let message = input.message().unwrap_or_default();
    prop_assert!(!message.is_empty() && message.chars().all(is_valid));
    if format != Format::Text {
        prop_assert!(serde_json::from_str::<Value>(message).is_ok(), "{message}");
    }
    let attributes = input.message_attributes().expect("there are some");
    prop_assert!(attributes.len() <= 10);
    let mut size = subject.len() + message.len();
    for (name, attribute) in attributes {
        let value = attribute.string_value().unwrap_or_default();
        prop_assert_eq!(attribute.data_type(), "String");
        prop_assert!(!value.is_empty() && value.chars().all(is_valid), "{}: {:?}", name, value);
        size += name.len() + attribute.data_type().len() + value.len();
    }
    prop_assert!(size <= 262_144, "{size} bytes");
    for id in [input.message_group_id(), input.message_deduplication_id()].into_iter().flatten() {
        prop_assert!((1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic()), "{id:?}");
    }
    Ok(())
}

fn check_all(letter: &Letter) -> Result<(), TestCaseError> {
    for arn in [STANDARD.to_owned(), format!("{STANDARD}.fifo")] {
        for format in FORMATS {
            let input = publication(&topic(&arn), format, letter).build().expect("it is whole");
            check(&input, format)?;
            prop_assert_eq!(input.message_deduplication_id().is_some(), arn.ends_with(".fifo"));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_notice_gives_a_request_that_sns_takes(
        gate in any_gate(),
        context in any_context(),
        id in prop_oneof!["[a-zA-Z0-9._:-]{1,128}", any::<String>()],
        account in proptest::option::of(any::<String>()),
    ) {
        let gate = Gate { account, ..gate };
        let approval = Approval { id: ApprovalId::new(id), ..asked(gate, 1, context) };
        for step in [REMIND, ESCALATE] {
            check_all(&letter(approval.clone(), step, tuesday("13:12:08")))?;
        }
    }
}

#[test]
fn a_huge_comment_is_cut_and_the_rest_stays() {
    // A control character takes six bytes of JSON.
    for comment in ["word ".repeat(100_000), "\u{1}".repeat(200_000), "👩‍👩‍👧‍👦".repeat(40_000)] {
        let context = Context { custom_data: Some(comment), ..context() };
        let letter = letter(asked(gate(), 1, context), REMIND, tuesday("11:12:08"));
        check_all(&letter).unwrap_or_else(|error| panic!("{error}"));
        let input = publication(&topic(STANDARD), Format::Json, &letter).build().expect("it is whole");
        let said: Value = serde_json::from_str(input.message().expect("a message")).expect("JSON");
        for name in ["review_link", "trigger", "revisions", "id", "gate"] {
            assert_eq!(said[name], letter.data[name], "{name}");
        }
    }
}

#[test]
fn as_many_huge_revisions_as_are_kept_still_fit() {
    let mut revisions = revisions(10);
    for revision in &mut revisions {
        revision.summary = some(&"\u{1}long ".repeat(20_000));
    }
    let context = Context { revisions, ..context() };
    let letter = letter(asked(gate(), 1, context), REMIND, tuesday("11:12:08"));
    assert_eq!(letter.data["revisions"].as_array().map(Vec::len), Some(10));
    check_all(&letter).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn only_the_same_notice_has_the_same_deduplication_id() {
    let fifo = topic(&format!("{STANDARD}.fifo"));
    let mut seen = HashSet::new();
    let mut groups = HashSet::new();
    for n in 0..100 {
        let mut letter = letter(asked(gate(), 1, context()), REMIND, tuesday("11:12:08"));
        letter.notice.id = NoticeId::new(format!("{}/remind@50%/{n}/approvers", "a".repeat(200)));
        let input = publication(&fifo, Format::Text, &letter).build().expect("it is whole");
        seen.insert(input.message_deduplication_id().expect("one").to_owned());
        groups.insert(input.message_group_id().expect("one").to_owned());
    }
    assert_eq!((seen.len(), groups.len()), (100, 1));
}

#[test]
fn a_subject_is_cut_between_characters() {
    let mut letter = letter(asked(gate(), 1, context()), REMIND, tuesday("11:12:08"));
    letter.subject = "👍".repeat(99);
    let input = publication(&topic(STANDARD), Format::Text, &letter).build().expect("it is whole");
    assert_eq!(input.subject(), Some("👍".repeat(49).as_str()));
}
