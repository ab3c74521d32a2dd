//! What AWS hands over: results of services, errors, the context object, items that readers find.

use crate::{Field, Object, Shape};

/// What the `lambda:invoke` integration gives, around what the function answered (AWS page "Invoke an AWS Lambda
/// function with Step Functions").
pub fn lambda_invoke_result(payload: Shape) -> Shape {
    with_metadata([
        ("ExecutedVersion", Field::required(Shape::TEXT)),
        // With `LogType: Tail` only.
        ("LogResult", Field::optional(Shape::TEXT)),
        ("Payload", Field::required(payload)),
        ("StatusCode", Field::required(Shape::Integer)),
    ])
}

/// What a catcher gets, as `$states.errorOutput` or at its `ResultPath`. The cause is a text also where it holds JSON.
pub fn error_output() -> Shape {
    Shape::record([("Error", Shape::TEXT), ("Cause", Shape::TEXT)])
}

/// The kinds of executions, whose context objects differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Execution {
    /// Standard workflows.
    Standard,
    /// Express workflows; nobody can redrive them.
    Express,
}

/// What a state's context object holds beside what every state's does.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// The kind of the execution.
    pub execution: Execution,
    /// The execution's input.
    pub input: Shape,
    /// Whether the state can be retried (a task, a map or branches): then `$$.State.RetryCount` is there.
    pub retry_count: bool,
    /// Whether the task waits for a token: then `$$.Task.Token` is there.
    pub task_token: bool,
    /// What an item of the map is, in the map's item selector and in an inline map's states.
    pub map_item: Option<Shape>,
}

impl Context {
    /// The context object `$$` or `$states.context` (AWS page "Accessing execution data from the Context object in Step
    /// Functions"). It has the fields of that page and no other.
    pub fn shape(&self) -> Shape {
        let mut execution = vec![
            ("Id", Field::required(Shape::TEXT)),
            ("Input", Field::required(self.input.clone())),
            ("Name", Field::required(Shape::TEXT)),
            ("RoleArn", Field::required(Shape::TEXT)),
            ("StartTime", Field::required(Shape::TEXT)),
        ];
        let redrive_count = match self.execution {
            Execution::Standard => Field::required(Shape::Integer),
            Execution::Express => Field::optional(Shape::Integer),
        };
        execution.push(("RedriveCount", redrive_count));
        execution.push(("RedriveTime", Field::optional(Shape::TEXT)));
        let mut state =
            vec![("EnteredTime", Field::required(Shape::TEXT)), ("Name", Field::required(Shape::TEXT))];
        if self.retry_count {
            state.push(("RetryCount", Field::required(Shape::Integer)));
        }
        let mut fields = vec![
            ("Execution", Field::required(Shape::closed(execution))),
            ("State", Field::required(Shape::closed(state))),
            ("StateMachine", Field::required(Shape::record([("Id", Shape::TEXT), ("Name", Shape::TEXT)]))),
        ];
        if self.task_token {
            fields.push(("Task", Field::required(Shape::record([("Token", Shape::TEXT)]))));
        }
        if let Some(item) = &self.map_item {
            let item = Shape::closed([
                ("Index", Field::required(Shape::Integer)),
                ("Value", Field::required(item.clone())),
                // Of readers that iterate over the keys of an object, and of those that read many objects.
                ("Key", Field::optional(Shape::TEXT)),
                ("Source", Field::optional(Shape::TEXT)),
            ]);
            fields.push(("Map", Field::required(Shape::record([("Item", item)]))));
        }
        Shape::closed(fields)
    }
}

/// An item of a map that reads the listing of a bucket (AWS page "ItemReader (Map)").
pub fn listed_object() -> Shape {
    Shape::closed([
        ("Etag", Field::required(Shape::TEXT)),
        ("Key", Field::required(Shape::TEXT)),
        ("LastModified", Field::required(Shape::Number.join(&Shape::TEXT))),
        ("Size", Field::required(Shape::Integer)),
        ("StorageClass", Field::required(Shape::TEXT)),
    ])
}

