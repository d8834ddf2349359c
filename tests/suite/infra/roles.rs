//! What each function may do: everything that its role allows, and nothing that it does not need.

use std::fmt::Write;

use serde_json::{Value, json};

use super::template::Template;

const NEVER: &str = "codepipeline:PutApprovalResult";

/// Where AWS knows no narrower resource.
const EVERYWHERE: [(&str, &str); 2] = [
    ("codepipeline:ListPipelines", "it lists all pipelines of an account"),
    ("cloudwatch:PutMetricData", "metrics have no ARN; the namespace is a condition instead"),
];

/// What a role must not get even by mistake: beginnings of actions.
const REFUSED: [(&str, &[&str]); 6] = [
    ("IngestRole", &["cloudwatch:", "events:", "s3:Delete", "s3:Put", "sns:", "sqs:Send"]),
    ("SweepRole", &["codepipeline:", "s3:Delete", "s3:Put", "sqs:", "sts:"]),
    ("ReconcileRole", &["cloudwatch:", "events:", "s3:Delete", "s3:Put", "sns:", "sqs:"]),
    (
        "ExportRole",
        &[
            "cloudwatch:",
            "codepipeline:",
            "dynamodb:Condition",
            "dynamodb:Delete",
            "dynamodb:Put",
            "dynamodb:Update",
            "events:",
            "s3:Bypass",
            "s3:Delete",
            "sns:",
            "sqs:",
            "sts:",
        ],
    ),
    ("ForwardRole", &["codepipeline:", "sns:", "sqs:", "sts:"]),
    ("ReaderRole", &["events:", "sns:", "sqs:", "sts:"]),
];

