//! The coming steps in lines, each with the letter that marks it in the picture.

use std::io::{self, Write};

use super::picture::Mark;
use crate::app::explain::{Explanation, Fate, NoticeFate, NoticeStory, RungStory};
use crate::cli::explain::{block, rung_name};
use crate::cli::output::{DIM, styled};
use crate::domain::{RecipientName, Timestamp};
use crate::notice::Wall;
use crate::notice::told::{again, names};
use crate::record::names::Named;

/// Shows the request, the steps, the deadline and the time-out in their order; says where the steps are marked.
pub(super) fn show(out: &mut impl Write, explanation: &Explanation, wall: &Wall) -> io::Result<Vec<Mark>> {
    let mut marks = Vec::new();
    let mut letters = 'a'..='z';
    let mut lines: Vec<(Timestamp, Line<'_>)> = vec![(explanation.at, Line::Plain('R', "the request"))];
    let is_reached = explanation.deadline < explanation.expires_at;
    let deadline = if is_reached { "the deadline: a breach is noted" } else { "the deadline, after the time-out" };
    lines.extend(explanation.deadline.map(|at| (at, Line::Plain('D', deadline))));
    for rung in &explanation.rungs {
        match (&rung.fate, rung.due_at) {
            (Fate::Due { at }, _) => lines.push((*at, Line::Step(rung))),
            (_, Some(at)) => lines.push((at, Line::Never(rung))),
            _ => {}
        }
    }
    lines.extend(explanation.expires_at.map(|at| (at, Line::Plain('X', "CodePipeline's time-out"))));
    lines.sort_by_key(|(at, _)| *at);
    for (at, line) in lines {
        match line {
            Line::Plain(letter, what) => writeln!(out, "  {letter}  {}: {what}", wall.moment_in_full(at))?,
            Line::Step(rung) => {
                let letter = letters.next().unwrap_or('*');
                marks.push(Mark { letter, at });
                step(out, letter, at, rung, wall)?;
            }
            Line::Never(rung) => {
                block(
                    out,
                    2,
                    &format!("-  {}: {}, never: the time-out comes first", wall.moment_in_full(at), rung_name(rung)),
                )?;
            }
        }
    }
    if explanation.has_more {
        writeln!(out, "  {}", styled(DIM, "… and more steps"))?;
    }
    Ok(marks)
}

enum Line<'a> {
    Plain(char, &'static str),
    Step(&'a RungStory),
    Never(&'a RungStory),
}

fn step(out: &mut impl Write, letter: char, at: Timestamp, rung: &RungStory, wall: &Wall) -> io::Result<()> {
    let act = rung.act.map(Named::word).unwrap_or_default();
    writeln!(out, "  {letter}  {}", wall.moment_in_full(at))?;
    let is_at_once = |notice: &&NoticeStory| notice.fate == NoticeFate::Expected { at };
    let (at_once, others): (Vec<&NoticeStory>, Vec<&NoticeStory>) = rung.notices.iter().partition(is_at_once);
    let to: Vec<RecipientName> = at_once.iter().map(|notice| notice.recipient.clone()).collect();
    let to = if to.is_empty() { String::new() } else { format!(" to {}", names(&to)) };
    let nobody = if rung.notices.is_empty() { ", to nobody who does not hear of it otherwise" } else { "" };
    block(out, 5, &format!("{act}{to} ({}){nobody}", rung_name(rung)))?;
    for notice in others {
        let held =
            notice.held_until.map(|until| format!("held until {}", wall.moment_in_full(until))).unwrap_or_default();
        let what = match &notice.fate {
            NoticeFate::Merged { step, repeat } => format!("{held}; {step}{} stands for it then", again(*repeat)),
            _ => format!("{held}, when its hours begin"),
        };
        block(out, 5, &format!("to {}: {what}", notice.recipient))?;
    }
    Ok(())
}
