//! What metrics stand under in CloudWatch, by CloudWatch's own rules.

/// What stands there when the file says nothing.
pub(super) const DEFAULT: &str = "Holdpoint";

const MAX_CHARACTERS: usize = 255;
/// What CloudWatch takes beside letters and digits.
const MARKS: &[u8] = b".-_/#: ";

/// The namespace as it is written, where CloudWatch would take it.
pub(super) fn parse(text: &str) -> Result<String, String> {
    let wanted = "write for example `Holdpoint`";
    if text.trim().is_empty() {
        return Err(format!("an empty namespace is none: {wanted}"));
    }
    if text.starts_with(':') {
        return Err(format!("CloudWatch takes no namespace that begins with `:`: {wanted}"));
    }
    if text.starts_with("AWS/") {
        return Err(format!("what begins with `AWS/` is kept for the services of AWS: {wanted}"));
    }
    if text.len() > MAX_CHARACTERS {
        return Err(format!("this namespace is longer than the {MAX_CHARACTERS} characters that CloudWatch takes"));
    }
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || u8::try_from(c).is_ok_and(|c| MARKS.contains(&c));
    match text.chars().find(|c| !is_allowed(*c)) {
        Some(c) => Err(format!(
            "CloudWatch takes no `{}` in a namespace: write letters without accents, digits, spaces and `.-_/#:`",
            c.escape_debug()
        )),
        None => Ok(text.to_owned()),
    }
}
