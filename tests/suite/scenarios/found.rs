//! What is found of a decision: for each kind a story in which it is, and one in which it just is not.

use chrono::TimeDelta;
use holdpoint::adapters::memory::MemoryStore;
use holdpoint::audit::{self, Entry, Writer};
use holdpoint::domain::{Approval, ApprovalId};
use holdpoint::ports::store::Store;
use serde_json::{Value, json};

use super::{Outside, World, hear, run, until_time, world_with};
use crate::support::history::Fate;
use crate::support::world::minute;

/// Asked at minute 0, approved after an hour by the user jane, in a run that a session of jane@example.com started.
fn approved() -> Vec<Value> {
    let texts = run(1, 60, Fate::Approved).events();
    texts.iter().map(|text| serde_json::from_str(text).expect("it is JSON")).collect()
}

const STARTED: usize = 0;
const SOURCE: usize = 1;
const ASKED: usize = 7;
const DECIDED: usize = 8;
const ENDED: usize = 9;

fn policy(controls: &str) -> String {
    format!(
        "version: 1
calendars:
  office: {{ timezone: Europe/London, hours: {{ mon-fri: '12:00-13:00' }} }}
people:
  amara: [amara@example.com, 'arn:aws:iam::111122223333:user/amara', AmaraO]
recipients:
  security: {{ console: true }}
  night: {{ console: true, hours: office }}
policies:
  - name: production
    target: 4h
    findings: [security]
    controls: {controls}
"
    )
}

/// An event's own time, as EventBridge states it.
fn dated(event: &Value) -> chrono::DateTime<chrono::Utc> {
    event["time"].as_str().expect("a text").parse().expect("a time")
}

async fn told<'a>(outside: &'a Outside, policy: &str, events: &[Value]) -> World<'a> {
    let world = world_with(MemoryStore::new(), outside, policy);
    world.clock.set(dated(&events[0]));
    for event in events {
        // What comes late comes in its place here, not at its time.
        if dated(event) > holdpoint::ports::clock::Clock::now(&world.clock) {
            until_time(&world, dated(event)).await;
        }
        hear(&world, &event.to_string()).await;
    }
    world
}

async fn approval(world: &World<'_>, id: &str) -> Approval {
    let id = ApprovalId::new(id);
    let facts = world.store.load(&id).await.expect("an answer").facts;
    Approval::fold(id, &facts)
}

/// The kinds of what is found of the first run's approval under these controls, once an hour has passed since.
async fn found(controls: &str, events: &[Value]) -> Vec<&'static str> {
    found_of(controls, events, &run(1, 0, Fate::Open).approval()).await
}

async fn found_of(controls: &str, events: &[Value], id: &str) -> Vec<&'static str> {
    let outside = Outside::default();
    let world = told(&outside, &policy(controls), events).await;
    until_time(&world, minute(600)).await;
    approval(&world, id).await.findings.keys().map(|kind| kind.as_str()).collect()
}

fn session(role: &str, name: &str) -> Value {
    json!({
        "type": "AssumedRole", "principalId": format!("AROAEXAMPLE:{name}"),
        "arn": format!("arn:aws:sts::111122223333:assumed-role/{role}/{name}"), "accountId": "111122223333",
        "sessionContext": { "sessionIssuer": {
            "type": "Role", "principalId": "AROAEXAMPLE", "accountId": "111122223333", "userName": role,
            "arn": format!("arn:aws:iam::111122223333:role/{role}"),
        } },
    })
}

fn by(identity: Value) -> Vec<Value> {
    let mut events = approved();
    events[DECIDED]["detail"]["userIdentity"] = identity;
    events
}

fn saying(comment: &str, mut events: Vec<Value>) -> Vec<Value> {
    events[DECIDED]["detail"]["requestParameters"]["result"]["summary"] = json!(comment);
    events
}

const NONE: [&str; 0] = [];

