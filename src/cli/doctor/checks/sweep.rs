//! Whether the sweep runs: each minute it measures whether its policy is the newest.

use aws_config::SdkConfig;
use aws_sdk_cloudwatch::Client;
use chrono::TimeDelta;

use super::metric::{LOOK_BACK, newest};
use super::policy::Holding;
use crate::cli::doctor::finding::Finding;
use crate::domain::Timestamp;
use crate::domain::measure::Name;
use crate::notice::duration;
use crate::record::names::Named;

const SUBJECT: &str = "sweep";
/// It runs every minute, and CloudWatch takes a minute or two to show it.
const LATE: TimeDelta = TimeDelta::minutes(5);

pub(in crate::cli::doctor) async fn check(settings: &SdkConfig, policy: &Holding, now: Timestamp) -> Vec<Finding> {
    let Some(file) = policy.file() else {
        let remedy = "See to the policy first, and run this again.";
        return vec![Finding::warning(SUBJECT, "its metrics' namespace is the policy's, which is not known", remedy)];
    };
    let (namespace, name) = (&file.namespace, Name::PolicyInvalid.word());
    let remedy = "Nobody is reminded while it does not run. Is its schedule enabled? Its log says more: \
                  `aws logs tail /aws/lambda/holdpoint-sweep --since 15m`.";
    let finding = match newest(&Client::new(settings), namespace, name, None, now).await {
        Err(error) => Finding::failed(SUBJECT, "cloudwatch:GetMetricStatistics", error),
        Ok(None) => {
            let found = format!("it has measured nothing in `{namespace}` for {}", duration(LOOK_BACK));
            Finding::problem(SUBJECT, found, remedy)
        }
        Ok(Some((at, _))) if now - at > LATE => {
            Finding::problem(SUBJECT, format!("it last measured {} ago", duration(now - at)), remedy)
        }
        Ok(Some(_)) => Finding::ok(SUBJECT, format!("it runs, and measures in `{namespace}`")),
    };
    vec![finding]
}
