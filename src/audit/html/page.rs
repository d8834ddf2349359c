//! The page: what the template shows, put into words.

use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Value, context};
use sha2::{Digest, Sha256};

use super::charts::{self, Chart};
use super::figures::Figures;
use super::kept::{Kept, Reason, Story};
use super::words::{anchor, gate, time};
use super::{headline, period, story};
use crate::audit::scope::Scope;
use crate::audit::shown::{self, FindingLine};
use crate::domain::evidence::Outcome;
use crate::domain::finding::Exhibit;
use crate::notice::{Wall, found, told, visible};

/// Of all findings, so many are told of.
const MOST_FINDINGS: usize = 500;

const STYLE: &str = include_str!("report.css");
const SCRIPT: &str = include_str!("report.js");

/// Everything that is not the template's own is escaped by the engine, but for the drawings, which escape it themselves.
pub(super) fn write(out: &mut impl Write, scope: &Scope, figures: &Figures, kept: &Kept) -> io::Result<()> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.map_err(io::Error::other)?);
    environment.add_template("report", include_str!("report.html.jinja")).map_err(io::Error::other)?;
    let template = environment.get_template("report").map_err(io::Error::other)?;
    let Scope { from, to, pipelines, wall } = scope;
    let (findings, findings_left_out) = findings(kept, figures, wall);
    let stories: Vec<Value> = kept.all().map(|story| story::of(story, wall)).collect();
    let values = context! {
        style => Value::from_safe_string(STYLE.to_owned()),
        style_hash => Value::from_safe_string(hash(STYLE)),
        script => Value::from_safe_string(SCRIPT.to_owned()),
        script_hash => Value::from_safe_string(hash(SCRIPT)),
        period => period::words(*from, *to, wall),
        scope => headline::scope(figures, pipelines.as_deref(), wall),
        cards => headline::cards(figures),
        tables => headline::tables(figures),
        sections => sections(figures, wall),
        kinds => kinds(figures),
        findings,
        findings_left_out,
        population => population(kept),
        ends => Outcome::ALL.map(told::outcome).into_iter().chain(story::FILTERS).collect::<Vec<_>>(),
        groups => groups(kept, wall),
        stories,
        reading => headline::reading(figures),
        count => headline::approvals(figures.approvals),
    };
    template.render_captured_to(values, out).map_err(io::Error::other)?;
    Ok(())
}

/// As a Content-Security-Policy names what may be in the page.
fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text))
}

fn sections(figures: &Figures, wall: &Wall) -> Vec<Value> {
    let clock = wall.zone().name();
    let waits = [
        charts::waits_over_time(figures),
        charts::breach_rate(figures),
        charts::waits_by_gate(figures),
        charts::waits_by_decider(figures),
    ];
    let hours = [
        charts::hours("hours-asked", "When approvals are asked for", "somebody was asked", &figures.asked, clock),
        charts::hours("hours-answered", "When they are answered", "somebody answered", &figures.answered, clock),
    ];
    let section = |id: &str, title: &str, charts: &[Chart]| {
        context! { id, title, charts => charts.iter().map(chart).collect::<Vec<_>>() }
    };
    vec![section("waits", "Waits and promises", &waits), section("hours", "Hours", &hours)]
}

fn chart(chart: &Chart) -> Value {
    let Chart { id, title, says, svg, table } = chart;
    context! {
        id => *id, title => title.clone(), says => says.clone(),
        svg => svg.clone().map(Value::from_safe_string),
        head => table.head.clone(),
        rows => table.rows.clone(),
        rest => table.rest.clone(),
    }
}

fn kinds(figures: &Figures) -> Vec<Value> {
    figures.findings.iter().map(|(kind, count)| context! { kind => found::title(*kind), count }).collect()
}

/// The latest first, and how many are not among them.
fn findings(kept: &Kept, figures: &Figures, wall: &Wall) -> (Vec<Value>, Option<u64>) {
    let all = kept.of(Reason::Finding).flat_map(|story| {
        let of = shown::findings(&story.approval, &story.facts);
        of.into_iter().map(move |line| (story, line))
    });
    let mut told: Vec<(&Story, FindingLine<'_>)> = all.collect();
    told.sort_by_key(|(_, line)| std::cmp::Reverse(line.at));
    told.truncate(MOST_FINDINGS);
    let left_out = figures.findings.values().sum::<u64>() - told.len() as u64;
    let exhibit = |exhibit: &Exhibit| {
        let time = found::time(exhibit).map(|at| wall.moment_in_full(at));
        let is = time.unwrap_or_else(|| visible(&exhibit.is, 1000));
        Value::from(vec![found::label(exhibit.what).to_owned(), is])
    };
    let line = |(story, line): &(&Story, FindingLine<'_>)| {
        context! {
            kind => capital(line.title),
            at => time(line.at, wall),
            says => line.says,
            evidence => line.evidence.iter().map(exhibit).collect::<Vec<_>>(),
            gate => gate(story.projection.gate.as_ref()),
            approval => visible(story.projection.id.as_str(), 100),
            anchor => anchor(&story.projection.id),
        }
    };
    (told.iter().map(line).collect(), (left_out > 0).then_some(left_out))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn population(kept: &Kept) -> String {
    let why = "Those that need a look come first, then the others, the latest first.";
    match kept.left_out() {
        0 => format!("{why} Each leads to its timeline."),
        left_out => format!(
            "{why} Each leads to its timeline. {left_out} more of this period are left out here, all of them without a \
             stronger reason than those that are shown; the CSV and Parquet exports have every one.",
        ),
    }
}

fn groups(kept: &Kept, wall: &Wall) -> Vec<Value> {
    let group = |reason: Reason| {
        let rows: Vec<Value> = kept.of(reason).map(|story| story::row(story, wall)).collect();
        let title = match reason {
            Reason::Finding => "With findings",
            Reason::Breach => "Past their deadline",
            Reason::Rejection => "Rejected",
            Reason::Recent => "All others",
        };
        (!rows.is_empty()).then(|| context! { title => format!("{title}: {}", rows.len()), rows })
    };
    Reason::ALL.into_iter().filter_map(group).collect()
}
