//! Who is the same person under which names.
//!
//! AWS knows no people, only names: a user of IAM, a role's session, the e-mail address of a commit's author. Two names are
//! one person's where they are the same ARN or the same e-mail address, or where the policy file says so. A session that is
//! called `jane` in two accounts can be two people, so a bare name alone tells nothing.

use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    /// The person behind each name. Names are compared without regard to case.
    by_alias: BTreeMap<String, String>,
}

impl People {
    /// Of each person, the names that they go by.
    pub fn new(people: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { by_alias: people.into_iter().map(|(person, alias)| (key(&alias), person)).collect() }
    }

    /// The person who goes by this name.
    pub fn person(&self, name: &str) -> Option<&str> {
        self.by_alias.get(&key(name)).map(String::as_str)
    }

    /// The first name of `these` that is the same person's as one of `others`.
    pub fn common<'a>(&self, these: &[&'a str], others: &[&str]) -> Option<&'a str> {
        let is_other = |name: &str| others.iter().any(|other| self.is_same(name, other));
        these.iter().copied().find(|name| is_other(name))
    }

    fn is_same(&self, one: &str, other: &str) -> bool {
        match (self.person(one), self.person(other)) {
            (Some(one), Some(other)) => one == other,
            _ => is_telling(one) && key(one) == key(other),
        }
    }
}

/// Whether nobody else goes by it.
fn is_telling(name: &str) -> bool {
    name.starts_with("arn:") || name.contains('@')
}

fn key(name: &str) -> String {
    name.trim().to_lowercase()
}
