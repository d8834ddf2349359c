//! A signing key that AWS KMS keeps and does not give away: of the spec ECC_NIST_EDWARDS25519, which is Ed25519.

use aws_config::SdkConfig;
use aws_sdk_kms::Client;
use aws_sdk_kms::primitives::Blob;
use aws_sdk_kms::types::{KeySpec, MessageType, SigningAlgorithmSpec};

use super::aws::cause;
use crate::ports::Source;
use crate::ports::signer::{PublicKey, Signer, SignerError};

/// What stands before the 32 bytes of an Ed25519 key, as RFC 8410 has it.
const BEFORE_THE_KEY: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// What KMS signs at once.
const MOST: usize = 4096;

pub struct KmsKey {
    client: Client,
    /// Its id, its ARN, or an alias.
    key: String,
}

impl KmsKey {
    pub fn new(config: &SdkConfig, key: &str) -> Self {
        Self { client: Client::new(config), key: key.to_owned() }
    }

    fn refused(&self, cause: Source) -> SignerError {
        SignerError(format!("the KMS key `{}`: {cause}", self.key).into())
    }
}

impl Signer for KmsKey {
    async fn public_key(&self) -> Result<PublicKey, SignerError> {
        let answer = self.client.get_public_key().key_id(&self.key).send().await;
        let answer = answer.map_err(|error| self.refused(cause(error)))?;
        let bytes = answer.public_key().map(Blob::as_ref).unwrap_or_default();
        let key = bytes.strip_prefix(&BEFORE_THE_KEY).and_then(|key| key.try_into().ok());
        key.map(PublicKey).ok_or_else(|| {
            let spec = answer.key_spec().map_or("unknown", KeySpec::as_str);
            self.refused(
                format!(
                    "it is of the spec {spec}, and checkpoints are signed by one of ECC_NIST_EDWARDS25519: make one with \
                     `aws kms create-key --key-spec ECC_NIST_EDWARDS25519 --key-usage SIGN_VERIFY`"
                )
                .into(),
            )
        })
    }

    async fn sign(&self, bytes: &[u8]) -> Result<[u8; 64], SignerError> {
        if bytes.len() > MOST {
            return Err(self.refused(format!("it signs {MOST} bytes at most, and these are {}", bytes.len()).into()));
        }
        let call = self.client.sign().key_id(&self.key).message(Blob::new(bytes));
        // The bytes themselves and no hash of them, or any other verifier would say no.
        let call = call.message_type(MessageType::Raw).signing_algorithm(SigningAlgorithmSpec::Ed25519Sha512);
        let answer = call.send().await.map_err(|error| self.refused(cause(error)))?;
        let signature = answer.signature().map(Blob::as_ref).unwrap_or_default();
        signature.try_into().map_err(|_| {
            self.refused(format!("its signature has {} bytes, and that of Ed25519 has 64", signature.len()).into())
        })
    }
}
