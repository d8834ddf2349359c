//! A template as the tests read it: CloudFormation's short tags written out, by the translator that SAM itself uses.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value};

use crate::support::stack::python;

const READ: &str = "
import json, sys
from samtranslator.yaml_helper import yaml_parse
print(json.dumps(yaml_parse(open(sys.argv[1]).read())))
";

pub(super) struct Template(pub(super) Value);

pub(super) fn path(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("infra").join(file)
}

impl Template {
    pub(super) fn read(file: &str) -> Self {
        let output = Command::new(python()).args(["-c", READ]).arg(path(file)).output().expect("Python runs");
        assert!(output.status.success(), "{file}: {}", String::from_utf8_lossy(&output.stderr));
        Self(serde_json::from_slice(&output.stdout).expect("it prints JSON"))
    }

    pub(super) fn resources(&self) -> &Map<String, Value> {
        self.0["Resources"].as_object().expect("there are resources")
    }

    /// Id and properties of every resource of a type.
    pub(super) fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let of_kind = move |(_, resource): &(&String, &Value)| resource["Type"] == kind;
        self.resources().iter().filter(of_kind).map(|(id, resource)| (id.as_str(), &resource["Properties"]))
    }

    pub(super) fn properties(&self, id: &str) -> &Value {
        &self.resources().get(id).unwrap_or_else(|| panic!("there is no {id}"))["Properties"]
    }
}
