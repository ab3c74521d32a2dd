//! Queries of Athena, which reads and writes S3 and the Glue Data Catalog with the rights of whoever asks.
//!
//! Page: "IAM policies for calling Amazon Athena" of the Step Functions developer guide, which allows all of S3 and Glue;
//! narrowed by "AWS managed policy: AmazonAthenaFullAccess" (what Athena does to its results' bucket and to a bucket of
//! data) and "Configure access to databases and tables in the AWS Glue Data Catalog".

use iacgen_aws_types::{BucketName, LogicalId, ResourceArn};

use super::derive::{Call, ObjectAccess};
use super::find::{Found, first};
use super::form::{Formed, formed};
use super::needs::{On, Permission, actions, forms};
use super::target::{here, parts};
use super::{Argument, Arguments, Kind};
use crate::grants::s3::{Bucket, GrantedBucket};
use crate::{Action, Statement};

const LOCATION: &[&str] = &["ResultConfiguration", "OutputLocation"];
const DATABASE: &[&str] = &["QueryExecutionContext", "Database"];
const CATALOG: &[&str] = &["QueryExecutionContext", "Catalog"];
/// The catalog that is Glue's. Page: "QueryExecutionContext".
const OF_GLUE: &str = "AwsDataCatalog";
/// How queries begin that change nothing in the catalog. Page: "SQL reference for Athena".
const READING: [&str; 6] = ["select", "with", "show", "describe", "explain", "values"];

/// Returns what an operation needs.
pub(super) fn needs(operation: &str, of_call: Vec<Action>) -> Vec<Permission> {
    let of_group = |fields| On::Named { kind: Kind::WorkGroup, fields, default: None, optional: false };
    match operation {
        "startQueryExecution" => start(of_call),
        "getQueryExecution" | "stopQueryExecution" => {
            vec![Permission { actions: of_call, on: of_group(vec![]) }]
        }
        "getQueryResults" => vec![
            Permission { actions: of_call, on: of_group(vec![]) },
            Permission { actions: actions(&["s3:GetObject"]), on: On::Granted(ObjectAccess::Read) },
        ],
        _ => vec![Permission { actions: of_call, on: On::Stated }],
    }
}

pub(super) const WORK_GROUP: &[&str] = &["workgroup/{WorkGroup=primary}"];

fn start(of_call: Vec<Action>) -> Vec<Permission> {
    vec![
        Permission { actions: of_call, on: forms("athena", WORK_GROUP) },
        Permission {
            actions: actions(&["athena:GetDataCatalog"]),
            on: forms("athena", &["datacatalog/{QueryExecutionContext.Catalog=AwsDataCatalog}"]),
        },
        Permission { actions: actions(&["s3:PutObject"]), on: On::QueryResults },
        Permission { actions: actions(&["glue:GetDatabase", "glue:GetDatabases"]), on: On::DefaultDatabase },
        Permission {
            actions: actions(&[
                "glue:BatchGetPartition",
                "glue:GetDatabase",
                "glue:GetDatabases",
                "glue:GetPartition",
                "glue:GetPartitions",
                "glue:GetTable",
                "glue:GetTables",
            ]),
            on: On::QueryTables { changes: false },
        },
        Permission {
            actions: actions(&[
                "glue:BatchCreatePartition",
                "glue:BatchDeletePartition",
                "glue:BatchDeleteTable",
                "glue:CreateDatabase",
                "glue:CreatePartition",
                "glue:CreateTable",
                "glue:DeleteDatabase",
                "glue:DeletePartition",
                "glue:DeleteTable",
                "glue:UpdateDatabase",
                "glue:UpdatePartition",
                "glue:UpdateTable",
            ]),
            on: On::QueryTables { changes: true },
        },
        // Of tables that Lake Formation governs, and only of those. It takes no resource.
        Permission {
            actions: actions(&["lakeformation:GetDataAccess"]),
            on: On::AnythingIfStated {
                page: "Actions, resources, and condition keys for AWS Lake Formation",
            },
        },
    ]
}

