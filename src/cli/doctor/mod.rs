//! `holdpoint doctor`: whether an installation on AWS is whole, and what to do where it is not.

#[cfg(not(feature = "aws"))]
mod absent;
#[cfg(feature = "aws")]
mod checks;
#[cfg(feature = "aws")]
mod examine;
#[cfg(feature = "aws")]
mod finding;
#[cfg(feature = "aws")]
mod installation;
#[cfg(feature = "aws")]
mod report;

#[cfg(not(feature = "aws"))]
pub(super) use absent::{Args, run};
#[cfg(feature = "aws")]
pub(super) use examine::{Args, run};
