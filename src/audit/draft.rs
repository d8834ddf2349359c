//! An export while it is written: in a folder that is hidden, and gets its name when all is there.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::checkpoint::Previous;
use super::hash::{Hashing, Sum};
use super::series::Series;
use super::verify::{self, HasSigned};

/// Held by whoever writes into the series.
const LOCK: &str = ".lock";
const UNFINISHED: &str = ".unfinished";

#[derive(Debug, thiserror::Error)]
pub enum SeriesError {
    #[error("cannot write `{path}`: {cause}")]
    Unwritable { path: String, cause: io::Error },
    #[error("cannot read `{path}`: {cause}")]
    Unreadable { path: String, cause: io::Error },
    #[error("another export is being written into `{0}`: wait until it is done")]
    Busy(String),
    #[error(
        "the series in `{folder}` is not whole: {what}. `holdpoint audit verify {folder}` says more; to begin anew behind \
         it, give the reason with `--restart REASON`, which will be in the checkpoint"
    )]
    Broken { folder: String, what: String },
}

pub struct Draft {
    series: PathBuf,
    folder: PathBuf,
    pub number: u64,
    pub previous: Option<Previous>,
    pub restarted: Option<String>,
    is_finished: bool,
    _lock: File,
}

/// A file of an export while it is written.
pub type Out = Hashing<BufWriter<File>>;

impl Draft {
    /// Begins the next export of a series, which is made if it is not there. One that is not whole is not gone on with,
    /// unless a reason is given to begin anew.
    pub fn begin(series: &Path, restarted: Option<&str>, has_signed: HasSigned) -> Result<Self, SeriesError> {
        let lock = lock(series)?;
        let unreadable = |cause| SeriesError::Unreadable { path: series.display().to_string(), cause };
        let last = Series::read(series).map_err(unreadable)?.exports.pop();
        let previous = match restarted {
            Some(_) => None,
            None => verify::last(series, has_signed)
                .map_err(unreadable)?
                .map_err(|what| SeriesError::Broken { folder: series.display().to_string(), what })?,
        };
        let number = last.map_or(1, |last| last.number + 1);
        let mut draft = Self::new(series, lock, number, previous)?;
        draft.restarted = restarted.map(str::to_owned);
        Ok(draft)
    }

    /// Begins the export behind one that is kept elsewhere; the folder is only where it is written.
    pub fn behind(previous: Option<Previous>, folder: &Path) -> Result<Self, SeriesError> {
        let number = previous.map_or(1, |previous| previous.number + 1);
        Self::new(folder, lock(folder)?, number, previous)
    }

    fn new(series: &Path, lock: File, number: u64, previous: Option<Previous>) -> Result<Self, SeriesError> {
        let folder = series.join(UNFINISHED);
        // Of a run that was cut off: nobody else writes here now.
        if folder.symlink_metadata().is_ok() {
            fs::remove_dir_all(&folder).map_err(|cause| unwritable(&folder, cause))?;
        }
        fs::create_dir(&folder).map_err(|cause| unwritable(&folder, cause))?;
        Ok(Self {
            series: series.to_owned(),
            folder,
            number,
            previous,
            restarted: None,
            is_finished: false,
            _lock: lock,
        })
    }

    pub fn create(&self, name: &str) -> Result<Out, SeriesError> {
        let path = self.folder.join(name);
        let file = File::create_new(&path).map_err(|cause| unwritable(&path, cause))?;
        Ok(Hashing::new(BufWriter::with_capacity(128 * 1024, file)))
    }

    /// Closes a file, so that it is there also after the power has failed.
    pub fn close(&self, name: &str, out: Out) -> Result<Sum, SeriesError> {
        let sum = out.sum();
        let unwritable = |cause| unwritable(&self.folder.join(name), cause);
        let file = out.into_inner().into_inner().map_err(|error| unwritable(error.into_error()))?;
        file.sync_all().map_err(unwritable)?;
        Ok(sum)
    }

    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), SeriesError> {
        let mut out = self.create(name)?;
        out.write_all(bytes).map_err(|cause| unwritable(&self.folder.join(name), cause))?;
        self.close(name, out).map(|_| ())
    }

    /// Gives the export its name, and says where it is.
    pub fn finish(mut self, name: &str) -> Result<PathBuf, SeriesError> {
        let path = self.series.join(name);
        sync(&self.folder);
        fs::rename(&self.folder, &path).map_err(|cause| unwritable(&path, cause))?;
        self.is_finished = true;
        sync(&self.series);
        Ok(path)
    }

    /// An error of one of its files.
    pub fn unwritable(&self, name: &str, cause: io::Error) -> SeriesError {
        unwritable(&self.folder.join(name), cause)
    }
}

impl Drop for Draft {
    /// An export that did not come to its end leaves nothing.
    fn drop(&mut self) {
        if !self.is_finished {
            _ = fs::remove_dir_all(&self.folder);
        }
    }
}

fn unwritable(path: &Path, cause: io::Error) -> SeriesError {
    SeriesError::Unwritable { path: path.display().to_string(), cause }
}

/// The folder is made if it is not there.
fn lock(series: &Path) -> Result<File, SeriesError> {
    fs::create_dir_all(series).map_err(|cause| unwritable(series, cause))?;
    let path = series.join(LOCK);
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path);
    let file = file.map_err(|cause| unwritable(&path, cause))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(SeriesError::Busy(series.display().to_string())),
        // A file system without locks is used by one program at a time, or two exports get the same number, which shows.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

/// Where a folder can be opened, its entries are made durable; elsewhere they are so by themselves.
fn sync(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        _ = folder.sync_all();
    }
}
