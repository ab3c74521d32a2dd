//! From what an integration needs and its arguments to statements.

use iacgen_aws_types::{LogicalId, ResourceArn};

use super::find::{Found, found};
use super::name::IntegrationName;
use super::needs::{On, Permission, needs};
use super::target::parts;
use super::untyped::takes_no_resource;
use super::{Argument, Arguments, Kind, athena, form, http};
use crate::grants::s3::{GrantedBucket, list_objects, read_objects, write_objects};
use crate::{Action, Statement};

/// What is known of a call besides its name.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// Its arguments.
    pub arguments: &'a dyn Arguments,
    /// What the spec says in `resources`: it goes before what the arguments name, for the permissions whose kind it is of.
    pub stated: &'a [ResourceArn],
    /// The objects that the spec grants to it.
    pub objects: &'a [ObjectUse],
    /// The machine that calls.
    pub machine: &'a ResourceArn,
}

/// What a call may do with objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObjectAccess {
    /// List their keys.
    List,
    /// Read them.
    Read,
    /// Write them.
    Write,
}

/// Objects that the spec grants to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectUse {
    /// What for.
    pub access: ObjectAccess,
    /// Their bucket.
    pub bucket: GrantedBucket,
    /// How their keys begin.
    pub prefix: String,
}

impl Call<'_> {
    /// Tells whether the spec grants some object for a use.
    pub(super) fn may(&self, access: ObjectAccess) -> bool {
        self.objects.iter().any(|objects| objects.access == access)
    }
}

/// Why the statements of an integration cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Underivable {
    /// The arguments do not say what is touched.
    #[error("what `{integration}` touches does not follow from {}; name it in `resources`{}, for {}", sources(.fields), such_as(*.example), listed(.actions))]
    NotNamed {
        /// The integration.
        integration: String,
        /// The actions that lack a resource.
        actions: Vec<Action>,
        /// The arguments that would name it, dotted; none where no argument does.
        fields: Vec<String>,
        /// How it is named where it is not by an ARN.
        example: Option<&'static str>,
    },
    /// The arguments do not say which objects are touched.
    #[error("which objects `{integration}` {} does not follow from {}; grant them: `access: [{{ {}: BUCKET }}]`", verb(*.access), sources(.fields), word(*.access))]
    NotGranted {
        /// The integration.
        integration: String,
        /// What it does with them.
        access: ObjectAccess,
        /// The arguments that would name them, dotted; none where no argument does.
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
    /// `*` is stated for actions that take named resources.
    #[error("`*` is every resource of the account, and {} can be limited; name ARNs, or patterns such as `arn:aws:{}:*:*:...`", listed(.actions), .actions.first().map_or("SERVICE", Action::service))]
    Everything {
        /// The integration.
        integration: String,
        /// The actions that can be limited.
        actions: Vec<Action>,
    },
    /// Objects are granted to an integration that touches none with the machine's role.
    #[error("`{integration}` touches no objects by itself; delete its `access`")]
    NoObjects {
        /// The integration.
        integration: String,
    },
}

fn sources(fields: &[String]) -> String {
    if fields.is_empty() {
        return "its arguments".to_owned();
    }
    fields.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(" and ")
}

fn such_as(example: Option<&str>) -> String {
    example.map(|example| format!(" as `{example}`")).unwrap_or_default()
}

fn listed(actions: &[Action]) -> String {
    actions.iter().map(|action| format!("`{action}`")).collect::<Vec<_>>().join(", ")
}

const fn verb(access: ObjectAccess) -> &'static str {
    match access {
        ObjectAccess::List => "lists",
        ObjectAccess::Read => "reads",
        ObjectAccess::Write => "writes",
    }
}

const fn word(access: ObjectAccess) -> &'static str {
    match access {
        ObjectAccess::List => "list",
        ObjectAccess::Read => "read",
        ObjectAccess::Write => "write",
    }
}