/// An item of a map that reads CSV: texts by column. `headers` are the columns, where the workflow gives them.
pub fn csv_row(headers: Option<&[String]>) -> Shape {
    match headers {
        Some(headers) => Shape::record(headers.iter().map(|header| (header.clone(), Shape::TEXT))),
        None => Shape::object::<String>([], Shape::TEXT),
    }
}

/// What a child of a map that batches its items gets (AWS page "ItemBatcher (Map)").
pub fn batch(item: Shape, batch_input: Option<Shape>) -> Shape {
    let items = ("Items", Field::required(Shape::list_of(item)));
    let input = batch_input.map(|input| ("BatchInput", Field::required(input)));
    Shape::closed([items].into_iter().chain(input))
}

/// What a map gives whose results are written to a bucket (AWS page "ResultWriter (Map)").
pub fn result_writer_output() -> Shape {
    let details = Shape::record([("Bucket", Shape::TEXT), ("Key", Shape::TEXT)]);
    Shape::record([("MapRunArn", Shape::TEXT), ("ResultWriterDetails", details)])
}

/// What a task gives, by its resource: the text after `arn:aws:states:::`, with its pattern (`.sync`, `.waitForTaskToken`).
/// [`Shape::Any`] where AWS documents no fixed form; `lambda:invoke` gives a payload of which nothing is known.
pub fn task_result(resource: &str) -> Shape {
    match resource {
        "lambda:invoke" => lambda_invoke_result(Shape::Any),
        "sqs:sendMessage" => with_metadata([
            ("MD5OfMessageAttributes", Field::optional(Shape::TEXT)),
            ("MD5OfMessageBody", Field::required(Shape::TEXT)),
            ("MD5OfMessageSystemAttributes", Field::optional(Shape::TEXT)),
            ("MessageId", Field::required(Shape::TEXT)),
            // Of first-in-first-out queues.
            ("SequenceNumber", Field::optional(Shape::TEXT)),
        ]),
        "sns:publish" => with_metadata([
            ("MessageId", Field::required(Shape::TEXT)),
            // Of first-in-first-out topics.
            ("SequenceNumber", Field::optional(Shape::TEXT)),
        ]),
        "dynamodb:getItem" => with_metadata([
            ("Item", Field::optional(attributes())),
            ("ConsumedCapacity", Field::optional(Shape::Any)),
        ]),
        "dynamodb:putItem" | "dynamodb:updateItem" | "dynamodb:deleteItem" => with_metadata([
            ("Attributes", Field::optional(attributes())),
            ("ConsumedCapacity", Field::optional(Shape::Any)),
            ("ItemCollectionMetrics", Field::optional(Shape::Any)),
        ]),
        "events:putEvents" => with_metadata([
            (
                "Entries",
                Field::required(Shape::list_of(Shape::closed([
                    ("EventId", Field::optional(Shape::TEXT)),
                    ("ErrorCode", Field::optional(Shape::TEXT)),
                    ("ErrorMessage", Field::optional(Shape::TEXT)),
                ]))),
            ),
            ("FailedEntryCount", Field::required(Shape::Integer)),
        ]),
        "states:startExecution" => with_metadata([
            ("ExecutionArn", Field::required(Shape::TEXT)),
            ("StartDate", Field::required(Shape::TEXT.join(&Shape::Number))),
        ]),
        "states:startExecution.sync" => execution_description(Shape::TEXT),
        "states:startExecution.sync:2" => execution_description(Shape::Any),
        _ => Shape::Any,
    }
}

/// What `DescribeExecution` says of an execution that has succeeded, so that it has an output. Recorded are these fields; the
/// API's page "DescribeExecution" has more, which are left open.
fn execution_description(data: Shape) -> Shape {
    Shape::open([
        ("ExecutionArn", Field::required(Shape::TEXT)),
        ("Input", Field::optional(data.clone())),
        ("InputDetails", Field::optional(Shape::Any)),
        ("Name", Field::required(Shape::TEXT)),
        ("Output", Field::required(data)),
        ("OutputDetails", Field::optional(Shape::Any)),
        ("StartDate", Field::required(Shape::TEXT.join(&Shape::Number))),
        ("StateMachineArn", Field::required(Shape::TEXT)),
        ("Status", Field::required(Shape::TEXT)),
        ("StopDate", Field::optional(Shape::TEXT.join(&Shape::Number))),
    ])
}

