//! AWS writes one and the same number as `1`, `1.0` and `"1"`.

use holdpoint::domain::input::Input;

use super::fixtures::{input, reading, text};

/// The attempt that is read where the event says `written`.
fn attempt(written: &str) -> Option<u32> {
    let (event, field) = (text("approval-started"), r#""pipeline-execution-attempt": "#);
    let changed = event.replace(&format!("{field}1.0"), &format!("{field}{written}"));
    assert!(changed.contains(&format!("{field}{written}")), "the fixture has an attempt");
    match input(&changed) {
        Input::Started(started) => started.place.attempt,
        other => panic!("{written}: {other:?}"),
    }
}

#[test]
fn a_number_reads_the_same_however_it_is_written() {
    for written in ["2", "2.0", "2.00e0", r#""2""#, r#""2.0""#, r#"" 2 ""#] {
        assert_eq!(attempt(written), Some(2), "{written}");
    }
}

#[test]
fn stages_count_attempts_from_zero_which_says_nothing() {
    assert_eq!(attempt("0.0"), None);
}

#[test]
fn a_number_that_is_none_costs_itself_and_not_the_event() {
    for written in ["null", "true", "[2]", "{}", "-1", "1.5", "1e300", "5000000000", r#""two""#, r#""NaN""#, r#""""#] {
        assert_eq!(attempt(written), None, "{written}");
    }
}

#[test]
fn the_version_of_the_pipeline_and_of_the_action_type_may_be_written_anyhow() {
    let event = text("approval-started");
    let expected = reading(&event);
    for version in ["1", "1.0", r#""1""#, "null"] {
        let changed = event
            .replace(r#""version": "1""#, &format!(r#""version": {version}"#))
            .replace(r#""version": 14.0"#, &format!(r#""version": {version}"#));
        assert_eq!(reading(&changed), expected, "{version}");
    }
}
