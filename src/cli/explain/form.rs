//! An explanation as JSON: what `docs/explain.md` promises.

use serde_json::{Value, json};

use crate::app::explain::{Coming, Counted, Explanation, Fate, NoticeFate, NoticeStory, Piece, RungStory, Tried, What};
use crate::domain::policy::Rules;
use crate::domain::span::Span;
use crate::domain::{RecipientName, Timestamp};
use crate::notice::Wall;
use crate::record::fact::FactRecord;
use crate::record::line;
use crate::record::names::Named;
use crate::record::time::to_text;

pub(in crate::cli) fn to_json(explanation: &Explanation, rules: &Rules) -> Value {
    let approval = &explanation.approval;
    let wall = Wall::of_policy(approval, rules);
    let facts: Vec<Value> =
        explanation.facts.iter().filter_map(|fact| serde_json::to_value(FactRecord::from(fact)).ok()).collect();
    let acknowledged: Vec<Value> = approval
        .acknowledged
        .iter()
        .map(|(at, response)| json!({ "at": to_text(*at), "by": response.by, "note": response.note }))
        .collect();
    json!({
        "approval": approval.id.as_str(),
        "at": to_text(explanation.at),
        "gate": line::gate(approval.gate.as_ref()),
        "attempt": approval.attempt,
        "phase": approval.phase().word(),
        "requested_at": approval.request.map(|request| to_text(request.at)),
        "policy": approval.policy(rules).map(|policy| policy.name.as_str()),
        "policy_version": explanation.policy_version,
        "applied": approval.applied.as_ref().map(|applied| {
            json!({ "policy": applied.name.as_str(), "policy_version": applied.version })
        }),
        "timezone": wall.zone().name(),
        "tried": explanation.tried.iter().map(tried).collect::<Vec<_>>(),
        "deadline": explanation.deadline.map(to_text),
        "deadline_local": explanation.deadline.map(|at| local(at, &wall)),
        "expires_at": explanation.expires_at.map(to_text),
        "counted": explanation.counted.as_ref().map(|found| counted(found, &wall)),
        "ladder": explanation.rungs.iter().map(|rung| self::rung(rung, &wall)).collect::<Vec<_>>(),
        "earlier_rungs": explanation.earlier_rungs,
        "acknowledged": acknowledged,
        "snoozed_until": approval.snoozed_until.map(to_text),
        "evidence": line::evidence(approval),
        "facts": facts,
        "coming": explanation.coming.iter().map(coming).collect::<Vec<_>>(),
        "has_more": explanation.has_more,
    })
}

/// With the wall's offset from UTC.
fn local(at: Timestamp, wall: &Wall) -> String {
    wall.local(at).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
}

fn tried(tried: &Tried) -> Value {
    let misfits: Vec<Value> =
        tried.misfits.iter().map(|m| json!({ "part": m.part, "is": m.is, "wanted": m.wanted })).collect();
    json!({ "policy": tried.policy.as_str(), "matches": tried.misfits.is_empty(), "misfits": misfits })
}

fn counted(counted: &Counted, wall: &Wall) -> Value {
    let (kind, seconds, days) = match counted.target {
        Span::Working(time) => ("working", Some(time.num_seconds()), None),
        Span::Wall(time) => ("wall", Some(time.num_seconds()), None),
        Span::WorkingDays(days) => ("working_days", None, Some(days)),
    };
    json!({
        "kind": kind,
        "target_seconds": seconds,
        "target_days": days,
        "calendar": counted.calendar.name(),
        "from": to_text(counted.from),
        "from_local": local(counted.from, wall),
        "pieces": counted.pieces.iter().map(|piece| self::piece(piece, wall)).collect::<Vec<_>>(),
        "more_working_days": counted.more_working_days,
    })
}

