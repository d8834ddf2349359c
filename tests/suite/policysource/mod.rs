//! The policy where it is kept: looked at now and then, replaced only by one that is in order.

mod adoption;
mod answers;
mod files;
mod kept;

use std::str::FromStr;

use holdpoint::adapters::policysource::{Current, Place, PolicySource};
use holdpoint::policyfile::{DEFAULT, PolicyFile, read};

use crate::support::world::minute;

const INVALID: &str = "version: 1\npolicies: [{ name: all, taget: 4h }]\n";

fn built_in() -> PolicyFile {
    read("(the built-in policy)", DEFAULT).expect("it is in order")
}

fn policy(name: &str) -> String {
    format!("version: 1\npolicies: [{{ name: {name}, target: 4h }}]\n")
}

/// The same by a calendar that names this file.
fn naming(name: &str, file: &str) -> String {
    with_holidays(name, &format!("{{ ical: {file} }}"))
}

fn with_holidays(name: &str, holidays: &str) -> String {
    format!(
        "version: 1
calendars: {{ office: {{ timezone: Europe/London, hours: {{ mon-fri: '09:00-17:30' }}, holidays: [{holidays}] }} }}
policies: [{{ name: {name}, target: 4h, calendar: office }}]\n"
    )
}

/// A file of iCalendar with one day off.
fn off(date: &str) -> String {
    format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Closed\nDTSTART;VALUE=DATE:{date}\nEND:VEVENT\nEND:VCALENDAR\n")
}

/// The version of the policy that holds.
async fn version(source: &PolicySource, at: i64) -> String {
    source.current(minute(at)).await.expect("it can be read").policy.rules.version.clone()
}

/// The name of its only policy, and whether it is not the newest.
fn seen(current: &Current) -> (&str, bool) {
    (current.policy.rules.policies[0].name.as_str(), current.is_invalid)
}

async fn look(source: &PolicySource, at: i64) -> (String, bool) {
    let current = source.current(minute(at)).await.expect("it can be read");
    let (name, is_invalid) = seen(&current);
    (name.to_owned(), is_invalid)
}

fn is(name: &str, is_invalid: bool) -> (String, bool) {
    (name.to_owned(), is_invalid)
}

#[test]
fn a_place_is_one_word_of_settings() {
    for text in ["s3://policies/holdpoint/policy.yaml", "ssm:/holdpoint/policy", "file:policy.yaml", "file:/etc/p.yaml"]
    {
        assert_eq!(Place::from_str(text).expect("a place").to_string(), text);
    }
    for text in
        ["", "policy.yaml", "s3://bucket", "s3://bucket/", "s3:///key", "ssm:name", "ssm:/", "file:", "http://x/y"]
    {
        let error = Place::from_str(text).expect_err("no place").to_string();
        assert_eq!(error, format!("`{text}` is no place for a policy: write s3://BUCKET/KEY, ssm:/NAME or file:PATH"));
    }
}
