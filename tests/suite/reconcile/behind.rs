//! What stands behind a gate while somebody is asked, as the state of its pipeline shows it.

use holdpoint::domain::finding::Finding;
use holdpoint::domain::{Approval, ApprovalId, FactKind};
use holdpoint::policyfile;
use holdpoint::ports::store::Store;
use serde_json::json;

use super::{Both, counts};
use crate::support::codepipeline::{Definition, Gate, Mode, World, events};
use crate::support::world::minute;

const P: &str = "payments-prod";

fn policy(controls: &str) -> String {
    format!("version: 1\npolicies:\n  - name: production\n    target: 4h\n    controls: {controls}\n")
}

async fn both(mode: Mode, controls: &str) -> Both {
    let mut both = Both::with_pipeline(mode).await;
    let read = policyfile::read("policy.yaml", &policy(controls));
    both.rules = read.unwrap_or_else(|errors| panic!("{errors}")).rules;
    both
}

async fn controlled(mode: Mode) -> Both {
    both(mode, "{ forbid_outdated_revisions: true }").await
}

/// A run that begins twenty minutes before its gate asks somebody, at minute 0.
fn ask(both: &Both) -> String {
    let id = both.at(-20, |world| world.start_approval(P));
    both.at(-20, |world| world.run_of(&id).waits[0].started_at = minute(0));
    id
}

fn approve(both: &Both, minutes: i64, id: &str) {
    both.at(minutes, |world| world.approve(id, "grace", "go"));
}

async fn approval(both: &Both, id: &str) -> Approval {
    let facts = both.store.load(&ApprovalId::new(id)).await.expect("the store answers").facts;
    Approval::fold(ApprovalId::new(id), &facts)
}

/// What is found of the approval once it is over.
async fn found(both: &Both, id: &str) -> Vec<&'static str> {
    approval(both, id).await.findings.keys().map(|kind| kind.as_str()).collect()
}

fn lists(both: &Both) -> usize {
    both.server.world().count("ListPipelineExecutions")
}

const NONE: [&str; 0] = [];

#[tokio::test]
async fn a_newer_revision_that_stood_behind_the_gate_already_is_known_before_somebody_approves() {
    let both = controlled(Mode::Superseded).await;
    let id = ask(&both);
    let next = both.at(-5, |world| world.start_behind(P, "newer"));
    assert_eq!(counts(&both.reconcile(5).await), [1, 1, 0, 0, 0], "an approval that is found counts once");
    let newer = approval(&both, &id).await.context.newer.expect("it is known");
    assert_eq!((newer.execution.as_str(), newer.revision.id.as_str()), (next.as_str(), "newer"));
    assert_eq!(newer.revision.summary.as_deref(), Some("Round refunds"));
    assert_eq!(newer.at, minute(0), "it was there when this one was asked");
    assert_eq!(found(&both, &id).await, NONE, "to wait is no mistake");
    approve(&both, 10, &id);
    both.reconcile(11).await;
    assert_eq!(found(&both, &id).await, ["revision_outdated"]);
}

#[tokio::test]
async fn a_wait_of_which_all_else_is_known_is_looked_behind_as_well() {
    let both = controlled(Mode::Queued).await;
    let id = ask(&both);
    both.reconcile(1).await;
    both.at(3, |world| world.start_behind(P, "newer"));
    both.at(4, |world| world.start_behind(P, "newest"));
    assert_eq!(counts(&both.reconcile(5).await), [1, 0, 0, 1, 0]);
    let newer = approval(&both, &id).await.context.newer.expect("it is known");
    assert_eq!((newer.revision.id.as_str(), newer.at), ("newer", minute(3)), "the first of them, and when it came");
}

