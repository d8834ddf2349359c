//! Who asks, and where. Without an answer nothing else can be asked.

use aws_config::SdkConfig;

use crate::adapters::codepipeline::own_account;
use crate::cli::doctor::finding::Finding;
use crate::ports::pipelines::{LookError, Site};

const SUBJECT: &str = "credentials";

pub(in crate::cli::doctor) async fn check(settings: &SdkConfig) -> (Vec<Finding>, Option<Site>) {
    let Some(region) = settings.region().map(ToString::to_string).filter(|region| !region.is_empty()) else {
        let remedy = "Set AWS_REGION, or name a profile that has a region with AWS_PROFILE.";
        return (vec![Finding::problem(SUBJECT, "no region is set", remedy)], None);
    };
    match own_account(settings).await {
        Ok(account) => {
            let site = Site { account, region };
            let found = format!("account {} in {}", site.account, site.region);
            (vec![Finding::ok(SUBJECT, found)], Some(site))
        }
        Err(error) => {
            let cause = match error {
                LookError::Unavailable(cause) | LookError::Refused(cause) => cause.to_string(),
                LookError::NotFound => "STS does not know them".to_owned(),
            };
            let found = format!("whose they are could not be asked: {cause}");
            let remedy = "Sign in (`aws sts get-caller-identity` must answer), and run this again: without \
                          credentials nothing else can be looked at.";
            (vec![Finding::problem(SUBJECT, found, remedy)], None)
        }
    }
}
