//! Whatever the order in which evidence comes, the end is the same.

use holdpoint::domain::context::{Edit, Newer, Other, Revision, Trigger};
use holdpoint::domain::evidence::{CANCELED_SUMMARY, EndState, Verdict};
use holdpoint::domain::execution::{Execution, ExecutionEnd};
use holdpoint::domain::input::Input;
use holdpoint::domain::policy::Rules;
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{Approval, ApprovalId, ExecutionId, decide};
use holdpoint::policyfile;
use proptest::prelude::*;

use crate::support::world::{
    POLICY, decided, decided_by_api, ended, ended_by_api, failed_with, id, minute, notified, refused, rules, started,
    started_by_api,
};

fn stage_failed() -> Input {
    let end =
        ExecutionEnd { at: minute(33), stage: Some("Release".to_owned()), state: EndState::Failed, event_id: None };
    Input::Execution(Execution { ends: vec![end], ..Execution::default() })
}

/// All that is said about one rejection.
fn evidence() -> Vec<Input> {
    vec![
        notified(minute(0), None),
        started(minute(0)),
        refused(minute(20)),
        decided(Verdict::Rejected, minute(30)),
        failed_with(Some(minute(0)), EndState::Failed, minute(31), Some("JobFailed"), Some("checked")),
        stage_failed(),
        Input::Tick,
        started_by_api(minute(0)),
        decided_by_api(Verdict::Rejected, minute(30)),
        decided_by_api(Verdict::Rejected, minute(31)),
    ]
}

/// All that is said about a wait that an edit of the pipeline cut short.
fn cut_short() -> Vec<Input> {
    vec![
        started(minute(0)),
        started_by_api(minute(0)),
        Input::Edited(Edit { at: minute(10), by: None, event_id: None, removes_gate: false }),
        ended_by_api(EndState::Canceled, minute(10), Some(CANCELED_SUMMARY)),
        failed_with(Some(minute(0)), EndState::Failed, minute(11), Some("JobFailed"), Some(CANCELED_SUMMARY)),
        stage_failed(),
        Input::Tick,
    ]
}

/// All that is said about a stop.
fn abandoned() -> Vec<Input> {
    vec![
        started(minute(0)),
        started_by_api(minute(0)),
        ended_by_api(EndState::Abandoned, minute(20), None),
        ended(Some(minute(0)), EndState::Abandoned, minute(21)),
        stage_failed(),
        Input::Tick,
    ]
}

fn after(inputs: &[Input], now: i64) -> Approval {
    let rules = rules();
    inputs.iter().fold(Approval::new(id()), |approval, input| {
        let facts = decide(&approval, input, &rules, minute(now));
        facts.iter().fold(approval, Approval::apply)
    })
}

/// The same half an hour later.
fn settled(inputs: &[Input]) -> Approval {
    let approval = after(inputs, 35);
    let facts = decide(&approval, &Input::Tick, &rules(), minute(65));
    facts.iter().fold(approval, Approval::apply)
}

/// What of the state is not about when it became known.
fn essence(approval: &Approval) -> Projection {
    Projection { due_at: None, ..Projection::of(approval, &rules()) }
}

/// The policy with every control.
fn controlled() -> Rules {
    let policy = POLICY.replace(
        "    target: 4h\n",
        "    target: 4h
    controls:
      approvers: ['arn:aws:iam::*:role/ReleaseManager']
      bots: ['*user/jane']
      forbid_self_approval: true
      require_two_people: true
      require_comment: true
      forbid_late_decisions: true
      forbid_edits: true
      forbid_outdated_revisions: true
",
    );
    policyfile::read("policy.yaml", &policy).unwrap_or_else(|errors| panic!("{errors}")).rules
}

/// What is said between the question and the answer of the others, each piece of it against one control or another.
fn against_controls() -> Vec<Input> {
    let trigger = Trigger {
        kind: "StartPipelineExecution".to_owned(),
        detail: Some("arn:aws:iam::111122223333:user/jane".to_owned()),
        ..Trigger::default()
    };
    let revision = Revision { action: "Code".to_owned(), id: "newer".to_owned(), summary: None, url: None };
    let edit = |at| Input::Edited(Edit { at: minute(at), by: None, event_id: None, removes_gate: false });
    vec![
        Input::Execution(Execution { trigger: Some(trigger), ..Execution::default() }),
        edit(20),
        // After the decision, but perhaps heard of before it.
        edit(260),
        Input::Newer(Newer { execution: ExecutionId::new("next"), revision, at: minute(30) }),
        decided(Verdict::Approved, minute(250)),
        decided_by_api(Verdict::Approved, minute(250)),
        ended(Some(minute(0)), EndState::Failed, minute(251)),
        Input::Tick,
    ]
}

proptest! {
    #[test]
    fn findings_depend_on_the_evidence_and_not_on_its_order(middle in Just(against_controls()).prop_shuffle()) {
        let rules = controlled();
        let other = Other {
            approval: ApprovalId::new("other"),
            stage: "Staging".to_owned(),
            action: "Approve".to_owned(),
            at: minute(-60),
            by: vec!["arn:aws:iam::111122223333:user/jane".to_owned()],
        };
        let inputs = [vec![started(minute(0))], middle, vec![Input::Others(vec![other])]].concat();
        let approval = inputs.iter().fold(Approval::new(id()), |approval, input| {
            decide(&approval, input, &rules, minute(300)).iter().fold(approval, Approval::apply)
        });
        let found: Vec<&str> = approval.findings.keys().map(|kind| kind.as_str()).collect();
        prop_assert_eq!(found, [
            "approver_not_allowed", "self_approval", "one_person", "decided_late", "pipeline_edited", "approved_by_bot",
            "revision_outdated", "evidence_disagrees",
        ]);
    }

    #[test]
    fn permuted_and_repeated_evidence_ends_in_the_same_state(
        order in Just(evidence()).prop_shuffle(),
        repeats in proptest::collection::vec(0..10usize, 0..10),
    ) {
        let whole = after(&evidence(), 35);
        let mut inputs = order;
        inputs.extend(repeats.iter().map(|n| evidence()[*n].clone()));
        let shuffled = after(&inputs, 35);
        prop_assert_eq!(essence(&shuffled), essence(&whole));
    }

    #[test]
    fn what_the_api_the_events_and_cloudtrail_say_ends_in_the_same_state_in_any_order(
        rejected in Just(evidence()).prop_shuffle(),
        edited in Just(cut_short()).prop_shuffle(),
        stopped in Just(abandoned()).prop_shuffle(),
    ) {
        for (shuffled, whole) in [(rejected, evidence()), (edited, cut_short()), (stopped, abandoned())] {
            // Long enough for everything to be settled.
            prop_assert_eq!(essence(&settled(&shuffled)), essence(&settled(&whole)));
        }
    }

    #[test]
    fn the_request_can_be_lost_when_the_end_states_it(order in Just(evidence()).prop_shuffle()) {
        let whole = after(&evidence(), 35);
        let without: Vec<Input> = order.into_iter().filter(|input| !matches!(input, Input::Started(_))).collect();
        prop_assert_eq!(essence(&after(&without, 35)), essence(&whole));
    }
}

#[test]
fn the_same_input_twice_adds_nothing() {
    for input in evidence() {
        let once = after(&[started(minute(0)), input.clone()], 35);
        assert_eq!(decide(&once, &input, &rules(), minute(35)), [], "{input:?}");
    }
}
