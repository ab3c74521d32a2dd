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
        "copyObject" | "uploadPartCopy" => vec![
            Permission { actions: actions(&["s3:GetObject"]), on: On::CopySource },
            Permission { actions: actions(&["s3:PutObject"]), on: object },
        ],
        "deleteObjects" => one(On::Objects { bucket: &["Bucket"], key: &["Delete", "Objects", "*", "Key"] }),
        "getObjectAttributes" => {
            vec![Permission { actions: actions(&["s3:GetObject", "s3:GetObjectAttributes"]), on: object }]
        }
        "abortMultipartUpload"
        | "completeMultipartUpload"
        | "createMultipartUpload"
        | "deleteObject"
        | "deleteObjectTagging"
        | "getObject"
        | "getObjectAcl"
        | "getObjectTagging"
        | "headObject"
        | "listParts"
        | "putObject"
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
