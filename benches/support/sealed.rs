//! Exports under a checkpoint, signed and looked at as `holdpoint audit` does it.

use std::path::{Path, PathBuf};

use holdpoint::adapters::localkey::{LocalKey, has_signed, read_public};
use holdpoint::adapters::sqlite::SqliteStore;
use holdpoint::app::audit::{Sealed, Wanted, seal};
use holdpoint::audit::Format;
use holdpoint::audit::checkpoint::Period;
use holdpoint::audit::draft::Draft;
use holdpoint::audit::verify::{Asked, HasSigned, Signed, verify};
use holdpoint::ports::signer::PublicKey;

/// A folder with a series, and with the key that signs it.
pub(crate) struct Series {
    folder: PathBuf,
}

const HAS_SIGNED: HasSigned = |key, bytes, signature| has_signed(&PublicKey(*key), bytes, signature);

impl Series {
    /// Its folder, and its key where there is none yet.
    pub(crate) fn new(folder: &Path) -> Self {
        let series = Self { folder: folder.to_owned() };
        if !series.key().exists() {
            std::fs::create_dir_all(folder).expect("a folder can be made");
            LocalKey::make(&series.key()).expect("a key can be made");
        }
        series
    }

    fn key(&self) -> PathBuf {
        self.folder.join("key.pem")
    }

    fn path(&self) -> PathBuf {
        self.folder.join("series")
    }

    /// Writes all approvals of a store as the next export; `told` hears of each, by its number.
    pub(crate) async fn add(&self, store: &SqliteStore, format: Format, mut told: impl FnMut(u64)) -> Sealed {
        let key = LocalKey::read(&self.key()).expect("it was made");
        let draft = Draft::begin(&self.path(), None, HAS_SIGNED).expect("the series is well");
        let wanted = Wanted::of(Period { from: None, to: None });
        let mut number = 0;
        let mut count = |_: &_| {
            number += 1;
            told(number);
        };
        seal(store, &wanted, format, draft, Some(&key), &mut count).await.expect("the disk takes it")
    }

    /// Looks at all of it, and wants it to be well.
    pub(crate) fn verify(&self) {
        let mut public = self.key().into_os_string();
        public.push(".pub");
        let key = read_public(Path::new(&public)).expect("it was made");
        let asked = Asked { keys: &[key.0], expected: &[], has_signed: HAS_SIGNED };
        let report = verify(&self.path(), &asked).expect("it can be read");
        assert!(report.problems.is_empty(), "{:?}", report.problems);
        assert!(report.exports.iter().all(|export| export.signature == Signed::ByTheKeyGiven));
    }
}