#[tokio::test]
async fn who_decides_is_held_against_roles_users_and_permission_sets() {
    let controls = r#"{ approvers: ["arn:aws:iam::*:role/ReleaseManager"], permission_sets: ["Release*"] }"#;
    assert_eq!(found(controls, &approved()).await, ["approver_not_allowed"], "a user who is not named");
    assert_eq!(found(controls, &by(session("ReleaseManager", "x"))).await, NONE);
    assert_eq!(found(controls, &by(session("ReleaseManagerAid", "x"))).await, ["approver_not_allowed"]);
    let permission_set = "AWSReservedSSO_ReleaseCaptain_0123456789abcdef";
    assert_eq!(found(controls, &by(session(permission_set, "noor@example.com"))).await, NONE);
    let forged = "AWSReservedSSO_ReleaseCaptain";
    assert_eq!(found(controls, &by(session(forged, "noor@example.com"))).await, ["approver_not_allowed"], "no hash");
    let by_path = r#"{ approvers: ["arn:aws:iam::111122223333:role/aws-reserved/*"] }"#;
    let mut with_path = session(permission_set, "noor@example.com");
    with_path["sessionContext"]["sessionIssuer"]["arn"] =
        json!(format!("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/{permission_set}"));
    assert_eq!(found(by_path, &by(with_path)).await, NONE, "a session's own ARN has no path, its role's has");
}

#[tokio::test]
async fn nobody_approves_a_run_that_they_started() {
    let controls = "{ forbid_self_approval: true }";
    assert_eq!(found(controls, &approved()).await, NONE, "jane in one place can be another than jane in another");
    let same = session("Developer", "jane@example.com");
    assert_eq!(found(controls, &by(same)).await, ["self_approval"]);
    let other_role = session("Admin", "Jane@Example.com");
    assert_eq!(found(controls, &by(other_role)).await, ["self_approval"], "by the same address in another role");
    let mut rejected = by(session("Developer", "jane@example.com"));
    rejected[DECIDED]["detail"]["requestParameters"]["result"]["status"] = json!("Rejected");
    rejected[ENDED]["detail"]["state"] = json!("FAILED");
    assert_eq!(found(controls, &rejected).await, NONE, "whoever rejects their own does no harm");
}

#[tokio::test]
async fn nobody_approves_a_commit_that_they_wrote_under_whatever_name() {
    let controls = "{ forbid_self_approval: true }";
    let by_push = |name: &str| {
        let mut events = by(session("Deploy", name));
        events[STARTED]["detail"]["execution-trigger"] = json!({
            "trigger-type": "WebhookV2", "author-display-name": "Amara Okafor", "author-email": "amara@example.com",
            "commit-id": "8c1f2a9be07d4653fa1029b8c7d6e5f4a3b2c1d0", "branch-name": "main",
        });
        events
    };
    assert_eq!(found(controls, &by_push("amara@example.com")).await, ["self_approval"]);
    assert_eq!(found(controls, &by_push("amarao")).await, ["self_approval"], "by a name that the policy gives her");
    assert_eq!(found(controls, &by_push("noor@example.com")).await, NONE);
}

#[tokio::test]
async fn who_started_a_run_can_become_known_after_its_approval() {
    let mut events = by(session("Developer", "jane@example.com"));
    let start = events.remove(STARTED);
    assert_eq!(found("{ forbid_self_approval: true }", &events).await, NONE);
    events.push(start);
    assert_eq!(found("{ forbid_self_approval: true }", &events).await, ["self_approval"]);
}

/// The same run's gate before, approved ten minutes before the other was asked.
fn staging(by: &Value) -> Vec<Value> {
    let mut events = approved();
    events[DECIDED]["detail"]["userIdentity"] = by.clone();
    let own = |event: &Value| {
        let text = event.to_string().replace("Release", "Staging").replace("a0000000-", "b0000000-");
        let text = text.replace("2026-10-05T09", "2026-10-05T07").replace("2026-10-05T10", "2026-10-05T08");
        serde_json::from_str(&text).expect("it is JSON")
    };
    vec![own(&events[ASKED]), own(&events[DECIDED]), own(&events[ENDED])]
}

