//! The forms of an audit export, as the programs read them for which they are made.

mod csv;
mod guide;
mod ocsf;
mod parquet;
mod same;

use std::path::Path;
use std::process::{Command, Stdio};

use chrono::TimeDelta;
use holdpoint::audit::{Entry, Format, Writer};
use holdpoint::domain::context::{Context, Revision, Trigger};
use holdpoint::domain::evidence::{Basis, Decision, Outcome, Source, Verdict, Witness};
use holdpoint::domain::fact::Settlement;
use holdpoint::domain::finding::{Exhibit, Finding, FindingKind, What};
use holdpoint::domain::input::Place;
use holdpoint::domain::policy::{Act, PolicyRef};
use holdpoint::domain::principal::Principal;
use holdpoint::domain::projection::Projection;
use holdpoint::domain::span::Span;
use holdpoint::domain::{
    Approval, ApprovalId, ExecutionId, Fact, FactKind, Gate, NoticeId, PolicyName, RecipientName, Timestamp,
};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::record::any;
use crate::support::server;
use crate::support::world::{minute, rules};

/// An approval with its facts, as a store has it.
#[derive(Clone, Debug)]
struct Known {
    projection: Projection,
    approval: Approval,
    facts: Vec<Fact>,
}

impl Known {
    fn of(id: &str, facts: Vec<Fact>) -> Self {
        let approval = Approval::fold(ApprovalId::new(id), &facts);
        Self { projection: Projection::of(&approval, &rules()), approval, facts }
    }

    fn entry(&self) -> Entry<'_> {
        Entry { projection: &self.projection, approval: &self.approval, facts: &self.facts }
    }
}

fn written(format: Format, approvals: &[Known]) -> Vec<u8> {
    let mut writer = Writer::new(format, Vec::new()).expect("memory takes it");
    for known in approvals {
        writer.add(&known.entry()).expect("memory takes it");
    }
    writer.finish().expect("memory takes it")
}

