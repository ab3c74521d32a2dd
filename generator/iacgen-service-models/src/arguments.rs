//! Whether the arguments of a call are those that its operation takes.

use std::fmt;

use iacgen_shapes::{List, Object, Presence, Shape, Text, closest};

use crate::call::Call;
use crate::model::{Kind, Member, Members};

/// Something that is wrong with the arguments of a call, in every run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArgumentProblem {
    /// Where, from the arguments inwards. Of a member that is missing: what lacks it.
    pub at: Vec<At>,
    /// What is wrong there.
    pub fault: Fault,
}

/// A step into arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum At {
    /// To a member.
    Member(String),
    /// To an item of a list.
    Item(usize),
    /// To any item of a list.
    AnyItem,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(name) => write!(f, ".{name}"),
            Self::Item(index) => write!(f, "[{index}]"),
            Self::AnyItem => f.write_str("[*]"),
        }
    }
}

/// What is wrong with arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// There is no such argument.
    Unknown {
        /// What is written.
        name: String,
        /// What may have been meant.
        meant: Option<String>,
        /// What there is, as Step Functions calls it.
        known: Vec<String>,
    },
    /// An argument that must be there is not.
    Missing {
        /// Its name.
        name: String,
        /// An unknown argument that may have been meant for it.
        sent: Option<String>,
    },
    /// It is of another kind.
    Kind {
        /// What is taken, in words.
        expected: &'static str,
        /// What is sent, in words.
        found: String,
    },
    /// It is none of the texts that are taken.
    Value {
        /// What is sent.
        found: String,
        /// What may have been meant.
        meant: Option<&'static str>,
        /// What is taken.
        values: Vec<&'static str>,
    },
}

/// Ends of names of texts that cannot be JSON, so that an object or a list there is a slip. Other texts may hold JSON, and
/// Step Functions makes it of an object in some.
const PLAIN_TEXTS: [&str; 14] = [
    "arn",
    "bucket",
    "expression",
    "id",
    "identifier",
    "name",
    "prefix",
    "region",
    "role",
    "status",
    "token",
    "type",
    "uri",
    "url",
];

impl Call {
    /// Says what is certainly wrong with arguments of a shape. What may be right in some run is not held against them.
    pub fn judge(&self, arguments: &Shape) -> Vec<ArgumentProblem> {
        let mut judge = Judge { call: self, at: Vec::new() };
        match self.service.kind(self.operation.taken) {
            // Whether an operation without arguments gets any is not looked at: Step Functions passes over them.
            Kind::Nothing => Vec::new(),
            kind => judge.value("", kind, arguments),
        }
    }
}

struct Judge<'c> {
    call: &'c Call,
    at: Vec<At>,
}

