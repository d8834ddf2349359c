//! The policy, wherever it is kept: looked at again now and then, and replaced only by one that is in order.
//!
//! A function on AWS often starts with empty hands. The last policy that was in order must survive that, and it does so
//! where the policy itself is kept: S3 and Systems Manager have the earlier versions, and holdpoint walks back through
//! them. Nothing has to be written, so nothing can be out of step.

mod place;
mod s3;
mod ssm;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_config::SdkConfig;
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

pub use self::place::{NoPlace, Place};
use self::s3::Object;
use self::ssm::Parameter;
pub use super::localpolicy::Current;
use crate::adapters::beside::beside;
use crate::domain::{Timestamp, hex};
use crate::policyfile::{self, MAX_BYTES, PolicyErrors, PolicyFile};
use crate::ports::Source;

/// How often it is looked whether there is another policy.
const LOOK_EVERY: TimeDelta = TimeDelta::minutes(1);

/// How far it is walked back for a policy that is in order.
const MAX_EARLIER: i32 = 20;

/// Nothing was ever read, so it is not known what was promised. Try again later.
#[derive(Debug, thiserror::Error)]
#[error("the policy `{place}` cannot be read: {cause}; is it there, and may this program read and list it?")]
pub struct Unreadable {
    place: Place,
    cause: Source,
}

pub struct PolicySource {
    place: Place,
    reader: Reader,
    built_in: Arc<PolicyFile>,
    kept: Mutex<Kept>,
}

/// What is remembered from the last look.
#[derive(Default)]
struct Kept {
    looked_at: Option<Timestamp>,
    /// The newest version that was seen, in order or not.
    version: Option<String>,
    is_version_invalid: bool,
    is_unreadable: bool,
    policy: Option<Arc<PolicyFile>>,
}

enum Reader {
    S3(Object),
    Ssm(Parameter),
    File(PathBuf),
}

/// A policy's text, or why what is there is none.
pub type Text = Result<String, String>;

/// What is there now.
enum Look {
    /// The version that is known already.
    Same,
    New {
        version: String,
        text: Text,
    },
    Gone,
}

impl PolicySource {
    /// `built_in` holds where no policy is kept yet.
    pub fn new(place: Place, settings: &SdkConfig, built_in: PolicyFile) -> Self {
        let reader = Reader::new(&place, settings);
        Self { place, reader, built_in: Arc::new(built_in), kept: Mutex::default() }
    }

    /// The policy that holds at `now`. Looks for another at most once a minute.
    pub async fn current(&self, now: Timestamp) -> Result<Current, Unreadable> {
        let mut kept = self.kept.lock().await;
        let was_just_looked_at = kept.looked_at.is_some_and(|at| (now - at).abs() < LOOK_EVERY);
        if !(was_just_looked_at && kept.policy.is_some()) {
            self.look(&mut kept).await.map_err(|cause| Unreadable { place: self.place.clone(), cause })?;
            kept.looked_at = Some(now);
        }
        let policy = kept.policy.clone().unwrap_or_else(|| Arc::clone(&self.built_in));
        Ok(Current { policy, is_invalid: kept.is_version_invalid || kept.is_unreadable })
    }

    async fn look(&self, kept: &mut Kept) -> Result<(), Source> {
        let looked = self.reader.look(kept.version.as_deref()).await;
        kept.is_unreadable = false;
        match looked {
            Ok(Look::Same) => {}
            Ok(Look::New { version, text }) => {
                match self.read(text) {
                    Ok(policy) => {
                        for warning in &policy.warnings {
                            tracing::warn!(place = %self.place, warning);
                        }
                        tracing::info!(place = %self.place, version = policy.rules.version, "this policy holds now");
                        (kept.policy, kept.is_version_invalid) = (Some(Arc::new(policy)), false);
                    }
                    Err(errors) => {
                        tracing::error!(place = %self.place, %errors, "the new policy is not in order; the last one that was stays");
                        self.hold_on(kept).await?;
                        kept.is_version_invalid = true;
                    }
                }
                kept.version = Some(version);
            }
            Ok(Look::Gone) => self.gone(kept).await?,
            Err(cause) if kept.policy.is_none() => return Err(cause),
            Err(cause) => {
                tracing::error!(place = %self.place, %cause, "the policy cannot be read; the last one that was in order stays");
                kept.is_unreadable = true;
            }
        }
        Ok(())
    }

