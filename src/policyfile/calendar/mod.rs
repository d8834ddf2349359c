//! Calendars: from what is written to what is counted with.

mod dates;
mod form;
mod hours;
mod ical;

use std::collections::BTreeMap;

use serde::Deserializer;
use serde_saphyr::Spanned;

pub(super) use self::form::CalendarForm;
use super::name::name;
use super::place::path;
use super::problems::Problems;
use crate::domain::calendar::{Calendar, Zone};

/// More calendars are a mistake.
const MAX_CALENDARS: usize = 50;
/// Names that are less alike are not meant, and of short ones many are.
const LEAST_ALIKE: f64 = 0.6;
const SHORTEST: usize = 5;

/// Files that stand beside a policy, and what was in those that were asked for.
pub(super) struct Beside<'a> {
    read: &'a dyn Fn(&str) -> Result<String, String>,
    pub(super) texts: BTreeMap<String, String>,
}

impl<'a> Beside<'a> {
    /// `read` gives a file's text, or says why not.
    pub(super) fn new(read: &'a dyn Fn(&str) -> Result<String, String>) -> Self {
        Self { read, texts: BTreeMap::new() }
    }

    fn fetch(&mut self, name: &str) -> Result<String, String> {
        if let Some(text) = self.texts.get(name) {
            return Ok(text.clone());
        }
        let text = (self.read)(name).map_err(|error| format!("`{name}` cannot be read: {error}"))?;
        self.texts.insert(name.to_owned(), text.clone());
        Ok(text)
    }
}

/// All calendars of a file, and notes on what is worth knowing of them.
pub(super) fn calendars(
    forms: &BTreeMap<String, Spanned<CalendarForm>>,
    beside: &mut Beside<'_>,
    problems: &mut Problems,
) -> (BTreeMap<String, Calendar>, Vec<String>) {
    let last = forms.values().max_by_key(|form| form.referenced.line());
    if let Some(last) = last.filter(|_| forms.len() > MAX_CALENDARS) {
        problems.add(
            last,
            "calendars",
            format!("more than {MAX_CALENDARS} calendars end here: let policies share one"),
        );
        return Default::default();
    }
    let (mut calendars, mut all_notes) = (BTreeMap::new(), Vec::new());
    for (key, form) in forms {
        let path = format!("calendars.{key}");
        problems.take(form, &path, name(key));
        let mut notes = Vec::new();
        let calendar = calendar(key, &form.value, &path, beside, &mut notes, problems);
        calendars.extend(calendar.map(|calendar| (key.clone(), calendar)));
        all_notes.extend(notes.into_iter().map(|note| format!("calendar `{key}`: {note}")));
    }
    (calendars, all_notes)
}

pub(super) fn calendar(
    name: &str,
    form: &CalendarForm,
    path: &str,
    beside: &mut Beside<'_>,
    notes: &mut Vec<String>,
    problems: &mut Problems,
) -> Option<Calendar> {
    let zone = problems.take(&form.timezone, &format!("{path}.timezone"), zone(&form.timezone.value));
    let week = hours::week(&form.hours, &format!("{path}.hours"), problems);
    let exceptions = dates::exceptions(form, path, beside, notes, problems);
    Some(Calendar::new(name, zone?, week?, exceptions))
}

/// A calendar by itself, written as in the policy file, in whatever format. The error names the place inside.
pub fn read_calendar<'de, D: Deserializer<'de>>(form: D) -> Result<Calendar, String> {
    let form: CalendarForm =
        serde_path_to_error::deserialize(form).map_err(|error| match path(error.path()).as_str() {
            "" => error.inner().to_string(),
            path => format!("{path}: {}", error.inner()),
        })?;
    let mut problems = Problems::default();
    let refuse = |_: &str| Err("no file can be named here: write its dates".to_owned());
    let calendar = calendar("", &form, "", &mut Beside::new(&refuse), &mut Vec::new(), &mut problems);
    let wrong: Vec<String> =
        problems.0.iter().map(|wrong| format!("{}: {}", wrong.path.trim_start_matches('.'), wrong.message)).collect();
    calendar.filter(|_| wrong.is_empty()).ok_or_else(|| wrong.join("; "))
}

/// A time zone by its name. The error names the one that was meant, if there is such a one.
pub fn zone(name: &str) -> Result<Zone, String> {
    Zone::named(name).ok_or_else(|| match nearest_zone(name) {
        Some(near) => format!("there is no time zone `{name}`: did you mean `{near}`?"),
        None => format!("there is no time zone `{name}`: write one of the IANA database, for example `Europe/London`"),
    })
}

/// The zone whose city it is, or else whose name is most alike.
fn nearest_zone(name: &str) -> Option<String> {
    let plain = |text: &str| text.to_ascii_lowercase().replace([' ', '-'], "_");
    let wanted = plain(name);
    let city = |zone: &String| zone.rsplit('/').next().is_some_and(|city| plain(city) == wanted);
    let alike = |zone: &String| strsim::normalized_damerau_levenshtein(&plain(zone), &wanted);
    let zones = Zone::names();
    let nearest = zones.iter().filter(|_| wanted.len() >= SHORTEST);
    let nearest = nearest.max_by(|a, b| alike(a).total_cmp(&alike(b))).filter(|zone| alike(zone) >= LEAST_ALIKE);
    zones.iter().find(|zone| city(zone)).or(nearest).cloned()
}