impl Judge<'_> {
    /// Judges a value: one of several variants is right if one is.
    fn value(&mut self, name: &str, kind: Kind, sent: &Shape) -> Vec<ArgumentProblem> {
        let mut first = Vec::new();
        for variant in sent.variants() {
            let found = self.variant(name, kind, variant);
            if found.is_empty() {
                return found;
            }
            if first.is_empty() {
                first = found;
            }
        }
        first
    }

    fn variant(&mut self, name: &str, kind: Kind, sent: &Shape) -> Vec<ArgumentProblem> {
        let expected = match (kind, sent) {
            // Bytes are a text, or any JSON, of which Step Functions makes one: a function's payload may be a number.
            (_, Shape::Any | Shape::Never | Shape::Null)
            | (Kind::Anything | Kind::Nothing | Kind::Bytes, _) => {
                return Vec::new();
            }
            (_, Shape::String(Text::OneOf(texts))) if texts.iter().any(|text| text.contains("${")) => {
                // What is put in at deployment can be anything.
                return Vec::new();
            }
            (Kind::Structure(members), Shape::Object(object)) => return self.structure(members, object),
            (Kind::Map(inner), Shape::Object(object)) => return self.map(inner, object),
            (Kind::List(inner), Shape::List(list)) => return self.list(name, inner, list),
            (Kind::OneOf(values), Shape::String(Text::OneOf(texts))) => {
                return self.one_of(values, texts.iter().map(String::as_str));
            }
            (Kind::Structure(_) | Kind::Map(_), _) => "an object",
            (Kind::List(_), _) => "a list",
            (Kind::OneOf(_) | Kind::Text, Shape::String(_))
            | (Kind::Whole | Kind::Number, Shape::Integer | Shape::Number | Shape::String(Text::Any))
            | (Kind::Boolean, Shape::Bool | Shape::String(Text::Any))
            | (Kind::Moment, Shape::String(_) | Shape::Integer | Shape::Number) => return Vec::new(),
            (Kind::Text, Shape::List(_) | Shape::Object(_)) if may_be_json(name) => return Vec::new(),
            (Kind::Whole | Kind::Number, Shape::String(Text::OneOf(texts)))
                if texts.iter().any(|text| text.parse::<f64>().is_ok()) =>
            {
                return Vec::new();
            }
            (Kind::Boolean, Shape::String(Text::OneOf(texts)))
                if texts.iter().any(|text| text == "true" || text == "false") =>
            {
                return Vec::new();
            }
            (Kind::Text | Kind::OneOf(_), _) => "a text",
            (Kind::Whole | Kind::Number, _) => "a number",
            (Kind::Boolean, _) => "true or false",
            (Kind::Moment, _) => "a moment as a text",
        };
        vec![self.problem(Fault::Kind { expected, found: sent.describe() })]
    }

    fn problem(&self, fault: Fault) -> ArgumentProblem {
        ArgumentProblem { at: self.at.clone(), fault }
    }

    fn inside<T>(&mut self, at: At, then: impl FnOnce(&mut Self) -> T) -> T {
        self.at.push(at);
        let result = then(self);
        self.at.pop();
        result
    }

    fn structure(&mut self, members: Members, sent: &Object) -> Vec<ArgumentProblem> {
        let naming = self.call.naming;
        let is_inside = !self.at.is_empty();
        let further: &[&str] = if is_inside { &[] } else { self.call.special.further };
        let meant = |name: &str| members.iter().find(|member| naming.takes(name, member.name, is_inside));
        let is_unknown = |name: &str| meant(name).is_none() && !further.contains(&name);
        let is_sent =
            |member: Member| sent.fields.keys().any(|name| naming.takes(name, member.name, is_inside));

        let mut found = Vec::new();
        for member in members.iter().filter(|member| member.is_required && sent.is_closed()) {
            if !is_sent(member) {
                let name = naming.name(member.name);
                let unknown = sent.fields.keys().map(String::as_str).filter(|sent| is_unknown(sent));
                let sent = closest_or_case(&name, unknown).map(str::to_owned);
                found.push(self.problem(Fault::Missing { name, sent }));
            }
        }
        for (name, field) in &sent.fields {
            if field.presence != Presence::Required || field.shape == Shape::Never {
                continue;
            }
            let step = At::Member(name.clone());
            match meant(name) {
                Some(member) if self.call.special.json.contains(&member.name) => {}
                Some(member) => {
                    let kind = self.call.service.kind(member.kind);
                    found.extend(self.inside(step, |this| this.value(member.name, kind, &field.shape)));
                }
                None if further.contains(&name.as_str()) => {}
                None => {
                    let known: Vec<String> = members
                        .iter()
                        .filter(|member| !is_sent(*member))
                        .map(|member| naming.name(member.name))
                        .collect();
                    let meant = closest_or_case(name, known.iter().map(String::as_str)).map(str::to_owned);
                    let fault = Fault::Unknown { name: name.clone(), meant, known };
                    found.push(self.inside(step, |this| this.problem(fault)));
                }
            }
        }
        found
    }

    fn map(&mut self, inner: &'static str, sent: &Object) -> Vec<ArgumentProblem> {
        let kind = self.call.service.kind(inner);
        let mut found = Vec::new();
        for (name, field) in sent.fields.iter().filter(|(_, field)| field.presence == Presence::Required) {
            let step = At::Member(name.clone());
            found.extend(self.inside(step, |this| this.value("", kind, &field.shape)));
        }
        found
    }

    fn list(&mut self, name: &str, inner: &'static str, sent: &List) -> Vec<ArgumentProblem> {
        let kind = self.call.service.kind(inner);
        let mut found = Vec::new();
        for (index, item) in sent.first.iter().enumerate() {
            found.extend(self.inside(At::Item(index), |this| this.value(name, kind, item)));
        }
        found.extend(self.inside(At::AnyItem, |this| this.value(name, kind, &sent.rest)));
        found
    }

    fn one_of<'t>(
        &self,
        values: &'static str,
        mut texts: impl Iterator<Item = &'t str> + Clone,
    ) -> Vec<ArgumentProblem> {
        let known = || values.split('\t');
        let first = texts.clone().next().unwrap_or_default();
        if texts.any(|text| known().any(|known| known == text)) {
            return Vec::new();
        }
        let fault = Fault::Value {
            found: first.to_owned(),
            meant: closest_or_case(first, known()),
            values: known().collect(),
        };
        vec![self.problem(fault)]
    }
}

