//! The dashboard, and that it shows what there is to see.

use holdpoint::domain::measure::Name;
use holdpoint::domain::policy::Dimension;
use holdpoint::record::names::Named;
use serde_json::{Value, json};

const MINUTE: u32 = 60;
const DAY: u32 = 86_400;
const COLUMNS: usize = 24;
/// A line longer than this is broken.
const WIDTH: usize = 112;
const FUNCTIONS: [&str; 4] = ["Ingest", "Sweep", "Reconcile", "Export"];
const ENDS: [(Name, &str); 8] = [
    (Name::OutcomeApproved, "Approved"),
    (Name::OutcomeRejected, "Rejected"),
    (Name::OutcomeTimedOut, "Timed out"),
    (Name::OutcomeAbandoned, "Abandoned with the run"),
    (Name::OutcomeCancelled, "Cancelled"),
    (Name::OutcomeNeverAsked, "Nobody was asked"),
    (Name::OutcomeFailed, "Failed"),
    (Name::OutcomeCorrected, "Corrected afterwards"),
];

#[test]
fn every_metric_is_on_the_dashboard() {
    let body = body(&[]).to_string();
    let words = Name::WORDS.iter().map(|(_, word)| *word);
    let missing: Vec<&str> =
        words.filter(|word| !body.contains(&format!("\"{word}\"")) && !body.contains(&searched(word))).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// How a metric's name stands in the text of a search, inside of JSON.
fn searched(word: &str) -> String {
    format!("MetricName=\\\"{word}\\\"")
}

#[test]
fn widgets_stand_beside_each_other_and_never_on_each_other() {
    let body = body(&["A"]);
    let mut taken = std::collections::HashSet::new();
    for widget in body["widgets"].as_array().expect("a list") {
        let side = |name: &str| widget[name].as_u64().expect("a number");
        for (x, y) in (0..side("width")).flat_map(|dx| (0..side("height")).map(move |dy| (dx, dy))) {
            let place = (side("x") + x, side("y") + y);
            assert!(place.0 < 24 && taken.insert(place), "{widget}");
        }
    }
}

/// The property of the template's dashboard. Its body is text in which CloudFormation fills in what stands in `${}`.
pub(super) fn property(alarms: &[&str]) -> String {
    let body = laid_out(&body(alarms), 0);
    let lines: String = body.lines().map(|line| format!("  {line}\n")).collect();
    format!("DashboardBody: !Sub |\n{lines}")
}

fn body(alarms: &[&str]) -> Value {
    let alarms: Vec<String> = alarms.iter().map(|id| format!("${{{id}.Arn}}")).collect();
    let about = "# Manual approvals\nHow many wait, how long people are waited for, and how it ends. \
                 A wait goes from the request to the decision; shares are those of a day's decisions. \
                 All numbers come from the sweep, once a minute.";
    let machinery = "# The machinery\nEvents go through the queue into the ingest function. \
                     What stays in one of the two other queues is lost to holdpoint until somebody looks: both must be \
                     empty.";
    let rows = [
        (3, vec![text(about)]),
        (3, vec![json!({ "type": "alarm", "properties": { "title": "Alarms", "alarms": alarms } })]),
        (4, numbers()),
        (6, vec![waiting(), oldest_wait()]),
        (6, vec![waiting_by_pipeline(), latency()]),
        (6, vec![ends(), told(), findings(), policy()]),
        (
            6,
            vec![
                share("Rejected, % of each day's decisions", Name::Rejected, "${RejectionRateLimit}"),
                share("Past the deadline, % of each day's decisions", Name::Breached, "${BreachRateLimit}"),
            ],
        ),
        (3, vec![text(machinery)]),
        (6, vec![queue_age(), lost_events(), errors(), durations()]),
    ];
    let (mut widgets, mut y) = (Vec::new(), 0);
    for (height, row) in rows {
        let width = COLUMNS / row.len();
        for (n, mut widget) in row.into_iter().enumerate() {
            for (key, value) in [("x", n * width), ("y", y), ("width", width), ("height", height)] {
                widget[key] = json!(value);
            }
            widgets.push(widget);
        }
        y += height;
    }
    json!({ "start": "-P7D", "periodOverride": "inherit", "widgets": widgets })
}

fn text(markdown: &str) -> Value {
    json!({ "type": "text", "properties": { "markdown": markdown } })
}

/// A chart of metrics; `more` is what it has beside them.
fn chart(title: &str, period: u32, metrics: Vec<Value>, unit: &str, more: Value) -> Value {
    let mut properties = json!({
        "title": title, "region": "${AWS::Region}", "period": period, "view": "timeSeries", "metrics": metrics,
        "yAxis": { "left": { "min": 0, "label": unit, "showUnits": false } },
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        properties[key] = value.clone();
    }
    json!({ "type": "metric", "properties": properties })
}

/// Over all gates: the dimension set without dimensions.
fn metric(name: Name, options: Value) -> Value {
    json!(["${MetricsNamespace}", name.word(), options])
}

/// One line for each pipeline.
fn by_pipeline(name: Name, statistic: &str, period: u32) -> String {
    let (word, pipeline) = (name.word(), Dimension::Pipeline.as_str());
    format!("SEARCH('{{${{MetricsNamespace}},{pipeline}}} MetricName=\"{word}\"', '{statistic}', {period})")
}

/// A value in seconds, in hours.
fn hours(id: &str, label: &str) -> Value {
    json!([{ "expression": format!("{id} / 3600"), "id": format!("{id}_hours"), "label": label }])
}

fn line_at(label: &str, value: u32) -> Value {
    json!({ "annotations": { "horizontal": [{ "label": label, "value": value, "color": "#d62728" }] } })
}

fn numbers() -> Vec<Value> {
    let number = |title: &str, period, metrics| {
        chart(
            title,
            period,
            metrics,
            "",
            json!({ "view": "singleValue", "sparkline": true, "setPeriodToTimeRange": false }),
        )
    };
    let oldest = metric(Name::OldestWait, json!({ "id": "oldest", "stat": "Maximum", "visible": false }));
    vec![
        number("Waiting now", MINUTE, vec![metric(Name::Waiting, json!({ "stat": "Maximum", "label": "approvals" }))]),
        number("The oldest wait", MINUTE, vec![hours("oldest", "hours"), oldest]),
        number(
            "Past their deadline",
            MINUTE,
            vec![metric(Name::Overdue, json!({ "stat": "Maximum", "label": "approvals" }))],
        ),
        number(
            "Notices given up",
            DAY,
            vec![metric(Name::NoticesGivenUp, json!({ "stat": "Sum", "label": "in a day" }))],
        ),
    ]
}

fn waiting() -> Value {
    let metrics = vec![
        metric(Name::Waiting, json!({ "stat": "Maximum", "label": "Waiting", "color": "#1f77b4" })),
        metric(Name::Overdue, json!({ "stat": "Maximum", "label": "Past their deadline", "color": "#d62728" })),
    ];
    chart("Waiting, and past their deadline", 5 * MINUTE, metrics, "approvals", json!({}))
}

fn oldest_wait() -> Value {
    let search = by_pipeline(Name::OldestWait, "Maximum", 5 * MINUTE);
    let metrics = vec![json!([{ "expression": format!("{search} / 3600"), "id": "oldest", "label": "" }])];
    chart("The oldest wait of each pipeline", 5 * MINUTE, metrics, "hours", json!({}))
}

fn waiting_by_pipeline() -> Value {
    let metrics = vec![
        json!([{ "expression": by_pipeline(Name::Waiting, "Maximum", 5 * MINUTE), "id": "waiting", "label": "" }]),
    ];
    chart("Waiting, by pipeline", 5 * MINUTE, metrics, "approvals", json!({ "stacked": true }))
}

fn latency() -> Value {
    let mut metrics = Vec::new();
    for (share, label) in
        [("50", "Half within (p50)"), ("90", "9 of 10 within (p90)"), ("99", "99 of 100 within (p99)")]
    {
        let (id, statistic) = (format!("within_{share}"), format!("p{share}"));
        metrics.push(hours(&id, label));
        metrics.push(metric(Name::ApprovalLatency, json!({ "id": id, "stat": statistic, "visible": false })));
    }
    chart("From request to decision, each day", DAY, metrics, "hours", json!({}))
}

fn ends() -> Value {
    let metrics = ENDS.iter().map(|(name, label)| metric(*name, json!({ "stat": "Sum", "label": label }))).collect();
    chart("How the waits ended, each day", DAY, metrics, "approvals", json!({ "stacked": true }))
}

fn told() -> Value {
    let metrics = vec![
        metric(Name::RemindersSent, json!({ "stat": "Sum", "label": "Reminders" })),
        metric(Name::EscalationsSent, json!({ "stat": "Sum", "label": "Escalations" })),
        metric(Name::NoticesGivenUp, json!({ "stat": "Sum", "label": "Given up: must be 0", "color": "#d62728" })),
    ];
    chart("Notices, each day", DAY, metrics, "notices", json!({}))
}

fn findings() -> Value {
    let metrics = vec![metric(Name::FindingsRaised, json!({ "stat": "Sum", "label": "Findings", "color": "#d62728" }))];
    chart("Findings, each day", DAY, metrics, "findings", json!({}))
}

fn policy() -> Value {
    let metrics = vec![metric(Name::PolicyInvalid, json!({ "stat": "Maximum", "label": "1: an older one holds" }))];
    chart("The newest policy file cannot be used", 5 * MINUTE, metrics, "", line_at("Must be 0", 0))
}

fn share(title: &str, name: Name, limit: &str) -> Value {
    let search = by_pipeline(name, "Average", DAY);
    let metrics = vec![
        json!([{ "expression": format!("100 * {search}"), "id": "share", "label": "" }]),
        metric(name, json!({ "id": "all", "stat": "Average", "visible": false })),
        json!([{ "expression": "100 * all", "id": "total", "label": "All pipelines", "color": "#000000" }]),
        // The alarm's limit is a parameter: text here, so it is drawn as a line of its own.
        json!([{ "expression": format!("TIME_SERIES(100 * {limit})"), "id": "limit", "label": "Alarm above", "color": "#d62728" }]),
    ];
    chart(
        title,
        DAY,
        metrics,
        "%",
        json!({ "yAxis": { "left": { "min": 0, "max": 100, "label": "%", "showUnits": false } } }),
    )
}

fn queue(metric: &str, queue: &str, options: Value) -> Value {
    json!(["AWS/SQS", metric, "QueueName", format!("${{{queue}.QueueName}}"), options])
}

fn queue_age() -> Value {
    let metrics = vec![queue(
        "ApproximateAgeOfOldestMessage",
        "EventQueue",
        json!({ "stat": "Maximum", "label": "The oldest event" }),
    )];
    chart("How long events wait to be taken in", 5 * MINUTE, metrics, "seconds", line_at("Alarm above", 300))
}

fn lost_events() -> Value {
    let visible = "ApproximateNumberOfMessagesVisible";
    let metrics = vec![
        queue(visible, "FailedQueue", json!({ "stat": "Maximum", "label": "Not taken in" })),
        queue(visible, "UndeliveredQueue", json!({ "stat": "Maximum", "label": "Not delivered" })),
    ];
    chart("Events left over", 5 * MINUTE, metrics, "events", line_at("Must be 0", 0))
}

fn functions(metric: &str, statistic: &str) -> Vec<Value> {
    let of = |name: &&str| {
        let function = format!("${{{name}Function}}");
        json!(["AWS/Lambda", metric, "FunctionName", function, { "stat": statistic, "label": name.to_lowercase() }])
    };
    FUNCTIONS.iter().map(of).collect()
}

fn errors() -> Value {
    chart("Errors of the functions", 5 * MINUTE, functions("Errors", "Sum"), "errors", line_at("Must be 0", 0))
}

fn durations() -> Value {
    let metrics = functions("Duration", "Maximum");
    chart("How long the functions run", 5 * MINUTE, metrics, "milliseconds", json!({}))
}

/// JSON of which each line holds what fits on it; a list's items have lines of their own.
fn laid_out(value: &Value, depth: usize) -> String {
    let short = value.to_string();
    if short.len() + depth <= WIDTH {
        return short;
    }
    let (open, close, parts): (_, _, Vec<String>) = match value {
        Value::Array(items) => ("[", "]", items.iter().map(|item| laid_out(item, depth + 2)).collect()),
        Value::Object(fields) => {
            let field = |(key, value): (&String, &Value)| format!("{}: {}", json!(key), laid_out(value, depth + 2));
            ("{", "}", fields.iter().map(field).collect())
        }
        _ => return short,
    };
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if value.is_object() && line.len() + part.len() + depth <= WIDTH && !part.contains('\n') => {
                line.push_str(", ");
                line.push_str(&part);
            }
            _ => lines.push(part),
        }
    }
    let (inner, outer) = (" ".repeat(depth + 2), " ".repeat(depth));
    format!("{open}\n{inner}{}\n{outer}{close}", lines.join(&format!(",\n{inner}")))
}
