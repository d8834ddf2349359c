//! The table of columns in Parquet's types.
//!
//! Times are instants of UTC in milliseconds, lists are lists of structs in the three levels that the format asks for.
//! Nothing is mandatory, so that a later holdpoint can leave a column empty that an older one filled.

use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::errors::Result;
use parquet::schema::types::{Type, TypePtr};

use crate::audit::columns::{COLUMNS, Kind, Part};

pub(super) fn of_columns() -> Result<Type> {
    let fields: Result<Vec<TypePtr>> = COLUMNS.iter().map(|column| of_kind(column.name, column.kind)).collect();
    Type::group_type_builder("approvals").with_fields(fields?).build()
}

/// How many columns the file has for one of ours.
pub(super) fn leaves(kind: Kind) -> usize {
    match kind {
        Kind::List(parts) => parts.len(),
        Kind::Text | Kind::Time | Kind::Seconds | Kind::Count | Kind::Flag => 1,
    }
}

fn of_kind(name: &str, kind: Kind) -> Result<TypePtr> {
    let (physical, logical) = match kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Time => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
        Kind::Seconds | Kind::Count => (Physical::INT64, None),
        Kind::Flag => (Physical::BOOLEAN, None),
        Kind::List(parts) => return list(name, parts),
    };
    let of_name = Type::primitive_type_builder(name, physical).with_repetition(Repetition::OPTIONAL);
    Ok(of_name.with_logical_type(logical).build()?.into())
}

fn list(name: &str, parts: &[Part]) -> Result<TypePtr> {
    let fields: Result<Vec<TypePtr>> = parts.iter().map(|part| of_kind(part.name, part.kind)).collect();
    let group =
        |name, repetition, fields| Type::group_type_builder(name).with_repetition(repetition).with_fields(fields);
    let element = group("element", Repetition::REQUIRED, fields?).build()?;
    let items = group("list", Repetition::REPEATED, vec![element.into()]).build()?;
    let list = group(name, Repetition::REQUIRED, vec![items.into()]).with_logical_type(Some(LogicalType::List));
    Ok(list.build()?.into())
}
