//! What the checkers miss, and what holdpoint promises of its resources.

use serde_json::{Value, json};

use super::template::Template;

fn get(id: &str, attribute: &str) -> Value {
    json!({ "Fn::GetAtt": [id, attribute] })
}

/// EventBridge takes only lists at the ends of a pattern, and tells nobody before the deployment.
fn ends_in_lists(pattern: &Value) -> bool {
    match pattern {
        Value::Array(values) => !values.is_empty(),
        Value::Object(fields) => !fields.is_empty() && fields.values().all(ends_in_lists),
        _ => false,
    }
}

#[test]
fn event_patterns_are_lists_at_their_ends_and_name_their_source() {
    for file in ["template.yaml", "member.yaml"] {
        let template = Template::read(file);
        let rules: Vec<_> = template.of_type("AWS::Events::Rule").collect();
        assert!(!rules.is_empty(), "{file}");
        for (id, rule) in rules {
            assert!(ends_in_lists(&rule["EventPattern"]), "{file}: {id}");
            assert_eq!(rule["EventPattern"]["source"], json!(["aws.codepipeline"]), "{file}: {id}");
        }
    }
    assert!(!ends_in_lists(&json!({ "source": "aws.codepipeline" })));
}

/// `rate(1 minute)`, but `rate(5 minutes)`; six fields of a cron expression.
fn is_a_schedule(expression: &str) -> bool {
    let within = |name: &str| expression.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(rate) = within("rate") {
        let (number, unit) = rate.split_once(' ').unwrap_or_default();
        let unit = unit.strip_suffix('s').map_or((unit, false), |unit| (unit, true));
        return ["minute", "hour", "day"].contains(&unit.0)
            && number.parse().is_ok_and(|n: u32| n > 0 && (n > 1) == unit.1);
    }
    within("cron").is_some_and(|fields| fields.split(' ').count() == 6 && fields.split(' ').any(|field| field == "?"))
}

#[test]
fn schedules_are_written_as_eventbridge_reads_them() {
    let template = Template::read("template.yaml");
    let schedule = |id: &str| template.properties(id)["Events"]["Schedule"]["Properties"]["Schedule"].clone();
    let expected = [
        ("SweepFunction", "rate(1 minute)"),
        ("ReconcileFunction", "rate(5 minutes)"),
        ("ExportFunction", "cron(20 2 * * ? *)"),
    ];
    for (id, expression) in expected {
        assert_eq!(schedule(id), expression, "{id}");
        assert!(is_a_schedule(expression), "{expression}");
    }
    for wrong in ["rate(1 minutes)", "rate(5 minute)", "rate(0 minutes)", "cron(20 2 * * *)", "every minute"] {
        assert!(!is_a_schedule(wrong), "{wrong}");
    }
}

