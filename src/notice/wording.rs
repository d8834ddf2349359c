//! The wording of notices: what a policy file says in place of the built-in texts.

use std::collections::BTreeMap;

use serde_json::Value;

use super::template::{Fault, Style, Template, values};
use super::{MAX_SUBJECT, clean};
use crate::domain::{PolicyName, RecipientName};

/// A subject and a text; what is missing is said in the built-in words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    pub subject: Option<Template>,
    pub text: Option<Template>,
}

/// The wordings of one policy file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wordings {
    pub recipients: BTreeMap<RecipientName, Wording>,
    pub policies: BTreeMap<PolicyName, Wording>,
}

impl Wordings {
    /// The recipient's own words before the policy's.
    pub fn of(&self, to: &RecipientName, policy: &PolicyName) -> Wording {
        let (own, common) = (self.recipients.get(to), self.policies.get(policy));
        let first =
            |part: fn(&Wording) -> &Option<Template>| [own, common].into_iter().flatten().find_map(|w| part(w).clone());
        Wording { subject: first(|wording| &wording.subject), text: first(|wording| &wording.text) }
    }
}

impl Wording {
    /// The subject, where this wording has one: one line that SNS takes.
    pub fn subject(&self, data: &Value, style: Style) -> Option<Result<String, Fault>> {
        let subject = self.subject.as_ref()?.render(&values(data), style);
        Some(subject.map(|subject| clean(&subject, MAX_SUBJECT)))
    }

    /// The text, where this wording has one.
    pub fn text(&self, data: &Value, style: Style) -> Option<Result<String, Fault>> {
        let text = self.text.as_ref()?.render(&values(data), style);
        Some(text.map(|text| text.trim_end().to_owned() + "\n"))
    }
}
