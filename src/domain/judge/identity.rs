//! Who decided, and whether they were free to.

use super::claim::{claim, names_of};
use super::{Case, Found, text};
use crate::domain::finding::{Exhibit, FindingKind, What};
use crate::domain::principal::Principal;

pub(super) fn who(case: &Case<'_>, found: &mut Found) {
    let Some(decision) = case.decision.filter(|decision| decision.by.names().next().is_some()) else {
        if case.controls.ask_who() {
            found.add(FindingKind::DeciderUnknown, case.decided());
        }
        return;
    };
    let claimed = claim(decision, case.controls, case.people);
    let claimed = claimed.map(|claim| text(What::ClaimedBy, &claim.name));
    if !case.controls.may_decide(&decision.by) {
        found.add(FindingKind::ApproverNotAllowed, case.decided());
    }
    if !case.is_approved() {
        return;
    }
    let names = names_of(decision, case.controls, case.people);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    if case.controls.is_bot(&decision.by) {
        found.add(FindingKind::ApprovedByBot, case.decided().into_iter().chain(claimed.clone()).collect());
    }
    if case.controls.forbids_self_approval {
        let own = own_change(case, &names);
        if !own.is_empty() {
            found
                .add(FindingKind::SelfApproval, case.decided().into_iter().chain(claimed.clone()).chain(own).collect());
        }
    }
    if case.controls.requires_two_people {
        one_person(case, &names, claimed, found);
    }
}

/// What of the change is the decider's own, who goes by these names.
fn own_change(case: &Case<'_>, names: &[&str]) -> Vec<Exhibit> {
    let Some(trigger) = &case.approval.context.trigger else { return Vec::new() };
    let is_decider = |others: &[&str]| case.people.common(names, others).is_some();
    let starter = trigger.detail.as_deref().filter(|detail| detail.starts_with("arn:")).map(Principal::of_arn);
    let mut own = Vec::new();
    if let Some(starter) = starter
        && is_decider(&starter.names().collect::<Vec<_>>())
    {
        own.extend(starter.arn.as_deref().map(|arn| text(What::StartedBy, arn)));
    }
    let author: Vec<&str> = [&trigger.author_email, &trigger.author].into_iter().filter_map(Option::as_deref).collect();
    if is_decider(&author) {
        own.extend(author.first().map(|author| text(What::Author, author)));
        own.extend(trigger.commit.as_deref().map(|commit| text(What::Commit, commit)));
    }
    own
}

/// Every gate of the run that was approved until then, this one among them, by the same person.
fn one_person(case: &Case<'_>, names: &[&str], claimed: Option<Exhibit>, found: &mut Found) {
    let gate = case.approval.gate.as_ref().map(|gate| (gate.stage.as_str(), gate.action.as_str()));
    let mut others = case.approval.context.others.iter().filter(|other| {
        other.at <= case.settlement.ended_at && gate != Some((other.stage.as_str(), other.action.as_str()))
    });
    let is_same = |by: &[String]| {
        let by: Vec<&str> = by.iter().map(String::as_str).collect();
        case.people.common(names, &by).is_some()
    };
    let Some(first) = others.next() else { return };
    if is_same(&first.by) && others.all(|other| is_same(&other.by)) {
        let other = [
            text(What::OtherApproval, first.approval.as_str()),
            text(What::OtherGate, &format!("{} / {}", first.stage, first.action)),
        ];
        found.add(FindingKind::OnePerson, case.decided().into_iter().chain(claimed).chain(other).collect());
    }
}