/// The one finding of an approval at minute 10, behind which a newer run began at minute 3.
async fn finding(by_event: bool, by_state: bool) -> Finding {
    let both = controlled(Mode::Superseded).await;
    let id = ask(&both);
    both.reconcile(1).await;
    let next = both.at(3, |world| world.start_behind(P, "newer"));
    if by_event {
        let event = both.at(3, |world| events::brought(world, P, &next));
        both.hear(4, &event).await;
    }
    if by_state {
        both.reconcile(5).await;
    }
    let told = both.facts(&id).await;
    let told = told.iter().filter(|kind| matches!(kind, FactKind::ContextLearnt(learnt) if learnt.newer.is_some()));
    assert_eq!(told.count(), 1, "whichever told of it");
    approve(&both, 10, &id);
    both.at(10, |world| world.pipeline(P).runs[1].status = "Superseded");
    both.reconcile(11).await;
    let findings = both.facts(&id).await.into_iter().filter_map(|kind| match kind {
        FactKind::Found(finding) => Some(finding),
        _ => None,
    });
    let findings: Vec<Finding> = findings.collect();
    let [finding] = &findings[..] else { panic!("it is found once: {findings:?}") };
    finding.clone()
}

#[tokio::test]
async fn an_event_and_the_state_lead_to_the_same_finding_and_both_to_one() {
    let by_event = finding(true, false).await;
    assert_eq!(by_event.kind.as_str(), "revision_outdated");
    assert_eq!(finding(false, true).await, by_event);
    assert_eq!(finding(true, true).await, by_event);
}

#[tokio::test]
async fn the_event_that_comes_after_the_look_adds_nothing() {
    let both = controlled(Mode::Superseded).await;
    let id = ask(&both);
    let next = both.at(3, |world| world.start_behind(P, "newer"));
    both.reconcile(5).await;
    let before = both.facts(&id).await;
    let event = both.at(3, |world| events::brought(world, P, &next));
    assert_eq!(both.hear(6, &event).await.len(), 0);
    assert_eq!(both.facts(&id).await, before);
}

#[tokio::test]
async fn once_it_is_known_nobody_is_asked_again() {
    let both = controlled(Mode::Superseded).await;
    ask(&both);
    both.at(3, |world| world.start_behind(P, "newer"));
    both.reconcile(5).await;
    assert_eq!(lists(&both), 1);
    assert_eq!(both.reconcile(10).await.changes.len(), 0);
    assert_eq!(lists(&both), 1);
}

#[tokio::test]
async fn without_the_control_and_with_nothing_behind_the_gate_it_costs_no_call() {
    let without = both(Mode::Superseded, "{ require_comment: true }").await;
    let id = ask(&without);
    without.at(3, |world| world.start_behind(P, "newer"));
    without.reconcile(5).await;
    assert_eq!((lists(&without), approval(&without, &id).await.context.newer), (0, None));
    let alone = controlled(Mode::Superseded).await;
    ask(&alone);
    alone.reconcile(5).await;
    assert_eq!(lists(&alone), 0);
}

/// Found under the control, of an approval at minute 10, after something stood behind it at minute 5 that is not newer.
async fn found_behind(stands: impl FnOnce(&Both) -> String) -> Vec<&'static str> {
    let both = controlled(Mode::Queued).await;
    let id = stands(&both);
    both.reconcile(5).await;
    approve(&both, 10, &id);
    both.reconcile(11).await;
    assert_eq!(both.glance(&id).await.decided_by.as_deref(), Some("arn:aws:iam::111122223333:user/grace"));
    found(&both, &id).await
}

#[tokio::test]
async fn what_stands_behind_the_gate_and_is_not_newer_outdates_nothing() {
    let older = found_behind(|both| {
        both.at(-30, |world| world.start_behind(P, "older"));
        ask(both)
    });
    assert_eq!(older.await, NONE, "a run that began before");
    let at_once = found_behind(|both| {
        let id = ask(both);
        both.at(-20, |world| world.start_behind(P, "other"));
        id
    });
    assert_eq!(at_once.await, NONE, "nor one that did not begin later");
    let same = found_behind(|both| {
        let id = ask(both);
        let own = both.at(3, |world| world.run_of(&id).id.clone());
        both.at(3, |world| world.start_behind(P, &format!("revision-of-{own}")));
        id
    });
    assert_eq!(same.await, NONE, "the same revision, released again");
    let again = found_behind(|both| {
        let id = ask(both);
        both.at(3, |world| {
            let own = json!({ "pipelineExecutionId": world.run_of(&id).id, "status": "InProgress" });
            world.pipeline(P).inbound.push(own);
        });
        id
    });
    assert_eq!(again.await, NONE, "the run itself");
    let elsewhere = found_behind(|both| {
        let gate = |stage| Gate { stage, action: "Approve", time_out: None, custom_data: None };
        let gates = vec![gate("Build"), gate("Release")];
        both.at(-40, |world| world.pipeline(P).definitions[0] = Definition { gates });
        let id = ask(both);
        // Asked further on, while the next stands in front of the first stage.
        both.at(-20, |world| world.run_of(&id).waits[0].stage = "Release");
        both.at(3, |world| world.start_behind(P, "newer"));
        id
    });
    assert_eq!(elsewhere.await, NONE, "in front of another stage");
}

