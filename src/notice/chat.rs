//! The same for chats, in the markdown of Amazon Q Developer in chat applications.

use super::clean::clean;
use super::facts::Standing;
use super::link;
use super::{opening, what_comes_next};
use crate::domain::effect::Notice;

/// What the text says, without the link: a chat shows that as a next step.
pub(super) fn markdown(notice: &Notice, standing: &Standing) -> String {
    let mut lines = vec![opening(notice, standing), String::new()];
    if let Some(remark) = standing.remark(notice) {
        lines.extend([plain(&remark), String::new()]);
    }
    lines.extend(standing.details().into_iter().map(|(label, value)| format!("*{label}:* {}", plain(&value))));
    lines.push(String::new());
    lines.push(plain(&what_comes_next(standing)));
    lines.join("\n")
}

/// A finding.
pub(super) fn found(says: &str, details: &[(&'static str, String)]) -> String {
    let details = details.iter().map(|(label, value)| format!("*{label}:* {}", plain(value)));
    [says.to_owned(), String::new()].into_iter().chain(details).collect::<Vec<_>>().join("\n")
}

/// Text that a chat shows as it is: no emphasis, no link that shows another, nobody called by an `@`.
///
/// The chats have no common way to escape. What would format is replaced by what looks alike; links stay, so that they
/// can be followed.
pub fn plain(text: &str) -> String {
    let words = text.split_inclusive(char::is_whitespace);
    words
        .map(|part| {
            let word = part.trim_end();
            let space = &part[word.len()..];
            match chat_link(word) {
                Some(link) => link + space,
                None => without_marks(word) + space,
            }
        })
        .collect()
}

/// A link to the web that ends where it ends, also between `<` and `>` and in brackets.
pub fn chat_link(link: &str) -> Option<String> {
    let link = link::web(link)?;
    Some(link.replace('|', "%7C").replace('[', "%5B").replace(']', "%5D"))
}

/// One line for a title.
pub(super) fn title(subject: &str) -> String {
    plain(&clean(subject, super::MAX_SUBJECT))
}

fn without_marks(word: &str) -> String {
    let mut shown = String::with_capacity(word.len());
    let mut before = None;
    let mut rest = word.chars().peekable();
    while let Some(c) = rest.next() {
        let joins = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '*' => shown.push('∗'),
            '~' => shown.push('∼'),
            '`' => shown.push('\''),
            // Inside a word it marks nothing, and names are full of it.
            '_' if !(joins(before) && joins(rest.peek().copied())) => shown.push('ˍ'),
            '@' if !joins(before) => shown.push('＠'),
            '(' if before == Some(']') => shown.push_str(" ("),
            _ => shown.push(c),
        }
        before = Some(c);
    }
    shown
}
