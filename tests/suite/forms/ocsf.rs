//! OCSF, against the schema as a package carries it that others keep.

use holdpoint::audit::Format;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Known, any_approvals, far, hostile, read_by, written};
use crate::cli::run::{WEEK, holdpoint};

/// The versions that know all that the events say, the first of which they name.
const VERSIONS: &str = "1.4.0,1.5.0,1.6.0,1.7.0,1.8.0";

/// What the schema says against them.
fn against(events: &[u8]) -> Value {
    read_by("check_ocsf.py", &[VERSIONS], &[events])
}

fn events(approvals: &[Known]) -> Vec<Value> {
    let text = String::from_utf8(written(Format::Ocsf, approvals)).expect("UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn any_approval_is_an_event_of_the_schema(approvals in any_approvals()) {
        prop_assert_eq!(against(&written(Format::Ocsf, &approvals)), json!([]));
    }
}

#[test]
fn the_week_and_hostile_approvals_are_events_of_the_schema() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = folder.path().join("store.sqlite").to_str().expect("a plain path").to_owned();
    holdpoint(&["replay", WEEK, "--format", "json", "--store", &store]).done();
    let week = holdpoint(&["audit", "export", "--format", "ocsf", "--store", &store]).done();
    assert_eq!(week.lines().count(), 19);
    assert_eq!(against(week.as_bytes()), json!([]));
    assert_eq!(against(&written(Format::Ocsf, &[hostile(), far()])), json!([]));
}

/// Or else the tests above would say nothing.
#[test]
fn the_schema_names_what_is_missing_and_what_does_not_belong() {
    let mut event = events(&[hostile()]).remove(0);
    let fields = event.as_object_mut().expect("an object");
    fields.remove("entity");
    fields.insert("decided".into(), true.into());
    fields["severity_id"] = json!("low");
    let said = against(format!("{event}\n").as_bytes()).to_string();
    for word in ["'entity' is a required property", "'decided' was unexpected", "$.severity_id"] {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn a_rejection_denies_and_a_time_out_has_no_actor() {
    let rejected = events(&[hostile()]).remove(0);
    let shown = |name: &str| rejected[name].as_str().unwrap_or_default().to_owned();
    assert_eq!(
        ["activity_name", "status", "action", "disposition", "severity"].map(shown),
        ["Update", "Success", "Denied", "Rejected", "Medium"]
    );
    let role = "arn:aws:iam::111122223333:role/AWSReservedSSO_=Release_0123456789abcdef";
    assert_eq!(rejected["actor"]["session"]["issuer"], role);
    assert_eq!(rejected["actor"]["invoked_by"], "codestar.amazonaws.com");
    assert_eq!(rejected["src_endpoint"], json!({ "svc_name": "AWS Internal" }));
    assert_eq!(rejected["is_alert"], true);
    let finding = &rejected["unmapped"]["findings"][0];
    assert_eq!((&finding["kind"], &finding["evidence"][0]["what"]), (&json!("approved_by_bot"), &json!("claimed_by")));

    let waiting = events(&[far()]).remove(0);
    assert_eq!((&waiting["activity_name"], &waiting["status_code"]), (&json!("Create"), &json!("waiting")));
    assert_eq!((waiting.get("actor"), waiting.get("end_time")), (None, None));
}
