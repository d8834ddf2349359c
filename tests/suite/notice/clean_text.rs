//! Text that somebody else wrote, made harmless.

use holdpoint::notice::{clean, visible};
use proptest::prelude::*;

#[test]
fn control_characters_and_line_breaks_become_spaces_and_hidden_ones_go() {
    assert_eq!(clean("a\tb\r\nc\u{85}d\u{2028}e", 100), "a b c d e");
    assert_eq!(clean("\u{1b}[31mred\u{1b}[0m", 100), "[31mred [0m");
    assert_eq!(clean("pay\u{202e}\u{200b}ments", 100), "payments");
    assert_eq!(clean("  much \n\n space  ", 100), "much space");
}

#[test]
fn letters_of_any_language_stay_as_they_are() {
    for text in ["Tomáš Horák", "承認してください", "أوافق", "Ünïcödé ✓", "🚀 ship it"] {
        assert_eq!(clean(text, 100), text);
    }
}

#[test]
fn what_is_too_long_ends_with_an_ellipsis() {
    assert_eq!(clean("abcdef", 6), "abcdef");
    assert_eq!(clean("abcdefg", 6), "abcde…");
    assert_eq!(clean("abcd efg", 6), "abcd…");
    assert_eq!(clean("abc", 1), "…");
}

#[test]
fn evidence_names_what_was_hidden_in_it() {
    assert_eq!(visible("pay\u{202e}\u{200b}ments", 100), "pay⟨U+202E⟩⟨U+200B⟩ments");
    assert_eq!(visible("\u{1b}[31mred", 100), "⟨U+001B⟩[31mred");
    assert_eq!(visible("  much \r\n\t space  ", 100), "much space");
    assert_eq!(visible("أوافق\u{e0041}", 100), "أوافق⟨U+E0041⟩");
    assert_eq!(visible("\u{202e}", 4), "⟨U+…");
}

proptest! {
    #[test]
    fn what_is_made_visible_is_clean(text in any::<String>(), max in 1_usize..200) {
        let shown = visible(&text, max);
        prop_assert_eq!(clean(&shown, max), shown);
    }

    #[test]
    fn cleaning_is_bounded_and_changes_nothing_the_second_time(text in any::<String>(), max in 1_usize..200) {
        let cleaned = clean(&text, max);
        prop_assert!(cleaned.chars().count() <= max);
        prop_assert!(!cleaned.chars().any(char::is_control));
        prop_assert_eq!(clean(&cleaned, max), cleaned);
    }
}
