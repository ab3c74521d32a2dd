//! From arguments to the ARNs that they name.

use iacgen_aws_types::{ArnSuffix, ResourceArn};

use super::athena::bucket_and_key;
use super::derive::{Call, ObjectAccess};
use super::form::{Form, Formed, fits, formed};
use super::needs::{Demand, Field, On};
use super::target::{append, here, parts};
use super::{Argument, Arguments, Kind, athena, http};
use crate::pattern::{exactly, in_sub};
use crate::{Condition, ConditionOperator, ConditionValue};

/// What a permission is on, as far as can be told.
pub(super) enum Found {
    Resources(Vec<ResourceArn>, Vec<Condition>),
    /// It is not needed.
    NotNeeded,
    /// These arguments do not tell.
    Unknown(Vec<String>),
}

/// Finds what a permission is on: `stated` where something of its kind is stated, and what the arguments name otherwise.
pub(super) fn found(on: &On, call: &Call<'_>, stated: Vec<ResourceArn>) -> Found {
    let arguments = call.arguments;
    let plain = |resources| Found::Resources(resources, Vec::new());
    match on {
        On::AnythingIfStated { .. } | On::ServiceLinkedRole { .. } if stated.is_empty() => {
            return Found::NotNeeded;
        }
        On::Anything { .. } | On::AnythingIfStated { .. } => return plain(vec![ResourceArn::Any]),
        On::HttpEndpoint => return http::endpoint(call, &stated),
        On::Connection => return http::connection(arguments, stated),
        On::ConnectionSecret => return http::secret(arguments, stated),
        On::Api => return http::api(arguments, stated),
        On::DefaultDatabase => return athena::default_database(arguments),
        On::QueryTables { changes } => return athena::tables(*changes, arguments, stated),
        On::ObjectAt { field, access } => return object_at(field, *access, call),
        On::Granted(access) if call.may(*access) => return Found::NotNeeded,
        On::Granted(_) => return Found::Unknown(Vec::new()),
        On::ServiceLinkedRole { service } => {
            return Found::Resources(stated, vec![equals("iam:AWSServiceName", vec![(*service).to_owned()])]);
        }
        On::Jobs { service, pattern } => return plain(vec![here(service, pattern)]),
        On::ManagedRule(rule) => return plain(vec![here("events", &format!("rule/{rule}"))]),
        On::Where { fields, .. } if !fields.iter().any(|field| is_written(arguments, field)) => {
            return Found::NotNeeded;
        }
        On::Where { on, .. } => return found(on, call, stated),
        On::Executions if !stated.is_empty() => {
            return plain(stated.iter().map(|machine| executions(&unqualified(machine).0)).collect());
        }
        On::PassedRoles { fields, services, demand } => {
            return roles(fields, services, *demand, arguments, stated);
        }
        On::Formed { service, forms, optional, within } => {
            let conditions = within.iter().filter_map(|(key, field)| match first(arguments, field) {
                Argument::Text(text) => Some(equals(key, vec![exactly(&text)])),
                _ => None,
            });
            return match of_forms(service, forms, *optional, arguments, &stated) {
                Found::Resources(resources, _) => Found::Resources(resources, conditions.collect()),
                other => other,
            };
        }
        _ if !stated.is_empty() => return plain(stated),
        _ => {}
    }
    match on {
        On::Named { kind, fields, default, optional } => {
            by_name(*kind, fields, *default, *optional, arguments)
        }
        On::Function => function(arguments),
        On::TableOrIndex => table_or_index(arguments),
        On::Objects { bucket, key } => objects(bucket, key, arguments),
        On::CopySource => copy_source(arguments),
        On::Listing => listing(arguments),
        On::StateMachine => machine(arguments, |arn| {
            let (own, qualifier) = unqualified(arn);
            let conditions = qualifier.map(|qualifier| Condition {
                operator: ConditionOperator::ForAnyValueStringEquals,
                key: "states:StateMachineQualifier",
                values: vec![ConditionValue::Text(qualifier)],
            });
            Found::Resources(vec![own], conditions.into_iter().collect())
        }),
        On::Executions => {
            machine(arguments, |arn| Found::Resources(vec![executions(&unqualified(arn).0)], Vec::new()))
        }
        On::TaskDefinition => {
            match by_name(Kind::TaskDefinition, &[&["TaskDefinition"]], None, false, arguments) {
                Found::Resources(resources, _) => match cluster(arguments) {
                    Some(name) => Found::Resources(
                        resources,
                        vec![Condition {
                            operator: ConditionOperator::ArnEquals,
                            key: "ecs:cluster",
                            values: vec![ConditionValue::Arn(name)],
                        }],
                    ),
                    None => Found::Resources(resources, Vec::new()),
                },
                other => other,
            }
        }
        On::Tasks => plain(vec![tasks(arguments)]),
        // Page: "Grant permission to tag resources on creation" of the Amazon ECS developer guide.
        On::TaskTags if first(arguments, &["Tags"]) == Argument::Absent => Found::NotNeeded,
        On::TaskTags => Found::Resources(
            vec![tasks(arguments)],
            vec![equals("ecs:CreateAction", vec!["RunTask".to_owned()])],
        ),
        On::TopicOrPhone => topic_or_phone(arguments),
        On::MetricNamespace => match arguments.at(&["Namespace"]).pop() {
            // `cloudwatch:PutMetricData` takes no resource; its namespace is a condition. Page: "Actions, resources, and
            // condition keys for Amazon CloudWatch", "Using condition keys to limit access to CloudWatch namespaces".
            Some(Argument::Text(namespace)) => Found::Resources(
                vec![ResourceArn::Any],
                vec![Condition {
                    operator: ConditionOperator::StringEquals,
                    key: "cloudwatch:namespace",
                    values: vec![ConditionValue::Text(namespace)],
                }],
            ),
            _ => plain(vec![ResourceArn::Any]),
        },
        // Each has returned above, or is asked elsewhere.
        _ => Found::NotNeeded,
    }
}

