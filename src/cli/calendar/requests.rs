//! Requests on standard input, for programs that ask again and again: one JSON object a line, answered in order.

use std::io::{self, BufRead, Read, Write};

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{named, seconds, time};
use crate::cli::Failure;
use crate::domain::Timestamp;
use crate::domain::calendar::Calendar;
use crate::notice::clean;
use crate::policyfile::{PolicyFile, read_calendar};
use crate::record::time::to_text;

/// A calendar with all the holidays that it can have is far shorter.
const MAX_LINE: u64 = 1024 * 1024;
const MAX_ERROR: usize = 1000;

/// The calendar that stood in the last request: most of the next ones have the same.
type Last = Option<(Value, Calendar)>;

pub(super) fn answer(mut input: impl BufRead, mut out: impl Write, policy: &PolicyFile) -> Result<(), Failure> {
    let mut last = None;
    while let Some(line) = line(&mut input)? {
        let (id, answer) = match line.and_then(|line| parse(&line)) {
            Ok(request) => (request["id"].clone(), self::request(&request, policy, &mut last)),
            Err(error) => (Value::Null, Err(error)),
        };
        let answer = match answer {
            Ok(Answer::Due(due)) => json!({ "id": id, "due": to_text(due) }),
            Ok(Answer::Working(working)) => json!({ "id": id, "working_seconds": seconds(working) }),
            Err(error) => json!({ "id": id, "error": clean(&error, MAX_ERROR) }),
        };
        writeln!(out, "{answer}")?;
        // Whoever asks may wait for this before asking on.
        out.flush()?;
    }
    Ok(())
}

enum Answer {
    Due(Timestamp),
    Working(TimeDelta),
}

/// The next line, or why it cannot be taken; none at the end.
fn line(input: &mut impl BufRead) -> io::Result<Option<Result<Vec<u8>, String>>> {
    let mut line = Vec::new();
    if input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.len() as u64 == MAX_LINE && !line.ends_with(b"\n") {
        input.skip_until(b'\n')?;
        return Ok(Some(Err(format!("the line has more than {MAX_LINE} bytes"))));
    }
    Ok(Some(Ok(line)))
}

fn parse(line: &[u8]) -> Result<Value, String> {
    let request: Value =
        serde_json::from_slice(line.trim_ascii()).map_err(|error| format!("the line is no JSON: {error}"))?;
    if request.is_object() { Ok(request) } else { Err("the line is no JSON object".to_owned()) }
}

fn request(request: &Value, policy: &PolicyFile, last: &mut Last) -> Result<Answer, String> {
    let calendar = calendar(request, policy, last)?;
    let has = |key: &str| request.get(key).is_some();
    match (has("add_working_seconds"), has("to")) {
        (true, false) => {
            let start = at(request, "start")?;
            let number = request["add_working_seconds"].as_i64().filter(|number| *number >= 0);
            let working = number.and_then(TimeDelta::try_seconds);
            working
                .map(|working| Answer::Due(calendar.add(start, working)))
                .ok_or_else(|| "add_working_seconds: write a whole number, not below 0".to_owned())
        }
        (false, true) => Ok(Answer::Working(calendar.between(at(request, "from")?, at(request, "to")?))),
        _ => Err("write either `start` and `add_working_seconds`, or `from` and `to`".to_owned()),
    }
}

fn calendar(request: &Value, policy: &PolicyFile, last: &mut Last) -> Result<Calendar, String> {
    match &request["calendar"] {
        Value::String(name) => named(policy, name).cloned(),
        form @ Value::Object(_) => {
            if let Some((_, calendar)) = last.as_ref().filter(|(known, _)| known == form) {
                return Ok(calendar.clone());
            }
            let calendar = read_calendar(form).map_err(|error| format!("calendar: {error}"))?;
            *last = Some((form.clone(), calendar.clone()));
            Ok(calendar)
        }
        _ => {
            Err("`calendar` is missing: write the name of one in the policy, or one as it would stand there".to_owned())
        }
    }
}

fn at(request: &Value, key: &str) -> Result<Timestamp, String> {
    let text = request[key].as_str().ok_or_else(|| format!("`{key}` is missing: write a time in quotes"))?;
    time(text).map_err(|error| format!("{key}: {error}"))
}
