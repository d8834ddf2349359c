//! JSON in the one form that RFC 8785 gives each value: sorted keys, no blanks, the fewest escapes.
//!
//! It was taken because there are libraries for it in every language, and because with what facts hold, which is texts,
//! whole numbers, booleans, lists and objects, any JSON library that can sort keys makes it. How fractions are written is
//! the only hard part of it, and there are none.

use serde_json::{Number, Value};

/// Whole numbers beyond this are not told apart by every reader of JSON.
const LARGEST: u64 = (1 << 53) - 1;

/// Adds the canonical form; `None` where a number is none of those that facts hold.
pub fn write(value: &Value, out: &mut Vec<u8>) -> Option<()> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(is) => out.extend_from_slice(if *is { b"true" } else { b"false" }),
        Value::Number(number) => out.extend_from_slice(whole(number)?.as_bytes()),
        Value::String(text) => write_text(text, out)?,
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                out.push(if n == 0 { b'[' } else { b',' });
                write(item, out)?;
            }
            out.extend_from_slice(if items.is_empty() { b"[]" } else { b"]" });
        }
        Value::Object(members) => {
            let mut members: Vec<(&String, &Value)> = members.iter().collect();
            // By UTF-16, as the RFC has it. For the names of a fact's fields, which are ASCII, any order of texts is that.
            members.sort_by(|(one, _), (other, _)| one.encode_utf16().cmp(other.encode_utf16()));
            out.push(b'{');
            for (n, (name, value)) in members.into_iter().enumerate() {
                if n > 0 {
                    out.push(b',');
                }
                write_text(name, out)?;
                out.push(b':');
                write(value, out)?;
            }
            out.push(b'}');
        }
    }
    Some(())
}

fn whole(number: &Number) -> Option<String> {
    let is_known = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs)).is_some_and(|n| n <= LARGEST);
    is_known.then(|| number.to_string())
}

/// The escapes are those of the RFC: serde_json writes `\b \t \n \f \r \" \\` and, of what else is below U+0020, `\u00xx`.
fn write_text(text: &str, out: &mut Vec<u8>) -> Option<()> {
    serde_json::to_writer(out, text).ok()
}
