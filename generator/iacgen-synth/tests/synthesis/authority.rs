//! Roles against what the definition and the grants really call: every call is allowed, nothing stands without a use, and
//! what lies close is denied. The calls of `calls/PROJECT` are written by hand from the specs and from AWS's pages, not
//! derived by the code that they judge.

use std::collections::{BTreeMap, BTreeSet};

use iacgen_iam::evaluate::{Permissions, Request};
use iacgen_spec::model::Workflow;
use serde_json::{Value, json};

use crate::fixture::{Synthesised, read};
use crate::project;

/// Gives the symbols of policies the ARNs that a deployment would give, with logical ids for made names.
struct Deployed<'a> {
    template: &'a Value,
    region: &'a str,
    account: &'a str,
}

impl Deployed<'_> {
    fn arn(&self, service: &str, rest: &str) -> String {
        format!("arn:aws:{service}:{}:{}:{rest}", self.region, self.account)
    }

    /// `Ref` and `Fn::GetAtt`, of the types that policies name. Pages: "Return values" of each type.
    fn value(&self, id: &str, attribute: Option<&str>) -> String {
        match id {
            "AWS::Partition" => return "aws".to_owned(),
            "AWS::Region" => return self.region.to_owned(),
            "AWS::AccountId" => return self.account.to_owned(),
            _ => {}
        }
        let resource = &self.template["Resources"][id];
        let kind = resource["Type"].as_str().unwrap_or_else(|| panic!("no resource {id}"));
        match (kind, attribute) {
            ("AWS::S3::Bucket", Some("Arn")) => format!("arn:aws:s3:::{}", id.to_lowercase()),
            ("AWS::Lambda::Alias", None) => {
                let function = resource["Properties"]["FunctionName"]["Ref"].as_str().unwrap();
                let name = resource["Properties"]["Name"].as_str().unwrap();
                self.arn("lambda", &format!("function:{function}:{name}"))
            }
            ("AWS::Logs::LogGroup", Some("Arn")) => self.arn("logs", &format!("log-group:{id}:*")),
            ("AWS::StepFunctions::StateMachine", None) => self.arn("states", &format!("stateMachine:{id}")),
            ("AWS::StepFunctions::StateMachine", Some("Name")) => id.to_owned(),
            ("AWS::SNS::Topic", None) => self.arn("sns", id),
            ("AWS::SQS::Queue", Some("Arn")) => self.arn("sqs", id),
            ("AWS::DynamoDB::Table", Some("Arn")) => self.arn("dynamodb", &format!("table/{id}")),
            ("AWS::KMS::Key", Some("Arn")) => self.arn("kms", &format!("key/{id}")),
            other => panic!("{id}: {other:?} is not known to this test"),
        }
    }

    fn resolved(&self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                if let Some(id) = value["Ref"].as_str() {
                    return self.value(id, None).into();
                }
                if let [id, attribute] = value["Fn::GetAtt"].as_array().map(Vec::as_slice).unwrap_or_default()
                {
                    return self.value(id.as_str().unwrap(), attribute.as_str()).into();
                }
                if let Some(text) = value["Fn::Sub"].as_str() {
                    return self.substituted(text).into();
                }
                fields.iter().map(|(name, value)| (name.clone(), self.resolved(value))).collect()
            }
            Value::Array(items) => items.iter().map(|item| self.resolved(item)).collect(),
            other => other.clone(),
        }
    }

    fn substituted(&self, text: &str) -> String {
        let mut parts = text.split("${");
        let mut whole = parts.next().unwrap().to_owned();
        for part in parts {
            let (name, rest) = part.split_once('}').unwrap();
            match name.split_once('.') {
                Some((id, attribute)) => whole.push_str(&self.value(id, Some(attribute))),
                None => whole.push_str(&self.value(name, None)),
            }
            whole.push_str(rest);
        }
        whole
    }

    /// The statements of each role, resolved, its own and those that a policy adds to it.
    fn roles(&self) -> BTreeMap<String, Vec<Value>> {
        let mut roles: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        let mut add = |role: &str, document: &Value| {
            let statements = self.resolved(&document["Statement"]);
            roles.entry(role.to_owned()).or_default().extend(statements.as_array().unwrap().iter().cloned());
        };
        for (id, resource) in self.template["Resources"].as_object().unwrap() {
            let properties = &resource["Properties"];
            match resource["Type"].as_str().unwrap() {
                "AWS::IAM::Role" => {
                    for policy in properties["Policies"].as_array().unwrap() {
                        add(id, &policy["PolicyDocument"]);
                    }
                }
                "AWS::IAM::Policy" => {
                    for role in properties["Roles"].as_array().unwrap() {
                        add(role["Ref"].as_str().unwrap(), &properties["PolicyDocument"]);
                    }
                }
                _ => {}
            }
        }
        roles
    }
}

