//! Tables and objects.

use super::Kind;
use super::needs::{Field, On, Permission, actions, named};
use crate::Action;

/// Page: "Actions, resources, and condition keys for Amazon DynamoDB".
pub(super) fn dynamodb(operation: &str, of_call: &[Action]) -> Vec<Permission> {
    let one = |on: On| vec![Permission { actions: of_call.to_vec(), on }];
    let tables = |name: &'static str, field: Field| Permission {
        actions: actions(&[name]),
        on: On::Named { kind: Kind::Table, fields: vec![field], default: None, optional: true },
    };
    match operation {
        "query" | "scan" => one(On::TableOrIndex),
        "transactGetItems" => {
            vec![tables("dynamodb:GetItem", &["TransactItems", "*", "Get", "TableName"])]
        }
        "transactWriteItems" => vec![
            tables("dynamodb:ConditionCheckItem", &["TransactItems", "*", "ConditionCheck", "TableName"]),
            tables("dynamodb:DeleteItem", &["TransactItems", "*", "Delete", "TableName"]),
            tables("dynamodb:PutItem", &["TransactItems", "*", "Put", "TableName"]),
            tables("dynamodb:UpdateItem", &["TransactItems", "*", "Update", "TableName"]),
        ],
        "deleteItem" | "describeTable" | "describeTimeToLive" | "getItem" | "putItem" | "updateItem" => {
            one(named(Kind::Table, &[&["TableName"]]))
        }
        _ => one(On::Stated),
    }
}

/// Page: "Required permissions for Amazon S3 API operations".
pub(super) fn s3(operation: &str, of_call: &[Action]) -> Vec<Permission> {
    let one = |on: On| vec![Permission { actions: of_call.to_vec(), on }];
    let object = On::Objects { bucket: &["Bucket"], key: &["Key"] };
    match operation {
        "copyObject" | "uploadPartCopy" => {
            let source = Permission { actions: actions(&["s3:GetObject"]), on: On::CopySource };
            let target = Permission { actions: actions(&["s3:PutObject"]), on: object };
            [source, target].into_iter().chain(with_object()).collect()
        }
        "createMultipartUpload" | "putObject" => {
            let target = Permission { actions: of_call.to_vec(), on: object };
            std::iter::once(target).chain(with_object()).collect()
        }
        "deleteObjects" => one(On::Objects { bucket: &["Bucket"], key: &["Delete", "Objects", "*", "Key"] }),
        "getObjectAttributes" => {
            vec![Permission { actions: actions(&["s3:GetObject", "s3:GetObjectAttributes"]), on: object }]
        }
        "abortMultipartUpload"
        | "completeMultipartUpload"
        | "deleteObject"
        | "deleteObjectTagging"
        | "getObject"
        | "getObjectAcl"
        | "getObjectTagging"
        | "headObject"
        | "listParts"
        | "putObjectAcl"
        | "putObjectTagging"
        | "restoreObject"
        | "selectObjectContent"
        | "uploadPart" => one(object),
        "listObjects" | "listObjectsV2" => one(On::Listing),
        // It takes no resource. Page: "Actions, resources, and condition keys for Amazon S3".
        "listBuckets" => one(On::Anything { page: "Actions, resources, and condition keys for Amazon S3" }),
        "renameObject" | "writeGetObjectResponse" | "createSession" | "listDirectoryBuckets" => {
            one(On::Stated)
        }
        _ if operation.contains("Object")
            && !operation.contains("Bucket")
            && operation != "listObjectVersions" =>
        {
            one(object)
        }
        _ => one(named(Kind::Bucket, &[&["Bucket"]])),
    }
}

/// Arguments of a new object that need more than to write it. Page: "Required permissions for Amazon S3 API operations", and
/// for keys "Using server-side encryption with AWS KMS keys".
const BESIDE: [(&str, &[Field]); 5] = [
    (
        "s3:PutObjectAcl",
        &[&["Acl"], &["ACL"], &["GrantFullControl"], &["GrantRead"], &["GrantReadACP"], &["GrantWriteACP"]],
    ),
    ("s3:PutObjectLegalHold", &[&["ObjectLockLegalHoldStatus"]]),
    ("s3:PutObjectRetention", &[&["ObjectLockMode"], &["ObjectLockRetainUntilDate"]]),
    ("s3:PutObjectTagging", &[&["Tagging"]]),
    ("kms:GenerateDataKey", &[&["SsekmsKeyId"]]),
];

/// Returns what those arguments need, each where it is written.
fn with_object() -> impl Iterator<Item = Permission> {
    BESIDE.into_iter().map(|(action, fields)| {
        let on = if action.starts_with("kms:") {
            named(Kind::Key, fields)
        } else {
            On::Objects { bucket: &["Bucket"], key: &["Key"] }
        };
        Permission { actions: actions(&[action]), on: On::Where { fields, on: Box::new(on) } }
    })
}
