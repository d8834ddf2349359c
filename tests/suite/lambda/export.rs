//! The archive.

use holdpoint::adapters::s3;
use serde_json::json;

use super::{Cloud, again, batch, run};
use crate::support::history::Fate;
use crate::support::runtime::Answer;

#[tokio::test]
async fn the_days_that_are_over_are_archived_and_none_twice() {
    let cloud = Cloud::new().await;
    let asked = run(1, 60, Fate::Approved);
    assert_eq!(cloud.function("ingest").invoke(&batch(&asked.events())), again(&[]));
    let function = cloud.function("export");
    let Answer::Response(said) = function.invoke(&json!({})) else { panic!("{}", function.log()) };
    // What was heard of today is in tomorrow's files.
    assert_eq!(said["days"].as_array().map(Vec::len), Some(7), "{}", function.log());
    assert_eq!(function.invoke(&json!({})), Answer::Response(json!({ "days": [] })));
    let listed = s3::client(&cloud.config).list_objects_v2().bucket("audit").send().await.expect("it answers");
    let keys: Vec<&str> = listed.contents().iter().filter_map(|object| object.key()).collect();
    assert_eq!(keys.len(), 7);
    assert!(keys.iter().all(|key| key.starts_with("holdpoint/approvals/") && key.ends_with("/manifest.json")));
}
