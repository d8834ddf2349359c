//! Who has signed a checkpoint.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::asked::{Asked, Key};
use super::file::{self, Unopened};
use super::problem::{Kind, Problems, Subject};
use super::report::Signed;
use crate::audit::checkpoint::{ALGORITHM, Checkpoint, SignedBy};
use crate::audit::series::listing::SIGNATURE;

/// A signature has 64 bytes, which are 88 characters and a line end.
const LONGEST: u64 = 200;

pub(super) fn check(
    folder: &Path,
    name: &str,
    checkpoint: &Checkpoint,
    bytes: &[u8],
    asked: &Asked<'_>,
    problems: &mut Problems,
) -> Signed {
    let subject = || Subject {
        export: Some(name.to_owned()),
        file: Some(SIGNATURE.to_owned()),
        number: Some(checkpoint.number),
        ..Subject::default()
    };
    let Some(signer) = &checkpoint.signer else { return Signed::NotSigned };
    let signature = match file::read(&folder.join(SIGNATURE), LONGEST) {
        Ok(text) => text,
        Err(Unopened::Missing) => {
            problems.add(
                Kind::SignatureMissing,
                subject(),
                "the checkpoint names its signer, and its signature is gone",
            );
            return Signed::Wrong;
        }
        Err(_) => {
            problems.add(Kind::SignatureMissing, subject(), "the signature is no file that can be read");
            return Signed::Wrong;
        }
    };
    let signature = signature.strip_suffix(b"\n").and_then(|text| BASE64_STANDARD.decode(text).ok());
    let has_signed = |key: &Key| signature.as_ref().is_some_and(|signature| (asked.has_signed)(key, bytes, signature));
    if let Some(known) = asked.keys.iter().find(|key| has_signed(key)) {
        // The signature is over the name of its key, too; who signs under another's name has made a mistake at least.
        if named(signer).as_ref() == Some(known) {
            return Signed::ByTheKeyGiven;
        }
    }
    let Some(key) = named(signer).filter(has_signed) else {
        problems.add(
            Kind::SignatureWrong,
            subject(),
            "the signature is not that of this checkpoint by the key that it names",
        );
        return Signed::Wrong;
    };
    if asked.keys.is_empty() {
        return Signed::ByTheKeyNamed;
    }
    let other = BASE64_STANDARD.encode(key);
    problems.add(
        Kind::SignatureByAnotherKey,
        subject(),
        format!("it is signed by another key than was given: {other}"),
    );
    Signed::Wrong
}

fn named(signer: &SignedBy) -> Option<Key> {
    let bytes = BASE64_STANDARD.decode(&signer.public_key).ok().filter(|_| signer.algorithm == ALGORITHM);
    bytes?.try_into().ok()
}