fn equals(key: &'static str, values: Vec<String>) -> Condition {
    let values = values.into_iter().map(ConditionValue::Text).collect();
    Condition { operator: ConditionOperator::StringEquals, key, values }
}

fn of_forms(
    service: &str,
    forms: &[Form],
    optional: bool,
    arguments: &dyn Arguments,
    stated: &[ResourceArn],
) -> Found {
    let mut resources = Vec::new();
    for form in forms {
        let of_form: Vec<ResourceArn> =
            stated.iter().filter(|arn| fits(service, form, arn)).cloned().collect();
        match formed(service, form, arguments) {
            _ if !of_form.is_empty() => resources.extend(of_form),
            Formed::Arns(arns) => resources.extend(arns),
            Formed::Absent(_) if optional => return Found::NotNeeded,
            Formed::Absent(field) | Formed::Unknown(field) => return Found::Unknown(vec![field]),
        }
    }
    Found::Resources(resources, Vec::new())
}

/// The object of `s3://BUCKET/KEY`.
fn object_at(field: &[&str], access: ObjectAccess, call: &Call<'_>) -> Found {
    let of = |uri: &str, is_whole: bool| {
        let (granted, key) = bucket_and_key(uri)?;
        Some(if is_whole { granted.bucket.object(key) } else { granted.bucket.objects(key) })
    };
    let known = match first(call.arguments, field) {
        Argument::Absent => return Found::NotNeeded,
        Argument::Text(uri) => of(&uri, true),
        Argument::Begins(uri) if uri.matches('/').count() > 2 => of(&uri, false),
        _ => None,
    };
    match known {
        Some(object) => Found::Resources(vec![object], Vec::new()),
        None if call.may(access) => Found::NotNeeded,
        None => Found::Unknown(vec![dotted(field)]),
    }
}