#[test]
fn a_message_is_not_given_to_another_while_a_function_may_still_work_on_it() {
    let template = Template::read("template.yaml");
    let number = |id: &str, field: &str| template.properties(id)[field].as_u64().expect("a number");
    assert!(number("EventQueue", "VisibilityTimeout") >= 6 * number("IngestFunction", "Timeout"));
    let redrive = &template.properties("EventQueue")["RedrivePolicy"];
    assert_eq!(*redrive, json!({ "deadLetterTargetArn": get("FailedQueue", "Arn"), "maxReceiveCount": 5 }));
    for queue in ["FailedQueue", "UndeliveredQueue"] {
        assert!(number(queue, "MessageRetentionPeriod") >= number("EventQueue", "MessageRetentionPeriod"), "{queue}");
    }
    let mapping = &template.properties("IngestFunction")["Events"]["Queue"]["Properties"];
    assert_eq!(mapping["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]));
}

#[test]
fn a_run_that_is_late_does_not_pile_up_on_the_next() {
    let template = Template::read("template.yaml");
    for (id, at_most) in [("SweepFunction", 0), ("ReconcileFunction", 0), ("ExportFunction", 1)] {
        let function = template.properties(id);
        assert_eq!(function["EventInvokeConfig"]["MaximumRetryAttempts"], at_most, "{id}");
    }
    assert!(template.properties("SweepFunction")["Timeout"].as_u64().expect("a number") < 60);
}

#[test]
fn only_the_sweep_signs_links_and_only_where_a_key_and_an_address_are_given() {
    let template = Template::read("template.yaml");
    let of = |id: &str, name: &str| template.properties(id)["Environment"]["Variables"][name].clone();
    let secret = |condition: &str, parameter: &str| {
        let looked_up = format!("{{{{resolve:secretsmanager:${{{parameter}}}:SecretString}}}}");
        json!({ "Fn::If": [condition, { "Fn::Sub": looked_up }, ""] })
    };
    for (name, value) in [
        ("HOLDPOINT_PUBLIC_URL", json!({ "Ref": "PublicUrl" })),
        ("HOLDPOINT_LINK_KEY", secret("HasLinkKey", "LinkKeySecret")),
        ("HOLDPOINT_LINK_KEY_OLD", secret("HasOldLinkKey", "OldLinkKeySecret")),
    ] {
        assert_eq!(of("SweepFunction", name), value);
        for other in ["IngestFunction", "ReconcileFunction", "ExportFunction"] {
            assert!(of(other, name).is_null(), "{other}: {name}");
        }
    }
    let globals = template.0["Globals"].to_string();
    assert!(!globals.contains("LINK_KEY") && !globals.contains("PUBLIC_URL"), "{globals}");
    // One without the other is refused before anything is changed.
    let is_empty = |parameter: &str| json!({ "Fn::Equals": [{ "Ref": parameter }, ""] });
    let is_given = |parameter: &str| json!({ "Fn::Not": [is_empty(parameter)] });
    let keys = json!({ "Fn::Not": [{ "Fn::And": [is_empty("LinkKeySecret"), is_empty("OldLinkKeySecret")] }] });
    for (rule, when, then) in [
        ("AnAddressNeedsAKey", is_given("PublicUrl"), is_given("LinkKeySecret")),
        ("AKeyNeedsAnAddress", keys, is_given("PublicUrl")),
    ] {
        let rule = &template.0["Rules"][rule];
        assert_eq!((&rule["RuleCondition"], &rule["Assertions"][0]["Assert"]), (&when, &then));
    }
}

#[test]
fn only_the_export_signs_audit_files_and_only_where_a_key_is_given() {
    let template = Template::read("template.yaml");
    let of = |id: &str| template.properties(id)["Environment"]["Variables"]["HOLDPOINT_AUDIT_KEY"].clone();
    assert_eq!(of("ExportFunction"), json!({ "Ref": "AuditSigningKeyArn" }));
    for other in ["IngestFunction", "SweepFunction", "ReconcileFunction"] {
        assert!(of(other).is_null(), "{other}");
    }
    assert_eq!(template.0["Parameters"]["AuditSigningKeyArn"]["Default"], "");
}

#[test]
fn nothing_goes_in_or_out_without_tls() {
    for file in ["template.yaml", "member.yaml"] {
        let template = Template::read(file);
        for (kind, policy, of) in [
            ("AWS::SQS::Queue", "AWS::SQS::QueuePolicy", "Queues"),
            ("AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "Topics"),
            ("AWS::S3::Bucket", "AWS::S3::BucketPolicy", "Bucket"),
        ] {
            for (id, _) in template.of_type(kind) {
                let own = json!({ "Ref": id });
                let is_its = |(_, policy): &(&str, &Value)| policy[of] == own || policy[of] == json!([own]);
                let (_, policy) =
                    template.of_type(policy).find(is_its).unwrap_or_else(|| panic!("{file}: {id} has no policy"));
                let is_deny = |statement: &Value| {
                    statement["Effect"] == "Deny"
                        && statement["Principal"] == "*"
                        && statement["Condition"] == json!({ "Bool": { "aws:SecureTransport": "false" } })
                };
                let statements = policy["PolicyDocument"]["Statement"].as_array().expect("a list");
                assert!(statements.iter().any(is_deny), "{file}: {id}");
            }
        }
    }
}

#[test]
fn only_named_services_may_send_to_the_queues_and_only_on_behalf_of_this_account() {
    let template = Template::read("template.yaml");
    let (mut senders, mut count) = (Vec::new(), 0);
    for (_, policy) in template.of_type("AWS::SQS::QueuePolicy") {
        for statement in policy["PolicyDocument"]["Statement"].as_array().expect("a list") {
            if statement["Effect"] == "Allow" {
                assert_eq!(statement["Action"], "sqs:SendMessage");
                let source = statement["Condition"].as_object().expect("there is one").values().next().expect("one");
                assert!(!source["aws:SourceArn"].is_null(), "{statement}");
                senders.push(statement["Principal"]["Service"].as_str().expect("a service").to_owned());
            }
        }
        count += 1;
    }
    senders.sort();
    assert_eq!(
        (count, senders),
        (3, ["events.amazonaws.com", "events.amazonaws.com", "sns.amazonaws.com"].map(str::to_owned).to_vec())
    );
}

#[test]
fn what_is_kept_survives_the_stack() {
    let template = Template::read("template.yaml");
    for id in ["Table", "PolicyBucket", "AuditBucket"] {
        let resource = &template.resources()[id];
        for field in ["DeletionPolicy", "UpdateReplacePolicy"] {
            assert_eq!(resource[field], "Retain", "{id}");
        }
    }
    let table = template.properties("Table");
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], true);
    assert_eq!(table["DeletionProtectionEnabled"], json!({ "Fn::If": ["ProtectsTable", true, false] }));
    assert_eq!(table["TimeToLiveSpecification"], json!({ "AttributeName": "ttl", "Enabled": true }));
    assert_eq!(template.0["Parameters"]["ProtectTable"]["Default"], "true");
}

#[test]
fn buckets_are_private_and_versioned_and_audit_files_can_be_locked() {
    let template = Template::read("template.yaml");
    for (id, bucket) in template.of_type("AWS::S3::Bucket") {
        assert_eq!(bucket["VersioningConfiguration"]["Status"], "Enabled", "{id}");
        let access = bucket["PublicAccessBlockConfiguration"].as_object().expect("it is there");
        assert!(access.len() == 4 && access.values().all(|value| *value == json!(true)), "{id}");
    }
    let audit = template.properties("AuditBucket");
    assert_eq!(audit["ObjectLockEnabled"], true);
    assert_eq!(
        audit["ObjectLockConfiguration"]["Fn::If"][1]["Rule"]["DefaultRetention"],
        json!({ "Mode": { "Ref": "AuditLockMode" }, "Days": { "Ref": "AuditLockDays" } })
    );
}

#[test]
fn each_parameter_has_a_question_a_description_and_unless_it_must_be_asked_a_default() {
    for (file, asked) in [("template.yaml", &[][..]), ("member.yaml", &["IntakeBusArn"][..])] {
        let template = Template::read(file);
        let interface = &template.0["Metadata"]["AWS::CloudFormation::Interface"];
        for (name, parameter) in template.0["Parameters"].as_object().expect("there are some") {
            assert_eq!(parameter["Default"].is_null(), asked.contains(&name.as_str()), "{file}: {name}");
            assert!(parameter["Description"].is_string(), "{file}: {name}");
            assert!(interface["ParameterLabels"][name]["default"].is_string(), "{file}: {name}");
        }
    }
}
