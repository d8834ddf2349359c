//! A policy as an object in Amazon S3, in a bucket that keeps versions.

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};

use super::{Look, MAX_EARLIER, Text};
use crate::adapters::aws::cause;
use crate::adapters::s3::client;
use crate::policyfile::MAX_BYTES;
use crate::ports::Source;

#[derive(Clone, Debug)]
pub(super) struct Object {
    client: Client,
    bucket: String,
    key: String,
}

impl Object {
    pub(super) fn new(settings: &SdkConfig, bucket: String, key: String) -> Self {
        Self { client: client(settings), bucket, key }
    }

    /// The version is the object's ETag, so that nothing is fetched that is known already.
    pub(super) async fn look(&self, known: Option<&str>) -> Result<Look, Source> {
        let get = self.client.get_object().bucket(&self.bucket).key(&self.key);
        match get.set_if_none_match(known.map(str::to_owned)).send().await {
            Ok(object) => {
                let version = object.e_tag().unwrap_or_default().to_owned();
                Ok(Look::New { version, text: read(object).await? })
            }
            Err(error) if status(&error) == Some(304) => Ok(Look::Same),
            Err(error) if error.code() == Some("NoSuchKey") => Ok(Look::Gone),
            Err(error) => Err(cause(error)),
        }
    }

    /// The first of the earlier versions, newest first, of which `accept` makes something.
    pub(super) async fn earlier<T>(&self, accept: impl Fn(Text) -> Option<T>) -> Result<Option<T>, Source> {
        let list = self.client.list_object_versions().bucket(&self.bucket).prefix(&self.key);
        let listed = list.max_keys(MAX_EARLIER).send().await.map_err(cause)?;
        // Other keys that begin with this one come after it.
        for version in listed.versions().iter().filter(|version| version.key() == Some(&self.key)) {
            let get = self.client.get_object().bucket(&self.bucket).key(&self.key);
            let get = get.set_version_id(version.version_id().map(str::to_owned));
            let text = read(get.send().await.map_err(cause)?).await?;
            if let Some(accepted) = accept(text) {
                return Ok(Some(accepted));
            }
        }
        Ok(None)
    }
}

/// Reads no further than it takes to see that it is too large.
async fn read(mut object: GetObjectOutput) -> Result<Text, Source> {
    let mut bytes = Vec::new();
    while bytes.len() <= MAX_BYTES
        && let Some(chunk) = object.body.try_next().await?
    {
        bytes.extend_from_slice(&chunk);
    }
    Ok(super::text(bytes))
}

fn status(error: &SdkError<GetObjectError, HttpResponse>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}
