//! Parquet, as DuckDB reads it.

use holdpoint::audit::{COLUMNS, Column, Format, Kind};
use holdpoint::record::time::from_text;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Known, any_approvals, far, hostile, lines, read_by, written};

/// What DuckDB says of a file: `rows`, `types`, `schema`, `chunks` and `created_by`.
fn duckdb(approvals: &[Known]) -> Value {
    read_by("read_parquet.py", &[], &[&written(Format::Parquet, approvals)])
}

/// What a line of JSON Lines has for a column, with times as milliseconds.
fn of_line(line: &Value, column: &Column) -> Value {
    let value = match column.name {
        "account" | "region" | "pipeline" | "stage" | "action" => &line["gate"][column.name],
        "revision" => &line["revisions"][0]["id"],
        "revision_message" => &line["revisions"][0]["summary"],
        name => &line[name],
    };
    match column.kind {
        Kind::Time => millis(value),
        Kind::List(parts) => {
            let of_part = |item: &Value, name: &str, kind: Kind| {
                if kind == Kind::Time { millis(&item[name]) } else { item[name].clone() }
            };
            let item = |item: &Value| -> Value {
                parts
                    .iter()
                    .map(|part| (part.name.to_owned(), of_part(item, part.name, part.kind)))
                    .collect::<Map<_, _>>()
                    .into()
            };
            value.as_array().into_iter().flatten().map(item).collect()
        }
        Kind::Text | Kind::Seconds | Kind::Count | Kind::Flag => value.clone(),
    }
}

fn millis(time: &Value) -> Value {
    time.as_str().map_or(Value::Null, |text| from_text(text).expect("a time").timestamp_millis().into())
}

fn expected(approvals: &[Known]) -> Value {
    let row = |line: &Value| -> Value {
        COLUMNS.iter().map(|column| (column.name.to_owned(), of_line(line, column))).collect::<Map<_, _>>().into()
    };
    lines(approvals).iter().map(row).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn duckdb_reads_the_values_that_json_lines_have(approvals in any_approvals()) {
        prop_assert_eq!(&duckdb(&approvals)["rows"], &expected(&approvals));
    }
}

#[test]
fn hostile_texts_and_far_times_are_read_as_they_are() {
    let approvals = [hostile(), far()];
    assert_eq!(duckdb(&approvals)["rows"], expected(&approvals));
}

#[test]
fn the_columns_have_the_types_of_the_table() {
    let told = duckdb(&[hostile()]);
    let instant = "TIMESTAMP WITH TIME ZONE";
    let of_kind = |kind: Kind| match kind {
        Kind::Text => "VARCHAR".to_owned(),
        Kind::Time => instant.to_owned(),
        Kind::Seconds | Kind::Count => "BIGINT".to_owned(),
        Kind::Flag => "BOOLEAN".to_owned(),
        Kind::List(parts) => {
            let parts = parts.iter().map(|part| match part.kind {
                Kind::Time => format!("\"{}\" {instant}", part.name),
                _ => format!("{} VARCHAR", part.name),
            });
            format!("STRUCT({})[]", parts.collect::<Vec<_>>().join(", "))
        }
    };
    let types: Vec<Value> = COLUMNS.iter().map(|column| json!([column.name, of_kind(column.kind)])).collect();
    assert_eq!(told["types"], json!(types));
}

/// Athena's engine is Trino, and its table definitions are Hive's: names are lower case, an instant is an INT64 of
/// milliseconds and not the old INT96, a list has three levels, pages are of version 1 and Snappy packs them.
#[test]
fn nothing_is_in_it_that_athena_would_not_read() {
    let told = duckdb(&[hostile()]);
    let seen = |rows: &Value, n: usize| {
        let mut seen: Vec<String> =
            rows.as_array().expect("a list").iter().map(|row| row[n].as_str().unwrap_or("-").to_owned()).collect();
        seen.sort();
        seen.dedup();
        seen.join(" ")
    };
    assert_eq!(seen(&told["schema"], 1), "- BOOLEAN BYTE_ARRAY INT64");
    assert_eq!(seen(&told["schema"], 2), "- LIST TIMESTAMP_MILLIS UTF8");
    assert_eq!(seen(&told["chunks"], 1), "SNAPPY");
    assert_eq!(seen(&told["chunks"], 2), "PLAIN, RLE PLAIN, RLE, RLE_DICTIONARY");
    let names = seen(&told["schema"], 0);
    assert_eq!(names, names.to_lowercase());
    assert_eq!(told["created_by"], "holdpoint version 1.0.0 (build 1)");
}

#[test]
fn many_approvals_are_groups_of_ten_thousand_and_none_is_an_empty_table() {
    let many = duckdb_counts(&vec![hostile(); 20_001]);
    assert_eq!(many, json!({ "rows": 20_001, "groups": 3, "approvals": 1 }));
    assert_eq!(duckdb_counts(&[]), json!({ "rows": 0, "groups": 0, "approvals": 0 }));
}

fn duckdb_counts(approvals: &[Known]) -> Value {
    read_by("read_parquet.py", &["--count"], &[&written(Format::Parquet, approvals)])
}
