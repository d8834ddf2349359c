//! Parts of the templates that follow from other files: the rules from `rules/events/`, the dashboard from the names of
//! the metrics.

use std::fs;
use std::path::Path;

use super::dashboard;
use super::template::path;
use crate::support::generated::{YAML, filled, hold};
use crate::wire::fixtures::texts;

#[test]
fn generated_blocks_follow_from_their_sources() {
    for (file, buses) in [("template.yaml", CENTRAL), ("member.yaml", MEMBER)] {
        let (path, rules) = (path(file), rules(buses));
        let text = fs::read_to_string(&path).expect("the template is there");
        hold(&path, &YAML, |block| match block {
            "rules" => rules.iter().map(Rule::resource).collect(),
            "rule arns" => rules.iter().map(|rule| format!("- !GetAtt {}.Arn\n", rule.id)).collect(),
            "dashboard" => dashboard::property(&alarm_ids(&text)),
            other => panic!("{file} has a block of which nothing is known: {other}"),
        });
    }
}

#[test]
fn a_block_is_filled_at_its_own_depth_and_nothing_else_is_touched() {
    let text = "a:\n  # generated: x\n  old: 1\n  # end\nb: 2\n";
    assert_eq!(
        filled(text, &YAML, |_| "new:\n  deep: 1\n".to_owned()),
        "a:\n  # generated: x\n  new:\n    deep: 1\n  # end\nb: 2\n"
    );
}

/// Where a template's rules listen and what they do: the ending of their names, and what follows their pattern.
type Buses = &'static [(&'static str, &'static str)];

const CENTRAL: Buses = &[
    (
        "Rule",
        "Targets:
  - Id: queue
    Arn: !GetAtt EventQueue.Arn
    DeadLetterConfig: { Arn: !GetAtt UndeliveredQueue.Arn }
",
    ),
    (
        "IntakeRule",
        "EventBusName: !Ref IntakeBus
Targets:
  - Id: queue
    Arn: !GetAtt EventQueue.Arn
    DeadLetterConfig: { Arn: !GetAtt UndeliveredQueue.Arn }
",
    ),
];

const MEMBER: Buses = &[(
    "Rule",
    "Targets:
  - Id: intake
    Arn: !Ref IntakeBusArn
    RoleArn: !GetAtt ForwardRole.Arn
    DeadLetterConfig: { Arn: !GetAtt UndeliveredQueue.Arn }
",
)];

struct Rule {
    id: String,
    file: String,
    pattern: String,
    rest: &'static str,
}

fn rules(buses: Buses) -> Vec<Rule> {
    let patterns = texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/events"));
    let of_bus = |(ending, rest): &(&str, &'static str)| {
        let rule = |(file, pattern): &(String, String)| Rule {
            id: format!("{}{ending}", camel(file)),
            file: format!("rules/events/{file}.json"),
            pattern: pattern.clone(),
            rest,
        };
        patterns.iter().map(rule).collect::<Vec<_>>()
    };
    buses.iter().flat_map(of_bus).collect()
}

impl Rule {
    fn resource(&self) -> String {
        let (pattern, rest) = (indented(&self.pattern, 6), indented(self.rest, 4));
        format!(
            "{}:\n  Type: AWS::Events::Rule\n  Properties:\n    Description: {}\n    EventPattern:\n{pattern}{rest}",
            self.id, self.file
        )
    }
}

fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{:by$}{line}\n", "")).collect()
}

/// `approval-actions` as `ApprovalActions`.
fn camel(name: &str) -> String {
    name.split('-').map(|word| format!("{}{}", word[..1].to_uppercase(), &word[1..])).collect()
}

/// The alarms that stand in a template, in its order.
fn alarm_ids(text: &str) -> Vec<&str> {
    let lines: Vec<&str> = text.lines().collect();
    let is_alarm = |pair: &&[&str]| pair[1].trim() == "Type: AWS::CloudWatch::Alarm";
    lines.windows(2).filter(is_alarm).map(|pair| pair[0].trim().trim_end_matches(':')).collect()
}
