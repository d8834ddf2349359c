//! Topics of Amazon SNS, and what is published to them.

const MAX_TOPIC_NAME: usize = 256;

/// The address of an SNS topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topic {
    pub arn: String,
    pub region: String,
}

/// What is published to a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Plain text with a subject, for mail.
    Text,
    /// A custom notification for Amazon Q Developer in chat applications.
    Chat,
    /// The same JSON as webhooks get.
    Json,
}

impl Topic {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wanted = "write `arn:aws:sns:REGION:ACCOUNT:NAME`";
        let parts: Vec<&str> = text.split(':').collect();
        let ["arn", partition, "sns", region, account, name, rest @ ..] = parts.as_slice() else {
            return Err(format!("`{text}` is not the ARN of an SNS topic: {wanted}"));
        };
        if !rest.is_empty() {
            return Err(format!(
                "`{text}` is the ARN of a subscription, not of its topic: leave out what follows the topic's name"
            ));
        }
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if *partition != "aws" && !(partition.starts_with("aws-") && is_word(partition)) {
            return Err(format!("`{partition}` is no partition of AWS: write `aws`, `aws-cn` or `aws-us-gov`"));
        }
        if !is_word(region) || !region.contains('-') {
            return Err(format!("`{region}` is no region of AWS: {wanted}"));
        }
        if account.len() != 12 || !account.bytes().all(|b| b.is_ascii_digit()) {
            return Err(format!("`{account}` is no account of AWS, which has twelve digits: {wanted}"));
        }
        let stem = name.strip_suffix(".fifo").unwrap_or(name);
        let is_plain = stem.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        if stem.is_empty() || name.len() > MAX_TOPIC_NAME || !is_plain {
            return Err(format!("`{name}` is no name of a topic: write letters, digits, `-` and `_`"));
        }
        Ok(Self { arn: text.to_owned(), region: (*region).to_owned() })
    }

    /// Whether it keeps the order, takes each message once, and reaches neither mail nor web.
    pub fn is_fifo(&self) -> bool {
        self.arn.ends_with(".fifo")
    }
}

impl Format {
    const ALL: [(Self, &'static str); 3] = [(Self::Text, "text"), (Self::Chat, "chat"), (Self::Json, "json")];

    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|(_, word)| *word == text);
        found.map(|(format, _)| format).ok_or_else(|| {
            format!("`{text}` is not a format: write `text` (for mail), `chat` (for Amazon Q Developer) or `json`")
        })
    }
}
