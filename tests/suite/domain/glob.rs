//! Which names a pattern of a policy stands for.

use holdpoint::domain::glob::Glob;

fn fits(pattern: &str, name: &str) -> bool {
    Glob::new(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}")).matches(name)
}

#[test]
fn a_pattern_stands_for_the_names_that_it_looks_like() {
    for (pattern, yes, no) in [
        ("payments-prod", &["payments-prod"][..], &["Payments-prod", "payments-prod2", ""][..]),
        ("*-prod", &["payments-prod", "-prod", "a/b-prod"], &["prod", "payments-prod-eu"]),
        ("pay*", &["pay", "payments", "pay/ments"], &["repay"]),
        ("v?", &["v1", "v/", "vé"], &["v", "v10"]),
        ("team-[abx-z]", &["team-a", "team-y"], &["team-c", "team-"]),
        ("team-[!ab]", &["team-c"], &["team-a"]),
        ("{live,prod}-*", &["live-eu", "prod-"], &["test-eu", "{live,prod}-eu"]),
        ("!*-dev", &["payments-prod", "dev"], &["payments-dev"]),
        (r"\*", &["*"], &["a"]),
    ] {
        assert!(yes.iter().all(|name| fits(pattern, name)), "{pattern} is to fit {yes:?}");
        assert!(!no.iter().any(|name| fits(pattern, name)), "{pattern} is to fit none of {no:?}");
    }
}

#[test]
fn a_lone_star_fits_every_name() {
    for name in ["", "payments", "a/b", "/", "two words", "żółć", "*", "\u{1}"] {
        assert!(fits("*", name), "{name:?}");
    }
}

#[test]
fn a_pattern_that_is_none_is_refused() {
    for pattern in ["[prod", "{live,prod", "prod\\", "["] {
        assert!(Glob::new(pattern).is_err(), "{pattern}");
    }
}
