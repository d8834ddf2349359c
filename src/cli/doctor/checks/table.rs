//! The table: whether it is the one that holdpoint needs, and whether what is in it is safe.

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{PointInTimeRecoveryStatus, TableStatus, TimeToLiveStatus};

use crate::adapters::dynamodb::{DynamoStore, EXPIRES, lacks};
use crate::cli::doctor::finding::Finding;

const SUBJECT: &str = "table";

/// The findings, and the store in the table.
pub(in crate::cli::doctor) async fn check(
    settings: &SdkConfig,
    table: Option<&str>,
) -> (Vec<Finding>, Option<DynamoStore>) {
    let Some(table) = table else { return (vec![Finding::unnamed(SUBJECT, "--table NAME")], None) };
    let client = Client::new(settings);
    let findings = match definition(&client, table).await {
        Ok(finding) => vec![finding, expiry(&client, table).await, recovery(&client, table).await],
        Err(finding) => return (vec![finding], None),
    };
    (findings, Some(DynamoStore::new(client, table)))
}

/// An error when there is nothing more to look at.
async fn definition(client: &Client, name: &str) -> Result<Finding, Finding> {
    let table = match client.describe_table().table_name(name).send().await {
        Ok(answer) => answer.table,
        Err(error) if error.as_service_error().is_some_and(|e| e.is_resource_not_found_exception()) => {
            let found = format!("there is no table {name} in this region and account");
            return Err(Finding::problem(
                SUBJECT,
                found,
                "Is its name right? Otherwise deploy infra/template.yaml again.",
            ));
        }
        Err(error) => return Err(Finding::failed(SUBJECT, "dynamodb:DescribeTable", error)),
    };
    let Some(table) = table else {
        return Err(Finding::problem(SUBJECT, "DynamoDB does not describe it", "Run this again."));
    };
    let lacks = lacks(&table);
    Ok(match table.table_status() {
        Some(TableStatus::Active | TableStatus::Updating) if lacks.is_empty() => {
            Finding::ok(SUBJECT, format!("{name} is there, with all its indexes"))
        }
        Some(TableStatus::Active | TableStatus::Updating) => {
            let found = format!("{name} is not as this holdpoint needs it: {}", lacks.join("; "));
            let remedy = "Deploy infra/template.yaml of this version again. A table with another key cannot be changed: \
                          it has to be a new one.";
            Finding::problem(SUBJECT, found, remedy)
        }
        status => {
            let status = status.map_or("of no known status", TableStatus::as_str);
            Finding::problem(SUBJECT, format!("{name} cannot be used: it is {status}"), "Wait, and run this again.")
        }
    })
}

async fn expiry(client: &Client, table: &str) -> Finding {
    let subject = "table's expiry";
    let set = match client.describe_time_to_live().table_name(table).send().await {
        Ok(answer) => answer.time_to_live_description,
        Err(error) => return Finding::failed(subject, "dynamodb:DescribeTimeToLive", error),
    };
    let is_on = set.is_some_and(|set| {
        set.attribute_name() == Some(EXPIRES)
            && matches!(set.time_to_live_status(), Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling))
    });
    if is_on {
        return Finding::ok(subject, format!("on, by `{EXPIRES}`"));
    }
    let remedy = format!(
        "`aws dynamodb update-time-to-live --table-name {table} --time-to-live-specification \
         Enabled=true,AttributeName={EXPIRES}`."
    );
    Finding::problem(subject, "off, so what is needed for some weeks only stays for ever", remedy)
}

async fn recovery(client: &Client, table: &str) -> Finding {
    let subject = "table's recovery";
    let set = match client.describe_continuous_backups().table_name(table).send().await {
        Ok(answer) => answer.continuous_backups_description.and_then(|set| set.point_in_time_recovery_description),
        Err(error) => return Finding::failed(subject, "dynamodb:DescribeContinuousBackups", error),
    };
    if set.is_some_and(|set| set.point_in_time_recovery_status == Some(PointInTimeRecoveryStatus::Enabled)) {
        return Finding::ok(subject, "on, to any point in time");
    }
    let remedy = format!(
        "`aws dynamodb update-continuous-backups --table-name {table} --point-in-time-recovery-specification \
         PointInTimeRecoveryEnabled=true`."
    );
    Finding::warning(subject, "off, so evidence that is deleted by mistake is gone", remedy)
}
