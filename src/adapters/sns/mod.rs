//! Notices through Amazon SNS: as mail, as messages in chats, and as JSON.

mod chat;
mod publication;
mod size;

use aws_config::SdkConfig;
use aws_sdk_sns::Client;
use aws_sdk_sns::config::http::HttpResponse;
use aws_sdk_sns::config::{Builder, Region};
use aws_sdk_sns::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sns::operation::publish::PublishError;

pub use publication::publication;

use super::aws;
use crate::notice::clean;
use crate::policyfile::{Format, Topic};
use crate::ports::channel::{Letter, SendError};

/// Publishes letters to one topic. The notice id goes along as an attribute, and makes a FIFO topic take a letter once.
pub struct Sns {
    client: Client,
    topic: Topic,
    format: Format,
}

impl Sns {
    /// A client for the topics of one region.
    pub fn client(settings: &SdkConfig, region: &str) -> Client {
        Client::from_conf(Builder::from(settings).region(Region::new(region.to_owned())).build())
    }

    pub fn new(client: Client, topic: Topic, format: Format) -> Self {
        Self { client, topic, format }
    }

    pub async fn send(&self, letter: &Letter) -> Result<Option<String>, SendError> {
        let publication = publication(&self.topic, self.format, letter);
        let published = publication.send_with(&self.client).await.map_err(reaction)?;
        Ok(published.message_id().map(|id| clean(id, 100)))
    }
}

fn reaction(error: SdkError<PublishError, HttpResponse>) -> SendError {
    // Whatever stands between may have answered in place of SNS; and a success that cannot be read may be one.
    let is_not_from_sns = matches!(error, SdkError::ServiceError(_)) && error.code().is_none();
    if is_not_from_sns || aws::may_pass(&error) {
        SendError::Retry { after: None, cause: aws::cause(error) }
    } else {
        SendError::Refused(aws::cause(error))
    }
}
