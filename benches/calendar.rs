//! What working time costs: every look at an approval works out some of it.
//!
//! Each figure is for one question, on a calendar with office hours in London and 50 days off, from starts that are spread
//! over a year.

use std::hint::black_box;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use divan::Bencher;
use holdpoint::domain::calendar::{Calendar, Exceptions, MonthDay, Week, Window, YEARLY, Zone};

fn main() {
    divan::main();
}

fn exceptions(days_off: u64) -> Exceptions {
    let mut exceptions = Exceptions::default();
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date");
    for n in 0..days_off {
        exceptions.take_off(first + Days::new(n * 37), None);
    }
    exceptions
}

fn calendar(exceptions: Exceptions) -> Calendar {
    let hours = vec![Window::new(9 * 3600, 17 * 3600 + 1800).expect("a window")];
    let week = Week::new(&std::array::from_fn(|day| if day < 5 { hours.clone() } else { Vec::new() })).expect("a week");
    Calendar::new("office", Zone::named("Europe/London").expect("a zone"), week, exceptions)
}

/// Starts that are spread over 2026, at all hours.
fn starts() -> impl FnMut() -> DateTime<Utc> {
    let mut n = 0;
    move || {
        n = (n + 104_729) % 31_536_000;
        DateTime::from_timestamp(1_767_225_600 + n, 0).expect("a time in range")
    }
}

#[divan::bench(args = [4, 40, 400, 20_000])]
fn add_hours(bencher: Bencher, hours: i64) {
    let calendar = calendar(exceptions(50));
    bencher.with_inputs(starts()).bench_local_values(|from| calendar.add(from, black_box(TimeDelta::hours(hours))));
}

#[divan::bench]
fn add_40_hours_all_day_every_day(bencher: Bencher) {
    let calendar = Calendar::always();
    bencher.with_inputs(starts()).bench_local_values(|from| calendar.add(from, black_box(TimeDelta::hours(40))));
}

#[divan::bench]
fn add_40_hours_with_5000_days_off(bencher: Bencher) {
    let calendar = calendar(exceptions(5000));
    bencher.with_inputs(starts()).bench_local_values(|from| calendar.add(from, black_box(TimeDelta::hours(40))));
}

#[divan::bench(args = [1, 30, 3650, 36_500])]
fn between_days(bencher: Bencher, days: i64) {
    let calendar = calendar(exceptions(50));
    bencher
        .with_inputs(starts())
        .bench_local_values(|from| calendar.between(from, from + black_box(TimeDelta::days(days))));
}

#[divan::bench]
fn spans_of_a_year(bencher: Bencher) {
    let calendar = calendar(exceptions(50));
    bencher.with_inputs(starts()).bench_local_values(|from| calendar.spans(from, from + TimeDelta::days(365)).count());
}

#[divan::bench]
fn add_5_working_days(bencher: Bencher) {
    let calendar = calendar(exceptions(50));
    bencher.with_inputs(starts()).bench_local_values(|from| calendar.add_days(from, black_box(5)));
}

#[divan::bench]
fn make_a_calendar_with_50_days_off(bencher: Bencher) {
    bencher.bench(|| calendar(exceptions(black_box(50))));
}

#[divan::bench]
fn make_a_calendar_with_10_days_of_each_year(bencher: Bencher) {
    bencher.bench(|| {
        let mut exceptions = Exceptions::default();
        for month in 1..=10 {
            exceptions.take_off_yearly(MonthDay::new(month, 11).expect("a day"), YEARLY, None);
        }
        calendar(exceptions)
    });
}
