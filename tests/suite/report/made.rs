//! Approvals to report of, decided as everywhere else, and the text of a page.

use chrono::{DateTime, TimeDelta, Utc};
use holdpoint::audit::Entry;
use holdpoint::audit::Scope;
use holdpoint::audit::html::Report;
use holdpoint::domain::context::Context;
use holdpoint::domain::evidence::{Decision, Verdict};
use holdpoint::domain::finding::{Exhibit, Finding, FindingKind, What};
use holdpoint::domain::input::{Input, Started};
use holdpoint::domain::policy::Rules;
use holdpoint::domain::principal::Principal;
use holdpoint::domain::projection::Projection;
use holdpoint::domain::{Approval, ApprovalId, ExecutionId, Fact, FactKind, Gate, decide};

use crate::support::world;

/// One approval: where, when, and what became of it.
#[derive(Clone)]
pub(crate) struct Asked {
    pub(crate) id: String,
    pub(crate) gate: Gate,
    pub(crate) execution: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) context: Context,
    /// How long it took to decide; none while nobody has.
    pub(crate) wait: Option<TimeDelta>,
    pub(crate) verdict: Verdict,
    pub(crate) by: Principal,
    pub(crate) comment: Option<String>,
    pub(crate) source_ip: Option<String>,
    pub(crate) event_id: Option<String>,
    /// The error of somebody's attempt to decide it before.
    pub(crate) refused: Option<String>,
    /// What is found of it beside what its policy asks for, and when.
    pub(crate) found: Vec<(DateTime<Utc>, Finding)>,
}

impl Asked {
    /// The `n`-th, approved an hour after it was asked for.
    pub(crate) fn at(n: u32, at: DateTime<Utc>) -> Self {
        Self {
            id: format!("a0000000-0000-4000-8000-{n:012}"),
            gate: world::place().gate,
            execution: format!("e0000000-0000-4000-8000-{n:012}"),
            at,
            context: Context::default(),
            wait: Some(TimeDelta::hours(1)),
            verdict: Verdict::Approved,
            by: Principal::of_arn("arn:aws:iam::111122223333:user/jane"),
            comment: Some("checked".to_owned()),
            source_ip: Some("192.0.2.10".to_owned()),
            event_id: Some(format!("c0000000-0000-4000-8000-{n:012}")),
            refused: None,
            found: Vec::new(),
        }
    }

    fn decision(&self, at: DateTime<Utc>) -> Decision {
        let Input::Decision(known) = world::decided(self.verdict, at) else { panic!("it is a decision") };
        Decision {
            gate: self.gate.clone(),
            by: self.by.clone(),
            comment: self.comment.clone(),
            source_ip: self.source_ip.clone(),
            event_id: self.event_id.clone(),
            ..known
        }
    }

    /// What became of it until nothing more is due.
    fn facts(&self, rules: &Rules) -> (Approval, Vec<Fact>) {
        let Input::Started(started) = world::started(self.at) else { panic!("it is a start") };
        let mut place = started.place.clone();
        (place.gate, place.execution) = (self.gate.clone(), Some(ExecutionId::new(&self.execution)));
        let started = Input::Started(Started { place, context: self.context.clone(), ..started });
        let refused = self.refused.clone().map(|error| {
            let at = self.at + TimeDelta::minutes(1);
            let event_id = Some("refused".to_owned());
            (at, Input::Decision(Decision { error: Some(error), event_id, ..self.decision(at) }))
        });
        let decided = self.wait.map(|wait| (self.at + wait, Input::Decision(self.decision(self.at + wait))));
        let mut approval = Approval::new(ApprovalId::new(&self.id));
        let mut facts = Vec::new();
        for (at, input) in std::iter::once((self.at, started)).chain(refused).chain(decided) {
            while let Some(due) = approval.due(rules).filter(|due| due.at < at) {
                hear(&mut approval, &Input::Tick, rules, due.at, &mut facts);
            }
            hear(&mut approval, &input, rules, at, &mut facts);
        }
        for (at, finding) in &self.found {
            let fact = Fact { recorded_at: *at, kind: FactKind::Found(finding.clone()) };
            approval.learn(&fact);
            facts.push(fact);
        }
        (approval, facts)
    }
}

pub(crate) fn finding(kind: FindingKind, evidence: &[(What, &str)]) -> Finding {
    let exhibit = |(what, is): &(What, &str)| Exhibit { what: *what, is: (*is).to_owned() };
    Finding { kind, evidence: evidence.iter().map(exhibit).collect(), policy: None }
}

fn hear(approval: &mut Approval, input: &Input, rules: &Rules, now: DateTime<Utc>, facts: &mut Vec<Fact>) {
    for fact in decide(approval, input, rules, now) {
        approval.learn(&fact);
        facts.push(fact);
    }
}

/// The page about these.
pub(crate) fn page(scope: Scope, asked: &[Asked]) -> String {
    page_under(&world::rules(), scope, asked)
}

pub(crate) fn page_under(rules: &Rules, scope: Scope, asked: &[Asked]) -> String {
    let mut report = Report::new(scope);
    for asked in asked {
        let (approval, facts) = asked.facts(rules);
        let projection = Projection::of(&approval, rules);
        report.add(&Entry { projection: &projection, approval: &approval, facts: &facts });
    }
    let mut page = Vec::new();
    report.write(&mut page).expect("it can be written");
    String::from_utf8(page).expect("it is UTF-8")
}

/// The part of a page between two texts.
pub(crate) fn part<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let (_, rest) = page.split_once(from).unwrap_or_else(|| panic!("{from} is there"));
    rest.split_once(to).unwrap_or_else(|| panic!("{to} is there")).0
}

/// What is to be read there, one element of text a line, without drawings.
pub(crate) fn text(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, after) = tag.split_once('>').expect("a tag ends");
        let is_inline = ["b", "/b", "bdi", "/bdi", "time", "/time", "a", "/a"]
            .contains(&tag.split_whitespace().next().unwrap_or_default());
        text.push_str(if is_inline { "" } else { "\n" });
        rest = if tag.starts_with("svg") { after.split_once("</svg>").expect("a drawing ends").1 } else { after };
    }
    text.push_str(rest);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#x27;", "'"), ("&#x2f;", "/"), ("&amp;", "&")];
    entities.iter().fold(lines.join("\n"), |text, (entity, letter)| text.replace(entity, letter))
}
