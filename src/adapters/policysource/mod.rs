//! The policy, wherever it is kept: looked at again now and then, and replaced only by one that is in order.
//!
//! A function on AWS often starts with empty hands. The last policy that was in order must survive that, and it does so
//! where the policy itself is kept: S3 and Systems Manager have the earlier versions, and holdpoint walks back through
//! them. Nothing has to be written, so nothing can be out of step.
//!
//! A policy in a file or in S3 can name files that stand beside it. They belong to it: what stands in them now counts, also
//! where an earlier version of the policy holds.

mod named;
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

use self::named::Named;
pub use self::place::{NoPlace, Place};
use self::s3::Object;
use self::ssm::Parameter;
pub use super::localpolicy::Current;
use crate::domain::{Timestamp, hex};
use crate::policyfile::{MAX_BYTES, PolicyErrors, PolicyFile};
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
    /// The newest version that was seen, in order or not, with its text.
    newest: Option<(String, Text)>,
    /// What that names.
    named: Named,
    is_newest_invalid: bool,
    is_unreadable: bool,
    policy: Option<Arc<PolicyFile>>,
}

enum Reader {
    S3(Object),
    Ssm(Parameter),
    File(PathBuf),
}

/// The text that is there, or why it is none.
type Text = Result<String, String>;

/// Why what is kept is no policy.
#[derive(Debug, thiserror::Error)]
pub enum Wrong {
    #[error("{0}")]
    NoText(String),
    #[error(transparent)]
    Policy(PolicyErrors),
}

/// What is there now.
enum Look {
    /// The version that is known already.
    Same,
    New {
        version: String,
        text: Text,
    },
    Gone,
    /// It may not be read, or never can be.
    Refused(Source),
}

/// A version that is kept.
enum Version {
    /// By which it is fetched.
    Id(String),
    Text(String),
}