fn piece(piece: &Piece, wall: &Wall) -> Value {
    match piece {
        Piece::Worked { from, to, total } => json!({
            "what": "worked", "from": to_text(*from), "to": to_text(*to),
            "from_local": local(*from, wall), "to_local": local(*to, wall),
            "seconds": (*to - *from).num_seconds(), "total_seconds": total.num_seconds(),
        }),
        Piece::WorkingDay { date, number } => {
            json!({ "what": "working_day", "date": date.to_string(), "number": number })
        }
        Piece::Free { first, last } => json!({ "what": "free", "first": first.to_string(), "last": last.to_string() }),
        Piece::Off { date, name } => json!({ "what": "off", "date": date.to_string(), "name": name }),
        Piece::Extra { date } => json!({ "what": "extra", "date": date.to_string() }),
        Piece::Missing { date } => json!({ "what": "missing", "date": date.to_string() }),
        Piece::Clock(change) => json!({
            "what": "clock", "at": to_text(change.at),
            "offset_before_seconds": change.before, "offset_after_seconds": change.after,
        }),
    }
}

fn rung(rung: &RungStory, wall: &Wall) -> Value {
    let put_off = rung.put_off.as_ref().map(|put_off| json!({ "until": to_text(put_off.until), "by": put_off.by }));
    let mut object = json!({
        "step": rung.step.as_str(),
        "first": rung.first,
        "last": rung.last,
        "act": rung.act.map(Named::word),
        "due_at": rung.due_at.map(to_text),
        "due_local": rung.due_at.map(|at| local(at, wall)),
        "put_off": put_off,
        "notices": rung.notices.iter().map(notice).collect::<Vec<_>>(),
    });
    let (fate, more) = match &rung.fate {
        Fate::Fired { at } => ("fired", json!({ "at": to_text(*at) })),
        Fate::Due { at } => ("due", json!({ "at": to_text(*at) })),
        Fate::Skipped { at, by, by_repeat } => {
            ("skipped", json!({ "at": to_text(*at), "by_step": by.as_str(), "by_repeat": by_repeat }))
        }
        Fate::Silent { by, since } => ("silent", json!({ "acknowledged_by": by, "since": to_text(*since) })),
        Fate::NotReached { ended_at } => ("not_reached", json!({ "ended_at": ended_at.map(to_text) })),
        Fate::Missed { ended_at } => ("missed", json!({ "ended_at": ended_at.map(to_text) })),
        Fate::AfterExpiry => ("after_expiry", json!({})),
        Fate::HeardTooLate => ("heard_too_late", json!({})),
    };
    finish(&mut object, fate, more);
    object
}

fn notice(notice: &NoticeStory) -> Value {
    let mut object = json!({
        "notice": notice.id.as_str(),
        "recipient": notice.recipient.as_str(),
        "held_until": notice.held_until.map(to_text),
    });
    let (fate, more) = match &notice.fate {
        NoticeFate::Delivered { at, receipt } => ("delivered", json!({ "at": to_text(*at), "receipt": receipt })),
        NoticeFate::Withdrawn { at, why } => ("withdrawn", json!({ "at": to_text(*at), "reason": why.word() })),
        NoticeFate::GivenUp { at, attempts, reason } => {
            ("given_up", json!({ "at": to_text(*at), "attempts": attempts, "reason": reason }))
        }
        NoticeFate::Merged { step, repeat } => ("merged", json!({ "into_step": step.as_str(), "into_repeat": repeat })),
        NoticeFate::Unwanted { why } => ("unwanted", json!({ "reason": why.word() })),
        NoticeFate::Expected { at } => ("expected", json!({ "at": to_text(*at) })),
        NoticeFate::Pending => ("pending", json!({})),
    };
    finish(&mut object, fate, more);
    object
}

/// Adds what became of it.
fn finish(object: &mut Value, fate: &str, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.insert("fate".to_owned(), json!(fate));
        object.extend(more);
    }
}

fn coming(coming: &Coming) -> Value {
    let at = to_text(coming.at);
    match &coming.what {
        What::Step { step, repeat, act, to } => {
            let to: Vec<&str> = to.iter().map(RecipientName::as_str).collect();
            json!({ "at": at, "what": act.word(), "step": step.as_str(), "repeat": repeat, "to": to })
        }
        What::Deadline => json!({ "at": at, "what": "deadline" }),
        What::Expiry => json!({ "at": at, "what": "expiry" }),
        What::GivenUp => json!({ "at": at, "what": "taken_as_timed_out" }),
        What::Settled => json!({ "at": at, "what": "settled" }),
    }
}
