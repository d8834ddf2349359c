//! Where a command finds its policy: in a file, or where AWS keeps it.

use std::convert::Infallible;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use super::{Failure, settings};
#[cfg(feature = "aws")]
use crate::adapters::clock::WallClock;
#[cfg(feature = "aws")]
use crate::adapters::policysource::{Place, PolicySource};
use crate::policyfile::PolicyFile;
#[cfg(feature = "aws")]
use crate::ports::clock::Clock;

/// A policy's place, as a word on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PolicyPlace {
    File(PathBuf),
    /// `s3://BUCKET/KEY` or `ssm:/NAME`.
    Aws(String),
}

impl FromStr for PolicyPlace {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let is_aws = text.starts_with("s3://") || text.starts_with("ssm:");
        Ok(if is_aws { Self::Aws(text.to_owned()) } else { Self::File(PathBuf::from(text)) })
    }
}

impl fmt::Display for PolicyPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Aws(place) => f.write_str(place),
        }
    }
}

/// The policy that holds now.
pub(super) struct Found {
    pub(super) policy: Arc<PolicyFile>,
    /// It is not the newest: that one is not in order, or cannot be read.
    pub(super) is_invalid: bool,
    /// Where it is looked for again.
    #[cfg(feature = "aws")]
    pub(super) source: Option<PolicySource>,
}

/// Finds the policy, or the one that is built in.
pub(super) async fn find(place: Option<&PolicyPlace>) -> Result<Found, Failure> {
    let path = match place {
        Some(PolicyPlace::Aws(place)) => return on_aws(place).await,
        Some(PolicyPlace::File(path)) => Some(path.as_path()),
        None => None,
    };
    Ok(Found {
        policy: Arc::new(settings::policy(path)?),
        is_invalid: false,
        #[cfg(feature = "aws")]
        source: None,
    })
}

#[cfg(feature = "aws")]
async fn on_aws(place: &str) -> Result<Found, Failure> {
    let place: Place = place.parse().map_err(|error| Failure::Usage(format!("{error}")))?;
    let built_in = settings::policy(None)?;
    let source = PolicySource::new(place, &settings::aws().await?, built_in);
    let current = source.current(WallClock.now()).await.map_err(Failure::failed)?;
    Ok(Found { policy: current.policy, is_invalid: current.is_invalid, source: Some(source) })
}

#[cfg(not(feature = "aws"))]
async fn on_aws(place: &str) -> Result<Found, Failure> {
    Err(super::without_aws(&format!("the policy `{place}`")))
}
