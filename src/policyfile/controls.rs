//! What a policy demands of whoever decides, and who is the same person.

use std::collections::BTreeMap;

use serde_saphyr::Spanned;

use super::form::{ControlsForm, PolicyForm};
use super::problems::Problems;
use super::recipient::Forms;
use super::steps::told;
use crate::domain::control::{Approver, Controls};
use crate::domain::glob::Glob;
use crate::domain::people::People;

/// More than these are looked through for nothing at each decision.
const MAX_GLOBS: usize = 100;
const MAX_PEOPLE: usize = 2_000;
const MAX_ALIASES: usize = 20;

pub(super) fn controls(policy: &PolicyForm, path: &str, known: &Forms, problems: &mut Problems) -> Controls {
    let tell = match &policy.findings {
        Some(to) => told(&policy.name, to, &format!("{path}.findings"), known, problems),
        None => Vec::new(),
    };
    let path = format!("{path}.controls");
    let Some(form) = &policy.controls else { return Controls { tell, ..Controls::default() } };
    let ControlsForm { approvers, permission_sets, bots, .. } = form;
    let is_limited = approvers.is_some() || permission_sets.is_some();
    let by_arn = arns(approvers.as_deref().unwrap_or_default(), &format!("{path}.approvers"), problems);
    let sets = globs(permission_sets.as_deref().unwrap_or_default(), &format!("{path}.permission_sets"), problems);
    let allowed = by_arn.into_iter().map(Approver::Arn).chain(sets.into_iter().map(Approver::PermissionSet));
    let allowed: Vec<Approver> = allowed.collect();
    if is_limited && allowed.is_empty() {
        problems.add(
            &policy.name,
            &path,
            "nobody may decide by this: name an approver or a permission set, or leave both keys out",
        );
    }
    Controls {
        approvers: is_limited.then_some(allowed),
        bots: arns(bots, &format!("{path}.bots"), problems),
        forbids_self_approval: form.forbid_self_approval,
        requires_two_people: form.require_two_people,
        requires_comment: form.require_comment,
        forbids_late_decisions: form.forbid_late_decisions,
        forbids_edits: form.forbid_edits,
        forbids_outdated_revisions: form.forbid_outdated_revisions,
        tell,
    }
}

/// Globs for ARNs, which all begin alike: a bare name would never fit.
fn arns(texts: &[Spanned<String>], path: &str, problems: &mut Problems) -> Vec<Glob> {
    for (n, text) in texts.iter().enumerate() {
        let is_arn = ["arn:", "!arn:", "*", "{arn:"].iter().any(|start| text.value.starts_with(start));
        if !is_arn {
            let message = format!(
                "`{}` is not an ARN: write for example `arn:aws:iam::*:role/ReleaseManager` or `arn:aws:iam::111122223333:user/jane`",
                text.value
            );
            problems.add(text, &format!("{path}[{n}]"), message);
        }
    }
    globs(texts, path, problems)
}

fn globs(texts: &[Spanned<String>], path: &str, problems: &mut Problems) -> Vec<Glob> {
    let mut globs = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        let path = format!("{path}[{n}]");
        if n == MAX_GLOBS {
            problems.add(text, &path, format!("more than {MAX_GLOBS}: let one glob stand for several"));
        }
        let glob = Glob::new(&text.value).map_err(|error| format!("`{}` is not a glob: {error}", text.value));
        globs.extend(problems.take(text, &path, glob));
    }
    globs
}

/// Each name is one person's.
pub(super) fn people(forms: &BTreeMap<String, Vec<Spanned<String>>>, problems: &mut Problems) -> People {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    for (number, (person, aliases)) in forms.iter().enumerate() {
        for (n, alias) in aliases.iter().enumerate() {
            let path = format!("people.{person}[{n}]");
            let name = alias.value.trim();
            if number == MAX_PEOPLE || n == MAX_ALIASES {
                let message = format!("at most {MAX_PEOPLE} people with {MAX_ALIASES} names each are taken");
                problems.add(alias, &path, message);
            }
            if name.is_empty() {
                problems.add(alias, &path, "this name is empty: leave it out");
            }
            match known.insert(name.to_lowercase(), person) {
                Some(other) if other != person => {
                    let message = format!("`{name}` is `{other}` already: a name is one person's");
                    problems.add(alias, &path, message);
                }
                _ => {}
            }
        }
    }
    let of = |(person, aliases): (&'_ String, &'_ Vec<Spanned<String>>)| {
        let names = aliases.iter().map(|alias| (person.clone(), alias.value.clone()));
        names.collect::<Vec<_>>()
    };
    People::new(forms.iter().flat_map(of))
}