/// What JSON Lines has of them, where nothing is changed.
fn lines(approvals: &[Known]) -> Vec<Value> {
    let text = String::from_utf8(written(Format::JsonLines, approvals)).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

/// Whatever anybody can write, in any order.
fn any_approvals() -> BoxedStrategy<Vec<Known>> {
    let one = ("[a-z0-9-]{1,36}", vec(any::fact(), 0..12)).prop_map(|(id, facts)| Known::of(&id, facts));
    vec(one, 1..40).boxed()
}

const ESCAPES: &str = "\u{1b}[2J\u{0}\u{7f}\u{9b}";
const BIDI: &str = "\u{202e}\u{2066}";

/// An approval whose every text was written by somebody who means harm.
fn hostile() -> Known {
    let text = str::to_owned;
    let gate = Gate {
        account: Some(text("+111122223333")),
        region: text("@eu-west-1"),
        pipeline: text("=cmd|'/C calc'!A0"),
        stage: text("\t=1+1"),
        action: text("-2+3\r\nApprove,\"now\""),
    };
    let policy = PolicyRef { name: PolicyName::new("＝1"), version: text(" +1") };
    let place =
        Place { gate: gate.clone(), execution: Some(ExecutionId::new(format!("e{ESCAPES}"))), attempt: Some(2) };
    let trigger = Trigger {
        kind: text("WebhookV2"),
        author: Some(format!("'=Ama{BIDI}ra")),
        author_email: Some(text("@SUM(A1:A9)")),
        repository: Some(text("\n=1")),
        commit: Some(text("\u{feff}=1")),
        ..Trigger::default()
    };
    let revision = Revision {
        action: text("Source"),
        id: text("\r+1"),
        summary: Some(text("  =HYPERLINK(\"https://evil.example.com\";\"here\")")),
        url: None,
    };
    let context = Context { trigger: Some(trigger), revisions: vec![revision], ..Context::default() };
    let by = Principal {
        arn: Some(text("arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_=Release_0123456789abcdef/-session")),
        kind: text("AssumedRole"),
        name: Some(text("-session")),
        invoked_by: Some(text("codestar.amazonaws.com")),
        ..Principal::default()
    };
    let decision = Decision {
        witness: Witness::CloudTrail,
        gate,
        verdict: Verdict::Rejected,
        at: minute(60),
        by,
        comment: Some(text("=1+1\nsecond line, \"quoted\"\r\nthird")),
        source_ip: Some(text("AWS Internal")),
        event_id: Some(text("c0ffee")),
        error: None,
    };
    let settlement = Settlement {
        outcome: Outcome::Rejected,
        ended_at: minute(60),
        basis: Basis::CloudTrail,
        breached: true,
        policy: Some(policy.clone()),
        target: Some(Span::Wall(TimeDelta::minutes(90))),
        deadline: Some(minute(45)),
        working_wait: Some(TimeDelta::minutes(30)),
    };
    let told = FactKind::NoticeDelivered {
        notice: NoticeId::new("a/remind@50%/0/=leads"),
        act: Act::Remind,
        recipient: RecipientName::new("=leads"),
        at: minute(30),
        receipt: Some(format!("{BIDI}m\u{7f}1")),
    };
    let given_up = FactKind::NoticeGivenUp {
        notice: NoticeId::new("a/escalate@100%/0/=leads"),
        recipient: RecipientName::new("=leads"),
        attempts: 20,
        reason: format!("=1+1 {ESCAPES}{BIDI}\nthe server answered 503"),
    };
    let finding = Finding {
        kind: FindingKind::ApprovedByBot,
        evidence: vec![Exhibit { what: What::ClaimedBy, is: text("=amara@example.com") }],
        policy: Some(policy.clone()),
    };
    let kinds = [
        FactKind::Requested { place, at: minute(0), source: Source::ActionEvent, policy: Some(policy) },
        FactKind::ContextLearnt(context),
        told,
        FactKind::DecisionSeen { decision, settle_by: minute(75) },
        FactKind::Settled(settlement),
        FactKind::Found(finding),
        given_up,
    ];
    let fact = |(n, kind): (i64, FactKind)| Fact { recorded_at: minute(n * 10), kind };
    Known::of("=approval", (0..).zip(kinds).map(fact).collect())
}

#[test]
fn what_nobody_got_is_listed_with_a_reason_that_harms_nobody() {
    let line = lines(&[hostile()]).remove(0);
    let undelivered = json!([{
        "recipient": "=leads", "notice": "a/escalate@100%/0/=leads", "at": "2026-10-05T10:00:00Z",
        "reason": "=1+1 [2J the server answered 503",
    }]);
    assert_eq!(line["undelivered"], undelivered);
    assert_eq!(line["escalations"], json!([]), "it was not delivered");
    let event: Value = serde_json::from_slice(&written(Format::Ocsf, &[hostile()])).expect("it is JSON");
    assert_eq!(event["unmapped"]["undelivered"], undelivered);
    let report = String::from_utf8(written(Format::Html, &[hostile()])).expect("UTF-8");
    assert!(report.contains("could not be delivered to =leads: given up after 20 attempts"), "{report}");
    assert_eq!(lines(&[far()])[0]["undelivered"], json!([]));
}

/// One whose times are at both ends of the calendar.
fn far() -> Known {
    let (first, last) = (Timestamp::MIN_UTC, Timestamp::MAX_UTC - TimeDelta::days(1));
    let kind = FactKind::Requested {
        place: crate::support::world::place(),
        at: last,
        source: Source::ActionEvent,
        policy: None,
    };
    Known::of("far", vec![Fact { recorded_at: first, kind }])
}

/// Runs one of the scripts beside this file, and says what it printed.
fn script(python: &Path, name: &str, args: &[&str]) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/forms").join(name);
    let run = Command::new(python).arg(path).args(args).stdin(Stdio::null()).output();
    let run = run.unwrap_or_else(|error| panic!("tests/tools/install installs {}: {error}", python.display()));
    assert!(run.status.success(), "{name}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("it prints UTF-8")
}

/// A script that reads files, each given as its contents.
fn read_by(name: &str, args: &[&str], files: &[&[u8]]) -> Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut all: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    for (n, bytes) in files.iter().enumerate() {
        let path = folder.path().join(n.to_string());
        std::fs::write(&path, bytes).expect("it can be written");
        all.push(path.to_str().expect("a plain path").to_owned());
    }
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    serde_json::from_str(&script(&server::python("readers"), name, &all)).expect("it prints JSON")
}