/// An item of a table: attributes by name, each an object such as `{"S": "text"}`.
fn attributes() -> Shape {
    Shape::object::<String>([], Shape::open::<String>([]))
}

/// The fields of an answer, and what the optimised integrations put beside them.
fn with_metadata<const N: usize>(fields: [(&str, Field); N]) -> Shape {
    Shape::closed(fields.into_iter().chain(metadata()))
}

/// An answer of an optimised integration: the fields of the API, which are not recorded to be all, and what stands beside
/// them.
pub fn with_sdk_metadata(answer: &Object) -> Shape {
    let fields = answer.fields.iter().map(|(name, field)| (name.as_str(), field.clone()));
    Shape::open(fields.chain(metadata()))
}

/// What the optimised integrations put beside the fields of an answer: recorded of Lambda, DynamoDB, SNS and SQS.
fn metadata() -> [(&'static str, Field); 2] {
    let headers = Shape::object::<String>([], Shape::Any);
    let http = Shape::record([
        ("AllHttpHeaders", headers.clone()),
        ("HttpHeaders", headers),
        ("HttpStatusCode", Shape::Integer),
    ]);
    [
        ("SdkHttpMetadata", Field::required(http)),
        ("SdkResponseMetadata", Field::required(Shape::record([("RequestId", Shape::TEXT)]))),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{Lookup, Path};

    #[test]
    fn recorded_results_are_of_their_shapes() {
        let headers = json!({"Date": "Tue", "Content-Type": ["application/json"]});
        let http = json!({"AllHttpHeaders": headers, "HttpHeaders": {"Date": "Tue"}, "HttpStatusCode": 200});
        let beside = |mut value: serde_json::Value| {
            value["SdkHttpMetadata"] = http.clone();
            value["SdkResponseMetadata"] = json!({"RequestId": "r"});
            value
        };
        for (resource, value) in [
            ("lambda:invoke", json!({"ExecutedVersion": "$LATEST", "Payload": {"a": 1}, "StatusCode": 200})),
            ("sqs:sendMessage", json!({"MD5OfMessageBody": "m", "MessageId": "i"})),
            ("sns:publish", json!({"MessageId": "i", "SequenceNumber": "1"})),
            ("dynamodb:getItem", json!({"Item": {"id": {"S": "x"}}})),
            ("dynamodb:putItem", json!({})),
        ] {
            assert!(task_result(resource).contains(&beside(value)), "{resource}");
        }
        assert!(listed_object().contains(
            &json!({"Etag": "e", "Key": "k", "LastModified": 1.5, "Size": 12, "StorageClass": "STANDARD"})
        ));
        assert_eq!(task_result("aws-sdk:s3:headObject"), Shape::Any);
    }

    #[test]
    fn an_execution_that_has_succeeded_has_an_output() {
        let output =
            task_result("states:startExecution.sync:2").lookup(&Path::parse("$.Output.run").unwrap());
        assert_eq!(output, Lookup::Found(Shape::Any));
    }

    #[test]
    fn the_context_has_what_its_state_gives_it() {
        let plain = Context {
            execution: Execution::Standard,
            input: Shape::record([("a", Shape::TEXT)]),
            retry_count: false,
            task_token: false,
            map_item: None,
        };
        let look = |context: &Context, path: &str| context.shape().lookup(&Path::parse(path).unwrap());
        assert_eq!(look(&plain, "$$.Execution.Input.a"), Lookup::Found(Shape::TEXT));
        assert!(matches!(look(&plain, "$$.Task.Token"), Lookup::Missing(_)));
        assert!(matches!(look(&plain, "$$.Map.Item.Value"), Lookup::Missing(_)));
        let Lookup::Missing(missing) = look(&plain, "$$.Execution.Nmae") else { panic!("found") };
        assert_eq!(missing.absence.suggestion.as_deref(), Some("$$.Execution.Name"));
        let inner = Context { task_token: true, map_item: Some(Shape::Bool), ..plain };
        assert_eq!(look(&inner, "$$.Task.Token"), Lookup::Found(Shape::TEXT));
        assert_eq!(look(&inner, "$$.Map.Item.Value"), Lookup::Found(Shape::Bool));
    }
}
