//! Public holidays by country and region, from a list that is compiled in.

use std::collections::BTreeMap;

use chrono::NaiveDate;

/// What update.py has written, and tells the form of.
const LIST: &str = include_str!("public.tsv");

/// The years of the list.
const FIRST: i32 = 2020;
const LAST: i32 = 2040;

/// Removed from what a region's country has.
const NOT: &str = "-";

/// A line of the list.
struct Line {
    name: &'static str,
    dates: &'static str,
    places: &'static str,
}

/// The holidays of a country (`gb`), or of one of its regions (`gb-eng`), each with its name. They go from 2020 to 2040.
pub(super) fn holidays(place: &str) -> Result<BTreeMap<NaiveDate, &'static str>, String> {
    let place = place.to_ascii_uppercase();
    let country = place.split('-').next().unwrap_or_default();
    if !places().any(|known| known == place) {
        return Err(unknown(&place, country));
    }
    let mut days = BTreeMap::new();
    for line in lines().skip(1).filter(|line| line.name != NOT && line.is_for(&[country, &place])) {
        for date in dates(line.dates) {
            days.entry(date).or_insert(line.name);
        }
    }
    for line in lines().filter(|line| line.name == NOT && line.is_for(&[&place])) {
        for date in dates(line.dates) {
            days.remove(&date);
        }
    }
    Ok(days)
}

/// A region of this country, if it has some whose holidays are not the country's.
pub(super) fn example_region(country: &str) -> Option<String> {
    let of_country = format!("{}-", country.to_ascii_uppercase());
    let mut told_apart = lines().skip(1).flat_map(|line| line.places.split(' '));
    told_apart.find(|place| place.starts_with(&of_country)).map(str::to_ascii_lowercase)
}

fn unknown(place: &str, country: &str) -> String {
    let shown = place.to_ascii_lowercase();
    let list = |wanted: &dyn Fn(&str) -> bool| {
        places().filter(|place| wanted(place)).map(str::to_ascii_lowercase).collect::<Vec<_>>().join(", ")
    };
    if places().any(|known| known == country) {
        let of_country = format!("{country}-");
        let (regions, country) = (list(&|place| place.starts_with(&of_country)), country.to_ascii_lowercase());
        return match regions.as_str() {
            "" => format!("`{country}` has no regions here: write `{country}` in place of `{shown}`"),
            some => format!("`{country}` has no region `{shown}`: there are {some}"),
        };
    }
    let initial: String = country.chars().take(1).collect();
    let countries = list(&|place| !place.contains('-') && place.starts_with(&initial));
    let hint = if country == "UK" { "the United Kingdom is `gb`" } else { "write a country's code by ISO 3166" };
    match countries.as_str() {
        "" => format!("there are no holidays of `{shown}`: {hint}, such as `gb`"),
        some => format!("there are no holidays of `{shown}`: {hint}; with this initial there are {some}"),
    }
}

fn lines() -> impl Iterator<Item = Line> {
    LIST.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut parts = line.split('\t');
        Some(Line { name: parts.next()?, dates: parts.next()?, places: parts.next()? })
    })
}

fn places() -> impl Iterator<Item = &'static str> {
    lines().take(1).flat_map(|line| line.places.split(' '))
}

impl Line {
    fn is_for(&self, places: &[&str]) -> bool {
        self.places.split(' ').any(|place| places.contains(&place))
    }
}

fn dates(text: &'static str) -> Vec<NaiveDate> {
    let number = |text: &str| text.parse::<u32>().unwrap_or_default();
    let date = |year: i32, month_day: &str| {
        let (month, day) = (number(month_day.get(..2)?), number(month_day.get(2..)?));
        NaiveDate::from_ymd_opt(year, month, day)
    };
    if let Some(once_a_year) = text.strip_prefix('*') {
        let each = (0..once_a_year.len() / 4).map(|n| once_a_year.get(n * 4..n * 4 + 4).unwrap_or_default());
        return (FIRST..).zip(each).filter_map(|(year, day)| date(year, day)).collect();
    }
    if let Some((month, day)) = text.split_once('-') {
        let always = format!("{month}{day}");
        return (FIRST..=LAST).filter_map(|year| date(year, &always)).collect();
    }
    let in_year = |text: &str| date(2000 + text.get(..2)?.parse::<i32>().ok()?, text.get(2..)?);
    text.split(',').filter_map(in_year).collect()
}
