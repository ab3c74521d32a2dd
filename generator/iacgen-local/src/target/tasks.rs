//! What Task states do here: invoke functions.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::FutureExt;
use futures::future::BoxFuture;
use serde_json::{Value, json};

use super::deployment::{Deployed, Target};
use super::execution::FunctionInvocation;
use crate::interpreter::{TaskCall, TaskFailure, TaskKind, TaskRunner};
use crate::sandbox::{InvokeRefused, Invoked};

const LAMBDA_INVOKE: &str = "lambda:invoke";

/// Invokes the deployed functions for one execution and keeps the record.
pub(super) struct FunctionTasks {
    pub(super) deployed: Arc<Deployed>,
    pub(super) invocations: Arc<Mutex<Vec<FunctionInvocation>>>,
}

impl TaskRunner for FunctionTasks {
    fn run(&self, call: TaskCall) -> BoxFuture<'_, Result<Value, TaskFailure>> {
        async move {
            match (TaskKind::of(&call.resource), call.resource.splitn(6, ':').nth(5)) {
                (TaskKind::LambdaFunction, _) => self.function(&call).await,
                (TaskKind::Service, Some(LAMBDA_INVOKE)) => self.lambda_invoke(&call).await,
                _ => Err(TaskFailure::new(
                    "States.Runtime",
                    format!(
                        "the local target does not run the resource `{}` of the state `{}`: it runs \
                         `arn:aws:states:::lambda:invoke` and function ARNs",
                        call.resource, call.state
                    ),
                )),
            }
        }
        .boxed()
    }
}

impl FunctionTasks {
    /// `Resource` is a function's ARN: the payload alone is the result.
    async fn function(&self, call: &TaskCall) -> Result<Value, TaskFailure> {
        let target = self.find(&call.resource, None)?;
        let (payload, _) = self.invoke(call, &target, &call.parameters).await?;
        Ok(payload)
    }

    /// The service integration. Page: "Invoke an AWS Lambda function with Step Functions".
    async fn lambda_invoke(&self, call: &TaskCall) -> Result<Value, TaskFailure> {
        let parameters = &*call.parameters;
        let text = |name: &str| parameters.get(name).and_then(Value::as_str);
        let Some(function) = text("FunctionName") else {
            return Err(TaskFailure::new(
                "States.Runtime",
                format!("the state `{}` invokes a function without `FunctionName`", call.state),
            ));
        };
        if let Some(kind) = text("InvocationType").filter(|kind| *kind != "RequestResponse") {
            return Err(TaskFailure::new(
                "States.Runtime",
                format!(
                    "the local target does not run the invocation type `{kind}` of the state `{}`",
                    call.state
                ),
            ));
        }
        let target = self.find(function, text("Qualifier"))?;
        let nothing = json!({});
        let (payload, invoked) =
            self.invoke(call, &target, parameters.get("Payload").unwrap_or(&nothing)).await?;
        Ok(response(&payload, &invoked))
    }

    fn find(&self, function: &str, qualifier: Option<&str>) -> Result<Target<'_>, TaskFailure> {
        self.deployed.find(function, qualifier).ok_or_else(|| {
            let asked =
                qualifier.map_or_else(|| function.to_owned(), |qualifier| format!("{function}:{qualifier}"));
            sdk_failure("ResourceNotFoundException", &format!("Function not found: {asked}"), 404)
        })
    }

    async fn invoke(
        &self,
        call: &TaskCall,
        target: &Target<'_>,
        event: &Value,
    ) -> Result<(Value, Invoked), TaskFailure> {
        let event = Bytes::from(event.to_string());
        let invoked = self
            .deployed
            .sandbox()
            .invoke(target.function, &target.arn, event)
            .await
            .map_err(|refused| refusal(&refused))?;
        self.invocations.lock().unwrap_or_else(PoisonError::into_inner).push(FunctionInvocation {
            function: target.name.to_owned(),
            logical_id: target.logical_id.to_owned(),
            version: invoked.executed_version.clone(),
            state: call.state.clone(),
            item: call.execution.parent.as_ref().map(|parent| parent.index),
            attempt: call.attempt,
            report: invoked.report.clone(),
            error: invoked.result.as_ref().err().cloned(),
        });
        match &invoked.result {
            Err(error) => Err(TaskFailure::new(error.error_type.clone(), error.cause.clone())),
            Ok(payload) => match serde_json::from_slice(payload) {
                Ok(value) => Ok((value, invoked)),
                Err(error) => Err(TaskFailure::new(
                    "Lambda.Unknown",
                    format!("the function {} returned what is no JSON: {error}", target.name),
                )),
            },
        }
    }
}

/// The result in the shape that was recorded on AWS.
fn response(payload: &Value, invoked: &Invoked) -> Value {
    let length = invoked.result.as_ref().map_or(0, Bytes::len).to_string();
    let date = jiff::Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let headers = [
        ("Connection", "keep-alive"),
        ("Content-Length", length.as_str()),
        ("Content-Type", "application/json"),
        ("Date", date.as_str()),
        ("X-Amz-Executed-Version", invoked.executed_version.as_str()),
        ("x-amzn-Remapped-Content-Length", "0"),
        ("x-amzn-RequestId", invoked.request_id.as_str()),
    ];
    let single: serde_json::Map<_, _> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let lists: serde_json::Map<_, _> =
        headers.iter().map(|(name, value)| ((*name).to_owned(), json!([value]))).collect();
    json!({
        "ExecutedVersion": invoked.executed_version,
        "Payload": payload,
        "SdkHttpMetadata": { "AllHttpHeaders": lists, "HttpHeaders": single, "HttpStatusCode": 200 },
        "SdkResponseMetadata": { "RequestId": invoked.request_id },
        "StatusCode": 200,
    })
}

/// A refusal in the words of the SDK that Step Functions calls Lambda with.
fn refusal(refused: &InvokeRefused) -> TaskFailure {
    let message = refused.to_string();
    match refused {
        InvokeRefused::TooManyRequests => sdk_failure("TooManyRequestsException", &message, 429),
        InvokeRefused::RequestTooLarge { .. } => sdk_failure("RequestTooLargeException", &message, 413),
        InvokeRefused::ShuttingDown => sdk_failure("ServiceException", &message, 500),
        InvokeRefused::Sandbox(error) => {
            let why =
                std::error::Error::source(error).map(|source| format!(": {source}")).unwrap_or_default();
            sdk_failure("ServiceException", &format!("{message}{why}"), 500)
        }
    }
}

fn sdk_failure(error: &str, message: &str, status: u16) -> TaskFailure {
    let id = uuid::Uuid::new_v4();
    let cause = format!("{message} (Service: Lambda, Status Code: {status}, Request ID: {id})");
    TaskFailure::new(format!("Lambda.{error}"), cause)
}
