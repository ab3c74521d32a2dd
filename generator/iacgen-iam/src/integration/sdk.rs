//! The services and operations of `aws-sdk:` integrations, as IAM names them.

use crate::Action;

const SERVICES: &str = include_str!("sdk_services.txt");

/// Returns the service names with the prefixes of their actions.
fn services() -> impl Iterator<Item = (&'static str, &'static str)> {
    SERVICES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split_once(' ').unwrap_or((line, line)))
}

/// Returns the prefix of a service's actions: `states` for `sfn`.
pub(super) fn prefix(service: &str) -> Option<&'static str> {
    services().find(|(name, _)| *name == service).map(|(_, prefix)| prefix)
}

/// Returns the service that may have been meant, also when IAM's prefix or the command line's name was written.
pub(super) fn nearest(service: &str) -> Option<&'static str> {
    let plain: String =
        service.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    match plain.as_str() {
        "stepfunctions" => return Some("sfn"),
        "logs" => return Some("cloudwatchlogs"),
        "cognitoidp" => return Some("cognitoidentityprovider"),
        _ => {}
    }
    services()
        .find(|(name, prefix)| *name == plain || *prefix == service)
        .map(|(name, _)| name)
        .or_else(|| closest(&plain, services().map(|(name, _)| name)))
}

