//! Files that a policy file names, as seen from where it stands.

use std::fs::File;
use std::io::Read;
use std::path::Path;

/// A larger file is none that a policy names.
const MAX_BYTES: u64 = 1024 * 1024;

/// Reads files by their path as seen from that policy file.
pub fn beside(policy: &Path) -> impl Fn(&str) -> Result<String, String> {
    let folder = policy.parent().unwrap_or(Path::new("")).to_owned();
    move |name| {
        let mut bytes = Vec::new();
        let file = File::open(folder.join(name)).map_err(|error| error.to_string())?;
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(format!("it has more than {MAX_BYTES} bytes"));
        }
        String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
    }
}
