//! The page that lists what waits.

use chrono::TimeDelta;
use minijinja::{AutoEscape, Environment, Value, context};

use crate::cli::promise::Promise;
use crate::domain::Timestamp;
use crate::domain::projection::Projection;
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
    let promise = Promise::of(approval, now);
    let class = match promise {
        Promise::PastExpiry(_) | Promise::PastDeadline(_) => "late",
        Promise::Left(_, true) => "soon",
        Promise::Left(_, false) => "good",
        Promise::Ended => "ended",
        Promise::Unseen | Promise::Nothing => "none",
    };
    (promise.words(), class)
}

/// How much of the target is gone, in percent.
fn used(approval: &Projection, now: Timestamp) -> Option<i64> {
    let (from, deadline) = (approval.requested_at?, approval.deadline?);
    let target = (deadline - from).max(TimeDelta::seconds(1));
    Some(((now - from).num_seconds() * 100 / target.num_seconds()).clamp(0, 100))
}
