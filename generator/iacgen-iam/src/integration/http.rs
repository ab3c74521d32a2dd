//! Calls of HTTPS APIs, through a connection of EventBridge or of API Gateway.

use iacgen_aws_types::ResourceArn;

use super::derive::Call;
use super::find::{Found, first};
use super::needs::{Field, On, Permission, actions};
use super::target::parts;
use super::{Argument, Arguments, Kind};
use crate::pattern::{exactly, in_sub};
use crate::{Condition, ConditionOperator, ConditionValue};

/// The arguments that name the connection. Page: "Call HTTPS APIs in Step Functions workflows", "HTTP Task fields".
const CONNECTION: [Field; 2] = [&["Authentication", "ConnectionArn"], &["InvocationConfig", "ConnectionArn"]];

/// Page: "Call HTTPS APIs in Step Functions workflows", "IAM permissions to run an HTTP Task".
pub(super) fn invoke() -> Vec<Permission> {
    vec![
        Permission { actions: actions(&["states:InvokeHTTPEndpoint"]), on: On::HttpEndpoint },
        Permission { actions: actions(&["events:RetrieveConnectionCredentials"]), on: On::Connection },
        Permission {
            actions: actions(&["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]),
            on: On::ConnectionSecret,
        },
    ]
}

/// Tells whether a stated text is a pattern of URLs with a host in it.
pub(super) fn is_url(arn: &ResourceArn) -> bool {
    let ResourceArn::Literal(text) = arn else { return false };
    let host = text.strip_prefix("https://").and_then(|rest| rest.split(['/', '?']).next());
    host.is_some_and(|host| host.contains('.') && host.chars().any(|c| c.is_ascii_alphanumeric()))
}

/// The endpoint and the method are conditions; the resource is the machine that calls.
pub(super) fn endpoint(call: &Call<'_>, stated: &[ResourceArn]) -> Found {
    let condition = |operator, key, values: Vec<String>| Condition {
        operator,
        key,
        values: values.into_iter().map(ConditionValue::Text).collect(),
    };
    let key = "states:HTTPEndpoint";
    let mut conditions = Vec::new();
    if stated.is_empty() {
        conditions.push(match first(call.arguments, &["ApiEndpoint"]) {
            Argument::Text(url) => condition(ConditionOperator::StringEquals, key, vec![exactly(&url)]),
            Argument::Begins(url) if has_host(&url) => {
                condition(ConditionOperator::StringLike, key, vec![format!("{}*", exactly(&url))])
            }
            _ => return Found::Unknown(vec!["ApiEndpoint".to_owned()]),
        });
    } else {
        let patterns = stated.iter().filter_map(|url| match url {
            ResourceArn::Literal(url) => Some(url.replace('$', "${$}")),
            _ => None,
        });
        conditions.push(condition(ConditionOperator::StringLike, key, patterns.collect()));
    }
    if let Argument::Text(method) = first(call.arguments, &["Method"]) {
        conditions.push(condition(ConditionOperator::StringEquals, "states:HTTPMethod", vec![method]));
    }
    Found::Resources(vec![call.machine.clone()], conditions)
}

/// Tells whether the beginning of a URL holds the whole of its host.
fn has_host(url: &str) -> bool {
    url.strip_prefix("https://").is_some_and(|rest| rest.find('/').is_some_and(|at| at > 0))
}

pub(super) fn connection(arguments: &dyn Arguments, stated: Vec<ResourceArn>) -> Found {
    match connections(arguments, stated) {
        Ok(connections) => Found::Resources(connections, Vec::new()),
        Err(fields) => Found::Unknown(fields),
    }
}

/// The secret that EventBridge keeps for a connection, `events!connection/NAME/ID`. Page: "Amazon EventBridge connections",
/// and API "DescribeConnection", `SecretArn`.
pub(super) fn secret(arguments: &dyn Arguments, stated: Vec<ResourceArn>) -> Found {
    let (secrets, connected): (Vec<_>, Vec<_>) = stated.into_iter().partition(|arn| Kind::Secret.fits(arn));
    if !secrets.is_empty() {
        return Found::Resources(secrets, Vec::new());
    }
    match connections(arguments, connected) {
        Ok(connections) => Found::Resources(connections.iter().filter_map(secret_of).collect(), Vec::new()),
        Err(fields) => Found::Unknown(fields),
    }
}

fn connections(arguments: &dyn Arguments, stated: Vec<ResourceArn>) -> Result<Vec<ResourceArn>, Vec<String>> {
    if !stated.is_empty() {
        return Ok(stated);
    }
    for field in CONNECTION {
        match first(arguments, field) {
            Argument::Absent => {}
            Argument::Text(text) if Kind::Connection.fits(&ResourceArn::Literal(text.clone())) => {
                return Ok(vec![ResourceArn::Literal(exactly(&text))]);
            }
            _ => return Err(vec![field.join(".")]),
        }
    }
    Err(CONNECTION.iter().map(|field| field.join(".")).collect())
}

fn secret_of(connection: &ResourceArn) -> Option<ResourceArn> {
    let ResourceArn::Literal(text) = connection else { return None };
    let [_, partition, _, region, account, resource] = parts(text);
    let name = resource.strip_prefix("connection/")?.split('/').next()?;
    Some(ResourceArn::Literal(format!(
        "arn:{partition}:secretsmanager:{region}:{account}:secret:events!connection/{name}/*"
    )))
}

/// A method of an API: `API/STAGE/METHOD/PATH`. Only a call that is signed by the machine's role needs it. Pages: "Create
/// API Gateway REST APIs with Step Functions", "Authentication and authorization"; "Control access for invoking an API",
/// "Resource format of permissions for executing API in API Gateway".
pub(super) fn api(arguments: &dyn Arguments, stated: Vec<ResourceArn>) -> Found {
    if !stated.is_empty() {
        return Found::Resources(stated, Vec::new());
    }
    match first(arguments, &["AuthType"]) {
        Argument::Absent => return Found::NotNeeded,
        Argument::Text(kind) if kind != "IAM_ROLE" => return Found::NotNeeded,
        _ => {}
    }
    let host = match first(arguments, &["ApiEndpoint"]) {
        Argument::Text(host) | Argument::Begins(host) => host,
        _ => String::new(),
    };
    let Some((id, region)) = host_of(&host) else {
        return Found::Unknown(vec!["ApiEndpoint".to_owned()]);
    };
    let part = |field: &'static str, absent: &str| match first(arguments, &[field]) {
        Argument::Absent => exactly(absent),
        Argument::Text(text) => exactly(text.trim_start_matches('/')),
        Argument::Begins(text) => format!("{}*", exactly(text.trim_start_matches('/'))),
        Argument::Arn(_) | Argument::Unknown => "*".to_owned(),
    };
    // A stage need not be named where the API has one that is called so.
    let method = format!("{}/{}/{}", part("Stage", "$default"), part("Method", "*"), part("Path", ""));
    Found::Resources(
        vec![ResourceArn::Sub(format!(
            "arn:${{AWS::Partition}}:execute-api:{region}:${{AWS::AccountId}}:{id}/{}",
            in_sub(&method)
        ))],
        Vec::new(),
    )
}

/// Reads `API.execute-api.REGION.amazonaws.com` or its beginning.
fn host_of(host: &str) -> Option<(&str, &str)> {
    let (id, rest) = host.split_once(".execute-api.")?;
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let region = rest.split_once('.').map_or("${AWS::Region}", |(region, _)| region);
    is_id.then_some((id, region))
}
