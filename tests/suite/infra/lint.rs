//! What AWS's own checkers say of the templates.

use std::process::Command;

use super::template::path;
use crate::support::server::{REGION, tool};

fn assert_silent(command: &mut Command, but: &str) {
    let output = command.output().unwrap_or_else(|error| panic!("{error}; `tests/tools/install` installs it"));
    let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    let said: Vec<&str> = said.lines().filter(|line| !line.trim().is_empty() && !line.contains(but)).collect();
    assert!(output.status.success() && said.is_empty(), "{}", said.join("\n"));
}

#[test]
fn cfn_lint_has_nothing_to_say() {
    let mut command = Command::new(tool("cfn-lint"));
    command.args(["--regions", REGION, "--"]).arg(path("template.yaml")).arg(path("member.yaml"));
    assert_silent(&mut command, "nothing");
}

#[test]
fn sam_takes_the_template_and_its_own_configuration() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(tool("sam"));
    command.args(["validate", "--lint", "--template-file"]).arg(path("template.yaml"));
    command.arg("--config-file").arg(path("samconfig.toml"));
    command.env("HOME", home.path()).env("AWS_DEFAULT_REGION", REGION).env("SAM_CLI_TELEMETRY", "0");
    assert_silent(&mut command, "is a valid SAM Template");
}
