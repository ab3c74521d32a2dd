//! From arguments to the ARNs that they name.

use iacgen_aws_types::{ArnSuffix, ResourceArn};

use super::needs::{Demand, Field, On};
use super::target::{append, here, parts};
use super::{Argument, Arguments, Kind};
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
pub(super) fn found(on: &On, arguments: &dyn Arguments, stated: Vec<ResourceArn>) -> Found {
    let plain = |resources| Found::Resources(resources, Vec::new());
    match on {
        On::Anything { .. } => return plain(vec![ResourceArn::Any]),
        On::Jobs { service, pattern } => return plain(vec![here(service, pattern)]),
        On::ManagedRule(rule) => return plain(vec![here("events", &format!("rule/{rule}"))]),
        On::Executions if !stated.is_empty() => {
            return plain(stated.iter().map(|machine| executions(&unqualified(machine).0)).collect());
        }
        On::PassedRoles { fields, service, demand } => {
            return roles(fields, service, *demand, arguments, stated);
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
        On::Tasks => plain(vec![match cluster(arguments) {
            Some(cluster) => tasks_of(&cluster),
            // Of any cluster, since the cluster is known only later.
            None => here("ecs", "task/*"),
        }]),
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
        On::Anything { .. } | On::Jobs { .. } | On::ManagedRule(_) | On::PassedRoles { .. } | On::Stated => {
            Found::NotNeeded
        }
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

fn first(arguments: &dyn Arguments, field: &[&str]) -> Argument {
    arguments.at(field).into_iter().next().unwrap_or(Argument::Absent)
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
    service: &str,
    demand: Demand,
    arguments: &dyn Arguments,
    mut stated: Vec<ResourceArn>,
) -> Found {
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
            Demand::Always => true,
            Demand::OnFargate => first(arguments, &["LaunchType"]) == Argument::Text("FARGATE".to_owned()),
        };
        if unknown.is_empty() && demanded {
            unknown.extend(fields.iter().map(|field| dotted(field)));
        }
        return if unknown.is_empty() { Found::NotNeeded } else { Found::Unknown(unknown) };
    }
    Found::Resources(
        stated,
        vec![Condition {
            operator: ConditionOperator::StringEquals,
            key: "iam:PassedToService",
            values: vec![ConditionValue::Text(service.to_owned())],
        }],
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
