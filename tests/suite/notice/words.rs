//! Times in words.

use chrono::TimeDelta;
use holdpoint::notice::{duration, moment};

use super::tuesday;

#[test]
fn a_duration_is_told_in_its_two_largest_units() {
    let cases = [
        (0, "0s"),
        (45, "45s"),
        (60, "1m"),
        (61, "1m 1s"),
        (3_600, "1h"),
        (3_661, "1h 1m"),
        (7_259, "2h"),
        (86_399, "23h 59m"),
        (86_400, "1d"),
        (90_000, "1d 1h"),
        (604_800 + 3_600 * 22 + 59, "7d 22h"),
        (-5, "0s"),
    ];
    for (seconds, expected) in cases {
        assert_eq!(duration(TimeDelta::seconds(seconds)), expected, "{seconds}");
    }
}

#[test]
fn a_moment_names_the_day_and_the_zone() {
    assert_eq!(moment(tuesday("09:05:59.999")), "Tue 6 Oct 2026 09:05 UTC");
}
