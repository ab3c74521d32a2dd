//! From what an integration needs and its arguments to statements.

use iacgen_aws_types::{LogicalId, ResourceArn};

use super::find::{Found, found};
use super::name::IntegrationName;
use super::needs::{On, Permission, needs};
use super::target::parts;
use super::{Argument, Arguments, Kind};
use crate::{Action, Statement};

/// Why the statements of an integration cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Underivable {
    /// The arguments do not say what is touched.
    #[error("what `{integration}` touches does not follow from {}; name it in `resources`, for {}", sources(.fields), listed(.actions))]
    NotNamed {
        /// The integration.
        integration: String,
        /// The actions that lack a resource.
        actions: Vec<Action>,
        /// The arguments that would name it, dotted; none where no argument does.
        fields: Vec<String>,
    },
    /// A stated resource is of a kind that the integration does not touch.
    #[error("`{integration}` touches no such resource as `{resource}`")]
    NotTouched {
        /// The integration.
        integration: String,
        /// The stated resource.
        resource: String,
    },
}

fn sources(fields: &[String]) -> String {
    if fields.is_empty() {
        return "its arguments".to_owned();
    }
    fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(" and ")
}

fn listed(actions: &[Action]) -> String {
    actions.iter().map(|action| format!("`{action}`")).collect::<Vec<_>>().join(", ")
}

/// Returns the statements that allow an integration with its arguments and nothing else. `stated` is what the spec says
/// in `resources`: it goes before what the arguments name, for the permissions whose kind it is of.
///
/// # Errors
/// [`Underivable`] when neither the arguments nor `stated` say what is touched, or when something stated is touched by
/// nothing.
pub fn statements(
    name: &IntegrationName,
    arguments: &dyn Arguments,
    stated: &[ResourceArn],
) -> Result<Vec<Statement>, Underivable> {
    let mut made = Vec::new();
    let mut touched = vec![false; stated.len()];
    for permission in needs(name).permissions {
        let mut of_kind: Vec<ResourceArn> = Vec::new();
        for (at, arn) in stated.iter().enumerate() {
            if takes(&permission, arn) {
                touched[at] = true;
                of_kind.push(arn.clone());
            }
        }
        made.extend(allowed(name, permission, arguments, of_kind)?);
    }
    match touched.iter().position(|touched| !touched) {
        Some(at) => {
            Err(Underivable::NotTouched { integration: name.to_string(), resource: text_of(&stated[at]) })
        }
        None => Ok(made),
    }
}

fn text_of(arn: &ResourceArn) -> String {
    match arn {
        ResourceArn::Any => "*".to_owned(),
        ResourceArn::Literal(text) | ResourceArn::Sub(text) => text.clone(),
        ResourceArn::OfResource { id, .. } | ResourceArn::ByRef { id, .. } => id.to_string(),
    }
}

/// Whether a stated resource is for a permission.
fn takes(permission: &Permission, arn: &ResourceArn) -> bool {
    match &permission.on {
        On::Named { kind, .. } => kind.fits(arn),
        On::Function => Kind::Function.fits(arn),
        On::TableOrIndex => Kind::Table.fits(arn),
        On::Objects { .. } | On::CopySource | On::Listing => Kind::Bucket.fits(arn),
        On::StateMachine | On::Executions => Kind::StateMachine.fits(arn),
        On::TaskDefinition => Kind::TaskDefinition.fits(arn),
        On::PassedRoles { .. } => Kind::Role.fits(arn),
        // `*` is for actions that take no resource, which only the spec can tell of a call that is not known here.
        On::Stated => permission.actions.iter().any(|action| may_be_of(action, arn)),
        On::Anything { .. } | On::Jobs { .. } | On::ManagedRule(_) | On::MetricNamespace | On::Tasks => false,
    }
}

