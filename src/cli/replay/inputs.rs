//! The files that a replay reads.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::Failure;
use crate::cli::documents::{Document, Documents};
use crate::wire::Text;

/// What a file in a folder must be called to be read.
const ENDINGS: [&str; 3] = ["json", "jsonl", "ndjson"];

pub(in crate::cli) enum Source {
    Stdin,
    File(PathBuf),
}

impl Source {
    fn name(&self) -> String {
        match self {
            Self::Stdin => "-".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }

    fn open(&self) -> io::Result<Box<dyn BufRead + Send>> {
        const BUFFER: usize = 256 * 1024;
        Ok(match self {
            Self::Stdin => Box::new(BufReader::with_capacity(BUFFER, io::stdin())),
            Self::File(path) => Box::new(BufReader::with_capacity(BUFFER, File::open(path)?)),
        })
    }

    /// Bytes, where they can be told beforehand.
    pub(in crate::cli) fn size(&self) -> Option<u64> {
        match self {
            Self::Stdin => None,
            Self::File(path) => fs::metadata(path).ok().map(|file| file.len()),
        }
    }
}

/// A document of one of the inputs.
pub(in crate::cli) struct Input {
    pub(in crate::cli) source: Arc<str>,
    document: Document,
    /// How many bytes of all inputs were read by then.
    pub(in crate::cli) consumed: u64,
    /// The input cannot be read any further, and why.
    pub(in crate::cli) failure: Option<String>,
}

impl Input {
    pub(in crate::cli) fn line(&self) -> u64 {
        self.document.line
    }
}

impl Text for Input {
    fn text(&self) -> Result<&str, &str> {
        self.document.text()
    }
}

/// Every document of every source, one after the other.
pub(in crate::cli) fn documents(sources: Vec<Source>) -> impl Iterator<Item = Input> + Send {
    let mut before = 0;
    sources.into_iter().flat_map(move |source| {
        let name: Arc<str> = source.name().into();
        let start = before;
        before += source.size().unwrap_or_default();
        let mut documents = source.open().map(Documents::new);
        let mut has_failed = false;
        std::iter::from_fn(move || {
            let (next, consumed) = match &mut documents {
                Ok(documents) => (documents.next(), start + documents.consumed()),
                Err(error) => (Err(io::Error::new(error.kind(), error.to_string())), start),
            };
            let (document, failure) = match next {
                _ if has_failed => return None,
                Ok(document) => (document?, None),
                Err(error) => (Document::default(), Some(format!("cannot read `{name}`: {error}"))),
            };
            has_failed = failure.is_some();
            Some(Input { source: Arc::clone(&name), document, consumed, failure })
        })
    })
}

/// Every input that was named, folders opened up.
pub(in crate::cli) fn sources(inputs: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    for input in inputs {
        if input.as_os_str() == "-" {
            sources.push(Source::Stdin);
        } else if input.is_dir() {
            sources.extend(folder(input)?.into_iter().map(Source::File));
        } else if input.exists() {
            sources.push(Source::File(input.clone()));
        } else {
            return Err(Failure::Usage(format!("there is no input `{}`", input.display())));
        }
    }
    Ok(sources)
}

fn folder(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable =
        |error: io::Error| Failure::Failed(format!("cannot read the folder `{}`: {error}", path.display()));
    let entries = fs::read_dir(path).map_err(unreadable)?;
    let mut files = Vec::new();
    for entry in entries {
        let file = entry.map_err(unreadable)?.path();
        let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        if file.is_file() && ENDINGS.contains(&ending) {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(Failure::Usage(format!(
            "the folder `{}` holds no file that ends in .json, .jsonl or .ndjson",
            path.display()
        )));
    }
    files.sort();
    Ok(files)
}
