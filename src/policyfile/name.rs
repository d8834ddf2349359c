//! The names that a policy file gives.

const MAX_NAME: usize = 64;

pub(super) fn name(text: &str) -> Result<(), String> {
    let is_plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if !text.is_empty() && text.len() <= MAX_NAME && is_plain {
        Ok(())
    } else {
        Err(format!("`{text}` is not a name: write letters, digits and `-_.`, at most {MAX_NAME} of them"))
    }
}
