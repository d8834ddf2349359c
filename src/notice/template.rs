//! Texts of notices that users write.
//!
//! The language is that of Jinja, less includes and macros. A template sees nothing but the values it is given, and has
//! an allowance of work and memory, so that none can hold up a notice.

use chrono::{DateTime, TimeDelta};
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value};
use serde_json::Value as Json;

use super::chat::plain;
use super::clean::clean;
use super::wall::Wall;
use super::{duration, link};
use crate::domain::calendar::Zone;

/// Pays for some ten thousand steps, or for a megabyte of text on the way.
const FUEL: u64 = 20_000;
/// In characters. A longer text is nobody's wish.
const MAX_TEMPLATE: usize = 16_000;
const MAX_OUTPUT: usize = 32_000;
const MAX_VALUE: usize = 2_000;

/// What a template sees: see [`values`].
pub type Values = Value;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template(String);

/// Where the words go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Plain,
    /// For chats: values are escaped, what the template itself says is not.
    Markdown,
}

/// Why a template gives no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column} of the template: {message}")]
pub struct Fault {
    /// Inside the template, both from 1.
    pub line: usize,
    pub column: usize,
    pub message: String,
}

impl Template {
    pub fn new(source: impl Into<String>) -> Self {
        Self(source.into())
    }

    pub fn render(&self, values: &Values, style: Style) -> Result<String, Fault> {
        let at_begin = |message: String| Fault { line: 1, column: 1, message };
        if self.0.chars().count() > MAX_TEMPLATE {
            return Err(at_begin(format!("it is longer than {MAX_TEMPLATE} characters: shorten it")));
        }
        let text = environment(style, wall_of(values))
            .render_str(&self.0, values.clone())
            .map_err(|error| self.fault(&error))?;
        // The values have none, and what a template has of them is an accident.
        let text: String = text.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
        let length = text.chars().count();
        if length > MAX_OUTPUT {
            return Err(at_begin(format!("it gives {length} characters, and {MAX_OUTPUT} are allowed: say less")));
        }
        if text.trim().is_empty() {
            return Err(at_begin("it gives no text at all: write some that is always there".to_owned()));
        }
        Ok(text)
    }

    fn fault(&self, error: &Error) -> Fault {
        let before = error.range().and_then(|range| self.0.get(..range.start));
        let (line, column) = before.map_or((error.line().unwrap_or(1), 1), |before| {
            let last = before.rsplit('\n').next().unwrap_or_default();
            (before.matches('\n').count() + 1, last.chars().count() + 1)
        });
        Fault { line, column, message: message(error) }
    }
}

/// What is wrong, in one line.
fn message(error: &Error) -> String {
    match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => "it has too much to do: leave out what repeats".to_owned(),
        (ErrorKind::UndefinedError, detail) => {
            let what = detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
            format!("there is no such value{what}: mind the spelling, and ask with `if` for what can be missing")
        }
        (kind, Some(detail)) => clean(&format!("{kind}: {detail}"), 300),
        (kind, None) => kind.to_string(),
    }
}

fn environment(style: Style, wall: Wall) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_debug(true);
    environment.set_fuel(Some(FUEL));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    // So that a line with nothing but an `if` leaves no gap in the text.
    if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
        environment.set_syntax(syntax);
    }
    environment.set_formatter(move |out, state, value| show(out, state, value, style));
    environment.add_filter("duration", |seconds: Option<i64>| {
        seconds.and_then(TimeDelta::try_seconds).map(duration).unwrap_or_default()
    });
    environment.add_filter("moment", move |at: Option<String>| {
        at.and_then(|at| time(&at)).map(|at| wall.moment_in_full(at)).unwrap_or_default()
    });
    environment
}

/// The reader's.
fn wall_of(values: &Values) -> Wall {
    let zone = values.get_attr("timezone").ok();
    let zone = zone.as_ref().and_then(Value::as_str).and_then(Zone::named);
    zone.as_ref().map_or_else(Wall::utc, Wall::of)
}

/// What is not known shows as nothing.
fn show(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value, style: Style) -> Result<(), Error> {
    match (style, value.as_str()) {
        _ if value.is_none() => Ok(()),
        (Style::Markdown, Some(text)) => Ok(out.write_str(&plain(text))?),
        (Style::Plain, Some(text)) => Ok(out.write_str(text)?),
        (Style::Markdown, None) if value.as_object().is_some() => Ok(out.write_str(&plain(&value.to_string()))?),
        _ => minijinja::escape_formatter(out, state, value),
    }
}

/// What a template may name: what machines are told of a notice, and beside that
///
/// - `wait`: how long the approval has waited, `2h 5m`
/// - `left`: how much is left until the deadline; missing (null) when it has passed
/// - `over`: how long ago the deadline passed; missing before
/// - `link`: the link to review and decide
/// - `text` and `subject`: the built-in ones
/// - `links`: how to answer, where links are switched on: `links.acknowledge`, `links.snooze`; missing otherwise
///
/// All text is clean: one line, nothing hidden. A link that leads nowhere on the web is missing.
pub fn values(data: &Json) -> Values {
    let text = |key: &str| data.get(key).and_then(Json::as_str);
    let (sent_at, deadline) = (text("sent_at").and_then(time), text("deadline").and_then(time));
    let to_go = sent_at.zip(deadline).map(|(now, deadline)| deadline - now);
    let waited = data.get("waited_seconds").and_then(Json::as_i64).and_then(TimeDelta::try_seconds);
    let asked = text("requested_at").and(waited);
    let helpers = [
        ("wait", asked.map(duration)),
        ("left", to_go.filter(|time| *time > TimeDelta::zero()).map(duration)),
        ("over", to_go.filter(|time| *time <= TimeDelta::zero()).map(|time| duration(-time))),
        ("link", text("review_link").map(str::to_owned)),
    ];
    let no_links = data.get("links").is_none().then(|| ("links".to_owned(), Value::from(())));
    let known = data.as_object().into_iter().flatten().map(|(key, value)| (key.clone(), value_of(key, value)));
    let helpers = helpers.map(|(key, value)| (key.to_owned(), Value::from(value)));
    Value::from_pairs(known.chain(helpers).chain(no_links))
}

fn value_of(key: &str, value: &Json) -> Value {
    match value {
        Json::Null => Value::from(()),
        Json::Bool(is_so) => Value::from(*is_so),
        Json::Number(number) => number.as_i64().map_or_else(|| Value::from(number.as_f64()), Value::from),
        Json::String(text) => match key {
            // Written here, line by line.
            "text" | "review_link" => Value::from(text.as_str()),
            "external_link" | "url" => Value::from(link::web(text)),
            _ => Value::from(clean(text, MAX_VALUE)),
        },
        Json::Array(items) => items.iter().map(|item| value_of(key, item)).collect(),
        Json::Object(fields) => {
            Value::from_pairs(fields.iter().map(|(key, value)| (key.clone(), value_of(key, value))))
        }
    }
}

fn time(text: &str) -> Option<crate::domain::Timestamp> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc())
}
