//! The gates there are: whether each of them has a policy.

use super::policy::Holding;
use crate::app::survey::Survey;
use crate::cli::doctor::finding::Finding;
use crate::notice::{clean, counted};
use crate::ports::pipelines::LookError;

const SUBJECT: &str = "gates";
/// Of a longer list the first are named.
const NAMED: usize = 10;
/// How long one name may be.
const MAX_NAME: usize = 160;
const FAILURES: usize = 3;
const ALLOW: &str = "Allow these credentials `codepipeline:ListPipelines`, `GetPipeline`, `GetPipelineState`, \
                     `ListPipelineExecutions` and `ListActionExecutions`; for members `sts:AssumeRole` on their roles.";
const TRY_AGAIN: &str = "Run this again in some minutes; see that CodePipeline can be reached from here.";

pub(in crate::cli::doctor) fn check(survey: &Survey, policy: &Holding) -> Vec<Finding> {
    let mut findings = Vec::new();
    let all = format!("{} in {}", counted(survey.gates.len(), "gate"), counted(survey.looked_at, "pipeline"));
    match policy.file() {
        None => findings.push(Finding::warning(
            SUBJECT,
            format!("{all}, and no policy to compare them with"),
            "See to the policy first, and run this again.",
        )),
        // What could not be looked at is said below.
        Some(_) if survey.looked_at == 0 && !survey.failures.is_empty() => {}
        Some(_) if survey.gates.is_empty() => {
            findings.push(Finding::ok(SUBJECT, format!("no approval in {}", counted(survey.looked_at, "pipeline"))));
        }
        Some(file) => {
            let bare: Vec<_> = survey.gates.iter().filter(|gate| file.rules.policy_for(gate).is_none()).collect();
            if bare.is_empty() {
                findings.push(Finding::ok(SUBJECT, format!("{all}, each with a policy")));
            } else {
                let names = named(bare.iter().map(|gate| gate.to_string()));
                let found = format!("{} of {all} without a policy, so nobody is told of them: {names}", bare.len());
                let remedy = "Add a policy that matches them, unless that is meant. One without `match`, as the last of \
                              all, takes whatever is left.";
                findings.push(Finding::warning(SUBJECT, found, remedy));
            }
        }
    }
    if survey.left > 0 {
        let found = format!("there was no time for {}", counted(survey.left, "more pipeline"));
        let remedy = "CodePipeline slows down whoever asks much: run this again when less is going on.";
        findings.push(Finding::warning(SUBJECT, found, remedy));
    }
    if !survey.failures.is_empty() {
        let told = survey.failures.iter().take(FAILURES);
        let told: Vec<String> = told
            .map(|(what, error)| format!("{}: {}", clean(what, MAX_NAME), clean(&error.to_string(), 200)))
            .collect();
        let rest = match survey.failures.len().saturating_sub(FAILURES) {
            0 => String::new(),
            n => format!("; and {n} more"),
        };
        let found = format!("could not be looked at: {}{rest}", told.join("; "));
        let is_silent = survey.failures.iter().all(|(_, error)| matches!(error, LookError::Unavailable(_)));
        let remedy = if is_silent { TRY_AGAIN } else { ALLOW };
        findings.push(Finding::problem(SUBJECT, found, remedy));
    }
    findings
}

/// The first names, each clean, and how many there are beside them.
pub(super) fn named(names: impl ExactSizeIterator<Item = String>) -> String {
    let rest = names.len().saturating_sub(NAMED);
    let mut told: Vec<String> = names.take(NAMED).map(|name| clean(&name, MAX_NAME)).collect();
    if rest > 0 {
        told.push(format!("and {rest} more"));
    }
    told.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policyfile;

    #[test]
    fn a_service_that_does_not_answer_is_no_matter_of_permissions() {
        let policy = policyfile::read("built in", policyfile::DEFAULT).expect("it is in order");
        let failures = vec![("111122223333/eu-west-1".to_owned(), LookError::Unavailable("no route".into()))];
        let findings = check(&Survey { failures, ..Survey::default() }, &Holding::BuiltIn(Box::new(policy)));
        let told: Vec<_> = findings.iter().map(|f| (f.word.as_str(), f.remedy.as_deref())).collect();
        assert_eq!(told, [("problem", Some(TRY_AGAIN))]);
    }
}
