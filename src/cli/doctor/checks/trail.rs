//! CloudTrail: whether a trail records who answers approvals. EventBridge hears of API calls only where one does.

use aws_config::SdkConfig;
use aws_sdk_cloudtrail::Client;
use aws_sdk_cloudtrail::operation::get_event_selectors::GetEventSelectorsOutput;
use aws_sdk_cloudtrail::types::{AdvancedEventSelector, AdvancedFieldSelector, EventSelector, ReadWriteType};

use crate::cli::doctor::finding::Finding;

const SUBJECT: &str = "trail";
const SERVICE: &str = "codepipeline.amazonaws.com";
/// No region has more trails than this.
const MAX_TRAILS: usize = 50;

/// What a trail does for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Records {
    Nothing,
    /// Its selectors ask for more than is understood here.
    Perhaps,
    Decisions,
}

pub(in crate::cli::doctor) async fn check(settings: &SdkConfig) -> Vec<Finding> {
    let client = Client::new(settings);
    let trails = match client.describe_trails().send().await {
        Ok(answer) => answer.trail_list.unwrap_or_default(),
        Err(error) => return vec![Finding::failed(SUBJECT, "cloudtrail:DescribeTrails", error)],
    };
    let (mut failed, mut perhaps, mut silent) = (Vec::new(), None, Vec::new());
    for trail in trails.iter().take(MAX_TRAILS) {
        let Some(arn) = trail.trail_arn() else { continue };
        let name = trail.name().unwrap_or(arn);
        match records(&client, arn).await {
            Ok(Records::Decisions) => {
                return vec![Finding::ok(SUBJECT, format!("the trail {name} records who decides"))];
            }
            Ok(Records::Perhaps) => perhaps = Some(name),
            Ok(Records::Nothing) => silent.push(name),
            Err(finding) => failed.push(finding),
        }
    }
    if let Some(name) = perhaps {
        let found = format!("{name} has selectors of its own that may leave out who decides");
        let remedy = format!(
            "See that they let write events of {SERVICE} through: \
                              `aws cloudtrail get-event-selectors --trail-name {name}`."
        );
        return vec![Finding::warning(SUBJECT, found, remedy)];
    }
    if !failed.is_empty() {
        return failed;
    }
    let of = match silent.as_slice() {
        [] => String::new(),
        names => format!(" ({}: stopped, or without management events that write)", names.join(", ")),
    };
    let found = format!("none records who decides{of}, so that stays unknown unless CodePipeline is asked in time");
    let remedy = "Have a trail in this region, or one for all regions, that logs and takes management events that write \
                  (`aws cloudtrail start-logging --name NAME`, if it is stopped).";
    vec![Finding::problem(SUBJECT, found, remedy)]
}

async fn records(client: &Client, arn: &str) -> Result<Records, Finding> {
    let status = client.get_trail_status().name(arn).send().await;
    let status = status.map_err(|e| Finding::failed(SUBJECT, "cloudtrail:GetTrailStatus", e))?;
    if status.is_logging != Some(true) {
        return Ok(Records::Nothing);
    }
    let selectors = client.get_event_selectors().trail_name(arn).send().await;
    Ok(selected(&selectors.map_err(|e| Finding::failed(SUBJECT, "cloudtrail:GetEventSelectors", e))?))
}

fn selected(selectors: &GetEventSelectorsOutput) -> Records {
    let basic = selectors.event_selectors().iter().map(by_basic);
    let advanced = selectors.advanced_event_selectors().iter().map(by_advanced);
    basic.chain(advanced).max().unwrap_or(Records::Nothing)
}

fn by_basic(selector: &EventSelector) -> Records {
    let takes_writes = selector.read_write_type() != Some(&ReadWriteType::ReadOnly);
    let leaves_out = selector.exclude_management_event_sources().iter().any(|source| source == SERVICE);
    if selector.include_management_events() != Some(false) && takes_writes && !leaves_out {
        Records::Decisions
    } else {
        Records::Nothing
    }
}

/// All fields have to fit.
fn by_advanced(selector: &AdvancedEventSelector) -> Records {
    let fields = selector.field_selectors();
    if !fields.iter().any(|field| field.field() == "eventCategory") {
        return Records::Nothing;
    }
    fields.iter().map(by_field).min().unwrap_or(Records::Nothing)
}

fn by_field(field: &AdvancedFieldSelector) -> Records {
    let value = match field.field() {
        "eventCategory" => "Management",
        "readOnly" => "false",
        "eventSource" => SERVICE,
        "eventName" => "PutApprovalResult",
        "eventType" => "AwsApiCall",
        _ => return Records::Perhaps,
    };
    let fits = (field.equals().is_empty() || field.equals().iter().any(|wanted| wanted == value))
        && (field.starts_with().is_empty() || field.starts_with().iter().any(|begin| value.starts_with(begin)))
        && (field.ends_with().is_empty() || field.ends_with().iter().any(|end| value.ends_with(end)))
        && !field.not_equals().iter().any(|unwanted| unwanted == value)
        && !field.not_starts_with().iter().any(|begin| value.starts_with(begin))
        && !field.not_ends_with().iter().any(|end| value.ends_with(end));
    if fits { Records::Decisions } else { Records::Nothing }
}
