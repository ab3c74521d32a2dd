//! Runs a recorded case: its mocks, Lambda functions and objects stand in for AWS.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use iacgen_asl::StateMachine;
use iacgen_local::interpreter::{
    EventKind, ExecutionEvent, ExecutionIdentity, Interpreter, ObjectError, ObjectSummary, Objects, Observer,
    Outcome, TaskCall, TaskFailure, TaskKind, TaskRunner,
};
use serde::Serialize as _;
use serde_json::{Value, json};

/// What came of a case.
pub(crate) struct Replayed {
    pub(crate) outcome: Outcome,
    /// The history of the execution itself, without those of its children, as the cases write it.
    pub(crate) history: Vec<Value>,
}

/// Runs a case to its end, or says why it cannot be run.
pub(crate) async fn replay(case: &Value) -> Result<Replayed, String> {
    let machine = StateMachine::from_value(case["definition"].clone()).map_err(|error| error.to_string())?;
    let events = Arc::new(Events::default());
    let runner = Arc::new(Recorded { case: case.clone(), attempts: Mutex::default() });
    let interpreter = Interpreter::new(Arc::new(machine), runner)
        .map_err(|error| error.to_string())?
        .with_objects(Arc::new(Bucket(case["s3"].clone())))
        .with_observer(Arc::clone(&events) as Arc<dyn Observer>);
    let arn = "arn:aws:states:us-east-1:111111111111:stateMachine:Recorded";
    let identity = match case["workflow_type"].as_str() {
        Some("EXPRESS") => ExecutionIdentity::express(arn, "recorded", "snf_role_arn"),
        _ => ExecutionIdentity::new(arn, "recorded", "snf_role_arn"),
    };
    let outcome = interpreter.execute(identity, case["input"].clone()).await;
    let history = events.0.lock().unwrap().clone();
    Ok(Replayed { outcome, history })
}

#[derive(Default)]
struct Events(Mutex<Vec<Value>>);

impl Observer for Events {
    fn event(&self, event: &ExecutionEvent) {
        if event.execution.parent.is_none() {
            let (id, prev) = (event.id, event.previous_id);
            let details = details(&event.kind);
            let event = json!({"type": event.kind.type_name(), "id": id, "prev": prev, "details": details});
            self.0.lock().unwrap().push(event);
        }
    }
}

/// The details that an event of ours has in common with AWS's.
fn details(kind: &EventKind) -> Value {
    match kind {
        EventKind::ExecutionStarted { input } => json!({"input": input}),
        EventKind::ExecutionSucceeded { output } | EventKind::Succeeded { output, .. } => {
            json!({"output": output})
        }
        EventKind::StateEntered { name, input, .. } => json!({"name": name.as_str(), "input": input}),
        EventKind::StateExited { name, output, .. } => json!({"name": name.as_str(), "output": output}),
        EventKind::Scheduled { task: TaskKind::Service, parameters, .. } => json!({"parameters": parameters}),
        EventKind::Scheduled { parameters, .. } => json!({"input": parameters}),
        EventKind::ExecutionFailed { error, cause }
        | EventKind::MapRunFailed { error, cause }
        | EventKind::Failed { error, cause, .. }
        | EventKind::TimedOut { error, cause, .. } => json!({"error": error, "cause": cause}),
        EventKind::MapStateStarted { length } => json!({"length": length}),
        EventKind::MapIterationStarted { name, index }
        | EventKind::MapIterationSucceeded { name, index }
        | EventKind::MapIterationFailed { name, index } => json!({"name": name.as_str(), "index": index}),
        _ => json!({}),
    }
}

struct Recorded {
    case: Value,
    /// Attempts so far, by state.
    attempts: Mutex<BTreeMap<String, usize>>,
}

impl TaskRunner for Recorded {
    fn run(&self, call: TaskCall) -> BoxFuture<'_, Result<Value, TaskFailure>> {
        async move {
            let service = call.resource == "arn:aws:states:::lambda:invoke";
            let behaviour = self.behaviour(&call, service);
            let kind = behaviour["kind"].as_str().unwrap_or_default();
            let payload = match kind {
                "sleep" => {
                    tokio::time::sleep(Duration::from_secs_f64(behaviour["seconds"].as_f64().unwrap())).await;
                    Value::Null
                }
                "raw_repeat" => {
                    let count = usize::try_from(behaviour["bytes"].as_u64().unwrap()).unwrap();
                    behaviour["char"].as_str().unwrap().repeat(count).into()
                }
                // A mock knows the whole response; a behaviour is for where there is none.
                _ => match (self.mocked(&call), kind) {
                    // The mocks hold the cause without the spaces that Python puts in; AWS closes
                    // them up for the service integration only.
                    (Some(Err(failure)), "raise") if !service => {
                        let cause = failure.cause.map(|cause| spaced(&cause));
                        return Err(TaskFailure { cause, ..failure });
                    }
                    (Some(mocked), _) => return mocked,
                    (None, "echo") if service => call.parameters["Payload"].clone(),
                    (None, "echo") => Value::clone(&call.parameters),
                    (None, "raise") => return Err(raised(&behaviour)),
                    (None, _) => return Err(TaskFailure::new("NoMock", call.state.as_str())),
                },
            };
            Ok(if service { json!({"ExecutedVersion": "$LATEST", "Payload": payload}) } else { payload })
        }
        .boxed()
    }
}

