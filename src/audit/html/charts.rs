//! The charts, each with a table of its numbers.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::figures::{Figures, Group, Hours, Promises, Waits};
use super::period::{MOST_COLUMNS, Unit};
use super::scale::{Scale, percent, wait};
use super::svg::{Anchor, Drawing, WIDTH};
use super::words::{self, UNKNOWN_DECIDER};
use crate::domain::Gate;
use crate::domain::principal::Principal;
use crate::notice::visible;

/// Of gates and of people, so many are drawn and so many are in the table.
const MOST_BARS: usize = 10;
const MOST_ROWS: usize = 50;
/// A longer name is cut, and whole in the table.
const LONGEST_LABEL: usize = 42;

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

pub(super) struct Chart {
    pub(super) id: &'static str,
    pub(super) title: String,
    /// What it shows, and how to read it.
    pub(super) says: String,
    /// None where there is nothing to draw.
    pub(super) svg: Option<String>,
    pub(super) table: Table,
}

#[derive(Default)]
pub(super) struct Table {
    pub(super) head: Vec<String>,
    /// The first cell of each is what the others are about.
    pub(super) rows: Vec<Vec<String>>,
    /// What the table leaves out.
    pub(super) rest: Option<String>,
}

/// The plot of a chart with columns: where it begins and ends.
struct Plot {
    left: u64,
    top: u64,
    width: u64,
    height: u64,
}

impl Plot {
    fn bottom(&self) -> u64 {
        self.top + self.height
    }

    /// The middle of a column.
    fn middle(&self, column: u64, of: u64) -> u64 {
        self.left + (2 * column + 1) * self.width / (2 * of)
    }

    fn y(&self, scale: Scale, value: u64) -> u64 {
        self.bottom() - scale.along(value, self.height)
    }

    fn axes(&self, drawing: &mut Drawing, scale: Scale, label: impl Fn(u64) -> String) {
        for mark in scale.marks() {
            let y = self.y(scale, mark);
            drawing.line("grid", &[(self.left, y), (self.left + self.width, y)]);
            drawing.text("soft", Anchor::End, self.left - 6, y + 4, &label(mark));
        }
    }

    /// Some of the columns' names, as many as have room.
    fn names(&self, drawing: &mut Drawing, unit: Unit, first: i32, columns: u64) {
        let each = columns.div_ceil(6).max(1);
        for (column, number) in (0..columns).zip(first..).step_by(usize::try_from(each).unwrap_or(1)) {
            let (x, name) = (self.middle(column, columns), unit.short(number));
            drawing.text("soft", Anchor::Middle, x, self.bottom() + 20, &name);
        }
    }
}

const PLOT: Plot = Plot { left: 58, top: 34, width: WIDTH - 58 - 14, height: 150 };
const PLOT_HEIGHT: u64 = 212;