/// What is new of a policy.
enum News {
    Nothing,
    /// The policy, or a file that it names, is another: the newest version, unless that is known, and what it says.
    Read(Option<(String, Text)>, Result<Box<PolicyFile>, Wrong>),
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
        Ok(Current { policy, is_invalid: kept.is_newest_invalid || kept.is_unreadable })
    }

    async fn look(&self, kept: &mut Kept) -> Result<(), Source> {
        kept.is_unreadable = false;
        match self.news(kept).await {
            Ok(News::Nothing) => {}
            Ok(News::Read(newest, Ok(policy))) => {
                for warning in &policy.warnings {
                    tracing::warn!(place = %self.place, warning);
                }
                tracing::info!(place = %self.place, version = policy.rules.version, "this policy holds now");
                (kept.policy, kept.is_newest_invalid) = (Some(Arc::new(*policy)), false);
                kept.newest = newest.or(kept.newest.take());
            }
            Ok(News::Read(newest, Err(errors))) => {
                tracing::error!(place = %self.place, %errors, "the new policy is not in order; the last one that was stays");
                self.hold_on(kept).await?;
                kept.is_newest_invalid = true;
                kept.newest = newest.or(kept.newest.take());
            }
            Ok(News::Gone) => self.gone(kept).await?,
            Err(cause) if kept.policy.is_none() => return Err(cause),
            Err(cause) => {
                tracing::error!(place = %self.place, %cause, "the policy cannot be read; the last one that was in order stays");
                kept.is_unreadable = true;
            }
        }
        Ok(())
    }

    /// Looks at the policy and at what it names.
    async fn news(&self, kept: &mut Kept) -> Result<News, Source> {
        let Kept { newest, named, .. } = kept;
        match self.reader.look(newest.as_ref().map(|(version, _)| version.as_str())).await? {
            Look::New { version, text } => {
                let mut now_named = Named::default();
                let policy = read(&self.place, &self.reader, &mut now_named, &text).await?;
                *named = now_named;
                Ok(News::Read(Some((version, text)), policy.map(Box::new)))
            }
            Look::Same => {
                named.renew(&self.reader).await?;
                let Some((_, text)) = newest.as_ref().filter(|_| named.is_changed) else { return Ok(News::Nothing) };
                let policy = read(&self.place, &self.reader, named, text).await?;
                Ok(News::Read(None, policy.map(Box::new)))
            }
            Look::Gone => Ok(News::Gone),
            Look::Refused(cause) => Err(cause),
        }
    }

    async fn gone(&self, kept: &mut Kept) -> Result<(), Source> {
        self.hold_on(kept).await?;
        (kept.newest, kept.named, kept.is_newest_invalid) = (None, Named::default(), false);
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
            kept.policy = Some(match self.earlier().await? {
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

    /// The newest version that is in order.
    async fn earlier(&self) -> Result<Option<PolicyFile>, Source> {
        // Not those of the newest version, which are looked at again.
        let mut named = Named::default();
        for version in self.reader.earlier().await? {
            let text = self.reader.text_of(version).await?;
            if let Ok(policy) = read(&self.place, &self.reader, &mut named, &text).await? {
                return Ok(Some(policy));
            }
        }
        Ok(None)
    }
}

async fn read(
    place: &Place,
    reader: &Reader,
    named: &mut Named,
    text: &Text,
) -> Result<Result<PolicyFile, Wrong>, Source> {
    match text {
        Ok(text) => named.read(place, reader, text).await,
        Err(wrong) => Ok(Err(Wrong::NoText(wrong.clone()))),
    }
}

/// What is kept at a place now, or what is wrong with it. None where nothing is kept.
pub async fn newest(place: &Place, settings: &SdkConfig) -> Result<Option<Result<PolicyFile, Wrong>>, Source> {
    let reader = Reader::new(place, settings);
    match reader.look(None).await? {
        Look::New { text, .. } => Ok(Some(read(place, &reader, &mut Named::default(), &text).await?)),
        Look::Gone | Look::Same => Ok(None),
        Look::Refused(cause) => Err(cause),
    }
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

    /// Looks at a file that the policy names, as seen from where the policy stands.
    async fn look_beside(&self, name: &str, known: Option<&str>) -> Result<Look, Source> {
        match self {
            Self::S3(object) => match object.beside(name) {
                Ok(object) => object.look(known).await,
                Err(wrong) => Ok(Look::Refused(wrong.into())),
            },
            Self::Ssm(_) => Ok(Look::Gone),
            Self::File(path) => look_at_file(&path.parent().unwrap_or(Path::new("")).join(name), known),
        }
    }

    /// The versions that are kept, the newest first.
    async fn earlier(&self) -> Result<Vec<Version>, Source> {
        match self {
            Self::S3(object) => object.earlier().await,
            Self::Ssm(parameter) => parameter.earlier().await,
            // A folder keeps no earlier versions.
            Self::File(_) => Ok(Vec::new()),
        }
    }

    async fn text_of(&self, version: Version) -> Result<Text, Source> {
        match (self, version) {
            (Self::S3(object), Version::Id(id)) => object.text_of(id).await,
            (_, Version::Id(_)) => Err("only S3 has ids of versions".into()),
            (_, Version::Text(text)) => Ok(Ok(text)),
        }
    }
}

fn look_at_file(path: &Path, known: Option<&str>) -> Result<Look, Source> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Look::Gone),
        Err(error) => return Ok(Look::Refused(error.into())),
    };
    let version = hex(&Sha256::digest(&bytes));
    Ok(if known == Some(&version) { Look::Same } else { Look::New { version, text: text(bytes) } })
}

fn text(bytes: Vec<u8>) -> Text {
    if bytes.len() > MAX_BYTES {
        return Err(format!("it has more than {MAX_BYTES} bytes"));
    }
    String::from_utf8(bytes).map_err(|error| format!("it is no text: {error}"))
}
