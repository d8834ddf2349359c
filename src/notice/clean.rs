//! Taking the sting out of text that somebody else wrote.

/// One line of at most `max` characters: no control characters, so no escape sequences and no line breaks; none of the
/// invisible characters that reorder or hide text; white space folded.
pub fn clean(text: &str, max: usize) -> String {
    let visible: String = text
        .chars()
        .map(|c| if c.is_control() || c.is_whitespace() { ' ' } else { c })
        .filter(|c| !is_deceptive(*c))
        .collect();
    one_line(&visible, max)
}

/// The same for evidence, where what was hidden is a part of what was written: each such character is named, `⟨U+202E⟩`.
pub fn visible(text: &str, max: usize) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() {
            visible.push(' ');
        } else if c.is_control() || is_deceptive(c) {
            visible.push_str(&format!("⟨U+{:04X}⟩", u32::from(c)));
        } else {
            visible.push(c);
        }
    }
    one_line(&visible, max)
}

/// White space folded, and no more than `max` characters.
fn one_line(text: &str, max: usize) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.chars().count() <= max {
        return folded;
    }
    let kept: String = folded.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// Zero-width characters, direction overrides and isolates, and other formatting that does not show.
fn is_deceptive(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}