/// Returns the statements that allow an integration with its arguments and nothing else.
///
/// # Errors
/// [`Underivable`] when neither the arguments nor the spec say what is touched, or when something stated is touched by
/// nothing or more than is needed.
pub fn statements(name: &IntegrationName, call: &Call<'_>) -> Result<Vec<Statement>, Underivable> {
    let mut made = Vec::new();
    let permissions = needs(name).permissions;
    let touches = |arn: &ResourceArn| permissions.iter().any(|permission| takes(permission, arn));
    let untouched = call.stated.iter().find(|arn| !touches(arn)).cloned();
    let of_objects = |on: &On| matches!(on, On::ObjectAt { .. } | On::Granted(_) | On::QueryResults);
    let takes_objects = name.is_sdk() || permissions.iter().any(|permission| of_objects(&permission.on));
    let limited: Vec<Action> = permissions
        .iter()
        .filter(|permission| !matches!(permission.on, On::PassedRoles { .. } | On::Where { .. }))
        .flat_map(|permission| &permission.actions)
        .filter(|action| !takes_no_resource(action))
        .cloned()
        .collect();
    let integration = name.to_string();
    if untouched.as_ref().is_some_and(is_everything) && !limited.is_empty() {
        return Err(Underivable::Everything { integration, actions: limited });
    }
    for permission in permissions {
        let of_kind = call.stated.iter().filter(|arn| takes(&permission, arn)).cloned().collect();
        made.extend(allowed(name, permission, call, of_kind)?);
    }
    if let Some(arn) = untouched {
        return Err(Underivable::NotTouched { integration, resource: text_of(&arn) });
    }
    if !call.objects.is_empty() && !takes_objects {
        return Err(Underivable::NoObjects { integration });
    }
    for ObjectUse { access, bucket, prefix } in call.objects {
        made.extend(match access {
            ObjectAccess::List => list_objects(bucket, prefix),
            ObjectAccess::Read => read_objects(bucket, prefix),
            ObjectAccess::Write if name.service() == "athena" => athena::query_results(bucket, prefix),
            ObjectAccess::Write => write_objects(bucket, prefix),
        });
    }
    Ok(made)
}

fn text_of(arn: &ResourceArn) -> String {
    match arn {
        ResourceArn::Any => "*".to_owned(),
        ResourceArn::Literal(text) | ResourceArn::Sub(text) => text.clone(),
        ResourceArn::OfResource { id, .. } | ResourceArn::ByRef { id, .. } => id.to_string(),
    }
}

fn is_everything(arn: &ResourceArn) -> bool {
    match arn {
        ResourceArn::Any => true,
        ResourceArn::Literal(text) | ResourceArn::Sub(text) => text == "*",
        ResourceArn::OfResource { .. } | ResourceArn::ByRef { .. } => false,
    }
}

fn is_of_service(arn: &ResourceArn, service: &str) -> bool {
    matches!(arn, ResourceArn::Literal(text) | ResourceArn::Sub(text) if parts(text)[2] == service)
}

/// How the last part of a role's ARN begins that a service makes for itself.
const LINKED: &str = "role/aws-service-role/";

fn is_linked(arn: &ResourceArn, service: &str) -> bool {
    let begins = format!("{LINKED}{service}");
    matches!(arn, ResourceArn::Literal(text) | ResourceArn::Sub(text) if parts(text)[5].starts_with(&begins))
}

/// Whether a stated resource is for a permission.
fn takes(permission: &Permission, arn: &ResourceArn) -> bool {
    takes_on(&permission.on, permission, arn)
}

