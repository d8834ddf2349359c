//! The policy file's JSON Schema, made from the very types that read it.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::form::Form;

pub fn schema() -> Value {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Form>().into()
}
