//! Whether a decision kept to the policy's controls, and whether its evidence is sound.
//!
//! A judgement depends on what is known, not on the order in which it came: with each new piece of evidence it is passed
//! again, and what no longer holds is cleared.

mod claim;
mod evidence;
mod identity;

pub use claim::{Claim, claim, names_of};

use super::context::Edit;
use super::control::Controls;
use super::evidence::{Decision, Outcome};
use super::fact::Settlement;
use super::finding::{Exhibit, Finding, FindingKind, What};
use super::people::People;
use super::policy::{PolicyRef, Rules};
use super::{Approval, Timestamp};

/// What is to be found of the approval, by all that is known of it.
pub fn findings(approval: &Approval, rules: &Rules) -> Vec<Finding> {
    let policy = approval.policy(rules);
    let mut found = Found { policy: policy.map(|policy| rules.reference(policy)), findings: Vec::new() };
    let nothing = Controls::default();
    let controls = policy.map_or(&nothing, |policy| &policy.controls);
    edited(approval, controls, &mut found);
    if let Some(settlement) = approval.settlement.as_ref() {
        evidence::disagrees(approval, settlement, &mut found);
        if settlement.outcome.is_decision() {
            let case = Case { approval, settlement, decision: approval.decision(), controls, people: &rules.people };
            identity::who(&case, &mut found);
            how(&case, &mut found);
        }
    }
    found.findings
}

/// A decision, and what is demanded of it.
struct Case<'a> {
    approval: &'a Approval,
    settlement: &'a Settlement,
    /// Who decided, where that is known.
    decision: Option<&'a Decision>,
    controls: &'a Controls,
    people: &'a People,
}

impl Case<'_> {
    fn is_approved(&self) -> bool {
        self.settlement.outcome == Outcome::Approved
    }

    /// By whom, when, and who says so.
    fn decided(&self) -> Vec<Exhibit> {
        let Some(decision) = self.decision else { return vec![at(What::DecidedAt, self.settlement.ended_at)] };
        let who = decision.by.arn.as_ref().or(decision.by.name.as_ref());
        let exhibits = [
            who.map(|who| text(What::DecidedBy, who)),
            Some(at(What::DecidedAt, decision.at)),
            Some(text(What::Witness, decision.witness.name())),
            decision.event_id.as_ref().map(|id| text(What::EventId, id)),
        ];
        exhibits.into_iter().flatten().collect()
    }
}

struct Found {
    policy: Option<PolicyRef>,
    findings: Vec<Finding>,
}

impl Found {
    fn add(&mut self, kind: FindingKind, evidence: Vec<Exhibit>) {
        self.findings.push(Finding { kind, evidence, policy: self.policy.clone() });
    }
}

fn edited(approval: &Approval, controls: &Controls, found: &mut Found) {
    let context = &approval.context;
    // An edit can be heard of before the answer that came first.
    let within = |edit: &&Edit| approval.ended_at().is_none_or(|ended_at| edit.at <= ended_at);
    let edit = context.removal.as_ref().filter(within).or(context.edit.as_ref().filter(within));
    let Some(edit) = edit.filter(|_| controls.forbids_edits) else { return };
    let exhibits = [
        edit.by.as_ref().map(|by| text(What::EditedBy, by)),
        Some(at(What::EditedAt, edit.at)),
        edit.event_id.as_ref().map(|id| text(What::EventId, id)),
    ];
    let kind = if edit.removes_gate { FindingKind::GateRemoved } else { FindingKind::PipelineEdited };
    found.add(kind, exhibits.into_iter().flatten().collect());
}

/// What does not depend on who decided.
fn how(case: &Case<'_>, found: &mut Found) {
    let Case { approval, settlement, controls, .. } = case;
    if controls.requires_comment && super::projection::comment(approval).is_none_or(|comment| comment.trim().is_empty())
    {
        found.add(FindingKind::CommentMissing, case.decided());
    }
    if controls.forbids_late_decisions && settlement.breached {
        let deadline = settlement.deadline.map(|deadline| at(What::Deadline, deadline));
        found.add(FindingKind::DecidedLate, case.decided().into_iter().chain(deadline).collect());
    }
    if controls.forbids_outdated_revisions && case.is_approved() {
        outdated(case, found);
    }
}

fn outdated(case: &Case<'_>, found: &mut Found) {
    let context = &case.approval.context;
    let Some(newer) = context.overtaken_by().filter(|newer| newer.at < case.settlement.ended_at) else { return };
    let own = context.revisions.iter().find(|revision| revision.action == newer.revision.action);
    let exhibits = own
        .map(|own| text(What::Revision, &own.id))
        .into_iter()
        .chain([text(What::NewerRevision, &newer.revision.id), text(What::NewerExecution, newer.execution.as_str())]);
    found.add(FindingKind::RevisionOutdated, case.decided().into_iter().chain(exhibits).collect());
}

fn text(what: What, is: &str) -> Exhibit {
    Exhibit { what, is: is.to_owned() }
}

fn at(what: What, at: Timestamp) -> Exhibit {
    Exhibit { what, is: at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true) }
}
