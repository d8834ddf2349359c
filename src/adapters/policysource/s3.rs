//! A policy as an object in Amazon S3, in a bucket that keeps versions.

use aws_config::SdkConfig;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::http::HttpResponse;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::{GetObjectError, GetObjectOutput};

use super::{Look, MAX_EARLIER, Text, Version};
use crate::adapters::aws::{cause, may_pass};
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

    /// The object of this name below the same prefix.
    pub(super) fn beside(&self, name: &str) -> Result<Self, String> {
        if name.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(
                "in S3 it stands below the policy's own prefix: write its name there, as in `company.ics`".to_owned()
            );
        }
        let prefix = self.key.rfind('/').map_or("", |end| &self.key[..=end]);
        Ok(Self { key: format!("{prefix}{name}"), ..self.clone() })
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
            Err(error) if !may_pass(&error) => Ok(Look::Refused(cause(error))),
            Err(error) => Err(cause(error)),
        }
    }

    /// The versions, newest first.
    pub(super) async fn earlier(&self) -> Result<Vec<Version>, Source> {
        let list = self.client.list_object_versions().bucket(&self.bucket).prefix(&self.key);
        let listed = list.max_keys(MAX_EARLIER).send().await.map_err(cause)?;
        // Other keys that begin with this one come after it.
        let own = listed.versions().iter().filter(|version| version.key() == Some(&self.key));
        Ok(own.filter_map(|version| Some(Version::Id(version.version_id()?.to_owned()))).collect())
    }

    pub(super) async fn text_of(&self, id: String) -> Result<Text, Source> {
        let get = self.client.get_object().bucket(&self.bucket).key(&self.key).version_id(id);
        read(get.send().await.map_err(cause)?).await
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