/// Returns the statements on the bucket where the results go.
pub(super) fn results(call: &Call<'_>) -> Result<Vec<Statement>, Vec<String>> {
    let location = match first(call.arguments, LOCATION) {
        Argument::Text(location) => location,
        // The bucket's name ends before the third slash.
        Argument::Begins(location) if location.matches('/').count() > 2 => location,
        _ => String::new(),
    };
    if let Some((bucket, prefix)) = bucket_and_key(&location) {
        return Ok(query_results(&bucket, prefix));
    }
    if !call.may(ObjectAccess::Write) {
        return Err(vec![LOCATION.join(".")]);
    }
    // What the spec grants stands by itself.
    Ok(Vec::new())
}

/// Allows to find and keep results under a prefix, in one part or several. Athena makes no bucket where one is named, so
/// the `s3:CreateBucket` of the pages is left out.
pub(super) fn query_results(bucket: &GrantedBucket, prefix: &str) -> Vec<Statement> {
    let sid = |verb: &str| LogicalId::from_words([verb, &bucket.label, prefix]).as_str().to_owned();
    vec![
        Statement::allow(
            sid("FindResults"),
            actions(&["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]),
            [bucket.bucket.itself()],
        ),
        Statement::allow(
            sid("KeepResults"),
            actions(&[
                "s3:AbortMultipartUpload",
                "s3:GetObject",
                "s3:ListMultipartUploadParts",
                "s3:PutObject",
            ]),
            [bucket.bucket.objects(prefix)],
        ),
    ]
}

/// Reads `s3://BUCKET/KEY`.
pub(super) fn bucket_and_key(uri: &str) -> Option<(GrantedBucket, &str)> {
    let rest = uri.strip_prefix("s3://")?;
    let (name, key) = rest.split_once('/').unwrap_or((rest, ""));
    let bucket = Bucket::Existing(BucketName::new(name).ok()?);
    Some((GrantedBucket { label: name.to_owned(), bucket }, key))
}

/// Tells whether the query is asked of Glue's catalog, as far as is known.
fn is_of_glue(arguments: &dyn Arguments) -> bool {
    match first(arguments, CATALOG) {
        Argument::Text(catalog) => catalog.eq_ignore_ascii_case(OF_GLUE),
        _ => true,
    }
}

/// The database `default`, which Athena looks for whatever is asked.
pub(super) fn default_database(arguments: &dyn Arguments) -> Found {
    if is_of_glue(arguments) {
        Found::Resources(vec![here("glue", "catalog"), here("glue", "database/default")], Vec::new())
    } else {
        Found::NotNeeded
    }
}

/// The databases and tables that are asked, each with what stands above it.
pub(super) fn tables(changes: bool, arguments: &dyn Arguments, stated: Vec<ResourceArn>) -> Found {
    if changes && is_reading(arguments) {
        return Found::NotNeeded;
    }
    if !stated.is_empty() {
        let above = stated.iter().flat_map(above).collect::<Vec<_>>();
        return Found::Resources(stated.into_iter().chain(above).collect(), Vec::new());
    }
    if !is_of_glue(arguments) {
        return Found::NotNeeded;
    }
    let mut resources = vec![here("glue", "catalog")];
    for form in ["database/{QueryExecutionContext.Database}", "table/{QueryExecutionContext.Database}/*"] {
        match formed("glue", form, arguments) {
            Formed::Arns(arns) => resources.extend(arns),
            Formed::Absent(_) | Formed::Unknown(_) => return Found::Unknown(vec![DATABASE.join(".")]),
        }
    }
    Found::Resources(resources, Vec::new())
}

fn is_reading(arguments: &dyn Arguments) -> bool {
    match first(arguments, &["QueryString"]) {
        Argument::Text(query) | Argument::Begins(query) => {
            let query = query.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
            let word = query.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
            READING.contains(&word.to_ascii_lowercase().as_str())
        }
        _ => false,
    }
}

/// Glue asks for the catalog and the database with every table. Page: "Specifying AWS Glue resource ARNs".
fn above(arn: &ResourceArn) -> Vec<ResourceArn> {
    let ResourceArn::Literal(text) = arn else { return Vec::new() };
    let resource = parts(text)[5];
    let place = &text[..text.len() - resource.len()];
    let database = resource.strip_prefix("table/").and_then(|rest| rest.split('/').next());
    std::iter::once("catalog".to_owned())
        .chain(database.map(|database| format!("database/{database}")))
        .map(|resource| ResourceArn::Literal(format!("{place}{resource}")))
        .collect()
}
