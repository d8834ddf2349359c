//! Files in an S3 bucket.

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::Builder;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::primitives::ByteStream;

use super::aws::cause;
use crate::ports::archive::{Archive, ArchiveError};

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
    async fn has(&self, name: &str) -> Result<bool, ArchiveError> {
        // A look at the object itself would ask for the right to read it, which a writer need not have.
        let key = self.key(name);
        let list = self.client.list_objects_v2().bucket(&self.bucket).prefix(&key).max_keys(1).send().await;
        let listed = list.map_err(|error| ArchiveError { name: name.to_owned(), cause: cause(error) })?;
        Ok(listed.contents().first().is_some_and(|object| object.key() == Some(&key)))
    }

    async fn put(&self, name: &str, body: Vec<u8>) -> Result<(), ArchiveError> {
        let kind = match name.rsplit('.').next() {
            Some("csv") => "text/csv; charset=utf-8",
            Some("jsonl") => "application/x-ndjson",
            _ => "application/json",
        };
        let call = self.client.put_object().bucket(&self.bucket).key(self.key(name)).if_none_match("*");
        match call.content_type(kind).body(ByteStream::from(body)).send().await {
            Ok(_) => Ok(()),
            // It is there already.
            Err(error) if error.code() == Some("PreconditionFailed") => Ok(()),
            Err(error) => Err(ArchiveError { name: name.to_owned(), cause: cause(error) }),
        }
    }
}