/// How long decisions took, by when they were asked for.
pub(super) fn waits_over_time(figures: &Figures) -> Chart {
    let mut chart = Chart {
        id: "waits-over-time",
        title: "Waits over time".to_owned(),
        says: "How long decisions took, by the day they were asked for: half of them no longer than the lower \
               line, nine in ten no longer than the upper one."
            .to_owned(),
        svg: None,
        table: Table::default(),
    };
    let Some((unit, first, columns)) = columns(Unit::Day, figures.days().map(|(day, _)| day)) else { return chart };
    chart.says = chart.says.replace("the day", &format!("the {}", unit.word()));
    let mut by_column: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    for (day, wait) in figures.days() {
        by_column.entry(unit.number(day)).or_default().push(wait);
    }
    let waits: BTreeMap<i32, Waits> =
        by_column.into_iter().map(|(n, waits)| (n, waits.into_iter().collect())).collect();
    let shown = || waits.range(first..).map(|(n, waits)| (*n, waits));
    let longest = shown().filter_map(|(_, waits)| waits.percentile(90)).max().unwrap_or_default();
    let scale = Scale::of_time(longest);
    let mut drawing = Drawing::new(chart.id, &chart.title, &chart.says, PLOT_HEIGHT);
    legend(&mut drawing, "line-low", "half", "line-high", "nine in ten");
    PLOT.axes(&mut drawing, scale, |seconds| wait(seconds.cast_signed()));
    PLOT.names(&mut drawing, unit, first, columns);
    for (class, percent) in [("line-high", 90), ("line-low", 50)] {
        let points: Vec<(i32, u64, u64, u32)> = shown()
            .filter_map(|(n, waits)| {
                let seconds = waits.percentile(percent)?;
                let column = u64::from(n.abs_diff(first));
                Some((n, PLOT.middle(column, columns), PLOT.y(scale, seconds.into()), seconds))
            })
            .collect();
        // Where nothing was decided, the line is broken.
        for stretch in points.chunk_by(|(one, ..), (other, ..)| *other == one + 1) {
            let corners: Vec<(u64, u64)> = stretch.iter().map(|(_, x, y, _)| (*x, *y)).collect();
            drawing.line(class, &corners);
        }
        for (n, x, y, seconds) in points {
            drawing.dot(class, x, y, &format!("{}: {}", unit.long(n), wait(seconds)));
        }
    }
    chart.svg = Some(drawing.finish());
    chart.table = Table {
        head: heads(&["Asked", "Decisions", "Half within", "Nine in ten within"]),
        rows: shown().map(|(n, waits)| [vec![unit.long(n)], wait_cells(waits)].concat()).collect(),
        rest: left_out(waits.len() - shown().count(), "earlier"),
    };
    chart
}

/// How long decisions took at each gate.
pub(super) fn waits_by_gate(figures: &Figures) -> Chart {
    let named = |of: &Gate| (words::gate(Some(of)), words::place(Some(of)));
    waits_by(["waits-by-gate", "Waits by gate", "at each gate", "Gate", "Place"], &figures.waits_by_gate(), named)
}

/// How long decisions took, by who decided.
pub(super) fn waits_by_decider(figures: &Figures) -> Chart {
    let named = |arn: &Option<String>| {
        let Some(arn) = arn else { return (vec![UNKNOWN_DECIDER.to_owned()], String::new()) };
        let name = Principal::of_arn(arn).name.unwrap_or_else(|| arn.clone());
        (vec![visible(&name, 200)], visible(arn, 300))
    };
    let words = ["waits-by-approver", "Waits by approver", "by each approver", "Approver", "ARN"];
    waits_by(words, &figures.waits_by_decider(), named)
}

