//! A policy in S3 and in Systems Manager, through a server that keeps versions as they do.

use std::str::FromStr;

use aws_config::SdkConfig;
use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};
use aws_sdk_ssm::types::ParameterType;
use holdpoint::adapters::policysource::{Place, PolicySource};

use super::{INVALID, built_in, is, look, policy};
use crate::support::server::Server;

/// A function that starts with empty hands.
fn cold(place: &str, settings: &SdkConfig) -> PolicySource {
    PolicySource::new(Place::from_str(place).expect("a place"), settings, built_in())
}

struct Bucket(aws_sdk_s3::Client);

impl Bucket {
    async fn new(settings: &SdkConfig) -> Self {
        let config = aws_sdk_s3::config::Builder::from(settings).force_path_style(true).build();
        let client = aws_sdk_s3::Client::from_conf(config);
        client.create_bucket().bucket("policies").send().await.expect("a bucket");
        let versioning = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
        let put = client.put_bucket_versioning().bucket("policies").versioning_configuration(versioning);
        put.send().await.expect("it keeps versions");
        Self(client)
    }

    async fn put(&self, key: &str, text: &str) {
        let put = self.0.put_object().bucket("policies").key(key).body(text.as_bytes().to_vec().into());
        put.send().await.expect("it is put");
    }
}

#[tokio::test]
async fn a_policy_in_s3_survives_invalid_changes_and_cold_starts() {
    let server = Server::aws();
    let settings = server.config();
    let (bucket, place) = (Bucket::new(&settings).await, "s3://policies/policy.yaml");
    let warm = cold(place, &settings);
    assert_eq!(look(&warm, 0).await, is("default", false), "there is none yet");

    bucket.put("policy.yaml", &policy("first")).await;
    // Another object whose key only begins alike.
    bucket.put("policy.yaml.old", &policy("other")).await;
    assert_eq!(look(&warm, 1).await, is("first", false));
    assert_eq!(look(&warm, 2).await, is("first", false), "nothing has changed");
    assert_eq!(look(&cold(place, &settings), 2).await, is("first", false));

    bucket.put("policy.yaml", &policy("second")).await;
    bucket.put("policy.yaml", INVALID).await;
    bucket.put("policy.yaml", "nonsense").await;
    assert_eq!(look(&warm, 3).await, is("first", true), "it never saw the second");
    assert_eq!(look(&cold(place, &settings), 3).await, is("second", true));

    bucket.put("policy.yaml", &policy("third")).await;
    assert_eq!(look(&warm, 4).await, is("third", false));

    bucket.0.delete_object().bucket("policies").key("policy.yaml").send().await.expect("it is deleted");
    assert_eq!(look(&warm, 5).await, is("third", true));
    assert_eq!(look(&cold(place, &settings), 5).await, is("third", true));
}

#[tokio::test]
async fn a_policy_in_systems_manager_survives_invalid_changes_and_cold_starts() {
    let server = Server::aws();
    let settings = server.config();
    let (client, place) = (aws_sdk_ssm::Client::new(&settings), "ssm:/holdpoint/policy");
    let put = async |text: &str| {
        let put = client.put_parameter().name("/holdpoint/policy").r#type(ParameterType::String).overwrite(true);
        put.value(text).send().await.expect("it is put");
    };
    let warm = cold(place, &settings);
    assert_eq!(look(&warm, 0).await, is("default", false), "there is none yet");

    put(&policy("first")).await;
    assert_eq!(look(&warm, 1).await, is("first", false));
    assert_eq!(look(&warm, 2).await, is("first", false), "nothing has changed");

    put(&policy("second")).await;
    put(INVALID).await;
    assert_eq!(look(&warm, 3).await, is("first", true), "it never saw the second");
    assert_eq!(look(&cold(place, &settings), 3).await, is("second", true));

    put(&policy("third")).await;
    assert_eq!(look(&warm, 4).await, is("third", false));
    assert_eq!(look(&cold(place, &settings), 4).await, is("third", false));
}

#[tokio::test]
async fn where_no_version_was_ever_in_order_the_built_in_policy_holds() {
    let server = Server::aws();
    let settings = server.config();
    let bucket = Bucket::new(&settings).await;
    bucket.put("policy.yaml", INVALID).await;
    assert_eq!(look(&cold("s3://policies/policy.yaml", &settings), 0).await, is("default", true));
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_no_missing_policy() {
    let server = Server::aws();
    let source = cold("s3://nowhere/policy.yaml", &server.config());
    let error = source.current(crate::support::world::minute(0)).await.expect_err("nothing was ever read");
    assert!(
        error.to_string().starts_with("the policy `s3://nowhere/policy.yaml` cannot be read: NoSuchBucket"),
        "{error}"
    );
}