    async fn gone(&self, kept: &mut Kept) -> Result<(), Source> {
        self.hold_on(kept).await?;
        (kept.version, kept.is_version_invalid) = (None, false);
        let is_built_in = kept.policy.as_ref().is_some_and(|policy| Arc::ptr_eq(policy, &self.built_in));
        if !is_built_in {
            tracing::error!(place = %self.place, "the policy was taken away; the last one that was in order stays");
            kept.is_unreadable = true;
        }
        Ok(())
    }

    /// With empty hands, walks back to the last policy that was in order, and takes the built-in one where none was.
    async fn hold_on(&self, kept: &mut Kept) -> Result<(), Source> {
        if kept.policy.is_none() {
            let earlier = self.reader.earlier(|text| self.read(text).ok()).await?;
            kept.policy = Some(match earlier {
                Some(policy) => {
                    tracing::warn!(place = %self.place, version = policy.rules.version, "an earlier policy holds");
                    Arc::new(policy)
                }
                None => {
                    tracing::warn!(place = %self.place, "no policy that is in order is kept there; the built-in one holds");
                    Arc::clone(&self.built_in)
                }
            });
        }
        Ok(())
    }

    fn read(&self, text: Text) -> Result<PolicyFile, String> {
        read(&self.place, &text?).map_err(|errors| errors.to_string())
    }
}

/// Reads a policy that was found at a place. Only one in a file can name other files.
pub fn read(place: &Place, text: &str) -> Result<PolicyFile, PolicyErrors> {
    let name = place.to_string();
    match place {
        Place::File(path) => policyfile::read_beside(&name, text, &beside(path)),
        Place::S3 { .. } | Place::Ssm { .. } => policyfile::read(&name, text),
    }
}

/// What is kept at a place now, whether it is in order or not. None where nothing is kept.
pub async fn newest(place: &Place, settings: &SdkConfig) -> Result<Option<Text>, Source> {
    Ok(match Reader::new(place, settings).look(None).await? {
        Look::New { text, .. } => Some(text),
        Look::Gone | Look::Same => None,
    })
}

impl Reader {
    fn new(place: &Place, settings: &SdkConfig) -> Self {
        match place.clone() {
            Place::S3 { bucket, key } => Self::S3(Object::new(settings, bucket, key)),
            Place::Ssm { name } => Self::Ssm(Parameter::new(settings, name)),
            Place::File(path) => Self::File(path),
        }
    }

    async fn look(&self, known: Option<&str>) -> Result<Look, Source> {
        match self {
            Self::S3(object) => object.look(known).await,
            Self::Ssm(parameter) => parameter.look(known).await,
            Self::File(path) => look_at_file(path, known),
        }
    }

    async fn earlier<T>(&self, accept: impl Fn(Text) -> Option<T>) -> Result<Option<T>, Source> {
        match self {
            Self::S3(object) => object.earlier(accept).await,
            Self::Ssm(parameter) => parameter.earlier(accept).await,
            // A folder keeps no earlier versions.
            Self::File(_) => Ok(None),
        }
    }
}

fn look_at_file(path: &Path, known: Option<&str>) -> Result<Look, Source> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Look::Gone),
        Err(error) => return Err(error.into()),
    };
    let version = hex(&Sha256::digest(&bytes));
    Ok(if known == Some(&version) { Look::Same } else { Look::New { version, text: text(bytes) } })
}

fn text(bytes: Vec<u8>) -> Text {
    if bytes.len() > MAX_BYTES {
        return Err(format!("it has more than {MAX_BYTES} bytes: this is no policy file"));
    }
    String::from_utf8(bytes).map_err(|error| format!("it is no text: {error}"))
}
