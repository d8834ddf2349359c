//! Every pair of phase and input is visited: none panics, and those that are meant to say nothing do.

use holdpoint::domain::context::{Edit, Newer, Other, Revision};
use holdpoint::domain::evidence::{EndState, Verdict};
use holdpoint::domain::execution::{Execution, ExecutionEnd};
use holdpoint::domain::input::Input;
use holdpoint::domain::{Approval, ApprovalId, ExecutionId, FactKind, Phase, decide};

use crate::support::world::{decided, ended, id, minute, notified, refused, rules, started};

/// An approval in each phase, a request at minute 0, ten minutes on.
fn in_phase(phase: Phase) -> Approval {
    let inputs: &[Input] = match phase {
        Phase::Unseen => &[],
        Phase::Waiting => &[started(minute(0))],
        Phase::Ended => &[started(minute(0)), ended(Some(minute(0)), EndState::Succeeded, minute(5))],
        Phase::Settled => &[started(minute(0)), decided(Verdict::Approved, minute(5))],
    };
    let rules = rules();
    let approval = inputs.iter().fold(Approval::new(id()), |approval, input| {
        decide(&approval, input, &rules, minute(10)).iter().fold(approval, Approval::apply)
    });
    assert_eq!(approval.phase(), phase);
    approval
}

fn inputs() -> [(&'static str, Input); 10] {
    let end = ExecutionEnd { at: minute(6), stage: None, state: EndState::Succeeded, event_id: None };
    let context = holdpoint::domain::context::Trigger { kind: "Webhook".to_owned(), ..Default::default() };
    let revision = Revision { action: "Code".to_owned(), id: "2".to_owned(), summary: None, url: None };
    let newer = Newer { execution: ExecutionId::new("next"), revision, at: minute(4) };
    let other = Other {
        approval: ApprovalId::new("other"),
        stage: "Staging".to_owned(),
        action: "Approve".to_owned(),
        at: minute(-60),
        by: vec!["jane@example.com".to_owned()],
    };
    [
        ("Started", started(minute(0))),
        ("Notified", notified(minute(0), Some(minute(600)))),
        ("Ended", ended(Some(minute(0)), EndState::Failed, minute(6))),
        ("Decision", decided(Verdict::Rejected, minute(6))),
        ("Refused", refused(minute(6))),
        ("Execution", Input::Execution(Execution { trigger: Some(context), ends: vec![end], ..Execution::default() })),
        ("Edited", Input::Edited(Edit { at: minute(7), by: None, event_id: None, removes_gate: false })),
        ("Newer", Input::Newer(newer)),
        ("Others", Input::Others(vec![other])),
        ("Tick", Input::Tick),
    ]
}

fn names(approval: &Approval, input: &Input, now: i64) -> String {
    let name = |kind: &FactKind| match kind {
        FactKind::Requested { .. } => "Requested",
        FactKind::ContextLearnt(_) => "ContextLearnt",
        FactKind::StepFired(_) => "StepFired",
        FactKind::Breached { .. } => "Breached",
        FactKind::DecisionSeen { .. } => "DecisionSeen",
        FactKind::AttemptSeen(_) => "AttemptSeen",
        FactKind::EndSeen { .. } => "EndSeen",
        FactKind::Settled(_) => "Settled",
        FactKind::Corrected(_) => "Corrected",
        FactKind::Found(_) => "Found",
        _ => "other",
    };
    let facts = decide(approval, input, &rules(), minute(now));
    facts.iter().map(|fact| name(&fact.kind)).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_table_at_the_head_of_decide_holds() {
    let mut table = String::new();
    for phase in [Phase::Unseen, Phase::Waiting, Phase::Ended, Phase::Settled] {
        for (input_name, input) in inputs() {
            let facts = names(&in_phase(phase), &input, 10);
            table.push_str(&format!("{phase:?} {input_name}: {facts}\n"));
        }
    }
    insta::assert_snapshot!(table, @"
    Unseen Started: Requested
    Unseen Notified: Requested ContextLearnt
    Unseen Ended: Requested EndSeen
    Unseen Decision: DecisionSeen
    Unseen Refused: AttemptSeen
    Unseen Execution: 
    Unseen Edited: 
    Unseen Newer: 
    Unseen Others: 
    Unseen Tick: 
    Waiting Started: 
    Waiting Notified: ContextLearnt
    Waiting Ended: EndSeen
    Waiting Decision: DecisionSeen Settled
    Waiting Refused: AttemptSeen
    Waiting Execution: ContextLearnt EndSeen
    Waiting Edited: ContextLearnt
    Waiting Newer: ContextLearnt
    Waiting Others: 
    Waiting Tick: 
    Ended Started: 
    Ended Notified: ContextLearnt
    Ended Ended: 
    Ended Decision: DecisionSeen Settled Found
    Ended Refused: AttemptSeen
    Ended Execution: ContextLearnt
    Ended Edited: 
    Ended Newer: ContextLearnt
    Ended Others: 
    Ended Tick: 
    Settled Started: 
    Settled Notified: ContextLearnt
    Settled Ended: EndSeen Found
    Settled Decision: 
    Settled Refused: AttemptSeen
    Settled Execution: ContextLearnt EndSeen
    Settled Edited: 
    Settled Newer: ContextLearnt
    Settled Others: ContextLearnt
    Settled Tick:
    ");
}

#[test]
fn a_tick_does_what_is_due_and_no_more() {
    let waiting = in_phase(Phase::Waiting);
    assert_eq!(names(&waiting, &Input::Tick, 119), "");
    assert_eq!(names(&waiting, &Input::Tick, 120), "StepFired");
    assert_eq!(names(&waiting, &Input::Tick, 240), "StepFired Breached StepFired", "each recipient hears once");
    assert_eq!(names(&in_phase(Phase::Ended), &Input::Tick, 24), "");
    assert_eq!(names(&in_phase(Phase::Ended), &Input::Tick, 25), "Settled");
    assert_eq!(names(&in_phase(Phase::Settled), &Input::Tick, 1_000_000), "");
    assert_eq!(names(&in_phase(Phase::Unseen), &Input::Tick, 1_000_000), "");
}
