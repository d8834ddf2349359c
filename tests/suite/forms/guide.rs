//! `docs/audit.md` shows the columns and a sample of each form, which these tests write.

use std::fs;
use std::path::{Path, PathBuf};

use holdpoint::audit::{COLUMNS, Column, Kind};
use serde_json::Value;
use tempfile::TempDir;

use super::script;
use crate::cli::run::{WEEK, holdpoint};
use crate::support::generated::{MARKDOWN, hold};
use crate::support::server;

const QUERY: &str = "\
SELECT pipeline, count(*) AS approvals, max(wait_seconds) AS longest_wait, count(*) FILTER (breached) AS breached,
       sum(len(escalations)) AS escalations
FROM 'approvals.parquet'
WHERE requested_at >= '2026-10-05'
GROUP BY pipeline ORDER BY longest_wait DESC LIMIT 5";

fn guide() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/audit.md")
}

/// The week in every form, in a folder.
struct Week(TempDir);

impl Week {
    fn new() -> Self {
        let week = Self(tempfile::tempdir().expect("a temporary folder"));
        let store = week.path("store.sqlite");
        holdpoint(&["replay", WEEK, "--format", "json", "--store", &store]).done();
        week
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("a plain path").to_owned()
    }

    fn export(&self, format: &str) -> String {
        holdpoint(&["audit", "export", "--format", format, "--store", &self.path("store.sqlite")]).done()
    }

    /// In a file, because it is no text.
    fn parquet(&self) -> String {
        let (series, store) = (self.path("series"), self.path("store.sqlite"));
        let ran = holdpoint(&["audit", "export", "--format", "parquet", "--store", &store, "--out", &series]);
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        format!("{series}/0001-begin-end-parquet/approvals.parquet")
    }

    /// The first approval, readable.
    fn first(&self, format: &str) -> Value {
        let lines = self.export(format);
        serde_json::from_str(lines.lines().next().expect("there is one")).expect("each line is JSON")
    }
}

#[test]
fn the_guide_to_the_export_shows_the_columns_and_every_form() {
    let week = Week::new();
    hold(&guide(), &MARKDOWN, |name| match name {
        "columns" => columns(),
        "week as csv" => {
            let csv = week.export("csv");
            let rows: Vec<&str> = csv.split("\r\n").take(3).collect();
            format!("```csv\n{}\n```\n", rows.join("\n"))
        }
        "week as jsonl" => {
            let mut line = week.first("jsonl");
            line["facts"].as_array_mut().expect("a list").truncate(1);
            format!("```json\n{line:#}\n```\n")
        }
        "week as ocsf" => format!("```json\n{:#}\n```\n", week.first("ocsf")),
        "duckdb" => {
            let query = QUERY.replace("approvals.parquet", &week.parquet());
            let table = script(&server::python("readers"), "query.py", &[&query]);
            format!("```sql\n{QUERY};\n```\n\n{table}")
        }
        "athena" => format!("```sql\n{}\n```\n", definition()),
        other => panic!("the guide has a block of which nothing is known: {other}"),
    });
}

fn columns() -> String {
    let row = |column: &Column| format!("| `{}` | {} | {} |\n", column.name, column.kind.word(), column.means);
    format!("| column | type | what it is |\n|---|---|---|\n{}", COLUMNS.iter().map(row).collect::<String>())
}

/// Names stand in quotes, so that none of them is taken for a word of the language.
fn definition() -> String {
    let of_kind = |kind: Kind| match kind {
        Kind::Text => "string".to_owned(),
        Kind::Time => "timestamp".to_owned(),
        Kind::Seconds | Kind::Count => "bigint".to_owned(),
        Kind::Flag => "boolean".to_owned(),
        Kind::List(parts) => {
            let parts = parts.iter().map(|part| match part.kind {
                Kind::Time => format!("{}:timestamp", part.name),
                _ => format!("{}:string", part.name),
            });
            format!("array<struct<{}>>", parts.collect::<Vec<_>>().join(","))
        }
    };
    let columns: Vec<String> =
        COLUMNS.iter().map(|column| format!("  `{}` {}", column.name, of_kind(column.kind))).collect();
    format!(
        "CREATE EXTERNAL TABLE approvals (\n{}\n)\nSTORED AS PARQUET\nLOCATION 's3://YOUR-BUCKET/YOUR-FOLDER/';",
        columns.join(",\n")
    )
}

#[test]
fn the_guide_names_every_attribute_of_an_event() {
    let text = fs::read_to_string(guide()).expect("the guide is there");
    let week = Week::new();
    let mapping = text.split("| attribute | is |").nth(1).expect("the table is there");
    for line in week.export("ocsf").lines() {
        let event: Value = serde_json::from_str(line).expect("each line is JSON");
        for name in event.as_object().expect("an object").keys() {
            assert!(mapping.contains(&format!("`{name}")), "{name}");
        }
    }
}
