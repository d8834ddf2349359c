//! Whatever is written comes back as it was.

use std::fmt::Debug;

use holdpoint::record::{RecordError, effect, execution, fact, projection};
use proptest::prelude::*;

use super::any;

/// There and back, on one line.
fn survives<T: Debug + PartialEq>(
    value: &T,
    to_text: impl Fn(&T) -> Result<String, RecordError>,
    from_text: impl Fn(&str) -> Result<T, RecordError>,
) -> Result<(), TestCaseError> {
    let text = to_text(value).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!(!text.contains(['\n', '\r']), "{text}");
    let back = from_text(&text).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
    prop_assert_eq!(&back, value, "{}", text);
    Ok(())
}

proptest! {
    #[test]
    fn any_fact_survives(value in any::fact()) {
        survives(&value, fact::to_text, fact::from_text)?;
    }

    #[test]
    fn any_effect_survives(value in any::effect()) {
        survives(&value, effect::to_text, effect::from_text)?;
    }

    #[test]
    fn any_news_of_an_execution_survives(value in any::news()) {
        survives(&value, execution::to_text, execution::from_text)?;
    }

    #[test]
    fn any_projection_survives(value in any::projection()) {
        survives(&value, projection::to_text, projection::from_text)?;
    }
}
