//! The alarms look at what is measured, and reach somebody.

use std::collections::BTreeSet;
use std::fs;

use holdpoint::domain::measure::Name;
use holdpoint::domain::policy::Dimension;
use holdpoint::policyfile;
use holdpoint::record::names::Named;
use serde_json::{Value, json};

use super::template::{Template, path};

/// What the alarms look at beside holdpoint's own metrics.
const OF_AWS: [(&str, &str); 4] = [
    ("AWS/Lambda", "Errors"),
    ("AWS/Lambda", "Invocations"),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
];
const DAY: u64 = 86_400;

/// Namespace and name of each metric that an alarm looks at.
fn metrics(alarm: &Value) -> Vec<(&Value, &str)> {
    let math = alarm["Metrics"].as_array().into_iter().flatten().map(|metric| &metric["MetricStat"]["Metric"]);
    let all = math.chain([alarm]).filter(|metric| metric["MetricName"].is_string());
    all.map(|metric| (&metric["Namespace"], metric["MetricName"].as_str().expect("it is text"))).collect()
}

#[test]
fn each_alarm_looks_at_something_that_is_measured() {
    let template = Template::read("template.yaml");
    for (id, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
        let metrics = metrics(alarm);
        assert!(!metrics.is_empty(), "{id}");
        for (namespace, name) in metrics {
            let is_own = *namespace == json!({ "Ref": "MetricsNamespace" }) && Name::from_word(name).is_ok();
            let is_of_aws = namespace.as_str().is_some_and(|namespace| OF_AWS.contains(&(namespace, name)));
            assert!(is_own || is_of_aws, "{id}: {namespace} {name}");
        }
    }
}

#[test]
fn a_policy_file_measures_what_alarms_and_dashboard_look_at_unless_it_says_otherwise() {
    let file = path("../rules/policies/default.yaml");
    let text = fs::read_to_string(&file).expect("it is there");
    let policy = policyfile::read("default.yaml", &text).unwrap_or_else(|errors| panic!("{errors}"));
    for set in [vec![], vec![Dimension::Pipeline]] {
        assert!(policy.rules.dimensions.contains(&set), "{set:?}");
    }
    let namespace = &Template::read("template.yaml").0["Parameters"]["MetricsNamespace"]["Default"];
    assert_eq!(*namespace, policy.namespace);
}

#[test]
fn each_alarm_reaches_the_topic_and_says_what_to_do() {
    let template = Template::read("template.yaml");
    for (id, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
        for field in ["AlarmActions", "OKActions"] {
            assert_eq!(alarm[field], json!([{ "Ref": "AlarmTopic" }]), "{id}");
        }
        assert!(alarm["AlarmDescription"].as_str().is_some_and(|text| text.len() > 40), "{id}");
        assert!(alarm["TreatMissingData"].is_string(), "{id}");
    }
}

#[test]
fn no_alarm_looks_back_further_than_cloudwatch_can() {
    let template = Template::read("template.yaml");
    for (id, alarm) in template.of_type("AWS::CloudWatch::Alarm") {
        let math = alarm["Metrics"].as_array().into_iter().flatten().map(|metric| &metric["MetricStat"]["Period"]);
        let longest = math.chain([&alarm["Period"]]).filter_map(Value::as_u64).max().expect("a period");
        assert!(longest * alarm["EvaluationPeriods"].as_u64().expect("a number") <= DAY, "{id}");
    }
}

/// The metrics that the alarms about one resource look at.
fn looked_at<'a>(template: &'a Template, resource: &Value) -> BTreeSet<&'a str> {
    let about = |(_, alarm): &(&str, &Value)| alarm["Dimensions"][0]["Value"] == *resource;
    let alarms = template.of_type("AWS::CloudWatch::Alarm").filter(about);
    alarms.filter_map(|(_, alarm)| alarm["MetricName"].as_str()).collect()
}

#[test]
fn no_part_of_the_machinery_fails_in_silence() {
    let template = Template::read("template.yaml");
    for (id, _) in template.of_type("AWS::Serverless::Function") {
        assert!(looked_at(&template, &json!({ "Ref": id })).contains("Errors"), "{id}");
    }
    for (id, _) in template.of_type("AWS::SQS::Queue") {
        assert!(!looked_at(&template, &json!({ "Fn::GetAtt": [id, "QueueName"] })).is_empty(), "{id}");
    }
    let missing = template.properties("SweepMissingAlarm");
    assert_eq!(missing["Dimensions"][0]["Value"], json!({ "Ref": "SweepFunction" }));
    assert_eq!(missing["MetricName"], "Invocations");
    assert_eq!(missing["TreatMissingData"], "breaching");
}
