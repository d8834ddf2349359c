//! One JSON value a line.

use std::io::{self, Write};

use serde_json::Value;

/// Writes it with its names in alphabetical order; else their order would be that of how holdpoint is built.
pub(super) fn write(out: &mut impl Write, mut value: Value) -> io::Result<()> {
    value.sort_all_objects();
    // In one piece: whoever hashes what goes by has less to do.
    let mut line = serde_json::to_vec(&value)?;
    line.push(b'\n');
    out.write_all(&line)
}
