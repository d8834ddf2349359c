//! The policy: whether it is there and in order, and which one holds.

use std::sync::Arc;

use aws_config::SdkConfig;

use crate::adapters::policysource::{Place, PolicySource, Wrong, newest};
use crate::cli::doctor::finding::{Finding, is_denied};
use crate::domain::Timestamp;
use crate::domain::policy::Dimension;
use crate::notice::counted;
use crate::policyfile::{self, PolicyErrors, PolicyFile};

const SUBJECT: &str = "policy";

/// Which policy holds.
pub(in crate::cli::doctor) enum Holding {
    /// It cannot be read, or nobody said where it is.
    Unknown,
    /// The one that is built in, because none is kept yet.
    BuiltIn(Box<PolicyFile>),
    Kept(Arc<PolicyFile>),
}

impl Holding {
    pub(super) fn file(&self) -> Option<&PolicyFile> {
        match self {
            Self::Unknown => None,
            Self::BuiltIn(file) => Some(file),
            Self::Kept(file) => Some(file),
        }
    }
}

pub(in crate::cli::doctor) async fn check(
    settings: &SdkConfig,
    place: Option<&Place>,
    now: Timestamp,
) -> (Vec<Finding>, Holding) {
    let Some(place) = place else {
        return (vec![Finding::unnamed(SUBJECT, "--policy s3://BUCKET/policy.yaml")], Holding::Unknown);
    };
    let built_in = match policyfile::read("(the built-in policy)", policyfile::DEFAULT) {
        Ok(built_in) => built_in,
        Err(errors) => return (vec![invalid(place, &first(&errors))], Holding::Unknown),
    };
    let wrong = match newest(place, settings).await {
        Err(cause) => return (vec![unreadable(place, &cause.to_string())], Holding::Unknown),
        Ok(None) => return (vec![missing(place)], Holding::BuiltIn(Box::new(built_in))),
        Ok(Some(Ok(file))) => return (in_order(place, &file), Holding::Kept(Arc::new(file))),
        Ok(Some(Err(Wrong::Policy(errors)))) => first(&errors),
        Ok(Some(Err(Wrong::NoText(wrong)))) => wrong,
    };
    let source = PolicySource::new(place.clone(), settings, built_in);
    let holding = source.current(now).await.map_or(Holding::Unknown, |current| Holding::Kept(current.policy));
    (vec![invalid(place, &wrong)], holding)
}

/// The first mistake, and how many there are beside it.
fn first(errors: &PolicyErrors) -> String {
    let text = errors.to_string();
    let first = text.lines().next().unwrap_or_default();
    match errors.errors.len() {
        0 | 1 => first.to_owned(),
        n => format!("{first} (and {} more)", n - 1),
    }
}

fn invalid(place: &Place, wrong: &str) -> Finding {
    let found = format!("{place} is not in order: {wrong}");
    let remedy = "Until it is put right the last one that was in order holds, or the built-in one: \
                  `holdpoint policy check FILE` shows all that is wrong.";
    Finding::problem(SUBJECT, found, remedy)
}

fn unreadable(place: &Place, cause: &str) -> Finding {
    let permissions = match place {
        Place::S3 { .. } => "`s3:GetObject` on the file and on those that it names, and `s3:ListBucket` on its bucket",
        Place::Ssm { .. } => "`ssm:GetParameter` (and `kms:Decrypt`, if it is encrypted)",
        Place::File(_) => "to read the file",
    };
    let remedy = if is_denied(cause) {
        format!("Allow these credentials {permissions}, and run this again.")
    } else {
        format!("Is the place right? Whoever reads it must be allowed {permissions}.")
    };
    Finding::problem(SUBJECT, format!("{place} could not be read: {cause}"), remedy)
}

fn missing(place: &Place) -> Finding {
    let put = match place {
        Place::S3 { .. } => format!("`aws s3 cp policy.yaml {place}`"),
        Place::Ssm { name } => {
            format!("`aws ssm put-parameter --type String --name {name} --value file://policy.yaml`")
        }
        Place::File(_) => "write it there".to_owned(),
    };
    let found = format!("nothing is at {place}, so the built-in one holds: four hours for every gate");
    Finding::warning(SUBJECT, found, format!("Put your policy file there: {put}."))
}

fn in_order(place: &Place, file: &PolicyFile) -> Vec<Finding> {
    let policies = match file.rules.policies.len() {
        1 => "1 policy".to_owned(),
        n => format!("{n} policies"),
    };
    let recipients = counted(file.recipients.len(), "recipient");
    let found = format!("{place} is in order: {policies}, {recipients}, version {}", file.rules.version);
    let mut findings = vec![Finding::ok(SUBJECT, found)];
    let remedy = "Change the policy file, unless it is meant: `holdpoint policy check FILE` shows it in full.";
    findings.extend(file.warnings.iter().map(|warning| Finding::warning(SUBJECT, warning, remedy)));
    let sets: [&[Dimension]; 2] = [&[], &[Dimension::Pipeline]];
    if sets.iter().any(|set| !file.rules.dimensions.iter().any(|kept| kept.as_slice() == *set)) {
        findings.push(Finding::warning(
            SUBJECT,
            "`metrics.dimensions` lacks `[]` or `[Pipeline]`, which the template's alarms and dashboard look at",
            "Add both to the policy file, or look at alarms of your own.",
        ));
    }
    findings
}
