//! Who decided is told by CodePipeline's API within seconds and by CloudTrail within minutes.

use chrono::TimeDelta;
use holdpoint::domain::evidence::{Basis, Decision, Outcome, Verdict, Witness};
use holdpoint::domain::input::Input;
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{Approval, Fact, FactKind, Timestamp, decide};

use crate::support::world::{decided, id, minute, rules, started};

/// What the API says: to the millisecond, and no event id.
fn api(verdict: Verdict, at: Timestamp) -> Input {
    let Input::Decision(decision) = decided(verdict, at) else { panic!("it is a decision") };
    Input::Decision(Decision { witness: Witness::Api, event_id: None, ..decision })
}

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
fn the_api_adds_nothing_to_what_cloudtrail_says() {
    let mut approval = waiting();
    tell(&mut approval, &decided(Verdict::Approved, minute(30)));
    assert_eq!(tell(&mut approval, &api(Verdict::Approved, exact())), []);
    assert_eq!(tell(&mut approval, &api(Verdict::Rejected, exact())), []);
}

#[test]
fn where_the_two_contradict_each_other_cloudtrail_is_believed_in_either_order() {
    let mut approval = waiting();
    tell(&mut approval, &api(Verdict::Approved, exact()));
    let facts = tell(&mut approval, &decided(Verdict::Rejected, minute(30)));
    assert!(matches!(facts.last(), Some(FactKind::Corrected(now)) if now.outcome == Outcome::Rejected), "{facts:?}");

    let mut other = waiting();
    tell(&mut other, &decided(Verdict::Rejected, minute(30)));
    tell(&mut other, &api(Verdict::Approved, exact()));
    let outcome = |approval: &Approval| Projection::of(approval, &rules()).outcome;
    assert_eq!(outcome(&other), outcome(&approval));
}
