//! The one table of columns. CSV, JSON Lines and Parquet are written from it, and `docs/audit.md` shows it.

use serde_json::{Map, Value};

use super::row::Row;
use super::shown::{FindingLine, Told, Undelivered};
use crate::domain::Timestamp;
use crate::record::time::to_text;

/// A column of the row that an approval is.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// What stands in it, in a phrase.
    pub means: &'static str,
    pub(super) read: for<'r> fn(&'r Row<'r>) -> Cell<'r>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// An instant, to the millisecond where a form has no more.
    Time,
    Seconds,
    Count,
    /// Yes or no.
    Flag,
    /// Any number of items, each with the same parts.
    List(&'static [Part]),
}

/// A part of each item of a list: a text or a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: &'static str,
    pub kind: Kind,
}

/// What a row has in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell<'a> {
    Nothing,
    Text(&'a str),
    Time(Timestamp),
    Number(i64),
    Flag(bool),
    /// The parts of each item, in their order.
    List(&'static [Part], Vec<Vec<Cell<'a>>>),
}

const TOLD: &[Part] = &[
    Part { name: "recipient", kind: Kind::Text },
    Part { name: "notice", kind: Kind::Text },
    Part { name: "message", kind: Kind::Text },
    Part { name: "at", kind: Kind::Time },
];

const UNDELIVERED: &[Part] = &[
    Part { name: "recipient", kind: Kind::Text },
    Part { name: "notice", kind: Kind::Text },
    Part { name: "at", kind: Kind::Time },
    Part { name: "reason", kind: Kind::Text },
];

const FINDING: &[Part] = &[
    Part { name: "kind", kind: Kind::Text },
    Part { name: "at", kind: Kind::Time },
    Part { name: "says", kind: Kind::Text },
];

/// In the order in which an auditor asks: where, what, who asked, when, how it ended, who decided, how long it took, what was
/// done meanwhile, by which rules.
pub const COLUMNS: [Column; 40] = [
    column("account", Kind::Text, "AWS account of the pipeline", |row| text(row.account)),
    column("region", Kind::Text, "its region", |row| text(row.region)),
    column("pipeline", Kind::Text, "its name", |row| text(row.pipeline)),
    column("stage", Kind::Text, "the stage that waited", |row| text(row.stage)),
    column("action", Kind::Text, "the approval action in it", |row| text(row.action)),
    column("execution", Kind::Text, "the run; a retry keeps it", |row| text(row.execution)),
    column("approval", Kind::Text, "the one wait, that is CodePipeline's `action-execution-id`", |row| {
        Cell::Text(row.approval)
    }),
    column("attempt", Kind::Count, "1, or more after retries of the stage", |row| number(row.attempt)),
    column("revision", Kind::Text, "what was to be released: the first source action's revision", |row| {
        text(row.revision)
    }),
    column("revision_message", Kind::Text, "its message, as CodePipeline tells it", |row| text(row.revision_message)),
    column(
        "requester",
        Kind::Text,
        "who or what started the run: the author, or else what CodePipeline names",
        |row| text(row.requester),
    ),
    column("requester_email", Kind::Text, "the author's address, as the commit states it", |row| {
        text(row.requester_email)
    }),
    column("commit", Kind::Text, "the commit that started the run", |row| text(row.commit)),
    column("repository", Kind::Text, "its repository", |row| text(row.repository)),
    column("requested_at", Kind::Time, "when the approval was asked for", |row| time(row.requested_at)),
    column("decided_at", Kind::Time, "when somebody approved or rejected; empty where nobody did", |row| {
        time(row.decided_at)
    }),
    column("ended_at", Kind::Time, "when the wait was over, however it ended", |row| time(row.ended_at)),
    column("phase", Kind::Text, "`waiting`, `ended` or `settled`; `unseen` where nobody was asked yet", |row| {
        Cell::Text(row.phase)
    }),
    column("outcome", Kind::Text, "how it ended: `approved`, `rejected`, `timed_out` or another", |row| {
        text(row.outcome)
    }),
    column("basis", Kind::Text, "the kind of evidence on which the outcome rests", |row| text(row.basis)),
    column("decided_by", Kind::Text, "the decider's ARN, by CloudTrail or the API, never by a comment", |row| {
        text(row.decided_by)
    }),
    column("decided_by_type", Kind::Text, "CloudTrail's type, such as `IAMUser` or `AssumedRole`", |row| {
        text(row.decided_by_type)
    }),
    column("decided_by_name", Kind::Text, "the user's or the session's name", |row| text(row.decided_by_name)),
    column("permission_set", Kind::Text, "the Identity Center permission set whose role it was", |row| {
        text(row.permission_set)
    }),
    column(
        "claimed_by",
        Kind::Text,
        "the human in whose name a bot says that it acts; nobody has verified it",
        |row| text(row.claimed_by),
    ),
    column("evidence_source", Kind::Text, "which source the end that is shown comes from", |row| {
        text(row.evidence_source)
    }),
    column("cloudtrail_event_id", Kind::Text, "the `eventID` to look the decision up by", |row| {
        text(row.cloudtrail_event_id)
    }),
    column("source_ip", Kind::Text, "where the decision was made from, as CloudTrail has it", |row| {
        text(row.source_ip)
    }),
    column("comment", Kind::Text, "what the decider wrote", |row| text(row.comment)),
    column("wait_seconds", Kind::Seconds, "from the request to the end", |row| seconds(row.wait_seconds)),
    column("working_wait_seconds", Kind::Seconds, "the same, by the policy's calendar", |row| {
        seconds(row.working_wait_seconds)
    }),
    column(
        "target",
        Kind::Text,
        "the promised time, as the policy file writes it: `4h`, `4h wall`, `1 working day`",
        |row| text(row.target.as_deref()),
    ),
    column("deadline", Kind::Time, "when it is used up", |row| time(row.deadline)),
    column("breached", Kind::Flag, "whether the wait went past the deadline", |row| Cell::Flag(row.breached)),
    column("reminders", Kind::List(TOLD), "the reminders that were delivered", |row| notices(&row.reminders)),
    column("escalations", Kind::List(TOLD), "the escalations that were delivered", |row| notices(&row.escalations)),
    column("undelivered", Kind::List(UNDELIVERED), "the notices that were given up, so that nobody got them", |row| {
        undelivered(&row.undelivered)
    }),
    column("policy", Kind::Text, "the policy that counted", |row| text(row.policy)),
    column("policy_version", Kind::Text, "the version of its file", |row| text(row.policy_version)),
    column(
        "findings",
        Kind::List(FINDING),
        "controls that were not kept, evidence that contradicts itself; `docs/policy.md` lists them",
        |row| findings(&row.findings),
    ),
];