/// Returns the candidate that is the same in another case, or else the one that differs least.
fn closest_or_case<'c>(name: &str, candidates: impl Iterator<Item = &'c str> + Clone) -> Option<&'c str> {
    candidates
        .clone()
        .find(|candidate| candidate.eq_ignore_ascii_case(name))
        .or_else(|| closest(name, candidates))
}

fn may_be_json(name: &str) -> bool {
    let small = name.to_ascii_lowercase();
    !PLAIN_TEXTS.iter().any(|end| small.ends_with(end))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn say(call: &Call, arguments: &Value) -> Vec<String> {
        let problems = call.judge(&Shape::of(arguments));
        let text = |problem: ArgumentProblem| {
            let at: String = problem.at.iter().map(ToString::to_string).collect();
            match problem.fault {
                Fault::Unknown { meant, .. } => format!("{at} unknown, {}", meant.unwrap_or_default()),
                Fault::Missing { name, sent } => {
                    format!("{at} lacks {name}, {}", sent.unwrap_or_default())
                }
                Fault::Kind { expected, found } => format!("{at} is {found}, not {expected}"),
                Fault::Value { found, meant, .. } => format!("{at} {found}, {}", meant.unwrap_or_default()),
            }
        };
        problems.into_iter().map(text).collect()
    }

    fn sdk(service: &str, operation: &str, arguments: &Value) -> Vec<String> {
        say(&Call::of_sdk(service, operation).unwrap().unwrap(), arguments)
    }

    fn optimized(service: &str, operation: &str, arguments: &Value) -> Vec<String> {
        say(&Call::of_optimized(service, operation).unwrap(), arguments)
    }

    const RIGHT: &[&str] = &[];

    #[test]
    fn names_are_held_to_the_operation() {
        let put = |arguments: Value| optimized("dynamodb", "putItem", &arguments);
        assert_eq!(put(json!({"TableName": "a", "Item": {"id": {"S": "x"}}})), RIGHT);
        assert_eq!(
            put(json!({"TableNam": "a", "Item": {"id": {"Z": "x"}}})),
            [" lacks TableName, TableNam", ".TableNam unknown, TableName", ".Item.id.Z unknown, "]
        );
        assert_eq!(
            sdk("rds", "stopDBInstance", &json!({"DBInstanceIdentifier": "x"})),
            [
                " lacks DbInstanceIdentifier, DBInstanceIdentifier",
                ".DBInstanceIdentifier unknown, DbInstanceIdentifier"
            ]
        );
        assert_eq!(sdk("batch", "submitJob", &json!({"jobName": "x"}))[0], " lacks JobName, jobName");
    }

    #[test]
    fn kinds_and_values_are_held_to_the_operation() {
        let put = |further: Value| {
            let mut arguments = json!({"TableName": "a", "Item": {"id": {"N": "1"}}});
            arguments.as_object_mut().unwrap().extend(further.as_object().unwrap().clone());
            optimized("dynamodb", "putItem", &arguments)
        };
        assert_eq!(put(json!({"Item": {"id": {"N": 1}}})), [".Item.id.N is a whole number, not a text"]);
        assert_eq!(put(json!({"Item": [1]})), [".Item is [a whole number], not an object"]);
        assert_eq!(put(json!({"TableName": {"a": 1}})), [".TableName is { a }, not a text"]);
        assert_eq!(put(json!({"ReturnValues": "ALL_NWE"})), [".ReturnValues ALL_NWE, ALL_NEW"]);
        assert_eq!(put(json!({"ReturnValues": "all_old"})), [".ReturnValues all_old, ALL_OLD"]);
        assert_eq!(put(json!({"ReturnValues": "else"})), [".ReturnValues else, "]);
        let nested = json!({"Item": {"a": {"M": {"b": {"L": [{"S": "x"}, {"BOOL": "no"}]}}}}});
        assert_eq!(put(nested), [".Item.a.M.b.L[1].BOOL is \"no\", not true or false"]);
    }

    #[test]
    fn what_step_functions_takes_is_right() {
        for (service, operation, arguments) in [
            // Pages of the services, and recordings of AWS.
            ("sqs", "sendMessage", json!({"QueueUrl": "u", "MessageBody": {"Input": {}, "n": 1}})),
            (
                "sns",
                "publish",
                json!({"TopicArn": "t", "Message": {"Input": "x"}, "MessageAttributes": {
                "a": {"DataType": "String", "StringValue": "v"}}}),
            ),
            (
                "events",
                "putEvents",
                json!({"Entries": [{"Detail": {"a": 1}, "DetailType": "d",
                "EventBusName": "b", "Source": "s"}]}),
            ),
            ("states", "startExecution", json!({"StateMachineArn": "a", "Input": {"b": 1}, "Name": "n"})),
            ("lambda", "invoke", json!({"FunctionName": "f", "Payload": {"a": 1}})),
            ("lambda", "invoke", json!({"FunctionName": "f", "Payload": 5})),
            (
                "batch",
                "submitJob",
                json!({"JobName": "j", "JobQueue": "q", "JobDefinition": "d",
                "RetryStrategy": {"attempts": 5}, "ArrayProperties": {"Size": 10}}),
            ),
            (
                "ecs",
                "runTask",
                json!({"TaskDefinition": "t", "LaunchType": "FARGATE", "Cluster": "c",
                "NetworkConfiguration": {"AwsvpcConfiguration": {"Subnets": ["s"]}},
                "Overrides": {"ContainerOverrides": [{"Name": "n", "Environment": [
                    {"Name": "a", "Value": "b"}]}]}}),
            ),
            (
                "apigateway",
                "invoke",
                json!({"ApiEndpoint": "e", "Method": "POST", "Headers": {"h": ["x"]},
                "RequestBody": {"a": 1}, "AuthType": "IAM_ROLE"}),
            ),
            ("bedrock", "invokeModel", json!({"ModelId": "m", "Body": {"prompt": "p"}})),
            ("bedrock", "invokeModel", json!({"ModelId": "m", "Input": {"S3Uri": "s3://a/b"}})),
            ("glue", "startJobRun", json!({"JobName": "j", "Arguments": {"--k": "v"}})),
            (
                "dynamodb",
                "updateItem",
                json!({"TableName": "${Table}", "Key": {"id": {"S": "x"}},
                "ReturnValues": "${Values}"}),
            ),
        ] {
            assert_eq!(optimized(service, operation, &arguments), RIGHT, "{service}:{operation}");
        }
        for (service, operation, arguments) in [
            ("s3", "putObject", json!({"Bucket": "b", "Key": "k", "Body": {"a": [1]}})),
            ("s3", "putObject", json!({"Bucket": "b", "Key": "k", "Body": true})),
            ("s3", "listObjectsV2", json!({"Bucket": "b", "MaxKeys": 5})),
            ("sfn", "startSyncExecution", json!({"StateMachineArn": "a", "Input": {"a": 1}})),
            ("secretsmanager", "createSecret", json!({"Name": "n", "SecretString": "s"})),
            ("rds", "describeDBInstances", json!({"DbInstanceIdentifier": "x"})),
            ("ec2", "describeSnapshots", json!({"Filters": [{"Name": "n", "Values": ["v"]}]})),
            ("sts", "getCallerIdentity", json!({})),
        ] {
            assert_eq!(sdk(service, operation, &arguments), RIGHT, "{service}:{operation}");
        }
    }

    #[test]
    fn what_may_be_right_is_not_held_against_them() {
        let call = Call::of_optimized("dynamodb", "putItem").unwrap();
        assert_eq!(call.judge(&Shape::Any), []);
        assert_eq!(call.judge(&Shape::open::<String>([])), []);
        let table = |shape| Shape::record([("TableName", shape), ("Item", Shape::Any)]);
        assert_eq!(call.judge(&table(Shape::Any)), []);
        assert_eq!(call.judge(&table(Shape::TEXT.join(&Shape::Integer))), []);
        assert_eq!(call.judge(&table(Shape::Integer)).len(), 1);
    }
}
