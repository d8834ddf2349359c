//! Where a policy is kept, as one word of settings.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// `s3://bucket/key`.
    S3 { bucket: String, key: String },
    /// `ssm:/name`, a parameter of Systems Manager.
    Ssm { name: String },
    /// `file:path`.
    File(PathBuf),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no place for a policy: write s3://BUCKET/KEY, ssm:/NAME or file:PATH")]
pub struct NoPlace(String);

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let text = text.trim();
        let place = if let Some(object) = text.strip_prefix("s3://") {
            let parts = object.split_once('/').filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty());
            parts.map(|(bucket, key)| Self::S3 { bucket: bucket.to_owned(), key: key.to_owned() })
        } else if let Some(name) = text.strip_prefix("ssm:") {
            (name.len() > 1 && name.starts_with('/')).then(|| Self::Ssm { name: name.to_owned() })
        } else if let Some(path) = text.strip_prefix("file:") {
            (!path.is_empty()).then(|| Self::File(PathBuf::from(path)))
        } else {
            None
        };
        place.ok_or_else(|| NoPlace(text.to_owned()))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, key } => write!(f, "s3://{bucket}/{key}"),
            Self::Ssm { name } => write!(f, "ssm:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}