fn by_name(
    kind: Kind,
    fields: &[Field],
    default: Option<&str>,
    optional: bool,
    arguments: &dyn Arguments,
) -> Found {
    let unknown = |fields: &[Field]| Found::Unknown(fields.iter().map(|field| dotted(field)).collect());
    for field in fields {
        let mut resources = Vec::new();
        for argument in arguments.at(field) {
            let argument = match (argument, default) {
                (Argument::Absent, Some(name)) => Argument::Text(name.to_owned()),
                (Argument::Absent, None) => continue,
                (other, _) => other,
            };
            match kind.arns(&argument) {
                Some(arns) => resources.extend(arns),
                None => return unknown(&[field]),
            }
        }
        if !resources.is_empty() {
            return Found::Resources(resources, Vec::new());
        }
    }
    if optional { Found::NotNeeded } else { unknown(fields) }
}

fn dotted(field: &[&str]) -> String {
    field.join(".")
}

pub(super) fn first(arguments: &dyn Arguments, field: &[&str]) -> Argument {
    arguments.at(field).into_iter().next().unwrap_or(Argument::Absent)
}

fn is_written(arguments: &dyn Arguments, field: &[&str]) -> bool {
    arguments.at(field).iter().any(|argument| *argument != Argument::Absent)
}

/// A phone has no ARN, so a message to one is allowed on `*` alone. Page: API "Publish" of Amazon SNS, whose `PhoneNumber`
/// goes without `TopicArn` and `TargetArn`.
fn topic_or_phone(arguments: &dyn Arguments) -> Found {
    if is_written(arguments, &["PhoneNumber"]) {
        return Found::Resources(vec![ResourceArn::Any], Vec::new());
    }
    by_name(Kind::Topic, &[&["TopicArn"], &["TargetArn"]], None, false, arguments)
}

fn function(arguments: &dyn Arguments) -> Found {
    let named = first(arguments, &["FunctionName"]);
    let Some([function]) =
        Kind::Function.arns(&named).and_then(|arns| <[ResourceArn; 1]>::try_from(arns).ok())
    else {
        return Found::Unknown(vec!["FunctionName".to_owned()]);
    };
    match first(arguments, &["Qualifier"]) {
        Argument::Absent => Found::Resources(vec![function], Vec::new()),
        Argument::Text(qualifier) => {
            Found::Resources(vec![append(&function, &format!(":{}", exactly(&qualifier)))], Vec::new())
        }
        _ => Found::Unknown(vec!["Qualifier".to_owned()]),
    }
}

fn table_or_index(arguments: &dyn Arguments) -> Found {
    let Some(tables) = Kind::Table.arns(&first(arguments, &["TableName"])) else {
        return Found::Unknown(vec!["TableName".to_owned()]);
    };
    let index = match first(arguments, &["IndexName"]) {
        Argument::Absent => return Found::Resources(tables, Vec::new()),
        Argument::Text(index) => exactly(&index),
        Argument::Begins(begins) => format!("{}*", exactly(&begins)),
        Argument::Arn(_) | Argument::Unknown => "*".to_owned(),
    };
    let indexes = tables.iter().map(|table| append(table, &format!("/index/{index}")));
    Found::Resources(indexes.collect(), Vec::new())
}

fn objects(bucket: &[&str], key: &[&str], arguments: &dyn Arguments) -> Found {
    let Some(buckets) = Kind::Bucket.arns(&first(arguments, bucket)) else {
        return Found::Unknown(vec![dotted(bucket)]);
    };
    let mut keys = Vec::new();
    for argument in arguments.at(key) {
        keys.push(match argument {
            Argument::Text(key) => exactly(&key),
            Argument::Begins(begins) => format!("{}*", exactly(&begins)),
            Argument::Arn(_) | Argument::Unknown => "*".to_owned(),
            Argument::Absent => return Found::Unknown(vec![dotted(key)]),
        });
    }
    if keys.is_empty() {
        return Found::Unknown(vec![dotted(key)]);
    }
    let objects = buckets.iter().flat_map(|bucket| keys.iter().map(|key| object(bucket, key)));
    Found::Resources(objects.collect(), Vec::new())
}

