//! Files in a real bucket.

use std::fs;

use aws_sdk_s3::Client;
use holdpoint::adapters::s3::{S3Archive, client};
use holdpoint::ports::archive::{Archive, Content};

use crate::support::server::Server;

async fn text(client: &Client, key: &str) -> String {
    let object = client.get_object().bucket("audit").key(key).send().await.expect("it is there");
    let body = object.body.collect().await.expect("it can be read");
    String::from_utf8(body.to_vec()).expect("it is text")
}

#[tokio::test]
async fn a_file_in_a_bucket_is_never_written_over() {
    let server = Server::aws();
    let client = client(&server.config());
    client.create_bucket().bucket("audit").send().await.expect("it can be made");
    let archive = S3Archive::new(client.clone(), "s3://audit/holdpoint/").expect("a place");
    let put = async |content: Content<'_>| archive.put("a/b.jsonl", content).await.expect("it answers");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("b.jsonl");
    fs::write(&path, "first").expect("it can be written");
    assert!(put(Content::File(&path)).await);
    assert!(!put(Content::Bytes(b"second")).await);
    assert_eq!(text(&client, "holdpoint/a/b.jsonl").await, "first");
    assert_eq!(archive.read("a/b.jsonl").await.expect("it is there"), b"first");
}

#[tokio::test]
async fn names_are_listed_by_their_beginning_and_copied_as_they_are() {
    let server = Server::aws();
    let client = client(&server.config());
    client.create_bucket().bucket("audit").send().await.expect("it can be made");
    client.put_object().bucket("audit").key("elsewhere").send().await.expect("it takes it");
    for (place, beginning) in [("s3://audit", ""), ("s3://audit/holdpoint", "holdpoint/")] {
        let archive = S3Archive::new(client.clone(), place).expect("a place");
        for name in [".drafts/x +%ä/b", ".drafts/x +%ä/a", ".register/1"] {
            assert!(archive.put(name, Content::Bytes(name.as_bytes())).await.expect("it takes it"));
        }
        let listed = archive.list(".drafts/x").await.expect("it answers");
        assert_eq!(listed, [".drafts/x +%ä/a", ".drafts/x +%ä/b"], "{place}");
        archive.copy(".drafts/x +%ä/a", "y/a").await.expect("it copies");
        archive.copy(".drafts/x +%ä/a", "y/a").await.expect("it may be done again");
        assert_eq!(text(&client, &format!("{beginning}y/a")).await, ".drafts/x +%ä/a");
        assert_eq!(archive.list("nothing").await.expect("it answers"), Vec::<String>::new());
    }
}

#[tokio::test]
async fn more_names_than_fit_into_one_answer_are_all_listed() {
    let server = Server::aws();
    let client = client(&server.config());
    client.create_bucket().bucket("audit").send().await.expect("it can be made");
    let archive = S3Archive::new(client, "s3://audit").expect("a place");
    let names: Vec<String> = (0..1001).map(|number| format!(".register/{number:08}.json")).collect();
    for name in &names {
        archive.put(name, Content::Bytes(b"{}")).await.expect("it takes it");
    }
    assert_eq!(archive.list(".register/").await.expect("it answers"), names);
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named_in_the_error() {
    let server = Server::aws();
    let archive = S3Archive::new(client(&server.config()), "s3://nowhere").expect("a place");
    let error = archive.put("a", Content::Bytes(b"")).await.expect_err("there is no bucket").to_string();
    assert!(error.starts_with("the archive does not answer for `a`: NoSuchBucket"), "{error}");
}

#[test]
fn a_place_that_is_no_bucket_is_refused_with_what_would_be_right() {
    let server = crate::support::server::config("http://127.0.0.1:9");
    for wrong in ["audit", "s3://", "s3:///x", "https://audit"] {
        let error = S3Archive::new(client(&server), wrong).err().expect("it is refused");
        assert_eq!(error, format!("`{wrong}` is no place for an archive: write `s3://bucket/prefix`"));
    }
}
