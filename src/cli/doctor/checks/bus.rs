//! The bus on which other programs hear of requests, breaches and decisions.

use aws_config::SdkConfig;
use aws_sdk_eventbridge::Client;

use crate::cli::doctor::finding::Finding;

const SUBJECT: &str = "own events";

pub(in crate::cli::doctor) async fn check(settings: &SdkConfig, bus: Option<&str>) -> Vec<Finding> {
    let Some(bus) = bus else { return vec![Finding::ok(SUBJECT, "no bus is named, so none are sent")] };
    let finding = match Client::new(settings).describe_event_bus().name(bus).send().await {
        Ok(_) => Finding::ok(SUBJECT, format!("the bus {bus} is there")),
        Err(error) if error.as_service_error().is_some_and(|e| e.is_resource_not_found_exception()) => {
            Finding::problem(
                SUBJECT,
                format!("there is no bus {bus}"),
                "Make it (`aws events create-event-bus`), or leave HOLDPOINT_BUS empty.",
            )
        }
        Err(error) => Finding::failed(SUBJECT, "events:DescribeEventBus", error),
    };
    vec![finding]
}
