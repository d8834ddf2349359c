//! What is wrong on the command line is told before anything begins.

use std::process::Command;

use super::{NOWHERE, with_server};
use crate::cli::run::{holdpoint, ran};
use crate::serve::process::Place;

#[test]
fn words_that_cannot_be_meant_are_refused() {
    let cases: &[(&[&str], &str)] = &[
        (&["status", "--store", "dynamodb:"], "write the table's name: dynamodb:TABLE"),
        (&["serve", "--queue", "holdpoint-events"], "write the queue's URL: https://sqs.REGION.amazonaws.com/"),
        (&["serve", "--bus", "default"], "--aws"),
        (&["serve", "--members", "eu-west-1"], "--aws"),
        (&["serve", "--demo", "5", "--aws"], "cannot be used with"),
        (&["serve", "--create-table"], "name one with `--store dynamodb:TABLE`"),
        (&["serve", "--policy", "s3://bucket"], "`s3://bucket` is no place for a policy"),
        (&["replay", "tests/data/events", "--store", "dynamodb:approvals"], "a replay is kept in a file"),
    ];
    for (args, said) in cases {
        let ran = holdpoint(args);
        assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{args:?}: {ran:?}");
        assert!(ran.err.contains(said), "{args:?}: {}", ran.err);
    }
}

fn refused(mut command: Command) -> (Option<i32>, String) {
    let ran = ran(command.output().expect("the program can be run"));
    assert_eq!(ran.out, "", "{ran:?}");
    (ran.code, ran.err.lines().last().unwrap_or_default().to_owned())
}

#[test]
fn members_that_are_none_and_a_region_that_is_missing_are_named() {
    let place = with_server(Place::new(), NOWHERE);
    let mut command = place.command();
    command.args(["--aws", "--members", "everywhere"]);
    let (code, said) = refused(command);
    assert_eq!(code, Some(2));
    assert!(said.contains("member `everywhere`"), "{said}");

    let mut command = place.command();
    command.arg("--aws").env_remove("AWS_REGION").env_remove("AWS_DEFAULT_REGION");
    assert_eq!(
        refused(command),
        (Some(2), "holdpoint: no region of AWS is set: say which with the variable AWS_REGION".to_owned())
    );
}

#[test]
fn an_account_that_cannot_be_learnt_ends_the_start() {
    let place = with_server(Place::new(), NOWHERE).flag("--aws");
    let (code, said) = refused(place.command());
    assert_eq!(code, Some(1));
    assert!(said.starts_with("holdpoint: STS does not say whose account this is: "), "{said}");
    assert!(said.ends_with("`aws sts get-caller-identity` shows whether the credentials are right"), "{said}");
}
