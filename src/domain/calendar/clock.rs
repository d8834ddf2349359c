//! The arithmetic of working time, on the clock on the wall alone: how much of it lies before a time, and at which time
//! how much of it has passed. Both take integers and a binary search among the unusual days, however far away they are.
//!
//! What starts on one day and ends on the next is cut at midnight first. So a day is a list of windows, whatever the day
//! before it was; an unusual day is one whose list is not its weekday's.

use std::collections::HashMap;

use super::holidays::{Exceptions, hours_on};
use super::week::{Hours, WEEKDAYS, Week};
use super::zone::{DAY, date, day};

pub(super) struct Clock {
    usual: [Shape; 7],
    /// The working time of a usual week before each of its days, and that of all of it.
    before: [i64; 8],
    unusual: Vec<Unusual>,
    /// The shapes that unusual days have.
    shapes: Vec<Shape>,
}

/// When a day is open: seconds since midnight, in order, neither touching nor empty.
#[derive(PartialEq, Eq)]
struct Shape {
    windows: Vec<(i64, i64)>,
    total: i64,
}

struct Unusual {
    day: i64,
    shape: usize,
    /// How much longer than usual the unusual days up to this one are, taken together.
    gain: i64,
}

impl Clock {
    pub(super) fn new(week: &Week, exceptions: &Exceptions) -> Self {
        let usual = WEEKDAYS.map(|day| Shape::new(Some(week.on(day.pred())), Some(week.on(day))));
        let mut before = [0; 8];
        for (n, shape) in usual.iter().enumerate() {
            before[n + 1] = before[n] + shape.total;
        }
        let mut clock = Self { usual, before, unusual: Vec::new(), shapes: Vec::new() };
        clock.compile(week, exceptions);
        clock
    }

    fn compile(&mut self, week: &Week, exceptions: &Exceptions) {
        // What holds on a date can change the day after it too, by a window across midnight.
        let mut days: Vec<i64> = exceptions.dates().into_iter().flat_map(|date| [day(date), day(date) + 1]).collect();
        days.dedup();
        let mut known: HashMap<Vec<(i64, i64)>, usize> = HashMap::new();
        let mut gain = 0;
        for day in days {
            let hours = |day| hours_on(week, exceptions, date(day));
            let shape = Shape::new(hours(day - 1), hours(day));
            let usual = &self.usual[weekday(day)];
            if shape == *usual {
                continue;
            }
            gain += shape.total - usual.total;
            let shapes = &mut self.shapes;
            let shape = *known.entry(shape.windows.clone()).or_insert_with(|| {
                shapes.push(shape);
                shapes.len() - 1
            });
            self.unusual.push(Unusual { day, shape, gain });
        }
    }

    /// The working time from the beginning of the year 1 until the wall shows `local`.
    pub(super) fn worked(&self, local: i64) -> i64 {
        let (day, time) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let (shape, gain) = self.on(day);
        self.usual_before(day) + gain + shape.before(time)
    }

    /// The earliest time on the wall by which `work`, which is more than nothing, has been worked.
    pub(super) fn reached(&self, work: i64) -> i64 {
        let starts_before = self.unusual.partition_point(|unusual| {
            let gain = unusual.gain - self.gain(unusual);
            self.usual_before(unusual.day) + gain < work
        });
        let mut gain = 0;
        if let Some(last) = starts_before.checked_sub(1).and_then(|n| self.unusual.get(n)) {
            let before = self.usual_before(last.day) + last.gain - self.gain(last);
            let shape = &self.shapes[last.shape];
            if before + shape.total >= work {
                return last.day * DAY + shape.reached(work - before);
            }
            gain = last.gain;
        }
        let [.., in_week] = self.before;
        let usual = work - gain - 1;
        let (weeks, rest) = (usual.div_euclid(in_week), usual.rem_euclid(in_week));
        let weekday = self.before.partition_point(|before| *before <= rest) - 1;
        let shape = &self.usual[weekday];
        (weeks * 7 + i64::try_from(weekday).unwrap_or_default()) * DAY + shape.reached(rest + 1 - self.before[weekday])
    }

    pub(super) fn is_open(&self, local: i64) -> bool {
        let (day, time) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        self.on(day).0.closes(time).is_some()
    }

    /// When what is open at `local` closes; `latest` if it does not before that.
    pub(super) fn closes(&self, local: i64, latest: i64) -> i64 {
        let mut at = local;
        while at < latest {
            let (day, time) = (at.div_euclid(DAY), at.rem_euclid(DAY));
            match self.on(day).0.closes(time) {
                None => return at,
                Some(end) => at = day * DAY + end,
            }
            if at.rem_euclid(DAY) != 0 {
                break;
            }
        }
        at.min(latest)
    }

    /// The day's shape, and what the unusual days before it add to the usual time.
    fn on(&self, day: i64) -> (&Shape, i64) {
        let n = self.unusual.partition_point(|unusual| unusual.day < day);
        let gain = n.checked_sub(1).map_or(0, |before| self.unusual[before].gain);
        match self.unusual.get(n) {
            Some(unusual) if unusual.day == day => (&self.shapes[unusual.shape], gain),
            _ => (&self.usual[weekday(day)], gain),
        }
    }

    fn usual_before(&self, day: i64) -> i64 {
        day.div_euclid(7) * self.before[7] + self.before[weekday(day)]
    }

    /// How much longer than usual this day is by itself.
    fn gain(&self, unusual: &Unusual) -> i64 {
        self.shapes[unusual.shape].total - self.usual[weekday(unusual.day)].total
    }
}

impl Shape {
    /// Of what starts on the day before and of what starts on the day.
    fn new(yesterday: Option<&Hours>, today: Option<&Hours>) -> Self {
        let spill = (0, yesterday.map_or(0, Hours::spill));
        let starting = today.into_iter().flat_map(Hours::windows).map(|window| (window.start, window.end.min(DAY)));
        let mut windows: Vec<(i64, i64)> = Vec::new();
        for (start, end) in std::iter::once(spill).chain(starting).filter(|(start, end)| start < end) {
            match windows.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => windows.push((start, end)),
            }
        }
        let total = windows.iter().map(|(start, end)| end - start).sum();
        Self { windows, total }
    }

    /// The working time before `time`.
    fn before(&self, time: i64) -> i64 {
        self.windows.iter().map(|(start, end)| (time.min(*end) - start).max(0)).sum()
    }

    /// The earliest time by which `work` of the day has been worked.
    fn reached(&self, work: i64) -> i64 {
        let mut left = work;
        for (start, end) in &self.windows {
            if left <= end - start {
                return start + left;
            }
            left -= end - start;
        }
        DAY
    }

    /// The end of the window that `time` is in.
    fn closes(&self, time: i64) -> Option<i64> {
        self.windows.iter().find(|(start, end)| (*start..*end).contains(&time)).map(|(_, end)| *end)
    }
}

fn weekday(day: i64) -> usize {
    usize::try_from(day.rem_euclid(7)).unwrap_or_default()
}