/// Returns the pattern of a bucket's objects, or of those behind an access point.
fn object(bucket: &ResourceArn, key: &str) -> ResourceArn {
    let behind = matches!(bucket, ResourceArn::Literal(text) if text.contains(":accesspoint/"));
    append(bucket, &format!("{}/{key}", if behind { "/object" } else { "" }))
}

/// `BUCKET/KEY`, with or without a slash in front. Page: API "CopyObject".
fn copy_source(arguments: &dyn Arguments) -> Found {
    let split = |text: &str, end: &str| {
        let (bucket, key) = text.trim_start_matches('/').split_once('/')?;
        let buckets = Kind::Bucket.arns(&Argument::Text(bucket.to_owned()))?;
        let key = key.split_once("?versionId=").map_or(key, |(key, _)| key);
        Some(buckets.iter().map(|bucket| object(bucket, &format!("{}{end}", exactly(key)))).collect())
    };
    let found = match first(arguments, &["CopySource"]) {
        Argument::Text(text) if !text.starts_with("arn:") => split(&text, ""),
        Argument::Begins(begins) => split(&begins, "*"),
        _ => None,
    };
    match found {
        Some(objects) => Found::Resources(objects, Vec::new()),
        None => Found::Unknown(vec!["CopySource".to_owned()]),
    }
}

fn listing(arguments: &dyn Arguments) -> Found {
    let Some(buckets) = Kind::Bucket.arns(&first(arguments, &["Bucket"])) else {
        return Found::Unknown(vec!["Bucket".to_owned()]);
    };
    let prefix = |operator, value: String| Condition {
        operator,
        key: "s3:prefix",
        values: vec![ConditionValue::Text(value)],
    };
    let condition = match first(arguments, &["Prefix"]) {
        Argument::Text(text) => Some(prefix(ConditionOperator::StringLike, exactly(&text))),
        Argument::Begins(begins) => {
            Some(prefix(ConditionOperator::StringLike, format!("{}*", exactly(&begins))))
        }
        Argument::Absent | Argument::Arn(_) | Argument::Unknown => None,
    };
    Found::Resources(buckets, condition.into_iter().collect())
}

fn machine(arguments: &dyn Arguments, then: impl Fn(&ResourceArn) -> Found) -> Found {
    match first(arguments, &["StateMachineArn"]) {
        Argument::Arn(arn) => then(&arn),
        Argument::Text(text) if Kind::StateMachine.fits(&ResourceArn::Literal(text.clone())) => {
            then(&ResourceArn::Literal(exactly(&text)))
        }
        _ => Found::Unknown(vec!["StateMachineArn".to_owned()]),
    }
}

/// Takes the version or alias off a machine's ARN: starting is permitted on the machine, under a condition on what is
/// started. Page: "Creating fine-grained permissions for versions and aliases" of the Step Functions developer guide.
fn unqualified(machine: &ResourceArn) -> (ResourceArn, Option<String>) {
    let ResourceArn::Literal(text) = machine else {
        return (machine.clone(), None);
    };
    let resource = parts(text)[5];
    match resource.strip_prefix("stateMachine:").and_then(|rest| rest.split_once(':')) {
        Some((_, qualifier)) => {
            let own = &text[..text.len() - qualifier.len() - 1];
            (ResourceArn::Literal(own.to_owned()), Some(qualifier.to_owned()))
        }
        None => (machine.clone(), None),
    }
}

