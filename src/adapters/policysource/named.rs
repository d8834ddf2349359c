//! The files that a policy names, which stand beside it: looked at whenever the policy is.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{Look, Place, Reader, Text, Wrong};
use crate::policyfile::{self, PolicyErrors, PolicyFile};
use crate::ports::Source;

/// Each costs a call each time, so a policy that names more is a mistake.
const MAX_NAMED: usize = 20;

#[derive(Default)]
pub(super) struct Named {
    files: BTreeMap<String, Known>,
    /// Whether something else stands there than when the policy was read.
    pub(super) is_changed: bool,
}

/// What stood there at the last look.
struct Known {
    /// None of what could not be read: it is tried again.
    version: Option<String>,
    text: Text,
}

impl Named {
    /// Looks at all of them again.
    pub(super) async fn renew(&mut self, reader: &Reader) -> Result<(), Source> {
        for (name, known) in &mut self.files {
            if let Some(found) = look(reader, name, known.version.as_deref()).await? {
                self.is_changed |= found.text != known.text;
                *known = found;
            }
        }
        Ok(())
    }

    /// Reads the policy. Which files it names shows only then, so it is read twice where one is not known yet.
    pub(super) async fn read(
        &mut self,
        place: &Place,
        reader: &Reader,
        text: &str,
    ) -> Result<Result<PolicyFile, Wrong>, Source> {
        loop {
            let (policy, names) = self.try_to_read(place, text);
            self.files.retain(|name, _| names.contains(name));
            let unknown: Vec<String> = names.into_iter().filter(|name| !self.files.contains_key(name)).collect();
            if unknown.is_empty() {
                self.is_changed = false;
                return Ok(policy.map_err(Wrong::Policy));
            }
            for name in unknown {
                if let Some(found) = look(reader, &name, None).await? {
                    self.files.insert(name, found);
                }
            }
        }
    }

    /// Also says which files it names.
    fn try_to_read(&self, place: &Place, text: &str) -> (Result<PolicyFile, PolicyErrors>, BTreeSet<String>) {
        let (name, names) = (place.to_string(), RefCell::new(BTreeSet::new()));
        if let Place::Ssm { .. } = place {
            return (policyfile::read(&name, text), names.into_inner());
        }
        let beside = |named: &str| {
            let mut names = names.borrow_mut();
            if !names.contains(named) && names.len() == MAX_NAMED {
                return Err(format!("more than {MAX_NAMED} files are named: let calendars share one"));
            }
            names.insert(named.to_owned());
            self.files.get(named).map_or_else(|| Err("it is not fetched yet".to_owned()), |known| known.text.clone())
        };
        (policyfile::read_beside(&name, text, &beside), names.into_inner())
    }
}

/// None where it is the version that is known.
async fn look(reader: &Reader, name: &str, known: Option<&str>) -> Result<Option<Known>, Source> {
    let wrong = |wrong: String| Some(Known { version: None, text: Err(wrong) });
    Ok(match reader.look_beside(name, known).await? {
        Look::Same => None,
        Look::New { version, text } => Some(Known { version: Some(version), text }),
        Look::Gone => wrong("it is not there".to_owned()),
        Look::Refused(cause) => wrong(cause.to_string()),
    })
}
