//! The report by the clock of another zone.

use holdpoint::audit::Scope;
use holdpoint::domain::calendar::Zone;
use holdpoint::notice::Wall;

use super::made::{Asked, page, part, text};
use crate::cli::run::Kept;
use crate::support::world::minute;

fn new_york() -> Scope {
    Scope { wall: Wall::of(&Zone::named("America/New_York").expect("it is a zone")), ..Scope::default() }
}

fn report(kept: &Kept, args: &[&str]) -> String {
    let period = ["--from", "2026-10-05T00:00:00-04:00", "--to", "2026-10-12T00:00:00-04:00"];
    kept.ask(&[&["audit", "export", "--format", "html"], period.as_slice(), args].concat()).done()
}

/// The numbers of a chart of hours: how often it was in each hour of the week, from Monday on.
fn hours(page: &str, id: &str) -> Vec<u64> {
    let table = part(page, &format!("<caption id=\"{id}-caption\">"), "</table>");
    let cells = text(part(table, "<tbody>", "</tbody>"));
    let rows: Vec<Vec<&str>> = cells.lines().collect::<Vec<_>>().chunks(8).map(<[&str]>::to_vec).collect();
    assert_eq!(rows.len(), 24, "{cells}");
    let hours = (1..8).flat_map(|day| rows.iter().map(move |row| row[day].parse().expect("a count")));
    hours.collect()
}

/// The instants of a page, as programs read them.
fn instants(page: &str) -> Vec<&str> {
    page.split("datetime=\"").skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect()
}

#[test]
fn a_report_tells_times_by_the_clock_that_it_is_asked_for() {
    let kept = Kept::week();
    let there = report(&kept, &["--timezone", "america/new_york"]);
    insta::assert_snapshot!(text(part(&there, "<header>", "<nav")), @"
    Approvals, 5 Oct 2026 to 11 Oct 2026
    17 approvals at the gates of all pipelines, asked for from Mon 5 Oct 2026 04:04 EDT to Fri 9 Oct 2026 12:34 EDT. Times are those of America/New_York.
    ");
    let (asked, ended) = ("data-label=\"Asked\">", "</td>");
    assert!(!part(&there, asked, ended).contains("UTC"));
    let utc = report(&kept, &[]);
    assert_eq!(instants(&there), instants(&utc), "the same instants");
    for chart in ["hours-asked", "hours-answered"] {
        // When it is midnight there, four hours have gone by in UTC.
        let mut expected = hours(&utc, chart);
        expected.rotate_left(4);
        assert_eq!(hours(&there, chart), expected);
        assert!(expected.iter().sum::<u64>() > 10);
    }
    let words = text(&there);
    assert!(words.contains("on the clock of America/New_York") && !words.contains("on the clock of UTC"));
    assert_eq!(there, report(&kept, &["--timezone", "America/New_York"]), "and the same bytes each time");
    let days = ["--from", "2026-10-05", "--to", "2026-10-12", "--timezone", "America/New_York"];
    let by_days = kept.ask(&[&["audit", "export", "--format", "html"], days.as_slice()].concat()).done();
    assert_eq!(there, by_days, "a day begins there");
}

#[test]
fn weeks_begin_when_they_begin_there() {
    // On Monday, 5 October, at 09:00 UTC, and at 02:00, when it is still Sunday there.
    let asked = [Asked::at(0, minute(0)), Asked::at(1, minute(-420))];
    let weeks = |scope: Scope| {
        let page = page(scope, &asked);
        let table = part(&page, "<caption id=\"breach-rate-caption\">", "</table>");
        text(part(table, "<tbody>", "</tbody>"))
    };
    assert_eq!(weeks(Scope::default()), "Week of 5 Oct 2026\n2\n0\n0%");
    assert_eq!(weeks(new_york()), "Week of 28 Sep 2026\n1\n0\n0%\nWeek of 5 Oct 2026\n1\n0\n0%");
}

#[test]
fn an_hour_that_comes_twice_is_told_apart() {
    let at = |text: &str| text.parse().expect("a time");
    let asked = [Asked::at(0, at("2026-11-01T05:30:00Z")), Asked::at(1, at("2026-11-01T06:30:00Z"))];
    let page = page(new_york(), &asked);
    let text = text(&page);
    assert!(text.contains("Sun 1 Nov 2026 01:30 EDT (05:30 UTC)"), "{text}");
    assert!(text.contains("Sun 1 Nov 2026 01:30 EST (06:30 UTC)"), "{text}");
    assert_eq!(hours(&page, "hours-asked")[6 * 24 + 1], 2);
}
