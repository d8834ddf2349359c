//! The key that signs checkpoints: in a file, or in AWS KMS.

use std::path::PathBuf;
use std::str::FromStr;

#[cfg(feature = "aws")]
use crate::adapters::kmskey::KmsKey;
use crate::adapters::localkey::LocalKey;
use crate::cli::Failure;
use crate::ports::signer::{PublicKey, Signer, SignerError};

/// Where the key is, as a word on the command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum KeyPlace {
    File(PathBuf),
    /// `kms:KEY`: an id, an ARN, or an alias.
    Kms(String),
}

impl FromStr for KeyPlace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.strip_prefix("kms:") {
            Some("") => Err("write the key's ARN or alias: kms:alias/holdpoint-audit".to_owned()),
            Some(key) => Ok(Self::Kms(key.to_owned())),
            None => Ok(Self::File(PathBuf::from(text))),
        }
    }
}

pub(super) enum AnyKey {
    Local(LocalKey),
    #[cfg(feature = "aws")]
    Kms(KmsKey),
}

impl KeyPlace {
    pub(super) async fn open(&self) -> Result<AnyKey, Failure> {
        match self {
            Self::File(path) => {
                LocalKey::read(path).map(AnyKey::Local).map_err(|error| Failure::Usage(error.to_string()))
            }
            Self::Kms(key) => in_kms(key).await,
        }
    }
}

#[cfg(feature = "aws")]
async fn in_kms(key: &str) -> Result<AnyKey, Failure> {
    Ok(AnyKey::Kms(KmsKey::new(&crate::cli::settings::aws().await?, key)))
}

#[cfg(not(feature = "aws"))]
async fn in_kms(_key: &str) -> Result<AnyKey, Failure> {
    Err(crate::cli::without_aws("a key in KMS"))
}

impl Signer for AnyKey {
    async fn public_key(&self) -> Result<PublicKey, SignerError> {
        match self {
            Self::Local(key) => key.public_key().await,
            #[cfg(feature = "aws")]
            Self::Kms(key) => key.public_key().await,
        }
    }

    async fn sign(&self, bytes: &[u8]) -> Result<[u8; 64], SignerError> {
        match self {
            Self::Local(key) => key.sign(bytes).await,
            #[cfg(feature = "aws")]
            Self::Kms(key) => key.sign(bytes).await,
        }
    }
}