const fn column(
    name: &'static str,
    kind: Kind,
    means: &'static str,
    read: for<'r> fn(&'r Row<'r>) -> Cell<'r>,
) -> Column {
    Column { name, kind, means, read }
}

fn text(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Nothing, Cell::Text)
}

fn time<'a>(at: Option<Timestamp>) -> Cell<'a> {
    at.map_or(Cell::Nothing, Cell::Time)
}

fn seconds<'a>(seconds: Option<i64>) -> Cell<'a> {
    seconds.map_or(Cell::Nothing, Cell::Number)
}

fn number<'a>(number: Option<u32>) -> Cell<'a> {
    number.map_or(Cell::Nothing, |number| Cell::Number(number.into()))
}

fn notices<'r>(told: &'r [Told<'r>]) -> Cell<'r> {
    let parts = |told: &Told<'r>| {
        vec![Cell::Text(told.recipient), Cell::Text(told.notice), text(told.message), Cell::Time(told.at)]
    };
    Cell::List(TOLD, told.iter().map(parts).collect())
}

fn undelivered<'r>(notices: &'r [Undelivered<'r>]) -> Cell<'r> {
    let parts = |given_up: &'r Undelivered<'r>| {
        let Undelivered { recipient, notice, at, reason } = given_up;
        vec![Cell::Text(recipient), Cell::Text(notice), Cell::Time(*at), text(reason.as_deref())]
    };
    Cell::List(UNDELIVERED, notices.iter().map(parts).collect())
}

fn findings<'r>(findings: &'r [FindingLine<'r>]) -> Cell<'r> {
    let parts =
        findings.iter().map(|finding| vec![Cell::Text(finding.kind), Cell::Time(finding.at), Cell::Text(finding.says)]);
    Cell::List(FINDING, parts.collect())
}

impl Cell<'_> {
    pub(super) fn to_json(&self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Text(text) => (*text).into(),
            Self::Time(at) => to_text(*at).into(),
            Self::Number(number) => (*number).into(),
            Self::Flag(is) => (*is).into(),
            Self::List(parts, items) => {
                let item = |cells: &Vec<Cell<'_>>| {
                    let named = parts.iter().zip(cells).map(|(part, cell)| (part.name.to_owned(), cell.to_json()));
                    Value::Object(named.collect::<Map<_, _>>())
                };
                items.iter().map(item).collect()
            }
        }
    }
}

impl Kind {
    /// The word for it in the guide.
    pub fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Time => "time",
            Self::Seconds => "seconds",
            Self::Count => "count",
            Self::Flag => "flag",
            Self::List(_) => "list",
        }
    }
}
