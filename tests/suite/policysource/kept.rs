//! A policy in S3 and in Systems Manager, through a server that keeps versions as they do.

use std::str::FromStr;

use aws_config::SdkConfig;
use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};
use aws_sdk_ssm::types::ParameterType;
use holdpoint::adapters::policysource::{Place, PolicySource, newest};

use super::{INVALID, built_in, is, look, naming, off, policy, version, with_holidays};
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
async fn a_file_beside_a_policy_in_s3_belongs_to_it() {
    let server = Server::aws();
    let settings = server.config();
    let (bucket, place) = (Bucket::new(&settings).await, "s3://policies/team/policy.yaml");
    let warm = cold(place, &settings);
    bucket.put("team/policy.yaml", &policy("plain")).await;
    bucket.put("team/policy.yaml", &naming("first", "company.ics")).await;
    // Another of this name elsewhere is another.
    bucket.put("company.ics", &off("20261224")).await;
    assert_eq!(look(&warm, 0).await, is("plain", true), "it is not there");
    bucket.put("team/company.ics", &off("20261224")).await;
    assert_eq!(look(&warm, 1).await, is("first", false));
    let before = version(&warm, 1).await;

    bucket.put("team/company.ics", &off("20261231")).await;
    assert_eq!(look(&warm, 2).await, is("first", false));
    let after = version(&warm, 2).await;
    assert_ne!(before, after, "the policy has not changed, but what it means");
    assert_eq!(version(&cold(place, &settings), 2).await, after);

    bucket.put("team/company.ics", "<html>").await;
    assert_eq!(look(&warm, 3).await, is("first", true));
    assert_eq!(version(&warm, 3).await, after, "the last that was in order stays");
    assert_eq!(look(&cold(place, &settings), 3).await, is("plain", true), "the one before names none");
    bucket.0.delete_object().bucket("policies").key("team/company.ics").send().await.expect("it is deleted");
    assert_eq!(look(&warm, 4).await, is("first", true));
    bucket.put("team/company.ics", &off("20261231")).await;
    assert_eq!(look(&warm, 5).await, is("first", false));
    assert_eq!(version(&warm, 5).await, after);

    // What an earlier version names is read as it is now.
    bucket.put("team/policy.yaml", INVALID).await;
    let earlier = cold(place, &settings);
    assert_eq!(look(&earlier, 6).await, is("first", true));
    assert_eq!(version(&earlier, 6).await, after);
}

#[tokio::test]
async fn what_a_policy_may_not_name_is_said() {
    let server = Server::aws();
    let settings = server.config();
    let bucket = Bucket::new(&settings).await;
    let mut wrong = Vec::new();
    for name in ["../company.ics", "/company.ics", "company.ics"] {
        bucket.put("team/policy.yaml", &naming("first", name)).await;
        wrong.push(complaint("s3://policies/team/policy.yaml", &settings).await);
    }
    let many: Vec<String> = (0..21).map(|n| format!("{{ ical: {n}.ics }}")).collect();
    bucket.put("team/policy.yaml", &with_holidays("first", &many.join(", "))).await;
    wrong.extend(complaint("s3://policies/team/policy.yaml", &settings).await.lines().last().map(str::to_owned));
    let put = aws_sdk_ssm::Client::new(&settings).put_parameter().name("/p").r#type(ParameterType::String);
    put.value(naming("first", "company.ics")).send().await.expect("it is put");
    wrong.push(complaint("ssm:/p", &settings).await);
    insta::assert_snapshot!(wrong.join("\n"), @"
    s3://policies/team/policy.yaml:2:95: calendars.office.holidays[0]: `../company.ics` cannot be read: in S3 it stands below the policy's own prefix: write its name there, as in `company.ics`
    s3://policies/team/policy.yaml:2:95: calendars.office.holidays[0]: `/company.ics` cannot be read: in S3 it stands below the policy's own prefix: write its name there, as in `company.ics`
    s3://policies/team/policy.yaml:2:95: calendars.office.holidays[0]: `company.ics` cannot be read: it is not there
    s3://policies/team/policy.yaml:2:445: calendars.office.holidays[20]: `20.ics` cannot be read: more than 20 files are named: let calendars share one
    ssm:/p:2:95: calendars.office.holidays[0]: `company.ics` cannot be read: only a policy in a file or in S3 can name others; write the dates here
    ");
}

/// What is wrong with the policy there, without the lines that show it.
async fn complaint(place: &str, settings: &SdkConfig) -> String {
    let place = Place::from_str(place).expect("a place");
    let wrong = newest(&place, settings).await.expect("it can be read").expect("it is there").expect_err("it is wrong");
    let wrong = wrong.to_string();
    wrong.lines().filter(|line| !line.starts_with(' ')).collect::<Vec<_>>().join("\n")
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
