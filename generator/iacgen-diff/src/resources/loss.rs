//! What is lost with a resource.

use serde_json::Value;

use super::PropertyChange;
use crate::side::type_of;

/// Types that hold something which no template brings back. Pages: "`DeletionPolicy` attribute" and each type's.
const HOLDS: [(&str, &str); 21] = [
    ("AWS::Cognito::UserPool", "its users"),
    ("AWS::DocDB::DBCluster", "its data"),
    ("AWS::DynamoDB::GlobalTable", "its items"),
    ("AWS::DynamoDB::Table", "its items"),
    ("AWS::EC2::Volume", "its data"),
    ("AWS::ECR::Repository", "its images"),
    ("AWS::EFS::FileSystem", "its files"),
    ("AWS::ElastiCache::ReplicationGroup", "its data"),
    ("AWS::KMS::Key", "the means to read everything that was encrypted with it"),
    ("AWS::Kinesis::Stream", "its records"),
    ("AWS::Logs::LogGroup", "its log events"),
    ("AWS::Neptune::DBCluster", "its data"),
    ("AWS::OpenSearchService::Domain", "its indexes"),
    ("AWS::RDS::DBCluster", "its data"),
    ("AWS::RDS::DBInstance", "its data"),
    ("AWS::S3::Bucket", "its objects (while there are any, CloudFormation fails to delete it)"),
    ("AWS::SNS::Topic", "subscriptions that are not of the stack"),
    ("AWS::SQS::Queue", "the messages in it"),
    ("AWS::SSM::Parameter", "its history"),
    ("AWS::SecretsManager::Secret", "its value"),
    ("AWS::StepFunctions::StateMachine", "its history, and the executions that are running"),
];

/// Returns what a resource holds that goes with it.
pub(super) fn held(resource: &Value) -> Option<&'static str> {
    let name = type_of(resource);
    HOLDS.iter().find(|(held, _)| *held == name).map(|(_, what)| *what)
}

/// Whether a resource stays in the account when the stack lets go of it. `attribute` is `DeletionPolicy` or
/// `UpdateReplacePolicy`. Where it is not written, a few types have a snapshot taken; those are taken to be deleted.
pub(super) fn is_kept(resource: &Value, attribute: &str) -> bool {
    matches!(resource[attribute].as_str(), Some("Retain" | "RetainExceptOnCreate" | "Snapshot"))
}

/// Says what a change of a property deletes without replacing anything: shorter lives.
pub(super) fn shortened(type_name: &str, change: &PropertyChange) -> Option<String> {
    let number = |side: &Option<String>| side.as_deref().and_then(|text| text.parse::<u64>().ok());
    let (what, unit) = match type_name {
        "AWS::S3::Bucket" if change.path.starts_with("LifecycleConfiguration.") => {
            let days = ["ExpirationInDays", "NoncurrentDays", "NoncurrentVersionExpirationInDays"];
            if !days.iter().any(|name| change.path.ends_with(name)) {
                return None;
            }
            ("objects", "days")
        }
        "AWS::Logs::LogGroup" if change.path == "RetentionInDays" => ("log events", "days"),
        "AWS::SQS::Queue" if change.path == "MessageRetentionPeriod" => ("messages", "seconds"),
        "AWS::Kinesis::Stream" if change.path == "RetentionPeriodHours" => ("records", "hours"),
        _ => return None,
    };
    let after = number(&change.after)?;
    match number(&change.before) {
        Some(before) if before > after => {
            Some(format!("{what} are deleted after {after} {unit} and no longer after {before}"))
        }
        // SQS keeps messages for 4 days and Kinesis for a day where nothing is written, so nothing is known of a new value.
        None if what == "objects" || what == "log events" => {
            Some(format!("{what} are deleted after {after} {unit}, where they were kept"))
        }
        _ => None,
    }
}

/// Says which protection a change of a property takes away, where nothing is lost yet.
pub(super) fn unprotected(change: &PropertyChange) -> Option<&'static str> {
    let keeps = |side: &Option<String>| side.as_deref().is_some_and(|policy| policy.starts_with("Retain"));
    let turned = |from: &str, to: &str| {
        change.before.as_deref() == Some(from) && change.after.as_deref().is_none_or(|after| after == to)
    };
    match change.path.as_str() {
        "DeletionPolicy" if keeps(&change.before) && !keeps(&change.after) => {
            Some("is no longer kept when the stack or it goes")
        }
        "UpdateReplacePolicy" if keeps(&change.before) && !keeps(&change.after) => {
            Some("is no longer kept when it is replaced")
        }
        "VersioningConfiguration.Status" if turned("Enabled", "Suspended") => {
            Some("no longer keeps the versions of its objects")
        }
        "DeletionProtectionEnabled" | "DeletionProtection" if turned("true", "false") => {
            Some("is no longer protected against deletion")
        }
        "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled" if turned("true", "false") => {
            Some("can no longer be restored to a point in time")
        }
        _ => None,
    }
}
