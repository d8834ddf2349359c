//! Durations as humantime writes them, less what would surprise.

use chrono::TimeDelta;

const LONGEST: TimeDelta = TimeDelta::days(3650);

/// Reads `4h`, `1h 30m`, `2 days`. Months and years are refused: humantime reads `1M` as 30.44 days, which nobody means.
pub fn parse(text: &str) -> Result<TimeDelta, String> {
    let is_inexact = text
        .split(|c: char| !c.is_alphabetic())
        .any(|unit| matches!(unit, "M" | "month" | "months" | "y" | "yr" | "year" | "years"));
    if is_inexact {
        return Err(format!(
            "`{text}` counts months or years, which differ in length: write days (`30d`), or `m` for minutes"
        ));
    }
    if text.trim().parse::<f64>().is_ok() {
        return Err(format!("`{text}` has no unit: write for example `30m`, `4h` or `2d`"));
    }
    let parsed = humantime::parse_duration(text)
        .map_err(|_| format!("`{text}` is not a duration: write for example `30m`, `4h` or `2d`"))?;
    let time = TimeDelta::from_std(parsed).ok().filter(|time| *time <= LONGEST);
    time.ok_or_else(|| format!("`{text}` is longer than ten years: write less"))
}

/// The shortest way to write it, without spaces: `1h30m`.
pub(super) fn format(time: TimeDelta) -> String {
    humantime::format_duration(time.to_std().unwrap_or_default()).to_string().replace(' ', "")
}