#[tokio::test]
async fn one_person_alone_does_not_approve_every_gate_of_a_run() {
    let controls = "{ require_two_people: true }";
    let (jane, noor) = (session("Release", "jane@example.com"), session("Release", "noor@example.com"));
    let both = |first: &Value, second: &Value| [staging(first), by(second.clone())].concat();
    assert_eq!(found(controls, &both(&jane, &jane)).await, ["one_person"]);
    assert_eq!(found(controls, &both(&noor, &jane)).await, NONE);
    assert_eq!(found(controls, &approved()).await, NONE, "a single gate needs no second person");
    let staged = "b0000000-0000-4000-8000-000000000001";
    assert_eq!(found_of(controls, &both(&jane, &jane), staged).await, NONE, "whoever is second answers for it");
}

#[tokio::test]
async fn evidence_of_the_first_gate_that_comes_last_counts_as_well() {
    let jane = session("Release", "jane@example.com");
    let (mut first, second) = (staging(&jane), by(jane.clone()));
    let late = first.remove(1);
    let events = [first, second, vec![late]].concat();
    assert_eq!(found("{ require_two_people: true }", &events).await, ["one_person"]);
}

#[tokio::test]
async fn a_decision_has_a_comment_where_one_is_asked_for() {
    let controls = "{ require_comment: true }";
    assert_eq!(found(controls, &approved()).await, NONE);
    assert_eq!(found(controls, &saying(" ", approved())).await, ["comment_missing"]);
    let mut left_out = approved();
    let result = left_out[DECIDED]["detail"]["requestParameters"]["result"].as_object_mut().expect("an object");
    result.remove("summary");
    left_out[ENDED]["detail"]["execution-result"]["external-execution-summary"] =
        json!("Approved by arn:aws:iam::111122223333:user/jane");
    assert_eq!(found(controls, &left_out).await, ["comment_missing"], "CodePipeline's own text is nobody's comment");
}

#[tokio::test]
async fn a_decision_at_its_deadline_is_in_time_and_one_second_later_is_not() {
    let controls = "{ forbid_late_decisions: true }";
    let after = |wait: TimeDelta| {
        let mut run = run(1, 0, Fate::Approved);
        run.wait = wait;
        let texts = run.events();
        texts.iter().map(|text| serde_json::from_str(text).expect("it is JSON")).collect::<Vec<Value>>()
    };
    assert_eq!(found(controls, &after(TimeDelta::hours(4))).await, NONE);
    assert_eq!(found(controls, &after(TimeDelta::hours(4) + TimeDelta::seconds(1))).await, ["decided_late"]);
}

/// CloudTrail's record of an edit at that minute that leaves these approvals in the pipeline.
fn edit(at: i64, approvals: &[&str]) -> Value {
    let mut event: Value =
        serde_json::from_str(include_str!("../../data/events/cloudtrail-update-pipeline-wrapped.json")).expect("JSON");
    let time = minute(at).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    (event["time"], event["detail"]["eventTime"]) = (json!(time), json!(time));
    let approval =
        |name: &&str| json!({ "name": name, "actionTypeId": { "category": "Approval", "provider": "Manual" } });
    let actions: Vec<Value> = approvals.iter().map(approval).collect();
    event["detail"]["requestParameters"]["pipeline"] =
        json!({ "name": "service-000-prod", "stages": [{ "name": "Release", "actions": actions }] });
    event
}

fn with(extra: Value, at: usize) -> Vec<Value> {
    let mut events = approved();
    events.insert(at, extra);
    events
}

