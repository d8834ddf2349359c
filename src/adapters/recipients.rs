//! The recipients of a policy file, each behind its own kind of channel.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::webhook::Webhook;
use super::{console, file};
use crate::domain::RecipientName;
use crate::policyfile::Recipient;
use crate::ports::channel::{Channels, Letter, SendError};

#[derive(Default)]
pub struct Recipients {
    channels: BTreeMap<RecipientName, Channel>,
}

enum Channel {
    Console,
    File(PathBuf),
    Webhook(Box<Webhook>),
}

#[derive(Debug, thiserror::Error)]
pub enum RecipientError {
    #[error("recipient `{recipient}`: the environment variable `{variable}` that should hold its token is not set")]
    NoToken { recipient: RecipientName, variable: String },
    #[error("recipient `{recipient}`: the token in `{variable}` has characters that no HTTP header can hold")]
    BadToken { recipient: RecipientName, variable: String },
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[from] reqwest::Error),
}

impl Recipients {
    /// `variable` looks up an environment variable.
    pub fn new(
        recipients: &BTreeMap<RecipientName, Recipient>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, RecipientError> {
        let client = Webhook::client()?;
        let mut channels = BTreeMap::new();
        for (name, recipient) in recipients {
            let channel = match recipient {
                Recipient::Console => Channel::Console,
                Recipient::File(path) => Channel::File(path.clone()),
                Recipient::Webhook { url, token_env } => {
                    let token =
                        match token_env {
                            Some(v) => Some(variable(v).ok_or_else(|| RecipientError::NoToken {
                                recipient: name.clone(),
                                variable: v.clone(),
                            })?),
                            None => None,
                        };
                    let webhook = Webhook::new(client.clone(), url.clone(), token.as_deref());
                    let bad_token = || RecipientError::BadToken {
                        recipient: name.clone(),
                        variable: token_env.clone().unwrap_or_default(),
                    };
                    Channel::Webhook(Box::new(webhook.ok_or_else(bad_token)?))
                }
            };
            channels.insert(name.clone(), channel);
        }
        Ok(Self { channels })
    }
}

impl Channels for Recipients {
    async fn send(&self, to: &RecipientName, letter: &Letter) -> Result<Option<String>, SendError> {
        match self.channels.get(to) {
            Some(Channel::Console) => console::send(letter),
            Some(Channel::File(path)) => file::send(path, letter),
            Some(Channel::Webhook(webhook)) => webhook.send(letter).await,
            None => Err(SendError::Refused(format!("`{to}` is not a recipient of the policy any more").into())),
        }
    }
}
