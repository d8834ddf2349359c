//! The recipients of a policy file, each behind its own kind of channel, and told in the file's own words.

use std::collections::BTreeMap;
use std::path::PathBuf;

#[cfg(feature = "webhook")]
use super::webhook::Webhook;
use super::{console, file};
use crate::domain::RecipientName;
use crate::notice::{Fault, Style, Wordings};
use crate::policyfile::{Format, PolicyFile, Recipient, Topic};
use crate::ports::channel::{Channels, Letter, SendError};

pub struct Recipients {
    channels: BTreeMap<RecipientName, (Style, Channel)>,
    wordings: Wordings,
}

enum Channel {
    Console,
    File(PathBuf),
    #[cfg(feature = "webhook")]
    Webhook(Box<Webhook>),
    #[cfg(feature = "aws")]
    Sns(Box<super::sns::Sns>),
}

#[derive(Debug, thiserror::Error)]
pub enum RecipientError {
    #[error("recipient `{recipient}`: the environment variable `{variable}` that should hold its token is not set")]
    NoToken { recipient: RecipientName, variable: String },
    #[error("recipient `{recipient}`: the token in `{variable}` has characters that no HTTP header can hold")]
    BadToken { recipient: RecipientName, variable: String },
    #[cfg(feature = "webhook")]
    #[error("the HTTP client cannot be set up: {0}")]
    Client(#[from] reqwest::Error),
    #[error(
        "recipient `{recipient}` is a webhook, and this program is built without them: build it with `--features webhook`"
    )]
    NoWebhooks { recipient: RecipientName },
    #[error("recipient `{recipient}` is a topic of SNS, which is told only {}", if cfg!(feature = "aws") { "with `--aws`" } else { "by a program that is built with `--features aws`" })]
    NoAws { recipient: RecipientName },
}

impl Recipients {
    /// Without AWS: a topic among the recipients is an error. `variable` looks up an environment variable.
    pub fn new(policy: &PolicyFile, variable: impl Fn(&str) -> Option<String>) -> Result<Self, RecipientError> {
        Self::with(policy, variable, |recipient, _, _| Err(RecipientError::NoAws { recipient: recipient.clone() }))
    }

    /// The same with AWS. Topics of the same region share a client.
    #[cfg(feature = "aws")]
    pub fn with_aws(
        policy: &PolicyFile,
        variable: impl Fn(&str) -> Option<String>,
        settings: &aws_config::SdkConfig,
    ) -> Result<Self, RecipientError> {
        use super::sns::Sns;

        let mut clients = BTreeMap::new();
        Self::with(policy, variable, |_, topic, format| {
            let client = clients.entry(topic.region.clone()).or_insert_with(|| Sns::client(settings, &topic.region));
            Ok(Channel::Sns(Box::new(Sns::new(client.clone(), topic.clone(), format))))
        })
    }

    fn with(
        policy: &PolicyFile,
        variable: impl Fn(&str) -> Option<String>,
        mut sns: impl FnMut(&RecipientName, &Topic, Format) -> Result<Channel, RecipientError>,
    ) -> Result<Self, RecipientError> {
        let mut webhooks = Webhooks::default();
        let mut channels = BTreeMap::new();
        for (name, recipient) in &policy.recipients {
            let channel = match recipient {
                Recipient::Console => Channel::Console,
                Recipient::File(path) => Channel::File(path.clone()),
                Recipient::Webhook { url, token_env } => {
                    webhooks.channel(name, url, token_env.as_deref(), &variable)?
                }
                Recipient::Sns { topic, format } => sns(name, topic, *format)?,
            };
            channels.insert(name.clone(), (recipient.style(), channel));
        }
        Ok(Self { channels, wordings: policy.wordings.clone() })
    }
}

/// One client serves all webhooks.
#[derive(Default)]
struct Webhooks {
    #[cfg(feature = "webhook")]
    client: Option<reqwest::Client>,
}

impl Webhooks {
    #[cfg(feature = "webhook")]
    fn channel(
        &mut self,
        name: &RecipientName,
        url: &str,
        token_env: Option<&str>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Channel, RecipientError> {
        let no_token = |v: &str| RecipientError::NoToken { recipient: name.clone(), variable: v.to_owned() };
        let token = token_env.map(|v| variable(v).ok_or_else(|| no_token(v))).transpose()?;
        let client = match &self.client {
            Some(client) => client.clone(),
            None => self.client.insert(Webhook::client()?).clone(),
        };
        let webhook = Webhook::new(client, url.to_owned(), token.as_deref());
        let bad_token =
            || RecipientError::BadToken { recipient: name.clone(), variable: token_env.unwrap_or_default().to_owned() };
        Ok(Channel::Webhook(Box::new(webhook.ok_or_else(bad_token)?)))
    }

    #[cfg(not(feature = "webhook"))]
    fn channel(
        &mut self,
        name: &RecipientName,
        _url: &str,
        _token_env: Option<&str>,
        _variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Channel, RecipientError> {
        Err(RecipientError::NoWebhooks { recipient: name.clone() })
    }
}

impl Channels for Recipients {
    async fn send(&self, to: &RecipientName, letter: &Letter) -> Result<Option<String>, SendError> {
        let Some((style, channel)) = self.channels.get(to) else {
            return Err(SendError::Refused(format!("`{to}` is not a recipient of the policy any more").into()));
        };
        let letter = &worded(&self.wordings, *style, letter);
        match channel {
            Channel::Console => console::send(letter),
            Channel::File(path) => file::send(path, letter),
            #[cfg(feature = "webhook")]
            Channel::Webhook(webhook) => webhook.send(letter).await,
            #[cfg(feature = "aws")]
            Channel::Sns(sns) => sns.send(letter).await,
        }
    }
}

/// The letter in the policy file's words, where it has some. A wording that fails is passed over: what it would say is
/// said in the built-in words, and goes out.
pub(crate) fn worded(wordings: &Wordings, style: Style, letter: &Letter) -> Letter {
    let wording = wordings.of(&letter.notice.recipient, &letter.notice.policy.name);
    let good = |words: Option<Result<String, Fault>>, part: &str| match words? {
        Ok(words) => Some(words),
        Err(fault) => {
            tracing::warn!(notice = %letter.notice.id, part, %fault, "a wording of the policy fails; the built-in words are used");
            None
        }
    };
    let (subject, text) =
        (good(wording.subject(&letter.data, style), "subject"), good(wording.text(&letter.data, style), "text"));
    let mut letter = letter.clone();
    match style {
        Style::Markdown => {
            letter.title = subject.unwrap_or(letter.title);
            letter.markdown = text.unwrap_or(letter.markdown);
        }
        Style::Plain => {
            letter.subject = subject.unwrap_or(letter.subject);
            letter.text = text.unwrap_or(letter.text);
            if let Some(data) = letter.data.as_object_mut() {
                data.insert("subject".to_owned(), letter.subject.clone().into());
                data.insert("text".to_owned(), letter.text.clone().into());
            }
        }
    }
    letter
}