#[tokio::test]
async fn nobody_edits_a_pipeline_while_an_approval_waits_in_it() {
    let controls = "{ forbid_edits: true }";
    assert_eq!(found(controls, &with(edit(30, &["Approve"]), DECIDED)).await, ["pipeline_edited"]);
    assert_eq!(found(controls, &with(edit(-1, &["Approve"]), ASKED)).await, NONE, "before anybody was asked");
    assert_eq!(found(controls, &with(edit(61, &["Approve"]), 12)).await, NONE, "after the decision");
    assert_eq!(found(controls, &with(edit(30, &["Approve"]), 12)).await, ["pipeline_edited"], "heard of afterwards");
    assert_eq!(found("{ require_comment: true }", &with(edit(30, &[]), DECIDED)).await, NONE, "not asked for");
}

#[tokio::test]
async fn an_edit_that_takes_the_gate_away_is_told_from_another() {
    let controls = "{ forbid_edits: true }";
    assert_eq!(found(controls, &with(edit(30, &["Other"]), DECIDED)).await, ["gate_removed"]);
    let mut deleted: Value =
        serde_json::from_str(include_str!("../../data/events/cloudtrail-delete-pipeline-wrapped.json")).expect("JSON");
    let time = minute(30).format("%Y-%m-%dT%H:%M:%SZ").to_string();
    (deleted["time"], deleted["detail"]["eventTime"]) = (json!(time), json!(time));
    deleted["detail"]["requestParameters"]["name"] = json!("service-000-prod");
    let events = [&approved()[..DECIDED], &[deleted]].concat();
    assert_eq!(found(controls, &events).await, ["gate_removed"], "with the whole pipeline");
}

#[tokio::test]
async fn what_a_bot_approves_is_found_with_whom_it_names() {
    let controls = r#"{ bots: ["arn:aws:iam::*:role/chatops"] }"#;
    assert_eq!(found(controls, &approved()).await, NONE);
    let claimed = async |events: Vec<Value>| {
        let outside = Outside::default();
        let world = told(&outside, &policy(controls), &events).await;
        let approval = approval(&world, &run(1, 0, Fate::Open).approval()).await;
        let finding = approval.findings.values().next().expect("there is one").clone();
        assert_eq!(finding.kind.as_str(), "approved_by_bot");
        finding.exhibit(holdpoint::domain::finding::What::ClaimedBy).map(str::to_owned)
    };
    assert_eq!(claimed(by(session("chatops", "bot-7f3"))).await, None, "it names nobody");
    assert_eq!(claimed(by(session("chatops", "noor@example.com"))).await.as_deref(), Some("noor@example.com"));
    let slack = saying("Approved by @noor in #releases", by(session("chatops", "bot-7f3")));
    assert_eq!(claimed(slack).await.as_deref(), Some("noor"));
    let mut stands_for = session("chatops", "bot-7f3");
    stands_for["sessionContext"]["sourceIdentity"] = json!("noor");
    assert_eq!(claimed(saying("for jane@example.com", by(stands_for))).await.as_deref(), Some("noor"));
}

fn rejected(mut events: Vec<Value>) -> Vec<Value> {
    events[DECIDED]["detail"]["requestParameters"]["result"]["status"] = json!("Rejected");
    events[ENDED]["detail"]["state"] = json!("FAILED");
    events
}

/// In whose name an export says that it was decided.
async fn exported(controls: &str, events: &[Value]) -> Value {
    let outside = Outside::default();
    let world = told(&outside, &policy(controls), events).await;
    until_time(&world, minute(600)).await;
    let id = ApprovalId::new(run(1, 0, Fate::Open).approval());
    let facts = world.store.load(&id).await.expect("an answer").facts;
    let projection = world.store.projection(&id).await.expect("an answer").expect("it is known");
    let approval = Approval::fold(id, &facts);
    // Whoever exports has no policy.
    let mut writer = Writer::new(audit::Format::JsonLines, Vec::new()).expect("memory takes it");
    writer.add(&Entry { projection: &projection, approval: &approval, facts: &facts }).expect("memory takes it");
    let line = writer.finish().expect("memory takes it");
    serde_json::from_slice::<Value>(&line).expect("it is JSON")["claimed_by"].clone()
}

