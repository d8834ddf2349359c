//! Where a command finds its policy: in a file, or where AWS keeps it.

use std::convert::Infallible;
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use super::{Failure, settings};
#[cfg(feature = "aws")]
use crate::adapters::clock::WallClock;
use crate::adapters::localpolicy::{Current, LocalPolicy};
#[cfg(feature = "aws")]
use crate::adapters::policysource::{Place, PolicySource};
use crate::domain::Timestamp;
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
    /// Where it is looked for again; the built-in one stays as it is.
    pub(super) source: Option<Source>,
}

/// Where a policy is looked for again and again.
pub(super) enum Source {
    File(LocalPolicy),
    #[cfg(feature = "aws")]
    Aws(Box<PolicySource>),
}

impl Source {
    /// The policy that holds at `now`, or why it is not known whether there is another.
    #[cfg_attr(not(feature = "aws"), expect(unused_variables, reason = "a file is cheap to look at"))]
    pub(super) async fn current(&mut self, now: Timestamp) -> Result<Current, String> {
        match self {
            Self::File(file) => Ok(file.look()),
            #[cfg(feature = "aws")]
            Self::Aws(source) => source.current(now).await.map_err(|error| error.to_string()),
        }
    }
}

/// Finds the policy, or the one that is built in.
pub(super) async fn find(place: Option<&PolicyPlace>) -> Result<Found, Failure> {
    let path = match place {
        Some(PolicyPlace::Aws(place)) => return on_aws(place).await,
        Some(PolicyPlace::File(path)) => Some(path),
        None => None,
    };
    let policy = Arc::new(settings::policy(path.map(PathBuf::as_path))?);
    let source = path.map(|path| Source::File(LocalPolicy::new(path.clone(), Arc::clone(&policy))));
    Ok(Found { policy, is_invalid: false, source })
}

/// The policy by which a command answers. Says so where it is not the newest.
pub(super) async fn in_force(place: Option<&PolicyPlace>) -> Result<Arc<PolicyFile>, Failure> {
    let Found { policy, is_invalid, .. } = find(place).await?;
    if is_invalid {
        writeln!(io::stderr(), "holdpoint: the newest policy is not in order; an earlier one holds")?;
    }
    Ok(policy)
}

#[cfg(feature = "aws")]
async fn on_aws(place: &str) -> Result<Found, Failure> {
    let place: Place = place.parse().map_err(|error| Failure::Usage(format!("{error}")))?;
    let built_in = settings::policy(None)?;
    let source = PolicySource::new(place, &settings::aws().await?, built_in);
    let current = source.current(WallClock.now()).await.map_err(Failure::failed)?;
    Ok(Found { policy: current.policy, is_invalid: current.is_invalid, source: Some(Source::Aws(Box::new(source))) })
}

#[cfg(not(feature = "aws"))]
async fn on_aws(place: &str) -> Result<Found, Failure> {
    Err(super::without_aws(&format!("the policy `{place}`")))
}
