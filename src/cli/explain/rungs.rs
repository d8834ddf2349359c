//! What became of each step, in lines.

use std::io::{self, Write};

use chrono::TimeDelta;

use super::lines::block;
use crate::app::explain::{Fate, NoticeFate, NoticeStory, RungStory};
use crate::domain::{RecipientName, Timestamp};
use crate::notice::told::{again, names, unwanted};
use crate::notice::{Wall, clean};
use crate::record::names::Named;

/// A step that fires this much later than it was due is worth a remark.
const LATE: TimeDelta = TimeDelta::minutes(1);

pub(super) fn show(out: &mut impl Write, rungs: &[RungStory], earlier: usize, wall: &Wall) -> io::Result<()> {
    if earlier > 0 {
        writeln!(out, "  … {earlier} earlier ones")?;
    }
    for rung in rungs {
        let due = rung.due_at.map(|at| format!(", due {}", wall.moment_in_full(at))).unwrap_or_default();
        block(out, 2, &format!("{}{due}", name(rung)))?;
        block(out, 4, &fate(rung, wall))?;
        notices(out, rung, wall)?;
    }
    if rungs.is_empty() {
        writeln!(out, "  no steps")?;
    }
    Ok(())
}

/// The step, and which repeats of it.
pub(in crate::cli) fn name(rung: &RungStory) -> String {
    let RungStory { step, first, last, .. } = rung;
    match (first, last) {
        (first, last) if first == last => format!("{step}{}", again(*first)),
        (0, last) => format!("{step} up to repeat {last}"),
        (first, last) => format!("{step}, repeats {first} to {last}"),
    }
}

fn fate(rung: &RungStory, wall: &Wall) -> String {
    let seen_from = |at: Timestamp| wall.when(at, rung.due_at.unwrap_or(at));
    let act = rung.act.map(Named::word).unwrap_or_default();
    let put_off = rung.put_off.as_ref().map(|put_off| {
        format!(", because {} put it off until {}", clean(&put_off.by, 100), wall.moment_in_full(put_off.until))
    });
    let put_off = put_off.unwrap_or_default();
    let ended = |at: Option<Timestamp>| at.map_or("by then".to_owned(), seen_from);
    match &rung.fate {
        Fate::Fired { at } => format!("{act} fired {}{put_off}", seen_from(*at)),
        Fate::Due { at } if rung.due_at.is_some_and(|due_at| *at - due_at > LATE) => {
            format!("{act} to come {}{put_off}", seen_from(*at))
        }
        Fate::Due { .. } => format!("{act} to come"),
        Fate::Skipped { at, by, by_repeat } => {
            format!("passed over {}: {by}{} was due as well and says enough", seen_from(*at), again(*by_repeat))
        }
        Fate::Silent { by, since } => {
            format!("silent: {} sees to it since {}", clean(by, 100), wall.moment_in_full(*since))
        }
        Fate::NotReached { ended_at } => format!("not reached: the wait ended {}", ended(*ended_at)),
        Fate::Missed { ended_at } => {
            format!("not told: nobody looked between then and the end of the wait {}", ended(*ended_at))
        }
        Fate::AfterExpiry => "never: CodePipeline's time-out comes first".to_owned(),
        Fate::HeardTooLate => "never: the request was first heard of after CodePipeline's time-out".to_owned(),
    }
}

fn notices(out: &mut impl Write, rung: &RungStory, wall: &Wall) -> io::Result<()> {
    let fires_at = match &rung.fate {
        Fate::Fired { at } | Fate::Due { at } => *at,
        _ => return Ok(()),
    };
    if rung.notices.is_empty() {
        return block(out, 4, "to nobody: whom it names hears of another step at the same time");
    }
    let (at_once, others): (Vec<&NoticeStory>, Vec<&NoticeStory>) =
        rung.notices.iter().partition(|notice| notice.fate == NoticeFate::Expected { at: fires_at });
    if !at_once.is_empty() {
        let to: Vec<RecipientName> = at_once.iter().map(|notice| notice.recipient.clone()).collect();
        block(out, 4, &format!("to {}", names(&to)))?;
    }
    others.iter().try_for_each(|notice| block(out, 4, &told(notice, fires_at, wall)))
}

fn told(notice: &NoticeStory, fired_at: Timestamp, wall: &Wall) -> String {
    let to = &notice.recipient;
    let held =
        notice.held_until.map(|until| format!("held until {}, when its hours begin", wall.moment_in_full(until)));
    match &notice.fate {
        NoticeFate::Delivered { at, receipt } => {
            let held = held.map(|held| format!("{held}; ")).unwrap_or_default();
            let receipt = receipt.as_deref().map(|receipt| format!(", receipt: {}", clean(receipt, 100)));
            format!("to {to}: {held}delivered {}{}", wall.when(*at, fired_at), receipt.unwrap_or_default())
        }
        NoticeFate::Withdrawn { at, why } => {
            format!("to {to}: withdrawn {}: {}", wall.when(*at, fired_at), unwanted(*why))
        }
        NoticeFate::GivenUp { at, attempts, reason } => {
            let times = if *attempts == 1 { "1 attempt".to_owned() } else { format!("{attempts} attempts") };
            format!("to {to}: given up {} after {times}: {}", wall.when(*at, fired_at), clean(reason, 200))
        }
        NoticeFate::Merged { step, repeat } => {
            let held = held.unwrap_or_else(|| "held".to_owned());
            format!("to {to}: {held}; {step}{} stands for it then", again(*repeat))
        }
        NoticeFate::Unwanted { why } => format!("to {to}: will not go out: {}", unwanted(*why)),
        NoticeFate::Expected { at } if notice.held_until == Some(*at) => {
            format!("to {to}: {}", held.unwrap_or_default())
        }
        NoticeFate::Expected { at } => format!("to {to}: put off until {}", wall.moment_in_full(*at)),
        NoticeFate::Pending => format!("to {to}: not out yet"),
    }
}
