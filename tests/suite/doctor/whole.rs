//! An installation that is in order.

use std::fs::File;

use super::{Findings, Installed, doctor, here};
use crate::cli::run::{assert_fits, ran};
use crate::support::codepipeline::{Caller, Definition, Mode};

/// Without the endings that make names unique, of which each keeps its length so that lines stay where they were.
pub(super) fn without_endings(text: &str, installed: &Installed) -> String {
    let mut text = text.to_owned();
    let ids = ["Table", "EventQueue", "FailedQueue", "NoticeTopic", "PolicyBucket"];
    let rules = ["ApprovalActions", "Decisions", "PipelineEdits", "RunStates", "SourceRevisions", "StageStates"];
    for id in ids.into_iter().map(str::to_owned).chain(rules.map(|rule| format!("{rule}Rule"))) {
        let name = installed.stack.id(&id).rsplit(['/', ':']).next().expect("at least one part");
        if let Some((stem, ending)) = name.rsplit_once('-') {
            text = text.replace(name, &format!("{stem}-{}", "X".repeat(ending.len())));
        }
    }
    // The policy names the topic, so its version differs each time.
    let version = text.split_once(", version ").and_then(|(_, rest)| rest.split_whitespace().next());
    let version = version.unwrap_or_default().to_owned();
    if version.is_empty() { text } else { text.replace(&version, &"X".repeat(version.len())) }
}

#[tokio::test]
async fn an_installation_in_order_is_ok_in_every_line() {
    let installed = Installed::whole().await;
    let findings = installed.findings();
    findings.assert_ok();
    for line in &findings.lines {
        let fields: Vec<&str> = line.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(fields, ["word", "subject", "found", "remedy"]);
    }
    let told = ran(installed.command(&[]).output().expect("it runs")).done();
    assert_fits(&told);
    insta::assert_snapshot!("whole", without_endings(&told, &installed));
}

#[tokio::test]
async fn the_outputs_of_the_stack_can_be_piped_in() {
    let installed = Installed::whole().await;
    let outputs = installed.outputs();
    let mut command = doctor(&["--outputs", "-", "--format", "json"], installed.folder.path());
    command
        .env("AWS_ENDPOINT_URL", installed.server.url())
        .env("AWS_ENDPOINT_URL_CODEPIPELINE", installed.pipelines.url())
        .stdin(File::open(outputs).expect("it is there"));
    Findings::of(ran(command.output().expect("it runs"))).assert_ok();
}

#[tokio::test]
async fn members_are_looked_at_as_well() {
    let installed = Installed::whole().await;
    let elsewhere = Caller { region: "eu-west-1".to_owned(), ..here() };
    installed.pipelines.world().add_at(&elsewhere, "orders-prod", Mode::Superseded, Definition::release());
    let mut command = installed.command(&["--members", "eu-west-1", "--format", "json"]);
    let findings = Findings::of(ran(command.output().expect("it runs")));
    findings.assert_ok();
    assert!(
        findings.with("ok").iter().any(|(_, found, _)| found.starts_with("2 gates in 2 pipelines")),
        "{findings:#?}"
    );
}