/// What a role asks for, and whether it may.
struct Call {
    role: String,
    request: Request,
    is_allowed: bool,
    line: usize,
}

/// Reads a table: a role's name alone on a line, and below it a call a line, `ACTION RESOURCE [KEY=VALUE]`, with `!` before
/// the action for what must be denied. `@` stands for region and account, `^` for the region. Several actions are joined
/// by commas.
fn calls(table: &str, region: &str, account: &str) -> Vec<Call> {
    let mut role = "";
    let mut calls = Vec::new();
    for (number, line) in table.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let [actions, resource, keys @ ..] = words.as_slice() else {
            role = line;
            continue;
        };
        let place = |text: &str| text.replace('@', &format!("{region}:{account}")).replace('^', region);
        let (actions, is_allowed) = match actions.strip_prefix('!') {
            Some(actions) => (actions, false),
            None => (*actions, true),
        };
        for action in actions.split(',') {
            let mut request = Request::new(action.to_owned(), place(resource));
            for key in keys {
                let (key, value) = key.split_once('=').unwrap();
                request = request.with(key, place(value));
            }
            calls.push(Call { role: role.to_owned(), request, is_allowed, line: number + 1 });
        }
    }
    calls
}

fn list(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(items) => items.iter().map(|item| item.as_str().unwrap()).collect(),
        one => vec![one.as_str().unwrap()],
    }
}

/// Holds a workflow's roles to a table. Returns what stands on every resource, as `ROLE ACTION`.
fn hold(workflow: &Workflow, table: &str) -> BTreeSet<String> {
    let synthesised = Synthesised::of(workflow);
    let settings = &workflow.settings;
    let (region, account) = (settings.region.as_str(), settings.account.as_str());
    let roles = Deployed { template: &synthesised.template, region, account }.roles();
    let calls = calls(table, region, account);
    let mut wrong = Vec::new();
    for Call { role, request, is_allowed, line } in &calls {
        let mut permissions = Permissions::default();
        let statements = roles.get(role).unwrap_or_else(|| panic!("no role {role} in {:?}", roles.keys()));
        permissions.add_document(&json!({ "Statement": statements }));
        if permissions.check(request).is_ok() != *is_allowed {
            let word = if *is_allowed { "denied" } else { "allowed" };
            wrong.push(format!("line {line}: {role} is {word} {} on {}", request.action, request.resource));
        }
    }
    let mut everywhere = BTreeSet::new();
    for (role, statements) in &roles {
        for statement in statements {
            for action in list(&statement["Action"]) {
                assert!(!action.contains(['*', '?']), "{role}: {action}");
                for resource in list(&statement["Resource"]) {
                    if resource == "*" {
                        everywhere.insert(format!("{role} {action}"));
                    }
                    let mut one = statement.clone();
                    (one["Action"], one["Resource"]) = (action.into(), resource.into());
                    let mut permissions = Permissions::default();
                    permissions.add_document(&json!({ "Statement": [one] }));
                    let is_used = calls.iter().any(|call| {
                        call.is_allowed && call.role == *role && permissions.check(&call.request).is_ok()
                    });
                    if !is_used {
                        wrong.push(format!(
                            "{role}: nothing calls {action} on {resource} ({})",
                            statement["Sid"]
                        ));
                    }
                }
            }
        }
    }
    let resources = synthesised.template["Resources"].as_object().unwrap();
    for (id, resource) in resources.iter().filter(|(_, resource)| resource["Type"] == "AWS::IAM::Role") {
        assert!(calls.iter().any(|call| call.role == **id), "no calls of {id} are in the table");
        assert_eq!(resource["Properties"].get("ManagedPolicyArns"), None, "{id}");
    }
    assert!(wrong.is_empty(), "{}:\n{}", workflow.name, wrong.join("\n"));
    everywhere
}