/// Returns the candidate that differs from `text` by the fewest letters, if by few.
pub(super) fn closest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = (text.len() / 5).clamp(1, 3);
    candidates
        .map(|candidate| (strsim::osa_distance(text, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Returns the actions behind an operation: mostly `prefix:Operation`, but not always.
///
/// Page: "Service Authorization Reference", and for S3 "Required permissions for Amazon S3 API operations".
pub(super) fn actions(service: &str, operation: &str) -> Vec<Action> {
    let prefix = prefix(service).unwrap_or(service);
    let names: Vec<String> = match (service, operation) {
        ("apigateway" | "apigatewayv2", _) => vec![verb(operation).to_owned()],
        ("bedrockruntime", _) => bedrock(operation),
        ("dynamodb", "transactGetItems") => named(&["GetItem"]),
        ("dynamodb", "transactWriteItems") => {
            named(&["ConditionCheckItem", "DeleteItem", "PutItem", "UpdateItem"])
        }
        ("dynamodb", "batchExecuteStatement" | "executeStatement" | "executeTransaction") => {
            named(&["PartiQLDelete", "PartiQLInsert", "PartiQLSelect", "PartiQLUpdate"])
        }
        ("kms", "reEncrypt") => named(&["ReEncryptFrom", "ReEncryptTo"]),
        ("lambda", "invoke" | "invokeAsync" | "invokeWithResponseStream") => named(&["InvokeFunction"]),
        ("lambda", "getLayerVersionByArn") => named(&["GetLayerVersion"]),
        ("s3", _) => s3(operation).map_or_else(|| vec![capital(operation)], named),
        ("sns", "publishBatch") => named(&["Publish"]),
        ("sqs", "changeMessageVisibilityBatch") => named(&["ChangeMessageVisibility"]),
        ("sqs", "deleteMessageBatch") => named(&["DeleteMessage"]),
        ("sqs", "sendMessageBatch") => named(&["SendMessage"]),
        _ => vec![capital(operation)],
    };
    names.iter().filter_map(|name| Action::parse(&format!("{prefix}:{name}")).ok()).collect()
}

fn named(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

fn capital(operation: &str) -> String {
    let (first, rest) = operation.split_at_checked(1).unwrap_or((operation, ""));
    format!("{}{rest}", first.to_ascii_uppercase())
}

/// The actions of API Gateway's control plane are the verbs of its HTTP API. Page: "Actions, resources, and condition keys
/// for Amazon API Gateway Management".
fn verb(operation: &str) -> &'static str {
    let begins = |words: &[&str]| words.iter().any(|word| operation.starts_with(word));
    if begins(&["get", "export"]) {
        "GET"
    } else if begins(&["update"]) {
        "PATCH"
    } else if begins(&["delete", "untag", "flush", "reset"]) {
        "DELETE"
    } else if begins(&["put", "tag", "reimport"]) {
        "PUT"
    } else {
        "POST"
    }
}

/// Page: "Actions, resources, and condition keys for Amazon Bedrock"; `Converse` is allowed by `InvokeModel` (API page
/// "Converse").
fn bedrock(operation: &str) -> Vec<String> {
    match operation {
        "converse" | "startAsyncInvoke" => named(&["InvokeModel"]),
        "converseStream" | "invokeModelWithBidirectionalStream" => named(&["InvokeModelWithResponseStream"]),
        other => vec![capital(other)],
    }
}

/// S3's actions where they are not the operation's name.
fn s3(operation: &str) -> Option<&'static [&'static str]> {
    Some(match operation {
        "completeMultipartUpload" | "createMultipartUpload" | "uploadPart" => &["PutObject"],
        "copyObject" | "uploadPartCopy" => &["GetObject", "PutObject"],
        "deleteBucketAnalyticsConfiguration" | "putBucketAnalyticsConfiguration" => {
            &["PutAnalyticsConfiguration"]
        }
        "deleteBucketCors" => &["PutBucketCORS"],
        "deleteBucketEncryption" | "putBucketEncryption" => &["PutEncryptionConfiguration"],
        "deleteBucketIntelligentTieringConfiguration" | "putBucketIntelligentTieringConfiguration" => {
            &["PutIntelligentTieringConfiguration"]
        }
        "deleteBucketInventoryConfiguration" | "putBucketInventoryConfiguration" => {
            &["PutInventoryConfiguration"]
        }
        "deleteBucketLifecycle" | "putBucketLifecycle" | "putBucketLifecycleConfiguration" => {
            &["PutLifecycleConfiguration"]
        }
        "deleteBucketMetricsConfiguration" | "putBucketMetricsConfiguration" => &["PutMetricsConfiguration"],
        "deleteBucketOwnershipControls" => &["PutBucketOwnershipControls"],
        "deleteBucketReplication" | "putBucketReplication" => &["PutReplicationConfiguration"],
        "deleteBucketTagging" => &["PutBucketTagging"],
        "deleteObjects" => &["DeleteObject"],
        "deletePublicAccessBlock" | "putPublicAccessBlock" => &["PutBucketPublicAccessBlock"],
        "getBucketAccelerateConfiguration" => &["GetAccelerateConfiguration"],
        "getBucketAnalyticsConfiguration" | "listBucketAnalyticsConfigurations" => {
            &["GetAnalyticsConfiguration"]
        }
        "getBucketEncryption" => &["GetEncryptionConfiguration"],
        "getBucketIntelligentTieringConfiguration" | "listBucketIntelligentTieringConfigurations" => {
            &["GetIntelligentTieringConfiguration"]
        }
        "getBucketInventoryConfiguration" | "listBucketInventoryConfigurations" => {
            &["GetInventoryConfiguration"]
        }
        "getBucketLifecycle" | "getBucketLifecycleConfiguration" => &["GetLifecycleConfiguration"],
        "getBucketMetricsConfiguration" | "listBucketMetricsConfigurations" => &["GetMetricsConfiguration"],
        "getBucketNotificationConfiguration" => &["GetBucketNotification"],
        "getBucketReplication" => &["GetReplicationConfiguration"],
        "getObjectLockConfiguration" => &["GetBucketObjectLockConfiguration"],
        "getPublicAccessBlock" => &["GetBucketPublicAccessBlock"],
        "headBucket" | "listObjects" | "listObjectsV2" => &["ListBucket"],
        "headObject" | "selectObjectContent" => &["GetObject"],
        "listBuckets" => &["ListAllMyBuckets"],
        "listMultipartUploads" => &["ListBucketMultipartUploads"],
        "listObjectVersions" => &["ListBucketVersions"],
        "listParts" => &["ListMultipartUploadParts"],
        "putBucketAccelerateConfiguration" => &["PutAccelerateConfiguration"],
        "putBucketNotificationConfiguration" => &["PutBucketNotification"],
        "putObjectLockConfiguration" => &["PutBucketObjectLockConfiguration"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(service: &str, operation: &str) -> Vec<String> {
        actions(service, operation).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn services_are_sorted_and_once() {
        let names: Vec<&str> = services().map(|(name, _)| name).collect();
        assert!(names.len() > 400);
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn iam_names_differ_from_the_sdks() {
        assert_eq!(names("s3", "headObject"), ["s3:GetObject"]);
        assert_eq!(names("s3", "listObjectsV2"), ["s3:ListBucket"]);
        assert_eq!(names("s3", "getObjectTagging"), ["s3:GetObjectTagging"]);
        assert_eq!(names("sfn", "describeExecution"), ["states:DescribeExecution"]);
        assert_eq!(names("eventbridge", "putEvents"), ["events:PutEvents"]);
        assert_eq!(names("cloudwatchlogs", "putLogEvents"), ["logs:PutLogEvents"]);
        assert_eq!(names("lambda", "invoke"), ["lambda:InvokeFunction"]);
        assert_eq!(names("bedrockruntime", "converse"), ["bedrock:InvokeModel"]);
        assert_eq!(names("apigateway", "getRestApis"), ["apigateway:GET"]);
        assert_eq!(names("rekognition", "detectLabels"), ["rekognition:DetectLabels"]);
    }

    #[test]
    fn a_mistyped_service_is_told() {
        assert_eq!(nearest("step-functions"), Some("sfn"));
        assert_eq!(nearest("states"), Some("sfn"));
        assert_eq!(nearest("dynamo-db"), Some("dynamodb"));
        assert_eq!(nearest("rekognitoin"), Some("rekognition"));
        assert_eq!(nearest("nothingofthekind"), None);
    }
}