/// Whether a stated resource may be one of an action's service. A few services have ARNs of another name.
fn may_be_of(action: &Action, arn: &ResourceArn) -> bool {
    match arn {
        ResourceArn::Literal(text) | ResourceArn::Sub(text) => {
            let service = parts(text)[2];
            text == "*"
                || service == action.service()
                || (action.service() == "elasticmapreduce" && service == "emr")
        }
        ResourceArn::Any | ResourceArn::OfResource { .. } | ResourceArn::ByRef { .. } => true,
    }
}

fn allowed(
    name: &IntegrationName,
    permission: Permission,
    arguments: &dyn Arguments,
    stated: Vec<ResourceArn>,
) -> Result<Vec<Statement>, Underivable> {
    let Permission { actions, on } = permission;
    let missing = |actions: Vec<Action>, fields: Vec<String>| Underivable::NotNamed {
        integration: name.to_string(),
        actions,
        fields,
    };
    if on == On::Stated {
        return stated_for(name, actions, &stated).map_err(|actions| missing(actions, Vec::new()));
    }
    match found(&on, arguments, stated) {
        Found::Resources(resources, conditions) => {
            let actions = versioned(name, actions, arguments);
            let mut resources = resources;
            resources.sort();
            resources.dedup();
            let mut statement = Statement::allow(sid(name, &on), actions, resources);
            statement.conditions = conditions;
            Ok(vec![statement])
        }
        Found::NotNeeded => Ok(Vec::new()),
        Found::Unknown(fields) => Err(missing(actions, fields)),
    }
}

/// Returns a statement for each service among the actions; the error is the actions that nothing is stated for.
fn stated_for(
    name: &IntegrationName,
    actions: Vec<Action>,
    stated: &[ResourceArn],
) -> Result<Vec<Statement>, Vec<Action>> {
    let mut by_resources: Vec<(Vec<ResourceArn>, Vec<Action>)> = Vec::new();
    let mut without = Vec::new();
    for action in actions {
        let resources: Vec<ResourceArn> =
            stated.iter().filter(|arn| may_be_of(&action, arn)).cloned().collect();
        if resources.is_empty() {
            without.push(action);
        } else if let Some((_, same)) = by_resources.iter_mut().find(|(of, _)| *of == resources) {
            same.push(action);
        } else {
            by_resources.push((resources, vec![action]));
        }
    }
    if !without.is_empty() {
        return Err(without);
    }
    let sid = sid(name, &On::Stated);
    Ok(by_resources
        .into_iter()
        .map(|(resources, actions)| Statement::allow(sid.clone(), actions, resources))
        .collect())
}

/// A version of an object is another action. Page: "Actions, resources, and condition keys for Amazon S3".
fn versioned(name: &IntegrationName, actions: Vec<Action>, arguments: &dyn Arguments) -> Vec<Action> {
    let of_version = name.service() == "s3" && arguments.at(&["VersionId"]) != [Argument::Absent];
    if !of_version {
        return actions;
    }
    actions
        .into_iter()
        .map(|action| match action.as_str() {
            "s3:GetObject" => Action::new("s3:GetObjectVersion"),
            "s3:DeleteObject" => Action::new("s3:DeleteObjectVersion"),
            "s3:GetObjectAcl" => Action::new("s3:GetObjectVersionAcl"),
            "s3:GetObjectAttributes" => Action::new("s3:GetObjectVersionAttributes"),
            "s3:GetObjectTagging" => Action::new("s3:GetObjectVersionTagging"),
            "s3:PutObjectTagging" => Action::new("s3:PutObjectVersionTagging"),
            "s3:DeleteObjectTagging" => Action::new("s3:DeleteObjectVersionTagging"),
            _ => action,
        })
        .collect()
}

fn sid(name: &IntegrationName, on: &On) -> String {
    let what = match on {
        On::Executions | On::Tasks | On::Jobs { .. } => "Follow",
        On::ManagedRule(_) => "LearnOfEnd",
        On::PassedRoles { .. } => "PassRoles",
        On::CopySource => "Source",
        On::Anything { .. } => "Any",
        _ => "Call",
    };
    LogicalId::from_words([what, name.service(), name.operation()]).as_str().to_owned()
}
