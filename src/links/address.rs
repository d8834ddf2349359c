//! Where people reach the service.

/// In bytes.
const MAX_ADDRESS: usize = 500;

/// The address without a slash at its end; none where links must not lead there. Without TLS, whoever is on the way could
/// use a link first, so that only this machine is reached without.
pub(super) fn address(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('/');
    let is_plain =
        text.len() <= MAX_ADDRESS && text.bytes().all(|b| b.is_ascii_graphic() && !b"?#@<>\"'`\\|".contains(&b));
    let (is_safe, rest) = match text.strip_prefix("https://") {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix("http://")?),
    };
    let host = rest.split('/').next().unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let is_here = matches!(name, "localhost" | "127.0.0.1" | "[::1]");
    (is_plain && !name.is_empty() && (is_safe || is_here)).then(|| text.to_owned())
}
