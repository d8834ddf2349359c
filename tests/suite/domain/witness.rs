//! Who decided is told by CodePipeline's API within seconds and by CloudTrail within minutes.

use chrono::TimeDelta;
use holdpoint::domain::evidence::{Basis, Outcome, Verdict};
use holdpoint::domain::finding::FindingKind;
use holdpoint::domain::input::Input;
use holdpoint::domain::principal::Principal;
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{Approval, Fact, FactKind, Timestamp, decide};

use crate::support::world::{decided, decided_by_api as api, id, minute, rules, started};

fn tell(approval: &mut Approval, input: &Input) -> Vec<FactKind> {
    let facts = decide(approval, input, &rules(), minute(40));
    facts.iter().for_each(|fact| approval.learn(fact));
    facts.into_iter().map(|Fact { kind, .. }| kind).collect()
}

fn waiting() -> Approval {
    let mut approval = Approval::new(id());
    tell(&mut approval, &started(minute(0)));
    approval
}

fn exact() -> Timestamp {
    minute(30) + TimeDelta::milliseconds(133)
}

#[test]
fn the_api_settles_at_once_and_cloudtrail_confirms_without_a_correction() {
    let mut approval = waiting();
    let facts = tell(&mut approval, &api(Verdict::Rejected, exact()));
    assert!(
        matches!(facts.as_slice(), [FactKind::DecisionSeen { .. }, FactKind::Settled(settled)]
            if settled.outcome == Outcome::Rejected && settled.basis == Basis::Api && settled.ended_at == exact()),
        "{facts:?}"
    );
    let facts = tell(&mut approval, &decided(Verdict::Rejected, minute(30)));
    assert!(matches!(facts.as_slice(), [FactKind::DecisionSeen { .. }]), "{facts:?}");
    // The glance names the best evidence, and both statements are kept.
    assert_eq!(Projection::of(&approval, &rules()).basis, Some(Basis::CloudTrail));
    assert_eq!(approval.decisions.len(), 2);
}

#[test]
fn what_the_api_says_is_kept_beside_what_cloudtrail_says_and_changes_nothing() {
    let mut approval = waiting();
    tell(&mut approval, &decided(Verdict::Approved, minute(30)));
    let before = Projection::of(&approval, &rules());
    let facts = tell(&mut approval, &api(Verdict::Approved, exact()));
    assert!(matches!(facts.as_slice(), [FactKind::DecisionSeen { .. }]), "{facts:?}");
    assert_eq!(tell(&mut approval, &api(Verdict::Approved, exact())), [], "said once");
    let after = Projection::of(&approval, &rules());
    assert_eq!(Projection { changed_at: before.changed_at, ..after }, before);
}

#[test]
fn where_the_two_contradict_each_other_cloudtrail_is_believed_in_either_order() {
    let mut approval = waiting();
    tell(&mut approval, &api(Verdict::Approved, exact()));
    let facts = tell(&mut approval, &decided(Verdict::Rejected, minute(30)));
    let corrected = |kind: &FactKind| matches!(kind, FactKind::Corrected(now) if now.outcome == Outcome::Rejected);
    assert!(facts.iter().any(corrected), "{facts:?}");

    let mut other = waiting();
    tell(&mut other, &decided(Verdict::Rejected, minute(30)));
    tell(&mut other, &api(Verdict::Approved, exact()));
    let outcome = |approval: &Approval| Projection::of(approval, &rules()).outcome;
    assert_eq!(outcome(&other), outcome(&approval));
    let found = |approval: &Approval| approval.findings.keys().copied().collect::<Vec<_>>();
    assert_eq!(found(&approval), [FindingKind::EvidenceDisagrees]);
    assert_eq!(found(&other), [FindingKind::EvidenceDisagrees]);
}

#[test]
fn of_two_times_that_the_api_states_for_one_decision_the_earlier_counts_in_either_order() {
    let late = exact() + TimeDelta::seconds(29);
    let ended_at = |order: [Timestamp; 2]| {
        let mut approval = waiting();
        order.into_iter().for_each(|at| drop(tell(&mut approval, &api(Verdict::Approved, at))));
        Projection::of(&approval, &rules()).ended_at
    };
    assert_eq!(ended_at([exact(), late]), Some(exact()));
    assert_eq!(ended_at([late, exact()]), Some(exact()));
}

#[test]
fn whom_the_api_names_at_the_time_out_has_rejected_nothing_unless_cloudtrail_says_so() {
    let at_expiry = minute(7 * 24 * 60);
    let tell_at = |approval: &mut Approval, input: &Input, now: Timestamp| {
        let facts = decide(approval, input, &rules(), now);
        facts.iter().for_each(|fact| approval.learn(fact));
    };
    let mut approval = waiting();
    tell_at(&mut approval, &api(Verdict::Rejected, at_expiry), at_expiry);
    assert!(approval.settlement.is_none(), "it waits for CloudTrail");
    tell_at(&mut approval, &Input::Tick, at_expiry + TimeDelta::minutes(15));
    let glance = Projection::of(&approval, &rules());
    assert_eq!((glance.outcome, glance.decided_by), (Some(Outcome::TimedOut), None));
    let just_before = at_expiry - TimeDelta::seconds(20);
    tell_at(&mut approval, &decided(Verdict::Rejected, just_before), at_expiry + TimeDelta::minutes(16));
    let glance = Projection::of(&approval, &rules());
    assert_eq!((glance.outcome, glance.ended_at), (Some(Outcome::Rejected), Some(just_before)));
    assert_eq!(glance.decided_by.as_deref(), Some("arn:aws:iam::111122223333:user/jane"));
}

#[test]
fn an_arn_tells_what_kind_of_principal_it_is() {
    let told = |arn: &str| {
        let principal = Principal::of_arn(arn);
        (principal.kind, principal.name.unwrap_or_default())
    };
    let pair = |kind: &str, name: &str| (kind.to_owned(), name.to_owned());
    assert_eq!(told("arn:aws:iam::111122223333:user/team/jane"), pair("IAMUser", "jane"));
    assert_eq!(
        told("arn:aws:sts::111122223333:assumed-role/Release/noor@example.com"),
        pair("AssumedRole", "noor@example.com")
    );
    assert_eq!(told("arn:aws:iam::111122223333:root"), pair("Root", ""));
    assert_eq!(told("nobody"), pair("Unknown", ""));
}
