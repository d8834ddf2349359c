//! Rows for spreadsheets, per RFC 4180.

use std::borrow::Cow;
use std::io::{self, Write};

use super::columns::{COLUMNS, Cell};
use super::entry::Entry;
use super::row::Row;
use crate::record::time::to_text;

/// More than most rows are long.
const USUAL_ROW: usize = 2048;

pub(super) fn write_head(out: &mut impl Write) -> io::Result<()> {
    write(out, COLUMNS.iter().map(|column| column.name.into()))
}

pub(super) fn write_row(out: &mut impl Write, entry: &Entry<'_>) -> io::Result<()> {
    let row = Row::of(entry);
    write(out, COLUMNS.iter().map(|column| shown((column.read)(&row))))
}

fn write<'a>(out: &mut impl Write, cells: impl Iterator<Item = Cow<'a, str>>) -> io::Result<()> {
    // RFC 4180 ends lines with CR LF.
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .buffer_capacity(USUAL_ROW)
        .from_writer(Vec::with_capacity(USUAL_ROW));
    for cell in cells {
        writer.write_field(harmless(cell).as_bytes()).map_err(io::Error::other)?;
    }
    writer.write_record(None::<&[u8]>).map_err(io::Error::other)?;
    out.write_all(&writer.into_inner().map_err(|error| io::Error::other(error.to_string()))?)
}

fn shown(cell: Cell<'_>) -> Cow<'_, str> {
    match cell {
        Cell::Nothing => "".into(),
        Cell::Text(text) => text.into(),
        Cell::Time(at) => to_text(at).into(),
        Cell::Number(number) => number.to_string().into(),
        Cell::Flag(is) => if is { "true" } else { "false" }.into(),
        Cell::List(_, ref items) if items.is_empty() => "".into(),
        // One cell has no room for a table, and any separator of our own would have to be escaped.
        Cell::List(..) => {
            let mut list = cell.to_json();
            list.sort_all_objects();
            list.to_string().into()
        }
    }
}

/// What a spreadsheet would take for a formula gets an apostrophe before it, which makes it text. What it would not show,
/// or would let change what else it shows, is written out.
fn harmless(cell: Cow<'_, str>) -> Cow<'_, str> {
    let cell = if cell.contains(is_unseen) { cell.chars().fold(String::new(), shown_char).into() } else { cell };
    if is_formula(&cell) { format!("'{cell}").into() } else { cell }
}

/// Whether it begins like a formula, be it after blanks or apostrophes: programs differ in which blanks they take away, and
/// with the apostrophes counted in, one that we write can be told from one that was there.
fn is_formula(cell: &str) -> bool {
    let begins_badly = cell.trim_start_matches('\'').starts_with(['\t', '\r', '\n']);
    let has_no_width = |c| matches!(c, '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}');
    let first = cell.trim_start_matches(|c: char| c.is_whitespace() || has_no_width(c) || c == '\'');
    // In full width too, because Japanese and Chinese editions read those alike.
    begins_badly || first.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// Control characters other than those that break lines and columns, and what turns the direction of the text round.
fn is_unseen(c: char) -> bool {
    let breaks = matches!(c, '\t' | '\n' | '\r');
    let turns = matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && !breaks) || turns
}

fn shown_char(mut text: String, c: char) -> String {
    match c {
        // Unicode has a picture for each of these.
        '\0'..='\x1f' if is_unseen(c) => text.extend(char::from_u32(0x2400 + u32::from(c))),
        '\x7f' => text.push('␡'),
        c if is_unseen(c) => text += &format!("[U+{:04X}]", u32::from(c)),
        c => text.push(c),
    }
    text
}
