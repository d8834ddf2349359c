//! A policy that is kept on AWS. That another one holds soon is held beside the code, on virtual time.

use aws_sdk_s3::primitives::ByteStream;
use chrono::TimeDelta;
use holdpoint::adapters::s3;

use super::with_server;
use crate::cli::run::ran;
use crate::serve::process::Place;
use crate::support::server::Server;
use crate::support::waiting::{asked, waiting};

const QUICK: &str = "version: 1\npolicies: [{ name: quick, target: 90m }]\n";

#[tokio::test]
async fn a_policy_in_a_bucket_or_a_parameter_holds_for_service_and_commands() {
    let aws = Server::aws();
    let bucket = s3::client(&aws.config());
    bucket.create_bucket().bucket("policy").send().await.expect("it can be made");
    let body = ByteStream::from_static(QUICK.as_bytes());
    bucket.put_object().bucket("policy").key("policy.yaml").body(body).send().await.expect("it is taken");
    let parameters = aws_sdk_ssm::Client::new(&aws.config());
    let put = parameters.put_parameter().name("/holdpoint/policy").value(QUICK);
    put.r#type(aws_sdk_ssm::types::ParameterType::String).send().await.expect("it is taken");

    for kept in ["s3://policy/policy.yaml", "ssm:/holdpoint/policy"] {
        let place = with_server(Place::new(), &aws.url()).arg("--policy", kept);
        let server = place.serve();
        let run = waiting(1, TimeDelta::minutes(30));
        assert_eq!(server.post(asked(&run)).status, 200);
        assert_eq!(server.approvals("limit=1")[0]["policy"], "quick", "{kept}");
        assert_eq!(server.terminate().code(), Some(0), "{}", place.log());
        let told = place.ask(&["explain", &run.approval(), "--policy", kept]);
        assert!(told.contains("Policy quick promises a decision within 1h 30m"), "{kept}: {told}");
    }
}

#[test]
fn a_service_whose_policy_cannot_be_read_does_not_begin() {
    let aws = Server::aws();
    let place = with_server(Place::new(), &aws.url()).arg("--policy", "s3://nowhere/policy.yaml");
    let ran = ran(place.command().output().expect("the program can be run"));
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""), "{ran:?}");
    let said = ran.err.lines().last().unwrap_or_default();
    assert!(
        said.starts_with("holdpoint: the policy `s3://nowhere/policy.yaml` cannot be read: NoSuchBucket"),
        "{said}"
    );
    assert!(!place.store().exists(), "nothing was begun");
}