#[tokio::test]
async fn an_export_names_for_whom_a_bot_decided_whether_it_approved_or_rejected() {
    let controls = r#"{ bots: ["arn:aws:iam::*:role/chatops"] }"#;
    let slack = || saying("by @noor in #releases", by(session("chatops", "bot-7f3")));
    assert_eq!(exported(controls, &slack()).await, "noor");
    assert_eq!(exported(controls, &rejected(slack())).await, "noor");
    let nobody = rejected(saying("not today", by(session("chatops", "bot-7f3"))));
    assert_eq!(exported(controls, &nobody).await, Value::Null, "it names nobody");
    let person = rejected(saying("by @noor in #releases", by(session("Developer", "jane@example.com"))));
    assert_eq!(exported(controls, &person).await, Value::Null, "a person's comment is no claim");
    assert_eq!(exported("{}", &rejected(slack())).await, Value::Null, "no policy calls it a bot");
}

#[tokio::test]
async fn a_claim_comes_and_goes_with_the_evidence_that_it_is_in() {
    let controls = r#"{ bots: ["arn:aws:iam::*:role/chatops"] }"#;
    let mut late = rejected(saying("by @noor in #releases", by(session("chatops", "bot-7f3"))));
    let record = late.remove(DECIDED);
    late.push(record.clone());
    assert_eq!(exported(controls, &late).await, "noor", "CloudTrail's record comes last");
    // Another record dates another's answer a second earlier, which then counts.
    let mut earlier = record;
    earlier["detail"]["userIdentity"] = session("Developer", "jane@example.com");
    let time = json!("2026-10-05T09:59:59Z");
    (earlier["detail"]["eventTime"], earlier["detail"]["responseElements"]["approvedAt"]) = (time.clone(), time);
    earlier["detail"]["eventID"] = json!("another");
    late.push(earlier);
    assert_eq!(exported(controls, &late).await, Value::Null);
}

#[tokio::test]
async fn a_bot_that_approves_for_whoever_started_the_run_hides_nobody() {
    let controls = r#"{ bots: ["arn:aws:iam::*:role/chatops"], forbid_self_approval: true }"#;
    let own = saying("for jane@example.com", by(session("chatops", "bot-7f3")));
    assert_eq!(found(controls, &own).await, ["self_approval", "approved_by_bot"]);
    let others = saying("for noor@example.com", by(session("chatops", "bot-7f3")));
    assert_eq!(found(controls, &others).await, ["approved_by_bot"]);
}

/// What the source action of another run of the pipeline brought at that minute.
fn another(revision: &str, at: i64) -> Value {
    let mut event = approved()[SOURCE].clone();
    event["time"] = json!(minute(at).format("%Y-%m-%dT%H:%M:%SZ").to_string());
    event["detail"]["execution-id"] = json!("e0000000-0000-4000-8000-000000000002");
    event["detail"]["execution-result"]["external-execution-id"] = json!(revision);
    event
}

#[tokio::test]
async fn nobody_approves_what_a_newer_revision_waits_behind() {
    let controls = "{ forbid_outdated_revisions: true }";
    assert_eq!(found(controls, &with(another("newer", 30), DECIDED)).await, ["revision_outdated"]);
    let same = approved()[SOURCE]["detail"]["execution-result"]["external-execution-id"].clone();
    let again = another(same.as_str().expect("a text"), 30);
    assert_eq!(found(controls, &with(again, DECIDED)).await, NONE, "the same revision, released again");
    assert_eq!(found(controls, &with(another("newer", 61), 12)).await, NONE, "after the decision");
    let mut elsewhere = another("newer", 30);
    elsewhere["detail"]["pipeline"] = json!("service-001-prod");
    assert_eq!(found(controls, &with(elsewhere, DECIDED)).await, NONE);
}

