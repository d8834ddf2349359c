//! Who signs checkpoints.

use std::future::Future;

use super::Source;

/// An Ed25519 key of 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PublicKey(pub [u8; 32]);

/// Signs with an Ed25519 key that it does not give away. What it is given has 4096 bytes at most in the usual case, which
/// is what AWS KMS takes at once.
pub trait Signer: Send + Sync {
    fn public_key(&self) -> impl Future<Output = Result<PublicKey, SignerError>> + Send;

    /// The signature of RFC 8032, over the bytes themselves.
    fn sign(&self, bytes: &[u8]) -> impl Future<Output = Result<[u8; 64], SignerError>> + Send;
}

/// It does not sign, and a person has to look why.
#[derive(Debug, thiserror::Error)]
#[error("the checkpoint cannot be signed: {0}")]
pub struct SignerError(pub Source);