/// The actions that no page lets name a resource, beside those of X-Ray and of log delivery.
fn beside_traces_and_log_delivery(everywhere: &BTreeSet<String>) -> Vec<&str> {
    everywhere
        .iter()
        .map(String::as_str)
        .filter(|line| {
            let (role, action) = line.split_once(' ').unwrap();
            let is_delivery = action.starts_with("logs:") && role == "StateMachineRole";
            !is_delivery && !action.starts_with("xray:")
        })
        .collect()
}

#[test]
fn the_cosmic_workflow_may_do_what_it_does() {
    let shared = include_str!("calls/cosmic.txt");
    for (environment, more) in [("dev", ""), ("prod", include_str!("calls/cosmic-fmi.txt"))] {
        let data = format!("cosmicai-data-{environment}");
        let everywhere =
            hold(&project::workflow(environment), &format!("{shared}\n{more}").replace("DATA", &data));
        assert!(beside_traces_and_log_delivery(&everywhere).is_empty(), "{everywhere:?}");
    }
}

#[test]
fn the_example_of_orders_may_do_what_it_does() {
    let everywhere =
        hold(&project::workflow_of("tests/examples/orders", "shop"), include_str!("calls/orders.txt"));
    assert!(beside_traces_and_log_delivery(&everywhere).is_empty(), "{everywhere:?}");
}

#[test]
fn the_example_of_a_release_may_do_what_it_does() {
    let everywhere =
        hold(&project::workflow_of("tests/examples/release", "prod"), include_str!("calls/release.txt"));
    assert_eq!(
        beside_traces_and_log_delivery(&everywhere),
        [
            "ScoreRole ec2:DescribeNetworkInterfaces",
            "ScoreRole ec2:DescribeSubnets",
            "StateMachineRole batch:DescribeJobs",
        ]
    );
}

#[test]
fn the_example_of_a_survey_may_do_what_it_does() {
    let everywhere =
        hold(&project::workflow_of("tests/examples/survey", "night"), include_str!("calls/survey.txt"));
    assert!(beside_traces_and_log_delivery(&everywhere).is_empty(), "{everywhere:?}");
}

#[test]
fn what_services_do_for_a_machine_is_allowed_and_no_more() {
    let spec = r#"
workflow: small
alarms: false
dashboard: false
buckets:
  data: { existing: somebodys-data }
  results: {}
start: Call
states:
  Call:
    task: http:invoke
    arguments:
      ApiEndpoint: https://api.example.com/v1/runs
      Method: POST
      Authentication: { ConnectionArn: "arn:aws:events:us-east-1:111111111111:connection/example/81210c42" }
    next: Hook
  Hook:
    task: http:invoke
    arguments:
      ApiEndpoint: $.hook
      Method: DELETE
      Authentication: { ConnectionArn: "arn:aws:events:us-east-1:111111111111:connection/example/81210c42" }
    resources: ["https://hooks.example.org/*"]
    next: Sign
  Sign:
    task: apigateway:invoke
    arguments:
      ApiEndpoint: abc123.execute-api.us-east-1.amazonaws.com
      Method: GET
      Stage: prod
      Path: bills
      AuthType: IAM_ROLE
    next: Ask
  Ask:
    task: athena:startQueryExecution.sync
    arguments:
      QueryString: SELECT count(*) FROM stars
      QueryExecutionContext: { Database: sky }
    access: [{ read: data, prefix: stars/ }, { write: results, prefix: athena/ }]
    next: Each
  Each:
    map: distributed
    label: Each
    items: { jsonl: $.bucket, buckets: [data, results], key: items.jsonl }
    result_writer: { bucket: $.bucket, buckets: results, prefix: maps/ }
    start: Nothing
    states: { Nothing: { pass: true, end: true } }
    next: Run
  Run:
    task: emr-serverless:startJobRun.sync
    arguments: { ApplicationId: "00f1", ExecutionRoleArn: "arn:aws:iam::111111111111:role/job" }
    next: Faces
  Faces:
    task: aws-sdk:rekognition:detectFaces
    arguments: { Image: { Bytes: $.image } }
    resources: ["*"]
    end: true
"#;
    let everywhere = hold(&read(spec), include_str!("calls/services.txt"));
    assert_eq!(beside_traces_and_log_delivery(&everywhere), ["StateMachineRole rekognition:DetectFaces"]);
}