/// `named` gives a name in its parts, and what tells it from others with the same.
fn waits_by<T>(
    [id, title, who, head, more]: [&'static str; 5],
    groups: &[Group<T>],
    named: impl Fn(&T) -> (Vec<String>, String),
) -> Chart {
    let says = format!(
        "How long decisions took {who}, those with the most decisions first: half of them no longer than the dark bar, nine \
         in ten no longer than the light one."
    );
    let mut chart = Chart { id, title: title.to_owned(), says, svg: None, table: Table::default() };
    let drawn = groups.iter().take(MOST_BARS);
    let Some(longest) = drawn.clone().filter_map(|group| group.waits.percentile(90)).max() else { return chart };
    let scale = Scale::up_to(longest.into());
    let mut drawing = Drawing::new(chart.id, &chart.title, &chart.says, 30 + 34 * drawn.len() as u64);
    legend(&mut drawing, "bar", "half", "bar-high", "nine in ten");
    for (y, group) in (34..).step_by(34).zip(drawn) {
        let (name, _) = named(&group.of);
        let (half, most) = (percentile(&group.waits, 50), percentile(&group.waits, 90));
        drawing.names("label", 0, y + 11, &shortened(&name));
        drawing.text("soft", Anchor::End, WIDTH, y + 11, &format!("{} · {}", wait(half), wait(most)));
        let says = format!("{}: {} · {}", name.join(" / "), wait(half), wait(most));
        drawing.rect("bar-high", [0, y + 17, scale.along(most.into(), WIDTH).max(2), 9], &says);
        drawing.rect("bar", [0, y + 17, scale.along(half.into(), WIDTH).max(2), 9], &says);
    }
    chart.svg = Some(drawing.finish());
    let row = |group: &Group<T>| {
        let (name, more) = named(&group.of);
        [vec![name.join(" / "), more, group.approved.to_string(), group.rejected.to_string()], wait_cells(&group.waits)]
            .concat()
    };
    chart.table = Table {
        head: heads(&[head, more, "Approved", "Rejected", "Decisions", "Half within", "Nine in ten within"]),
        rows: groups.iter().take(MOST_ROWS).map(row).collect(),
        rest: left_out(groups.len().saturating_sub(MOST_ROWS), "of fewer decisions"),
    };
    chart
}

/// Which share of the promises was broken, by when decisions were asked for.
pub(super) fn breach_rate(figures: &Figures) -> Chart {
    let mut chart = Chart {
        id: "breach-rate",
        title: "Breach rate by week".to_owned(),
        says: "Which share of the promises was broken, by the week in which the decision was asked for.".to_owned(),
        svg: None,
        table: Table::default(),
    };
    let days = &figures.promises_by_day;
    let Some((unit, first, columns)) = columns(Unit::Week, days.keys().copied()) else { return chart };
    chart.title = chart.title.replace("week", unit.word());
    chart.says = chart.says.replace("week", unit.word());
    let mut promises: BTreeMap<i32, Promises> = BTreeMap::new();
    for (day, more) in days {
        let known = promises.entry(unit.number(*day)).or_default();
        *known = known.and(*more);
    }
    let shown = || promises.range(first..).map(|(n, promises)| (*n, *promises));
    let share = |promises: Promises| (promises.broken * 100).div_ceil(promises.made.max(1));
    let scale = Scale::of_share(shown().map(|(_, promises)| share(promises)).max().unwrap_or_default());
    let mut drawing = Drawing::new(chart.id, &chart.title, &chart.says, PLOT_HEIGHT);
    PLOT.axes(&mut drawing, scale, |share| format!("{share}%"));
    PLOT.names(&mut drawing, unit, first, columns);
    let width = (PLOT.width / columns * 3 / 5).clamp(2, 40);
    for (n, promises) in shown() {
        let x = PLOT.middle(u64::from(n.abs_diff(first)), columns);
        let y = PLOT.y(scale, share(promises)).min(PLOT.bottom() - 2);
        let of = format!("{} of {}", promises.broken, promises.made);
        let class = if promises.broken == 0 { "bar-none" } else { "bar" };
        drawing.rect(class, [x - width / 2, y, width, PLOT.bottom() - y], &format!("{}: {of}", unit.long(n)));
        if columns <= 6 {
            drawing.text("label", Anchor::Middle, x, y - 6, &of);
        }
    }
    chart.svg = Some(drawing.finish());
    let row = |(n, promises): (i32, Promises)| {
        let Promises { made, broken } = promises;
        vec![unit.long(n), made.to_string(), broken.to_string(), percent(broken, made)]
    };
    chart.table = Table {
        head: heads(&["Asked", "Promises", "Broken", "Share"]),
        rows: shown().map(row).collect(),
        rest: left_out(promises.len() - shown().count(), "earlier"),
    };
    chart
}

/// When something happened, by the hour and the day of the week.
pub(super) fn hours(id: &'static str, title: &str, what: &str, hours: &Hours, clock: &str) -> Chart {
    const CELL: u64 = 18;
    let mut chart = Chart {
        id,
        title: title.to_owned(),
        says: format!("When {what}, by the hour and the day of the week, on the clock of {clock}."),
        svg: None,
        table: Table::default(),
    };
    let all = || (0..7).flat_map(|day| (0..24).map(move |hour| (hours[day][hour], day, hour)));
    let total: u64 = all().map(|(count, ..)| count).sum();
    let most = all().map(|(count, ..)| count).max().unwrap_or_default();
    if most == 0 {
        return chart;
    }
    let mut busiest = all().filter(|(count, ..)| *count == most);
    let busiest = match (busiest.next(), busiest.next()) {
        (Some((_, day, hour)), None) => format!("The busiest hour begins on {} at {hour}:00", WEEKDAYS[day]),
        _ => "Several hours are the busiest".to_owned(),
    };
    chart.says += &format!(" The larger a square, the more. {busiest}, with {most} of {total}.");
    let mut drawing = Drawing::new(chart.id, &chart.title, &chart.says, 20 + 7 * CELL);
    let left = WIDTH - 24 * CELL - 4;
    for (y, day) in (20..).step_by(18).zip(WEEKDAYS) {
        drawing.text("soft", Anchor::Start, 0, y + 13, day);
        drawing.bare_rect("lane", [left, y + 1, 24 * CELL, CELL - 2]);
    }
    for hour in (0..24).step_by(3) {
        drawing.text("soft", Anchor::Middle, left + hour * CELL + CELL / 2, 13, &hour.to_string());
    }
    for (count, day, hour) in all().filter(|(count, ..)| *count > 0) {
        // The area tells the count, and one is still to be seen.
        let size = (14 * 14 * count / most).isqrt().max(3);
        let (x, y) = (left + hour as u64 * CELL, 20 + day as u64 * CELL);
        let gap = (CELL - size) / 2;
        drawing.rect("bar", [x + gap, y + gap, size, size], &format!("{} {hour}:00: {count}", WEEKDAYS[day]));
    }
    chart.svg = Some(drawing.finish());
    let row = |hour: usize| {
        let counts = (0..7).map(|day| hours[day][hour].to_string());
        std::iter::once(format!("{hour}:00")).chain(counts).collect()
    };
    chart.table = Table {
        head: std::iter::once("Hour").chain(WEEKDAYS).map(str::to_owned).collect(),
        rows: (0..24).map(row).collect(),
        rest: None,
    };
    chart
}

/// How long the columns are, the number of the first, and how many there are; none without a day.
fn columns(smallest: Unit, days: impl Iterator<Item = NaiveDate> + Clone) -> Option<(Unit, i32, u64)> {
    let (first, last) = (days.clone().min()?, days.max()?);
    let unit = smallest.fitting(first, last);
    let last = unit.number(last);
    // Of too many years, the latest.
    let first = unit.number(first).max(last - MOST_COLUMNS + 1);
    Some((unit, first, u64::from(last.abs_diff(first)) + 1))
}

fn legend(drawing: &mut Drawing, low: &'static str, low_says: &str, high: &'static str, high_says: &str) {
    for (x, class, says) in [(0, low, low_says), (110, high, high_says)] {
        if class.starts_with("line") {
            drawing.line(class, &[(x, 10), (x + 22, 10)]);
        } else {
            drawing.bare_rect(class, [x, 5, 22, 9]);
        }
        drawing.text("soft", Anchor::Start, x + 28, 14, says);
    }
}

/// The longest parts give way, as far as it takes.
fn shortened(parts: &[String]) -> Vec<String> {
    let lengths = || parts.iter().map(|part| part.chars().count());
    let between = 3 * parts.len().saturating_sub(1);
    let fits = |most: &usize| lengths().map(|length| length.min(*most)).sum::<usize>() + between <= LONGEST_LABEL;
    let most = (1..=LONGEST_LABEL).rev().find(fits).unwrap_or(1);
    parts.iter().map(|part| visible(part, most)).collect()
}

fn wait_cells(waits: &Waits) -> Vec<String> {
    vec![waits.count().to_string(), wait(percentile(waits, 50)), wait(percentile(waits, 90))]
}

fn percentile(waits: &Waits, percent: usize) -> u32 {
    waits.percentile(percent).unwrap_or_default()
}

fn heads(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn left_out(count: usize, which: &str) -> Option<String> {
    (count > 0).then(|| format!("Left out because {which}: {count}."))
}
