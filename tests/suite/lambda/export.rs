//! The archive.

use std::fs;

use aws_sdk_kms::types::KeySpec;
use holdpoint::adapters::s3::{S3Archive, client};
use holdpoint::ports::archive::Archive;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Cloud, again, batch, run};
use crate::seal::kms::{make_key, public_key};
use crate::seal::verify;
use crate::support::history::Fate;
use crate::support::runtime::Answer;

impl Cloud {
    /// A copy of all that is in the archive, as `aws s3 sync` makes one.
    async fn archived(&self) -> TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        let archive = S3Archive::new(client(&self.config), "s3://audit/holdpoint").expect("a place");
        for name in archive.list("").await.expect("it answers") {
            let path = folder.path().join(&name);
            fs::create_dir_all(path.parent().expect("it is in a folder")).expect("it can be made");
            fs::write(path, archive.read(&name).await.expect("it is there")).expect("it can be written");
        }
        folder
    }
}

fn exports(answer: Answer, log: &str) -> Vec<Value> {
    let Answer::Response(said) = answer else { panic!("{log}") };
    said["exports"].as_array().unwrap_or_else(|| panic!("{said}: {log}")).clone()
}

#[tokio::test]
async fn the_days_that_are_over_are_archived_and_none_twice() {
    let cloud = Cloud::new().await;
    let asked = run(1, 60, Fate::Approved);
    assert_eq!(cloud.function("ingest").invoke(&batch(&asked.events())), again(&[]));
    let function = cloud.function("export");
    // What was heard of today is in tomorrow's exports.
    assert_eq!(exports(function.invoke(&json!({})), &function.log()).len(), 14);
    assert_eq!(exports(function.invoke(&json!({})), &function.log()), Vec::<Value>::new());
    let copy = cloud.archived().await;
    let said = verify(copy.path(), &[]);
    assert!(said.is_well(), "{said:?}");
    assert_eq!(said.signatures(), ["not_signed"; 14]);
    let log = function.log();
    assert_eq!(log.matches("archived a day").count(), 14, "{log}");
    assert!(log.contains("\"sha256\":"), "so that the log keeps what a reader can ask for: {log}");
}

#[tokio::test]
async fn a_key_in_kms_signs_so_that_anybody_can_verify_it_without_aws() {
    let cloud = Cloud::new().await;
    let key = make_key(&cloud.config, KeySpec::EccNistEdwards25519).await;
    let function = cloud.function_with("export", &[("HOLDPOINT_AUDIT_KEY", &key)]);
    assert_eq!(exports(function.invoke(&json!({})), &function.log()).len(), 14);
    let copy = cloud.archived().await;
    let file = copy.path().join(".key.pub");
    fs::write(&file, public_key(&cloud.config, &key).await).expect("it can be written");
    let said = verify(copy.path(), &["--key", file.to_str().expect("a plain path")]);
    assert!(said.is_well(), "{said:?}");
    assert_eq!(said.signatures(), ["by_the_key_given"; 14]);
}

#[tokio::test]
async fn a_key_that_cannot_sign_checkpoints_archives_nothing_and_says_which_key_would() {
    let cloud = Cloud::new().await;
    let key = make_key(&cloud.config, KeySpec::EccNistP256).await;
    let function = cloud.function_with("export", &[("HOLDPOINT_AUDIT_KEY", &key)]);
    let Answer::Error(error) = function.invoke(&json!({})) else { panic!("{}", function.log()) };
    let said = error["errorMessage"].as_str().expect("it says what is wrong");
    let expected = format!(
        "the checkpoint cannot be signed: the KMS key `{key}`: it is of the spec ECC_NIST_P256, and checkpoints are signed by \
         one of ECC_NIST_EDWARDS25519: make one with `aws kms create-key --key-spec ECC_NIST_EDWARDS25519 --key-usage SIGN_VERIFY`"
    );
    assert_eq!(said, expected);
    assert_eq!(fs::read_dir(cloud.archived().await.path()).expect("it is there").count(), 0);
}
