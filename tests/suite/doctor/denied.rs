//! Somebody who may look at nothing.

use super::canned::Canned;
use super::{Findings, doctor};
use crate::cli::run::ran;
use crate::support::codepipeline::CodePipelineServer;
use crate::support::server::ACCOUNT;

#[test]
fn each_check_that_is_not_allowed_names_its_permission_and_the_others_go_on() {
    let (denying, pipelines) = (Canned::answering(|_| None), CodePipelineServer::start());
    pipelines.world().denied.insert(ACCOUNT.to_owned());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bucket = ["--policy", "s3://bucket/policy.yaml", "--table", "approvals", "--bus", "events"];
    let queues = ["--queue", "events", "--undelivered", "http://127.0.0.1:1/0/undelivered", "--format", "json"];
    let mut command = doctor(&[bucket, queues].concat(), folder.path());
    command
        .env("AWS_ENDPOINT_URL", denying.url())
        .env("AWS_ENDPOINT_URL_CODEPIPELINE", pipelines.url())
        .env("AWS_ENDPOINT_URL_STS", pipelines.url());
    let findings = Findings::of(ran(command.output().expect("it runs")));
    assert_eq!(findings.code, Some(1));
    let missing: Vec<(&str, &str)> = findings.with("problem").iter().map(|(s, _, remedy)| (*s, *remedy)).collect();
    let expected = [
        ("policy", "`s3:GetObject`"),
        ("queue", "`sqs:GetQueueUrl`"),
        ("undelivered events", "`sqs:GetQueueAttributes`"),
        ("trail", "`cloudtrail:DescribeTrails`"),
        ("table", "`dynamodb:DescribeTable`"),
        ("own events", "`events:DescribeEventBus`"),
        ("gates", "`codepipeline:ListPipelines`"),
    ];
    assert_eq!(missing.len(), expected.len(), "{missing:#?}");
    for ((subject, remedy), (wanted, permission)) in missing.iter().zip(expected) {
        assert_eq!(*subject, wanted);
        assert!(remedy.starts_with("Allow these credentials ") && remedy.contains(permission), "{subject}: {remedy}");
    }
    // What depends on those says on which.
    let depends: Vec<&str> = findings.with("warning").iter().map(|(subject, _, _)| *subject).collect();
    assert_eq!(depends, ["rules", "topics", "sweep", "gates", "waiting approvals"]);
}