/// Returns the pattern of a machine's executions.
fn executions(machine: &ResourceArn) -> ResourceArn {
    let of_text = |text: &str| format!("{}:*", text.replacen(":stateMachine:", ":execution:", 1));
    match machine {
        ResourceArn::Any => ResourceArn::Any,
        ResourceArn::Literal(text) => ResourceArn::Literal(of_text(text)),
        ResourceArn::Sub(text) => ResourceArn::Sub(of_text(text)),
        ResourceArn::OfResource { id, .. } | ResourceArn::ByRef { id, .. } => ResourceArn::Sub(format!(
            "arn:${{AWS::Partition}}:states:${{AWS::Region}}:${{AWS::AccountId}}:execution:${{{id}.Name}}:*"
        )),
    }
}

/// Returns the ARN of the cluster, which is `default` when none is written, or `None` when it is known only later.
fn cluster(arguments: &dyn Arguments) -> Option<ResourceArn> {
    match first(arguments, &["Cluster"]) {
        Argument::Absent => Some(here("ecs", "cluster/default")),
        Argument::Text(arn) if arn.starts_with("arn:") => Some(ResourceArn::Literal(exactly(&arn))),
        Argument::Text(name) => Some(here("ecs", &format!("cluster/{}", exactly(&name)))),
        Argument::Arn(arn) => Some(arn),
        Argument::Begins(_) | Argument::Unknown => None,
    }
}

fn tasks(arguments: &dyn Arguments) -> ResourceArn {
    match cluster(arguments) {
        Some(cluster) => tasks_of(&cluster),
        // Of any cluster, since the cluster is known only later.
        None => here("ecs", "task/*"),
    }
}

fn tasks_of(cluster: &ResourceArn) -> ResourceArn {
    let of_text = |text: &str| format!("{}/*", text.replacen(":cluster/", ":task/", 1));
    match cluster {
        ResourceArn::Literal(text) => ResourceArn::Literal(of_text(text)),
        ResourceArn::Sub(text) => ResourceArn::Sub(of_text(text)),
        // `Ref` of a cluster is its name. Page: "AWS::ECS::Cluster", "Return values".
        ResourceArn::OfResource { id, suffix: ArnSuffix::None, .. }
        | ResourceArn::ByRef { id, suffix: ArnSuffix::None } => ResourceArn::Sub(format!(
            "arn:${{AWS::Partition}}:ecs:${{AWS::Region}}:${{AWS::AccountId}}:task/${{{id}}}/*"
        )),
        _ => here("ecs", "task/*"),
    }
}

fn roles(
    fields: &[Field],
    services: &[&str],
    demand: Demand,
    arguments: &dyn Arguments,
    mut stated: Vec<ResourceArn>,
) -> Found {
    if demand == Demand::IfWritten && !fields.iter().any(|field| is_written(arguments, field)) {
        return Found::NotNeeded;
    }
    let mut unknown = Vec::new();
    for field in fields {
        for argument in arguments.at(field) {
            match argument {
                Argument::Absent => {}
                other => match Kind::Role.arns(&role_by_arn(other)) {
                    Some(arns) => stated.extend(arns),
                    None => unknown.push(dotted(field)),
                },
            }
        }
    }
    if stated.is_empty() {
        let demanded = match demand {
            Demand::Always | Demand::IfWritten => true,
            Demand::OnFargate => first(arguments, &["LaunchType"]) == Argument::Text("FARGATE".to_owned()),
        };
        if unknown.is_empty() && demanded {
            unknown.extend(fields.iter().map(|field| dotted(field)));
        }
        return if unknown.is_empty() { Found::NotNeeded } else { Found::Unknown(unknown) };
    }
    Found::Resources(
        stated,
        vec![equals("iam:PassedToService", services.iter().map(|&service| service.to_owned()).collect())],
    )
}

/// ECS takes a role's name as well as its ARN. Page: API "TaskOverride".
fn role_by_arn(argument: Argument) -> Argument {
    match argument {
        Argument::Text(name) if !name.starts_with("arn:") => {
            let path = in_sub(&exactly(&name));
            Argument::Arn(ResourceArn::Sub(format!(
                "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role/{path}"
            )))
        }
        other => other,
    }
}
