//! What people copy from is in order.

use std::fs;
use std::path::Path;

use holdpoint::policyfile;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_policy_to_copy_from_is_in_order_and_means_what_it_says() {
    let folder = fs::read_dir(root().join("rules/policies")).expect("the folder is there");
    let mut count = 0;
    for entry in folder {
        let path = entry.expect("it can be listed").path();
        let text = fs::read_to_string(&path).expect("it can be read");
        let name = path.display().to_string();
        let policy = policyfile::read(&name, &text).unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(policy.warnings, Vec::<String>::new(), "{name}");
        count += 1;
    }
    assert!(count >= 2, "the default and at least one more");
}

#[test]
fn the_policy_in_the_readme_is_in_order() {
    let readme = fs::read_to_string(root().join("README.md")).expect("it can be read");
    let example = readme.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("one example");
    let policy = policyfile::read("README.md", example).unwrap_or_else(|errors| panic!("{errors}"));
    assert_eq!(policy.warnings, Vec::<String>::new());
    assert_eq!(policy.rules.policies.len(), 2);
}
