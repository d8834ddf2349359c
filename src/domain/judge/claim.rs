//! In whose name a bot says that it decided. Nobody has verified that, so it is shown as a claim, never as the decider.

use crate::domain::control::Controls;
use crate::domain::evidence::Decision;
use crate::domain::people::People;

/// A person whom a bot's session or its comment names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub name: String,
    pub within: Within,
}

/// Where the name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Within {
    SourceIdentity,
    SessionName,
    Comment,
}

/// The person in whose name it decided; none where it is no bot, or names nobody.
pub fn claim(decision: &Decision, controls: &Controls, people: &People) -> Option<Claim> {
    if !controls.is_bot(&decision.by) {
        return None;
    }
    let by = &decision.by;
    let is_person = |name: &str| name.contains('@') || people.person(name).is_some();
    let source = by.source_identity.as_deref().map(|name| (name, Within::SourceIdentity));
    let session = by.name.as_deref().filter(|name| is_person(name)).map(|name| (name, Within::SessionName));
    let comment = || {
        let comment = decision.comment.as_deref()?;
        Some((named(comment, people)?, Within::Comment))
    };
    let (name, within) = source.or(session).or_else(comment)?;
    Some(Claim { name: name.to_owned(), within })
}

/// The names by which whoever decided is compared with others: a bot's own where it acts in nobody's.
pub fn names_of(decision: &Decision, controls: &Controls, people: &People) -> Vec<String> {
    match claim(decision, controls, people) {
        Some(claim) => vec![claim.name],
        None => decision.by.names().map(str::to_owned).collect(),
    }
}

/// The first word of the comment that is a person's name: an e-mail address, a handle, or a name that the policy knows.
fn named<'a>(comment: &'a str, people: &People) -> Option<&'a str> {
    let is_part = |c: char| c.is_alphanumeric() || "@._+-".contains(c);
    let words = comment.split(|c: char| !is_part(c)).map(|word| word.trim_matches(['.', '-', '_', '+']));
    let is_name = |word: &str| match word.split_once('@') {
        Some(("", handle)) => !handle.is_empty(),
        Some((_, domain)) => domain.contains('.'),
        None => people.person(word).is_some(),
    };
    words.into_iter().find(|word| is_name(word)).map(|word| word.strip_prefix('@').unwrap_or(word))
}
