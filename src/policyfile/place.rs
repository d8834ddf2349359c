//! Where in a policy file something stands.

use serde_path_to_error::{Path, Segment};

/// As in `policies[0].target`. Places in the file are kept beside the values, under `value`; that is our affair and not
/// the reader's. A recipient or a calendar may have that name.
pub(super) fn path(tracked: &Path) -> String {
    let mut path = String::new();
    for segment in tracked.iter() {
        match segment {
            Segment::Seq { index } => path += &format!("[{index}]"),
            Segment::Map { key }
                if key == "value" && !matches!(path.as_str(), "recipients" | "calendars" | "people") => {}
            Segment::Map { key } if path.is_empty() => path.push_str(key),
            Segment::Map { key } => path.extend([".", key]),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    path
}
