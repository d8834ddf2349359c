//! The hash chain of an approval's facts.

use std::fs;
use std::path::Path;

use holdpoint::audit::chain;
use holdpoint::audit::hash::Hash;
use holdpoint::domain::{ApprovalId, Fact};
use holdpoint::record::fact::{FactRecord, from_text};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::record::{any, known};

fn golden(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A line there is a promise to exports that exist: lines are added, none is changed.
#[test]
fn the_chain_of_facts_of_version_1_is_what_it_ever_was() {
    let facts = known::facts();
    let lines = golden("fact-v1.jsonl");
    let read: Vec<Fact> = lines.lines().map(|line| from_text(line).expect("a fact")).collect();
    assert_eq!(read, facts);
    let chain =
        chain::of(&ApprovalId::new("4c1f0f2e-6b1d-4f0a-9a57-0d5b8f6f2a11"), &facts).expect("facts have a chain");
    let written: Vec<String> = chain.iter().map(Hash::to_string).collect();
    let golden: Vec<String> = golden("chain-v1.txt").lines().map(str::to_owned).collect();
    assert_eq!(written, golden);
}

fn canonical(value: &Value) -> Option<String> {
    chain::canonical(value).map(|bytes| String::from_utf8(bytes).expect("it is text"))
}

#[test]
fn the_canonical_form_is_that_of_rfc_8785() {
    // The RFC's own example of an order, in section 3.2.3.
    let keys = json!({
        "\u{20ac}": "Euro Sign", "\r": "Carriage Return", "\u{fb33}": "Hebrew Letter Dalet With Dagesh", "1": "One",
        "\u{1f600}": "Emoji: Grinning Face", "\u{80}": "Control", "\u{f6}": "Latin Small Letter O With Diaeresis",
    });
    let values = ["Carriage", "One", "Control", "Latin", "Euro", "Emoji", "Hebrew"];
    let form = canonical(&keys).expect("it has one");
    let places: Vec<_> = values.iter().map(|value| form.find(value).expect("it is there")).collect();
    assert!(places.is_sorted(), "{form}");
    let texts = json!(["\u{20ac}$\u{f}\nA'B\"\\\"/", true, false, null, [], {}, -1, 0, 9_007_199_254_740_991_u64]);
    let form = "[\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\"/\",true,false,null,[],{},-1,0,9007199254740991]";
    assert_eq!(canonical(&texts).as_deref(), Some(form));
}

#[test]
fn what_no_fact_holds_has_no_canonical_form() {
    for text in ["0.5", "1.0", "1e3", "-0", "9007199254740992", "-9007199254740992", "123456789012345678901234567890"] {
        let value: Value = serde_json::from_str(&format!("{{\"v\":[{text}]}}")).expect("it is JSON");
        assert_eq!(canonical(&value), None, "{text}");
    }
}

#[test]
fn the_facts_of_one_approval_are_not_those_of_another() {
    let facts = known::facts();
    let of = |id: &str| chain::of(&ApprovalId::new(id), &facts).expect("facts have a chain");
    assert!(of("a").iter().zip(of("b")).all(|(one, other)| *one != other));
}

proptest! {
    #[test]
    fn the_canonical_form_of_any_fact_is_what_another_program_makes_of_it(fact in any::fact()) {
        let value = serde_json::to_value(FactRecord::from(&fact)).expect("a fact is JSON");
        let other = serde_jcs::to_string(&value).expect("it takes a fact");
        prop_assert_eq!(canonical(&value), Some(other));
    }

    #[test]
    fn what_is_done_to_the_facts_changes_the_chain_from_there_on(
        facts in vec(any::fact(), 2..6),
        place in any::<proptest::sample::Index>(),
        other in any::fact(),
    ) {
        let of = |facts: &[Fact]| chain::of(&ApprovalId::new("a"), facts).expect("facts have a chain");
        let (place, chain) = (place.index(facts.len()), of(&facts));
        let mut changed = facts.clone();
        changed[place] = other;
        prop_assume!(changed != facts);
        let broken = of(&changed);
        prop_assert_eq!(&chain[..place], &broken[..place]);
        prop_assert!(chain[place..].iter().zip(&broken[place..]).all(|(one, other)| one != other));
        let mut cut = facts.clone();
        cut.remove(place);
        let cut = of(&cut);
        prop_assert_eq!(&cut[..place], &chain[..place]);
        prop_assert_ne!(cut.last(), chain.last());
        // What is read back from a file gives the chain that was written.
        let values: Vec<Value> = facts.iter().map(|f| serde_json::to_value(FactRecord::from(f)).expect("JSON")).collect();
        let texts: Vec<Value> = values.iter().map(|v| serde_json::from_str(&v.to_string()).expect("JSON")).collect();
        prop_assert_eq!(chain::of_values("a", &texts), Some(chain));
    }
}