/// One action on one resource.
struct May {
    allows: bool,
    action: String,
    on: String,
    /// IAM's condition.
    with: Option<Value>,
    /// The condition of the template under which this is there.
    only_if: Option<String>,
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

/// A resource as a person would say it.
fn said(resource: &Value) -> String {
    let text = |name: &str| resource[name].as_str().map(str::to_owned);
    let attribute = || Some(resource["Fn::GetAtt"].as_array()?[0].as_str()?.to_owned());
    let said =
        resource.as_str().map(str::to_owned).or_else(|| text("Ref")).or_else(|| text("Fn::Sub")).or_else(attribute);
    said.unwrap_or_else(|| panic!("this is not understood: {resource}"))
}

/// Everything that a role says, in the order of the template.
fn role(template: &Template, id: &str) -> Vec<May> {
    let role = template.properties(id);
    assert!(
        role["ManagedPolicyArns"].is_null() && role["PermissionsBoundary"].is_null(),
        "{id} has only what stands in it"
    );
    let policies = list(&role["Policies"]);
    let statements = policies.iter().flat_map(|policy| list(&policy["PolicyDocument"]["Statement"]));
    let mut all = Vec::new();
    for statement in statements {
        let (statement, only_if) = match statement["Fn::If"].as_array() {
            Some(parts) => {
                assert_eq!(parts[2], json!({ "Ref": "AWS::NoValue" }), "{id}");
                (parts[1].clone(), parts[0].as_str().map(str::to_owned))
            }
            None => (statement, None),
        };
        for field in ["NotAction", "NotResource"] {
            assert!(statement[field].is_null(), "{id}: {field} allows what nobody has thought of");
        }
        let with = statement.get("Condition").cloned();
        for (action, on) in list(&statement["Action"])
            .iter()
            .flat_map(|a| list(&statement["Resource"]).into_iter().map(move |r| (a.clone(), r)))
        {
            let (action, allows) =
                (action.as_str().expect("an action is text").to_owned(), statement["Effect"] == "Allow");
            all.push(May { allows, action, on: said(&on), with: with.clone(), only_if: only_if.clone() });
        }
    }
    all
}

/// Each role of both templates, with what it says.
fn roles() -> Vec<(String, Vec<May>)> {
    let mut roles = Vec::new();
    for file in ["template.yaml", "member.yaml"] {
        let template = Template::read(file);
        roles.extend(template.of_type("AWS::IAM::Role").map(|(id, _)| (id.to_owned(), role(&template, id))));
    }
    roles
}

#[test]
fn each_role_may_do_what_the_table_says() {
    let mut text = String::new();
    for (id, all) in roles() {
        writeln!(text, "## {id}\n\n| | action | on | with | only if |\n|---|---|---|---|---|")
            .expect("text takes everything");
        for may in all {
            let word = if may.allows { "may" } else { "**never**" };
            let with = may.with.map_or(String::new(), |with| format!("`{with}`"));
            let only_if = may.only_if.unwrap_or_default();
            writeln!(text, "| {word} | `{}` | `{}` | {with} | {only_if} |", may.action, may.on)
                .expect("text takes everything");
        }
        text.push('\n');
    }
    insta::assert_snapshot!("roles", text);
}

#[test]
fn nobody_may_ever_answer_an_approval() {
    for (id, all) in roles() {
        let looks_at_pipelines = id != "ForwardRole";
        let is_denied = |may: &May| {
            !may.allows && may.action == NEVER && may.on == "*" && may.with.is_none() && may.only_if.is_none()
        };
        assert_eq!(all.iter().any(is_denied), looks_at_pipelines, "{id}");
        for may in all.iter().filter(|may| may.allows && may.action.starts_with("codepipeline:")) {
            let verb = may.action.trim_start_matches("codepipeline:");
            assert!(verb.starts_with("Get") || verb.starts_with("List"), "{id}: {}", may.action);
        }
    }
}

#[test]
fn no_role_may_do_everything_or_on_everything() {
    for (id, all) in roles() {
        for may in all.iter().filter(|may| may.allows) {
            assert!(!may.action.contains('*'), "{id}: {}", may.action);
            let is_excused = EVERYWHERE.iter().any(|(action, _)| *action == may.action);
            assert_eq!(may.on == "*", is_excused, "{id}: {} on {}", may.action, may.on);
            if may.action == "cloudwatch:PutMetricData" {
                let namespace = json!({ "StringEquals": { "cloudwatch:namespace": { "Ref": "MetricsNamespace" } } });
                assert_eq!(may.with, Some(namespace), "{id}");
            }
        }
    }
}

#[test]
fn no_role_gets_what_its_function_has_no_use_for() {
    let roles = roles();
    let ids: Vec<&str> = roles.iter().map(|(id, _)| id.as_str()).collect();
    for (id, all) in &roles {
        let (_, refused) = REFUSED.iter().find(|(role, _)| role == id).unwrap_or_else(|| panic!("{id} has no row"));
        for may in all.iter().filter(|may| may.allows) {
            let is_refused = refused.iter().any(|beginning| may.action.starts_with(beginning));
            assert!(!is_refused && !may.action.starts_with("iam:"), "{id}: {}", may.action);
        }
    }
    assert_eq!(REFUSED.iter().filter(|(role, _)| !ids.contains(role)).count(), 0, "a row has no role: {ids:?}");
}

#[test]
fn each_function_has_a_role_and_a_log_of_its_own() {
    let template = Template::read("template.yaml");
    let mut roles: Vec<&Value> = Vec::new();
    for (id, function) in template.of_type("AWS::Serverless::Function") {
        let name = id.trim_end_matches("Function");
        assert_eq!(function["Role"], json!({ "Fn::GetAtt": [format!("{name}Role"), "Arn"] }), "{id}");
        // SAM would make a second role of these.
        assert!(function["Policies"].is_null(), "{id}");
        assert_eq!(function["LoggingConfig"]["LogGroup"], json!({ "Ref": format!("{name}Logs") }), "{id}");
        let log = template.properties(&format!("{name}Logs"));
        assert_eq!(log["RetentionInDays"], json!({ "Ref": "LogDays" }), "{id}");
        let writes = role(&template, &format!("{name}Role")).into_iter().filter(|may| may.action.starts_with("logs:"));
        assert!(writes.into_iter().all(|may| may.on == format!("{name}Logs")), "{id}");
        assert!(!roles.contains(&&function["Role"]), "{id}");
        roles.push(&function["Role"]);
    }
    assert_eq!(roles.len(), 4);
}