#[tokio::test]
async fn a_run_that_rolls_back_brings_nothing_newer() {
    let behind = |kind: &'static str| {
        found_behind(move |both| {
            let id = ask(both);
            both.at(3, |world| {
                let run = world.start_behind(P, "before");
                let shown = json!({ "pipelineExecutionId": run, "status": "InProgress", "type": kind });
                // Known to the list, and shown as the state shows it.
                let known = world.pipeline(P);
                known.runs.last_mut().expect("it has begun").status = "Stopping";
                known.inbound.push(shown);
            });
            id
        })
    };
    assert_eq!(behind("ROLLBACK").await, NONE);
    assert_eq!(behind("STANDARD").await, ["revision_outdated"]);
}

#[tokio::test]
async fn what_came_after_the_decision_does_not_outdate_it() {
    let both = controlled(Mode::Superseded).await;
    let id = ask(&both);
    both.reconcile(5).await;
    approve(&both, 10, &id);
    both.at(11, |world| world.start_behind(P, "newer"));
    both.reconcile(12).await;
    assert_eq!((lists(&both), found(&both, &id).await), (0, NONE.to_vec()));
}

#[tokio::test]
async fn an_older_revision_that_is_rejected_is_no_mistake() {
    let both = controlled(Mode::Superseded).await;
    let id = ask(&both);
    both.at(-5, |world| world.start_behind(P, "newer"));
    both.reconcile(5).await;
    both.at(10, |world| world.reject(&id, "grace", "no"));
    both.reconcile(11).await;
    assert_eq!(found(&both, &id).await, NONE);
}

#[tokio::test]
async fn the_same_revision_released_again_does_not_hide_a_newer_one_after_it() {
    let both = controlled(Mode::Queued).await;
    let id = ask(&both);
    both.reconcile(1).await;
    let own = both.at(3, |world| world.run_of(&id).id.clone());
    let again = both.at(3, |world| world.start_behind(P, &format!("revision-of-{own}")));
    let event = both.at(3, |world| events::brought(world, P, &again));
    both.hear(4, &event).await;
    let next = both.at(5, |world| world.start_behind(P, "newer"));
    let event = both.at(5, |world| events::brought(world, P, &next));
    both.hear(6, &event).await;
    approve(&both, 10, &id);
    both.reconcile(11).await;
    assert_eq!(found(&both, &id).await, ["revision_outdated"]);
}

#[tokio::test]
async fn what_the_list_does_not_show_yet_is_left_to_the_next_look() {
    let hidden: [fn(&mut World, &str); 3] = [
        |world, _| {
            world.pipeline(P).runs.pop();
        },
        |world, _| world.pipeline(P).runs[1].is_without_revision = true,
        |world, id| world.run_of(id).is_unlisted = true,
    ];
    for hide in hidden {
        let both = controlled(Mode::Superseded).await;
        let id = ask(&both);
        let run = both.at(3, |world| world.start_behind(P, "newer"));
        both.at(4, |world| {
            let shown = json!({ "pipelineExecutionId": run, "status": "InProgress" });
            world.pipeline(P).inbound.push(shown);
            hide(world, &id);
        });
        let result = both.reconcile(5).await;
        assert_eq!((counts(&result), approval(&both, &id).await.context.newer), ([1, 1, 0, 0, 0], None));
        both.at(6, |world| {
            let pipeline = world.pipeline(P);
            pipeline.runs.iter_mut().for_each(|run| (run.is_without_revision, run.is_unlisted) = (false, false));
            if pipeline.runs.len() == 1 {
                pipeline.inbound.clear();
                world.start_behind(P, "newer");
            }
        });
        both.reconcile(10).await;
        let newer = approval(&both, &id).await.context.newer.expect("it is there now");
        assert_eq!(newer.revision.id, "newer");
    }
}
