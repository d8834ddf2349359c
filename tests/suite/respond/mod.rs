//! What people say of an approval short of deciding, and the links by which they say it.

mod links;
mod offered;
mod said;

use holdpoint::links::{Fields, Key, Links};
use percent_encoding::percent_decode_str;

pub(crate) const KEY: &str = "5a1de1f6c94b0d3e7788990011223344aabbccddeeff00112233445566778899";
pub(crate) const OTHER_KEY: &str = "00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00f1";

pub(crate) fn links(key: &str, old_key: Option<&str>) -> Links {
    let key = Key::read(key).expect("a key");
    let old_key = old_key.map(|text| Key::read(text).expect("a key"));
    Links::new("https://holdpoint.example.com/", key, old_key).expect("an address")
}

/// What a link says behind its question mark, as a browser would send it.
pub(crate) fn query(link: &str) -> &str {
    link.split_once('?').expect("a link has a query").1
}

/// What a server reads of it; none where something is missing.
fn fields(query: &str) -> Option<Fields> {
    let value = |name: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let mut values = pairs.filter(|(known, _)| *known == name).map(|(_, value)| value.replace('+', " "));
        let value = values.next()?;
        Some(percent_decode_str(&value).decode_utf8().ok()?.into_owned())
    };
    Some(Fields {
        approval: value("approval")?,
        deed: value("do")?,
        to: value("to")?,
        notice: value("notice")?,
        until: value("until")?,
        signature: value("signature")?,
    })
}
