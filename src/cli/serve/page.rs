//! The page that lists what waits.

use chrono::TimeDelta;
use minijinja::{AutoEscape, Environment, Value, context};

use crate::domain::projection::Projection;
use crate::domain::{Phase, Timestamp};
use crate::notice::{clean, duration, moment};
use crate::ports::store::Gauge;

/// The page as HTML. Names and comments are escaped by the template engine.
pub(super) fn page(
    approvals: &[Projection],
    gauges: &[Gauge],
    has_rejects: bool,
    now: Timestamp,
) -> Result<String, minijinja::Error> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let rows: Vec<Value> = approvals.iter().map(|approval| row(approval, now)).collect();
    environment.render_str(
        include_str!("page.html"),
        context! {
            at => moment(now),
            waiting => gauges.iter().map(|gauge| gauge.waiting).sum::<u64>(),
            overdue => gauges.iter().map(|gauge| gauge.overdue).sum::<u64>(),
            oldest => gauges.iter().filter_map(|g| g.oldest_requested_at).min().map(|at| duration(now - at)),
            rows,
            has_rejects,
        },
    )
}

fn row(approval: &Projection, now: Timestamp) -> Value {
    let (state, class) = state(approval, now);
    let gate = approval.gate.as_ref();
    let part = |part: Option<&String>| part.map(|text| clean(text, 100)).unwrap_or_default();
    let waited = approval.requested_at.map(|at| duration(approval.ended_at.unwrap_or(now) - at));
    context! {
        id => approval.id.as_str(),
        pipeline => part(gate.map(|g| &g.pipeline)),
        stage => part(gate.map(|g| &g.stage)),
        action => part(gate.map(|g| &g.action)),
        place => gate.map(|g| format!("{} {}", clean(&g.region, 30), clean(g.account.as_deref().unwrap_or_default(), 20))),
        attempt => approval.attempt.filter(|n| *n > 1),
        policy => approval.policy.as_ref().map(ToString::to_string),
        since => approval.requested_at.map(moment),
        waited => waited,
        state => state,
        class => class,
        used => used(approval, now),
    }
}

/// The SLA state in words, and the class that colours it.
fn state(approval: &Projection, now: Timestamp) -> (String, &'static str) {
    if approval.phase == Phase::Ended {
        return ("ended; who decided, and how, is still open".to_owned(), "ended");
    }
    if let Some(expires_at) = approval.expires_at.filter(|at| *at <= now) {
        return (format!("past CodePipeline's time-out by {}, nothing heard", duration(now - expires_at)), "late");
    }
    match approval.deadline {
        None => ("no policy".to_owned(), "none"),
        Some(deadline) if deadline <= now => (format!("{} past the deadline", duration(now - deadline)), "late"),
        Some(deadline) => {
            let class = if used(approval, now).is_some_and(|used| used >= 50) { "soon" } else { "good" };
            (format!("{} left", duration(deadline - now)), class)
        }
    }
}

/// How much of the target is gone, in percent.
fn used(approval: &Projection, now: Timestamp) -> Option<i64> {
    let (from, deadline) = (approval.requested_at?, approval.deadline?);
    let target = (deadline - from).max(TimeDelta::seconds(1));
    Some(((now - from).num_seconds() * 100 / target.num_seconds()).clamp(0, 100))
}
