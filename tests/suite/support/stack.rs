//! The templates in `infra/`, deployed to the server that stands in for AWS.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::server::{REGION, Server, tool};

/// What every stack here is called.
pub(crate) const NAME: &str = "holdpoint";

pub(crate) struct Stack {
    outputs: BTreeMap<String, String>,
    /// What each resource of the template is called by its service.
    ids: BTreeMap<String, String>,
    environments: BTreeMap<String, BTreeMap<String, String>>,
}

impl Stack {
    /// The central stack, with the parameters' defaults. `bootstrap` is the program that its functions run.
    pub(crate) fn deploy(server: &Server, bootstrap: &[u8]) -> Self {
        Self::with(server, "template.yaml", bootstrap, &[])
    }

    pub(crate) fn with(server: &Server, template: &str, bootstrap: &[u8], parameters: &[(&str, &str)]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = folder.path().join("bootstrap");
        fs::write(&program, bootstrap).expect("it can be written");
        let mut command = Command::new(python());
        command.arg(root.join("tests/suite/support/deploy.py")).arg(root.join("infra").join(template)).arg(program);
        command.arg(NAME).args(parameters.iter().map(|(name, value)| format!("{name}={value}")));
        // Nothing of whoever runs the tests: not their profile, not their keys.
        let none = folder.path().join("none");
        command
            .env("AWS_ENDPOINT_URL", server.url())
            .env("AWS_DEFAULT_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_CONFIG_FILE", &none)
            .env("AWS_SHARED_CREDENTIALS_FILE", &none);
        for variable in ["AWS_PROFILE", "AWS_SESSION_TOKEN"] {
            command.env_remove(variable);
        }
        let output = command.output().expect("Python runs");
        assert!(output.status.success(), "{template}: {}", String::from_utf8_lossy(&output.stderr));
        let deployed: Value = serde_json::from_slice(&output.stdout).expect("it prints JSON");
        let texts = |field: &str| serde_json::from_value(deployed[field].clone()).expect("names and texts");
        let environments = serde_json::from_value(deployed["environments"].clone()).expect("variables of functions");
        Self { outputs: texts("outputs"), ids: texts("resources"), environments }
    }

    /// An output of the template.
    pub(crate) fn output(&self, name: &str) -> &str {
        self.outputs.get(name).unwrap_or_else(|| panic!("there is no output {name}"))
    }

    /// A variable of a function's environment.
    pub(crate) fn variable(&self, function: &str, name: &str) -> Option<&str> {
        let environment = self.environments.get(function).unwrap_or_else(|| panic!("there is no function {function}"));
        environment.get(name).map(String::as_str)
    }

    /// What a resource of the template is called by its service: a name, an address or an ARN.
    pub(crate) fn id(&self, resource: &str) -> &str {
        self.ids.get(resource).unwrap_or_else(|| panic!("there is no resource {resource}"))
    }
}

/// The Python that `sam` runs on, which has the client for AWS and the reader of templates.
pub(crate) fn python() -> PathBuf {
    let sam = tool("sam").canonicalize().expect("sam is there: `tests/tools/install` installs it");
    sam.with_file_name("python")
}
