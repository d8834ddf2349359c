//! Files in an S3 bucket.

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::primitives::{ByteStream, ByteStreamError};
use aws_sdk_s3::types::Object;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::aws::cause;
use crate::ports::archive::{Archive, ArchiveError, Content};

/// What may stand in the name of a source as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A bucket, and what all names in it begin with.
pub struct S3Archive {
    client: Client,
    bucket: String,
    prefix: String,
}

/// A client that also finds the buckets of a server of one's own, whose name has no room for theirs.
pub fn client(config: &SdkConfig) -> Client {
    let builder = Builder::from(config).force_path_style(config.endpoint_url().is_some());
    Client::from_conf(builder.build())
}

impl S3Archive {
    /// `place` is `s3://bucket/prefix`; the prefix may be left out.
    pub fn new(client: Client, place: &str) -> Result<Self, String> {
        let rest = place.strip_prefix("s3://").map(|rest| rest.trim_end_matches('/'));
        let (bucket, prefix) = rest.map(|rest| rest.split_once('/').unwrap_or((rest, ""))).unwrap_or_default();
        if bucket.is_empty() {
            return Err(format!("`{place}` is no place for an archive: write `s3://bucket/prefix`"));
        }
        Ok(Self { client, bucket: bucket.to_owned(), prefix: prefix.to_owned() })
    }

    fn key(&self, name: &str) -> String {
        if self.prefix.is_empty() { name.to_owned() } else { format!("{}/{name}", self.prefix) }
    }
}

impl Archive for S3Archive {
    async fn list(&self, prefix: &str) -> Result<Vec<String>, ArchiveError> {
        let of_all = self.key("");
        let call = self.client.list_objects_v2().bucket(&self.bucket).prefix(self.key(prefix));
        let mut pages = call.into_paginator().send();
        let mut names = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| refused(prefix, error))?;
            let name = |object: &Object| object.key()?.strip_prefix(&of_all).map(str::to_owned);
            names.extend(page.contents().iter().filter_map(name));
        }
        Ok(names)
    }

    async fn read(&self, name: &str) -> Result<Vec<u8>, ArchiveError> {
        let object = self.client.get_object().bucket(&self.bucket).key(self.key(name)).send().await;
        let object = object.map_err(|error| refused(name, error))?;
        let lost = |error: ByteStreamError| ArchiveError { name: name.to_owned(), cause: error.into() };
        Ok(object.body.collect().await.map_err(lost)?.to_vec())
    }

    async fn put(&self, name: &str, content: Content<'_>) -> Result<bool, ArchiveError> {
        let body = match content {
            Content::Bytes(bytes) => ByteStream::from(bytes.to_vec()),
            Content::File(path) => ByteStream::from_path(path)
                .await
                .map_err(|error| ArchiveError { name: name.to_owned(), cause: error.into() })?,
        };
        let kind = match name.rsplit('.').next() {
            Some("csv") => "text/csv; charset=utf-8",
            Some("json") => "application/json",
            Some("jsonl") => "application/x-ndjson",
            _ => "text/plain; charset=utf-8",
        };
        let call = self.client.put_object().bucket(&self.bucket).key(self.key(name)).if_none_match("*");
        match call.content_type(kind).body(body).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.code() == Some("PreconditionFailed") => Ok(false),
            Err(error) => Err(refused(name, error)),
        }
    }

    async fn copy(&self, from: &str, to: &str) -> Result<(), ArchiveError> {
        let source = utf8_percent_encode(&format!("{}/{}", self.bucket, self.key(from)), PLAIN).to_string();
        let call = self.client.copy_object().copy_source(source).bucket(&self.bucket).key(self.key(to));
        call.send().await.map(|_| ()).map_err(|error| refused(to, error))
    }
}

fn refused<E>(name: &str, error: SdkError<E, HttpResponse>) -> ArchiveError
where
    E: std::error::Error + ProvideErrorMetadata + Send + Sync + 'static,
{
    ArchiveError { name: name.to_owned(), cause: cause(error) }
}
