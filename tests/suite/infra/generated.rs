//! Parts of the templates that follow from other files: the rules from `rules/events/`, the dashboard from the names of
//! the metrics. With `HOLDPOINT_WRITE=1` in the environment this test writes them; without, it fails where they differ.

use std::fs;
use std::path::Path;

use super::dashboard;
use super::template::path;
use crate::wire::fixtures::texts;

const BEGIN: &str = "# generated: ";
const END: &str = "# end";

#[test]
fn generated_blocks_follow_from_their_sources() {
    for (file, buses) in [("template.yaml", CENTRAL), ("member.yaml", MEMBER)] {
        let (path, rules) = (path(file), rules(buses));
        let text = fs::read_to_string(&path).expect("the template is there");
        let fresh = filled(&text, |block| match block {
            "rules" => rules.iter().map(Rule::resource).collect(),
            "rule arns" => rules.iter().map(|rule| format!("- !GetAtt {}.Arn\n", rule.id)).collect(),
            "dashboard" => dashboard::property(&alarm_ids(&text)),
            other => panic!("{file} has a block of which nothing is known: {other}"),
        });
        if writes() {
            fs::write(&path, &fresh).expect("it can be written");
        }
        let written = fs::read_to_string(&path).expect("the template is there");
        let differs = written.lines().zip(fresh.lines()).enumerate().find(|(_, (old, new))| old != new);
        assert_eq!(differs, None, "{file}: HOLDPOINT_WRITE=1 writes it anew");
        assert_eq!(written.lines().count(), fresh.lines().count(), "{file}: HOLDPOINT_WRITE=1 writes it anew");
    }
}

#[test]
fn a_block_is_filled_at_its_own_depth_and_nothing_else_is_touched() {
    let text = "a:\n  # generated: x\n  old: 1\n  # end\nb: 2\n";
    assert_eq!(
        filled(text, |_| "new:\n  deep: 1\n".to_owned()),
        "a:\n  # generated: x\n  new:\n    deep: 1\n  # end\nb: 2\n"
    );
}

#[expect(
    clippy::disallowed_methods,
    reason = "whether the templates are written is a setting of whoever runs the tests"
)]
fn writes() -> bool {
    std::env::var_os("HOLDPOINT_WRITE").is_some_and(|value| value == "1")
}

/// The text with each block filled anew.
fn filled(text: &str, block: impl Fn(&str) -> String) -> String {
    let (mut fresh, mut is_inside) = (String::new(), false);
    for line in text.lines() {
        let trimmed = line.trim_start();
        is_inside &= trimmed != END;
        if !is_inside {
            fresh.push_str(line);
            fresh.push('\n');
        }
        if let Some(name) = trimmed.strip_prefix(BEGIN) {
            is_inside = true;
            let indent = &line[..line.len() - trimmed.len()];
            for line in block(name).lines() {
                fresh.push_str(if line.is_empty() { "" } else { indent });
                fresh.push_str(line);
                fresh.push('\n');
            }
        }
    }
    assert!(!is_inside, "a block has no end");
    fresh
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
