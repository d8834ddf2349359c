//! The figures at the top, and what they rest on.

use minijinja::{Value, context};

use super::figures::{Figures, PERCENTILES, Waits};
use super::scale::{percent, wait};
use super::words::UNKNOWN_DECIDER;
use crate::domain::evidence::{Basis, Outcome};
use crate::notice::{Wall, counted, told, visible};

pub(super) fn approvals(count: u64) -> String {
    counted(count, "approval")
}

/// Which approvals these are.
pub(super) fn scope(figures: &Figures, pipelines: Option<&str>, wall: &Wall) -> String {
    let which = pipelines.map_or("at the gates of all pipelines".to_owned(), |glob| {
        format!("at the gates of the pipelines that match {}", visible(glob, 200))
    });
    let asked = figures.asked_between.map_or(String::new(), |(first, last)| {
        format!(", asked for from {} to {}", wall.moment(first), wall.moment(last))
    });
    format!("{} {which}{asked}. Times are those of {}.", approvals(figures.approvals), wall.zone().name())
}

pub(super) fn cards(figures: &Figures) -> Vec<Value> {
    let card = |label: &str, value: String, note: String, is_bad: bool| context! { label, value, note, is_bad };
    let (decided, timed_out) = (figures.decided(), figures.outcome(Outcome::TimedOut));
    let (approved, rejected) = (figures.outcome(Outcome::Approved), figures.outcome(Outcome::Rejected));
    let ended: u64 = figures.outcomes.values().sum();
    let promises = figures.promises;
    let found: u64 = figures.findings.values().sum();
    let waiting = match (figures.waiting, figures.unsettled) {
        (0, 0) => "none still waits".to_owned(),
        (waiting, 0) => format!("{waiting} still waiting"),
        (waiting, unsettled) => format!("{waiting} still waiting, {unsettled} over but not settled"),
    };
    let of = |part: u64, of: u64, one: &str, many: &str| match of {
        0 => "of none".to_owned(),
        1 => format!("{} of 1 {one}", percent(part, of)),
        _ => format!("{} of {of} {many}", percent(part, of)),
    };
    let of_ended = |part| of(part, ended, "that ended", "that ended");
    let of_decisions = |part| of(part, decided, "decision", "decisions");
    let kinds = match figures.findings.len() {
        0 => "nothing was found to be amiss".to_owned(),
        kinds => format!("of {}", counted(kinds as u64, "kind")),
    };
    vec![
        card("Approvals", figures.approvals.to_string(), waiting, false),
        card("Decisions", decided.to_string(), of_ended(decided), false),
        card("Approved", approved.to_string(), of_decisions(approved), false),
        card("Rejected", rejected.to_string(), of_decisions(rejected), false),
        card("Timed out", timed_out.to_string(), of_ended(timed_out), timed_out > 0),
        card(
            "Past the deadline",
            promises.broken.to_string(),
            of(promises.broken, promises.made, "promise", "promises"),
            promises.broken > 0,
        ),
        card("Decider unknown", figures.nameless.to_string(), of_decisions(figures.nameless), false),
        card("Findings", found.to_string(), kinds, found > 0),
    ]
}

pub(super) fn tables(figures: &Figures) -> Vec<Value> {
    vec![waits(figures), ends(figures), evidence(figures)]
}

fn waits(figures: &Figures) -> Value {
    let row = |label: &str, waits: &Waits| {
        let value = |percent| waits.percentile(percent).map_or("none".to_owned(), wait);
        let values = PERCENTILES.map(value);
        [vec![label.to_owned(), waits.count().to_string()], values.to_vec()].concat()
    };
    let note = "From the request to the decision, by the times in the evidence. p90: nine in ten took no longer. Time-outs \
                are no decisions and do not count here.";
    context! {
        id => "figures-waits",
        title => "How long decisions took",
        head => ["Time", "Decisions", "p50", "p90", "p99"],
        rows => [row("Wall", &figures.waits()), row("Working", &figures.working_waits())].to_vec(),
        note,
    }
}

fn ends(figures: &Figures) -> Value {
    let ended: u64 = figures.outcomes.values().sum();
    let ends = figures.outcomes.iter().map(|(outcome, count)| (told::outcome(*outcome), *count));
    let open = [("still waiting", figures.waiting), ("over, but not settled", figures.unsettled)];
    let share = |what: &str, count| {
        let is_end = !open.iter().any(|(open, _)| *open == what);
        if is_end { percent(count, ended) } else { String::new() }
    };
    let rows: Vec<Vec<String>> = ends
        .chain(open)
        .filter(|(_, count)| *count > 0)
        .map(|(what, count)| vec![what.to_owned(), count.to_string(), share(what, count)])
        .collect();
    context! {
        id => "figures-ends", title => "How they ended", head => ["End", "Approvals", "Share of the ends"], rows,
        note => if ended == 0 { "Nothing ended." } else { "" },
    }
}

fn evidence(figures: &Figures) -> Value {
    let rows: Vec<Vec<String>> = figures
        .bases
        .iter()
        .rev()
        .map(|(basis, (decisions, others))| {
            vec![told::basis(*basis).to_owned(), decisions.to_string(), others.to_string()]
        })
        .collect();
    let note = match (figures.decided(), figures.nameless) {
        (0, _) => "There is no decision.".to_owned(),
        (_, 0) => "For each decision, evidence names who decided.".to_owned(),
        (_, nameless) => format!(
            "For {} no evidence names who decided: there it says “{UNKNOWN_DECIDER}”.",
            counted(nameless, "decision")
        ),
    };
    context! {
        id => "figures-evidence", title => "What the ends rest on",
        head => ["Evidence, the strongest first", "Decisions", "Other ends"], rows, note,
    }
}

/// How the report counts, in sentences.
pub(super) fn reading(figures: &Figures) -> Vec<String> {
    let inferred: u64 = figures.bases.get(&Basis::Inferred).map_or(0, |(decisions, others)| decisions + others);
    let mut sentences: Vec<String> = [
        "An approval is one wait at one gate: an account, a region, a pipeline, a stage and an action. A retry is another.",
        "An approval is of the period if somebody was waited for in it.",
        "Who decided is taken from CloudTrail's record of the call or from CodePipeline's API, never from a comment. \
         Without either the decider is unknown.",
        "A deadline is kept or passed once the wait is over, or the deadline. Others are in no rate.",
        "Charts and rates count an approval in the day, week or month in which it was asked for.",
        "A percentile is a wait that occurred: the shortest that so many in a hundred do not exceed.",
        "In texts that others wrote, white space is folded, what would not be seen is named (⟨U+202E⟩), and what is too \
         long ends with …. The JSON Lines export has them as they came.",
    ]
    .map(str::to_owned)
    .to_vec();
    if inferred > 0 {
        sentences.push(format!(
            "The end of {} is inferred: CodePipeline's own time-out passed, and nothing was heard.",
            approvals(inferred)
        ));
    }
    if figures.working_waits().count() == 0 {
        sentences.push("For none of these waits is it written down how much of it was working time.".to_owned());
    }
    sentences
}