fn takes_on(on: &On, permission: &Permission, arn: &ResourceArn) -> bool {
    match on {
        On::Named { kind, .. } => kind.fits(arn),
        On::Formed { service, forms, .. } => forms.iter().any(|form| form::fits(service, form, arn)),
        On::Function => Kind::Function.fits(arn),
        On::TableOrIndex => Kind::Table.fits(arn),
        On::TopicOrPhone => Kind::Topic.fits(arn),
        On::Where { on, .. } => takes_on(on, permission, arn),
        On::Objects { .. } | On::CopySource | On::Listing => Kind::Bucket.fits(arn),
        On::StateMachine | On::Executions => Kind::StateMachine.fits(arn),
        On::TaskDefinition => Kind::TaskDefinition.fits(arn),
        On::PassedRoles { .. } => Kind::Role.fits(arn) && !is_linked(arn, ""),
        On::ServiceLinkedRole { service } => is_linked(arn, &format!("{service}/")),
        On::QueryTables { .. } => is_of_service(arn, "glue"),
        On::HttpEndpoint => http::is_url(arn),
        On::Connection => Kind::Connection.fits(arn),
        On::ConnectionSecret => Kind::Connection.fits(arn) || Kind::Secret.fits(arn),
        On::Api => is_of_service(arn, "execute-api"),
        // `*` is for actions that take no resource.
        On::Anything { .. } | On::AnythingIfStated { .. } => is_everything(arn),
        On::Stated => permission.actions.iter().any(|action| may_be_of(action, arn)),
        On::DefaultDatabase
        | On::Granted(_)
        | On::Jobs { .. }
        | On::ManagedRule(_)
        | On::MetricNamespace
        | On::ObjectAt { .. }
        | On::QueryResults
        | On::TaskTags
        | On::Tasks => false,
    }
}

/// Whether a stated resource may be one of an action's service. A few services have ARNs of another name.
fn may_be_of(action: &Action, arn: &ResourceArn) -> bool {
    if takes_no_resource(action) {
        return is_everything(arn);
    }
    match arn {
        ResourceArn::Literal(text) | ResourceArn::Sub(text) => {
            let service = parts(text)[2];
            service == action.service() || others(action.service()).contains(&service)
        }
        ResourceArn::OfResource { .. } | ResourceArn::ByRef { .. } => true,
        ResourceArn::Any => false,
    }
}

/// The services of ARNs that a service's actions take besides its own. Page: "Service Authorization Reference".
fn others(service: &str) -> &'static [&'static str] {
    match service {
        "elasticmapreduce" => &["emr"],
        "rds-data" => &["rds"],
        "redshift-data" => &["redshift", "redshift-serverless"],
        // Commands are sent to instances.
        "ssm" => &["ec2"],
        "sts" => &["iam"],
        _ => &[],
    }
}

fn allowed(
    name: &IntegrationName,
    permission: Permission,
    call: &Call<'_>,
    stated: Vec<ResourceArn>,
) -> Result<Vec<Statement>, Underivable> {
    let Permission { actions, on } = permission;
    let integration = name.to_string();
    let missing = |actions: Vec<Action>, fields: Vec<String>| match &on {
        On::ObjectAt { access, .. } | On::Granted(access) => {
            Underivable::NotGranted { integration: integration.clone(), access: *access, fields }
        }
        On::QueryResults => {
            let access = ObjectAccess::Write;
            Underivable::NotGranted { integration: integration.clone(), access, fields }
        }
        _ => {
            let example = match on {
                On::HttpEndpoint => Some("https://api.example.com/v1/*"),
                // No ARN would allow it.
                On::Stated if actions.iter().all(takes_no_resource) => Some("*"),
                _ => None,
            };
            Underivable::NotNamed { integration: integration.clone(), actions, fields, example }
        }
    };
    if on == On::Stated {
        return stated_for(name, actions, &stated).map_err(|actions| missing(actions, Vec::new()));
    }
    if on == On::QueryResults {
        return athena::results(call).map_err(|fields| missing(actions, fields));
    }
    match found(&on, call, stated) {
        Found::Resources(resources, conditions) => {
            let actions = versioned(name, actions, call.arguments);
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
        On::ServiceLinkedRole { .. } => "MakeRole",
        On::Connection | On::ConnectionSecret => "Connect",
        On::DefaultDatabase | On::QueryTables { changes: false } => "ReadCatalog",
        On::QueryTables { changes: true } => "ChangeCatalog",
        On::ObjectAt { access: ObjectAccess::Write, .. } => "WriteObject",
        On::ObjectAt { .. } => "ReadObject",
        On::CopySource => "Source",
        On::TaskTags => "Tag",
        On::Anything { .. } | On::AnythingIfStated { .. } => "Any",
        _ => "Call",
    };
    LogicalId::from_words([what, name.service(), name.operation()]).as_str().to_owned()
}
