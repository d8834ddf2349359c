//! How an installation is named.

use super::doctor;
use crate::cli::run::{Ran, ran};

fn run(args: &[&str], variables: &[(&str, &str)]) -> Ran {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = doctor(args, folder.path());
    // Nobody answers there.
    command.env("AWS_ENDPOINT_URL", "http://127.0.0.1:1").envs(variables.iter().copied());
    ran(command.output().expect("it runs"))
}

#[test]
fn without_a_name_it_says_how_to_name_an_installation() {
    let ran = run(&[], &[("HOLDPOINT_TABLE", " ")]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""));
    assert!(ran.err.contains("--query Stacks[0].Outputs | holdpoint doctor --outputs -\n"), "{}", ran.err);
}

#[test]
fn what_is_named_wrongly_is_wrong_usage() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("it can be written");
        path.to_str().expect("a plain path").to_owned()
    };
    let (broken, other) = (file("broken", "{"), file("other", "{}"));
    let cases: [(&[&str], &str); 5] = [
        (&["--policy", "policy.yaml"], "write s3://BUCKET/KEY, ssm:/NAME or file:PATH"),
        (&["--table", "t", "--members", "Ireland"], "`Ireland` is not a region"),
        (&["--outputs", "nowhere.json"], "cannot read the outputs `nowhere.json`"),
        (&["--outputs", &broken], "are no JSON"),
        (&["--outputs", &other], "holds no list of outputs"),
    ];
    for (args, expected) in cases {
        let ran = run(args, &[]);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(ran.err.contains(expected), "{args:?}: {}", ran.err);
    }
}

#[test]
fn without_an_answer_to_who_asks_nothing_else_is_asked() {
    for (variables, found) in [
        ([("AWS_REGION", ""), ("HOLDPOINT_TABLE", "t")], "no region is set"),
        ([("AWS_ACCESS_KEY_ID", "AKIA"), ("HOLDPOINT_TABLE", "t")], "whose they are could not be asked"),
    ] {
        let ran = run(&[], &variables);
        assert_eq!((ran.code, ran.err.as_str()), (Some(1), "holdpoint: 1 problem found\n"), "{}", ran.out);
        assert!(ran.out.starts_with(&format!("problem  credentials: {found}")), "{}", ran.out);
        assert!(ran.out.ends_with("\n0 ok, 0 warnings, 1 problem\n"), "{}", ran.out);
    }
}