impl Recorded {
    fn behaviour(&self, call: &TaskCall, service: bool) -> Value {
        let name = if service { call.parameters["FunctionName"].as_str() } else { Some(&*call.resource) };
        let name = name.unwrap_or_default();
        let functions = self.case["lambdas"].as_object().into_iter().flatten();
        let found = functions.into_iter().find(|(function, _)| name.ends_with(function.as_str()));
        found.map(|(_, function)| function["behaviour"].clone()).unwrap_or_default()
    }

    fn mocked(&self, call: &TaskCall) -> Option<Result<Value, TaskFailure>> {
        let answers = self.case["mocks"][call.state.as_str()].as_array()?;
        let mut attempts = self.attempts.lock().unwrap();
        let attempt = attempts.entry(call.state.to_string()).or_default();
        let answer = answers.get(*attempt).or(answers.last())?;
        *attempt += 1;
        Some(match answer.get("Throw") {
            None => Ok(answer["Return"].clone()),
            Some(thrown) => Err(TaskFailure {
                error: thrown["Error"].as_str().map(str::to_owned),
                cause: thrown["Cause"].as_str().map(str::to_owned),
                submitted: true,
                missed_heartbeat: call.heartbeat.is_some(),
            }),
        })
    }
}

fn raised(behaviour: &Value) -> TaskFailure {
    let (kind, message) =
        (behaviour["errorType"].as_str().unwrap(), behaviour["errorMessage"].as_str().unwrap());
    let line =
        format!("  File \"/var/task/handler.py\", line 2, in handler\n    raise {kind}(\"{message}\")\n");
    let cause = json!({"errorMessage": message, "errorType": kind, "requestId": "r", "stackTrace": [line]});
    TaskFailure::new(kind, spaced(&cause.to_string()))
}

/// JSON text as Python's `json.dumps` writes it.
fn spaced(json: &str) -> String {
    struct Python;
    impl serde_json::ser::Formatter for Python {
        fn begin_object_key<W: ?Sized + std::io::Write>(
            &mut self,
            out: &mut W,
            first: bool,
        ) -> std::io::Result<()> {
            out.write_all(if first { b"" } else { b", " })
        }
        fn begin_object_value<W: ?Sized + std::io::Write>(&mut self, out: &mut W) -> std::io::Result<()> {
            out.write_all(b": ")
        }
        fn begin_array_value<W: ?Sized + std::io::Write>(
            &mut self,
            out: &mut W,
            first: bool,
        ) -> std::io::Result<()> {
            out.write_all(if first { b"" } else { b", " })
        }
    }
    let Ok(value) = serde_json::from_str::<Value>(json) else {
        return json.to_owned();
    };
    let mut bytes = Vec::new();
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Python)).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The case's objects: bucket, key, body.
struct Bucket(Value);

impl Objects for Bucket {
    fn get<'a>(&'a self, bucket: &'a str, key: &'a str) -> BoxFuture<'a, Result<Vec<u8>, ObjectError>> {
        let missing = || ObjectError::NotFound { bucket: bucket.to_owned(), key: key.to_owned() };
        let body = self.0[bucket][key].as_str().map(|body| body.as_bytes().to_vec()).ok_or_else(missing);
        async move { body }.boxed()
    }

    fn list<'a>(
        &'a self,
        bucket: &'a str,
        prefix: &'a str,
    ) -> BoxFuture<'a, Result<Vec<ObjectSummary>, ObjectError>> {
        let objects = self.0[bucket].as_object().into_iter().flatten();
        let listed = objects
            .filter(|(key, _)| key.starts_with(prefix))
            .map(|(key, body)| ObjectSummary {
                key: key.clone(),
                size: body.as_str().map_or(0, |body| body.len() as u64),
                etag: "\"etag\"".to_owned(),
                last_modified: jiff::Timestamp::UNIX_EPOCH,
            })
            .collect();
        async move { Ok(listed) }.boxed()
    }

    fn put<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        _bytes: Vec<u8>,
    ) -> BoxFuture<'a, Result<(), ObjectError>> {
        // No recorded case shows what was written.
        let _ = (bucket, key);
        async { Ok(()) }.boxed()
    }
}
