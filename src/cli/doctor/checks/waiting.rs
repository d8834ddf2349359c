//! What waits at CodePipeline: whether holdpoint knows of all of it.

use super::gates::named;
use crate::app::survey::Survey;
use crate::cli::doctor::finding::Finding;
use crate::notice::counted;
use crate::ports::store::Store;

const SUBJECT: &str = "waiting approvals";
/// So many are looked up.
const MAX_LOOKED_UP: usize = 1000;

pub(in crate::cli::doctor) async fn check<S: Store>(survey: &Survey, store: Option<&S>) -> Vec<Finding> {
    let Some(store) = store else {
        let found = format!("{}, and no table to look them up in", survey.waiting.len());
        return vec![Finding::warning(SUBJECT, found, "See to the table first, and run this again.")];
    };
    let mut unknown = Vec::new();
    for (id, gate) in survey.waiting.iter().take(MAX_LOOKED_UP) {
        match store.projection(id).await {
            Ok(Some(_)) => {}
            Ok(None) => unknown.push(format!("{gate} ({id})")),
            Err(error) => {
                let found = format!("whether they are known could not be looked up: {error}");
                let remedy = "Allow these credentials `dynamodb:GetItem` on the table, and run this again.";
                return vec![Finding::problem(SUBJECT, found, remedy)];
            }
        }
    }
    if unknown.is_empty() {
        let found = match survey.waiting.len() {
            0 => "none".to_owned(),
            n if n > MAX_LOOKED_UP => format!("{MAX_LOOKED_UP} of {n} looked up, all of them known"),
            n => format!("{n}, all of them known"),
        };
        return vec![Finding::ok(SUBJECT, found)];
    }
    let found = format!(
        "{} that holdpoint does not know of: {}",
        counted(unknown.len(), "approval"),
        named(unknown.into_iter())
    );
    let remedy = "What began less than ten minutes ago may still be on its way. Otherwise the reconciler does not run, or \
                  may not look there: `aws logs tail /aws/lambda/holdpoint-reconcile --since 15m`.";
    vec![Finding::problem(SUBJECT, found, remedy)]
}
