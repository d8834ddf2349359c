//! Files in a real bucket.

use aws_sdk_s3::Client;
use holdpoint::adapters::s3::{S3Archive, client};
use holdpoint::ports::archive::Archive;

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
    assert!(!archive.has("a/b.jsonl").await.expect("it answers"));
    archive.put("a/b.jsonl", b"first".to_vec()).await.expect("it takes it");
    archive.put("a/b.jsonl", b"second".to_vec()).await.expect("it has it");
    assert!(archive.has("a/b.jsonl").await.expect("it answers"));
    assert_eq!(text(&client, "holdpoint/a/b.jsonl").await, "first");
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_named_in_the_error() {
    let server = Server::aws();
    let archive = S3Archive::new(client(&server.config()), "s3://nowhere").expect("a place");
    let error = archive.put("a", Vec::new()).await.expect_err("there is no bucket").to_string();
    assert!(error.starts_with("the archive does not take `a`: NoSuchBucket"), "{error}");
}

#[test]
fn a_place_that_is_no_bucket_is_refused_with_what_would_be_right() {
    let server = crate::support::server::config("http://127.0.0.1:9");
    for wrong in ["audit", "s3://", "s3:///x", "https://audit"] {
        let error = S3Archive::new(client(&server), wrong).err().expect("it is refused");
        assert_eq!(error, format!("`{wrong}` is no place for an archive: write `s3://bucket/prefix`"));
    }
}