#[tokio::test]
async fn a_decider_who_stays_unknown_is_found_and_cleared_when_they_become_known() {
    let controls = r#"{ approvers: ["*"] }"#;
    let mut events = approved();
    let decision = events.remove(DECIDED);
    assert_eq!(found(controls, &events).await, ["decider_unknown"]);
    assert_eq!(found("{ require_comment: true }", &events).await, NONE, "where nothing depends on who it was");
    let outside = Outside::default();
    let world = told(&outside, &policy(controls), &events).await;
    until_time(&world, minute(90)).await;
    hear(&world, &decision.to_string()).await;
    assert!(approval(&world, &run(1, 0, Fate::Open).approval()).await.findings.is_empty());
}

#[tokio::test]
async fn evidence_that_contradicts_itself_is_found_without_any_control() {
    let mut events = approved();
    events[ENDED]["detail"]["state"] = json!("FAILED");
    assert_eq!(found("{}", &events).await, ["evidence_disagrees"]);
    assert_eq!(found("{}", &approved()).await, NONE);
}

#[tokio::test]
async fn a_finding_is_told_measured_and_published() {
    let outside = Outside::default();
    let events = by(session("Developer", "jane@example.com"));
    let world = told(&outside, &policy("{ forbid_self_approval: true }"), &events).await;
    until_time(&world, minute(90)).await;
    assert_eq!(outside.told(), ["security finding/self_approval"]);
    assert_eq!(outside.sum("FindingsRaised"), 1.0);
    assert!(outside.published().contains(&"Finding Raised"));
    let letters = outside.letters.lock().expect("free");
    insta::assert_snapshot!(format!("Subject: {}\n\n{}", letters[0].subject, letters[0].text), @"
    Subject: Finding, self-approval: service-000-prod / Release

    Somebody approved a run that they started, or a change that they wrote.

      Pipeline     service-000-prod (eu-west-1, account 111122223333)
      Approval     Release / Approve
      Decided by   arn:aws:sts::111122223333:assumed-role/Developer/jane@example.com
      Decided at   Mon 5 Oct 2026 10:00 UTC
      Evidence     CloudTrail
      Event id     c0000000-0000-4000-8000-000000000001
      Started by   arn:aws:sts::111122223333:assumed-role/Developer/jane@example.com

    The pipeline in the console:
      https://console.aws.amazon.com/codesuite/codepipeline/pipelines/service-000-prod/view?region=eu-west-1

    Policy production, notice a0000000-0000-4000-8000-000000000001/finding/self_approval/security
    ");
    insta::assert_snapshot!(letters[0].markdown, @"
    Somebody approved a run that they started, or a change that they wrote.

    *Pipeline:* service-000-prod (eu-west-1, account 111122223333)
    *Approval:* Release / Approve
    *Decided by:* arn:aws:sts::111122223333:assumed-role/Developer/jane@example.com
    *Decided at:* Mon 5 Oct 2026 10:00 UTC
    *Evidence:* CloudTrail
    *Event id:* c0000000-0000-4000-8000-000000000001
    *Started by:* arn:aws:sts::111122223333:assumed-role/Developer/jane@example.com
    ");
}

#[tokio::test]
async fn a_finding_waits_for_its_readers_hours_and_is_withdrawn_when_it_is_cleared() {
    let outside = Outside::default();
    let policy = policy(r#"{ approvers: ["*"] }"#).replace("findings: [security]", "findings: [night]");
    let mut events = approved();
    let decision = events.remove(DECIDED);
    let world = told(&outside, &policy, &events).await;
    until_time(&world, minute(100)).await;
    assert_eq!(outside.told(), Vec::<String>::new(), "it is not noon in London yet");
    hear(&world, &decision.to_string()).await;
    until_time(&world, minute(300)).await;
    assert_eq!(outside.told(), Vec::<String>::new());
}
