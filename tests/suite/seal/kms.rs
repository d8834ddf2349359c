//! Keys that AWS KMS keeps.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use aws_config::SdkConfig;
use aws_sdk_kms::types::{KeySpec, KeyUsageType};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use holdpoint::adapters::kmskey::KmsKey;
use holdpoint::ports::signer::Signer;
use serde_json::json;

use super::{Made, pem, verify};
use crate::cli::run::{Ran, program, ran};
use crate::support::answers::{answering, asked, json_error, settings};
use crate::support::server::{REGION, Server};

pub(crate) async fn make_key(config: &SdkConfig, spec: KeySpec) -> String {
    let kms = aws_sdk_kms::Client::new(config);
    let made = kms.create_key().key_spec(spec).key_usage(KeyUsageType::SignVerify).send().await;
    made.expect("it can be made").key_metadata.expect("it says").arn.expect("it has one")
}

/// As `--key` of a verifier takes it.
pub(crate) async fn public_key(config: &SdkConfig, key: &str) -> String {
    let answer = aws_sdk_kms::Client::new(config).get_public_key().key_id(key).send().await.expect("it answers");
    pem("PUBLIC", &BASE64_STANDARD.encode(answer.public_key.expect("it has one")))
}

/// An export that is signed by a key of this server.
fn export(made: &Made, server: &Server, key: &str) -> Ran {
    let (out, store, key) = (made.kept.path("series"), made.kept.path("store.sqlite"), format!("kms:{key}"));
    let args = ["audit", "export", "--store", &store, "--format", "jsonl", "--out", &out, "--key", &key];
    let mut command = program(&args);
    command
        .env("AWS_ENDPOINT_URL", server.url())
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("AWS_REGION", REGION);
    ran(command.stdin(Stdio::null()).output().expect("the program can be run"))
}

#[tokio::test]
async fn a_key_in_kms_signs_what_any_verifier_can_check_without_aws() {
    let (made, server) = (Made::new(), Server::aws());
    let key = make_key(&server.config(), KeySpec::EccNistEdwards25519).await;
    let told = export(&made, &server, &key);
    assert!(told.err.contains("checkpoint 1, signed, SHA-256"), "{told:?}");
    let public = made.kept.path("kms.pub");
    fs::write(&public, public_key(&server.config(), &key).await).expect("it can be written");
    drop(server);
    let said = verify(Path::new(&made.kept.path("series")), &["--key", &public]);
    assert!(said.is_well(), "{said:?}");
    assert_eq!(said.signatures(), ["by_the_key_given"]);
}

#[tokio::test]
async fn a_key_in_kms_that_is_none_for_checkpoints_is_named_with_one_that_would_be() {
    let (made, server) = (Made::new(), Server::aws());
    let key = make_key(&server.config(), KeySpec::Rsa2048).await;
    let told = export(&made, &server, &key);
    assert_eq!(told.code, Some(1));
    assert!(told.err.contains(&key) && told.err.contains("RSA_2048"), "{}", told.err);
    assert!(told.err.contains("--key-spec ECC_NIST_EDWARDS25519 --key-usage SIGN_VERIFY"), "{}", told.err);
    let missing = key.replace(|digit: char| digit.is_ascii_hexdigit() && digit != 'a', "0");
    let told = export(&made, &server, &missing);
    assert_eq!(told.code, Some(1));
    assert!(told.err.contains("NotFoundException"), "{}", told.err);
    assert_eq!(fs::read_dir(made.kept.path("series")).expect("it is there").count(), 1, "nothing but its lock");
}

#[tokio::test]
async fn the_bytes_themselves_are_signed_and_no_hash_of_them() {
    let answers = answering(&[(200, json!({ "Signature": BASE64_STANDARD.encode([7; 64]) }).to_string().into())]);
    let signature = KmsKey::new(&settings(&answers), "alias/audit").sign(b"a checkpoint").await.expect("it signs");
    assert_eq!(signature, [7; 64]);
    let call: serde_json::Value = serde_json::from_str(&asked(&answers)[0]).expect("it is JSON");
    let expected = json!({
        "KeyId": "alias/audit", "Message": BASE64_STANDARD.encode("a checkpoint"), "MessageType": "RAW",
        "SigningAlgorithm": "ED25519_SHA_512",
    });
    assert_eq!(call, expected);
}

#[tokio::test]
async fn whatever_keeps_kms_from_signing_is_told_with_the_key() {
    let too_short = json!({ "Signature": BASE64_STANDARD.encode([7; 72]) }).to_string();
    for (answer, bytes, said) in [
        ((400, json_error("DisabledException")), 10, "DisabledException: as the test wants it"),
        ((200, too_short.into_bytes()), 10, "its signature has 72 bytes, and that of Ed25519 has 64"),
        ((200, Vec::new()), 4097, "it signs 4096 bytes at most, and these are 4097"),
    ] {
        let key = KmsKey::new(&settings(&answering(&[answer])), "alias/audit");
        let error = key.sign(&vec![0; bytes]).await.expect_err("it does not sign").to_string();
        assert_eq!(error, format!("the checkpoint cannot be signed: the KMS key `alias/audit`: {said}"));
    }
}
