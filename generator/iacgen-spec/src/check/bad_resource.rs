//! IAC115 `bad-resource`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};
use iacgen_iam::integration::{IntegrationError, IntegrationName};
use iacgen_service_models::{Call, UnknownOperation, source};

use crate::model::{Located, Place, Work};
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC115",
    name: "bad-resource",
    explanation: r#"A task names nothing that Step Functions can call.

## Why
A task calls an optimised integration (`dynamodb:putItem`), any action of an AWS SDK (`aws-sdk:s3:headObject`, the action in
lower camel case), a Lambda function or an activity by its ARN. Anything else is refused at deployment. Page: "Integrating
services with Step Functions".

## What to write instead
| task | what it is |
|---|---|
| `dynamodb:putItem`, `sqs:sendMessage`, `ecs:runTask` | request and response |
| `ecs:runTask.sync`, `states:startExecution.sync:2` | waits until the job ends |
| `sqs:sendMessage.waitForTaskToken` | waits until the token comes back |
| `aws-sdk:s3:headObject` | any action of an AWS SDK |
| `arn:aws:lambda:...:function:NAME`, `arn:aws:states:...:activity:NAME` | a function, an activity |
"#,
};

/// Reads what a task calls.
pub(crate) fn check(resource: &Spanned<String>, sink: &Sink) -> Option<Work> {
    let text = resource.value.as_str();
    let place = Place::written(resource.span).holding(text);
    let work = |value: &str| Located { value: value.to_owned(), place };
    if let Some(rest) = text.strip_prefix("arn:") {
        let parts: Vec<&str> = rest.splitn(5, ':').collect();
        return match parts[..] {
            [_, "states", "", "", service] => {
                service_of(service, place, sink).map(|()| Work::Service(work(service)))
            }
            [_, "lambda", _, _, function] if function.starts_with("function:") => Some(Work::Arn(work(text))),
            [_, "states", _, _, activity] if activity.starts_with("activity:") => Some(Work::Arn(work(text))),
            _ => {
                let finding = Diagnostic::error(&CODE, format!("a task cannot call `{text}`"));
                let finding = place.on(finding, "this is the ARN of neither a function nor an activity");
                sink.push(
                    finding.help("call the service's action: `aws-sdk:s3:headObject`, `ecs:runTask.sync`"),
                );
                None
            }
        };
    }
    service_of(text, place, sink).map(|()| Work::Service(work(text)))
}

/// Judges `service:action`, with or without how it waits, by iam's table of integrations and the models of the services.
fn service_of(text: &str, place: Place, sink: &Sink) -> Option<()> {
    let error = match IntegrationName::parse(text) {
        Ok(name) if name.is_sdk() => match Call::of_sdk(name.service(), name.operation()) {
            Ok(_) => return Some(()),
            Err(unknown) => return no_operation(&unknown, place, sink),
        },
        Ok(_) => return Some(()),
        Err(error) => error,
    };
    let help = match &error {
        IntegrationError::Form { .. } => "or write the ARN of a function or an activity".to_owned(),
        IntegrationError::UnknownOptimized { name, nearest: None } => {
            format!("write `aws-sdk:{name}` for an action of an AWS SDK")
        }
        IntegrationError::UnknownOptimized { nearest: Some(near), .. }
        | IntegrationError::UnknownSdkService { nearest: Some(near), .. } => {
            format!("did you mean `{near}`?")
        }
        IntegrationError::UnknownSdkService { nearest: None, .. } => {
            "write the service as the SDK for Java calls it, in small letters".to_owned()
        }
        IntegrationError::SdkOperationCase { expected, .. } => format!("write `{expected}`"),
        IntegrationError::UnknownPattern { .. } | IntegrationError::UnsupportedPattern { .. } => {
            "see the page \"Integrating services with Step Functions\"".to_owned()
        }
    };
    // The mend is told apart from what is wrong.
    let message = error.to_string();
    let mend = match &error {
        IntegrationError::SdkOperationCase { .. } => ": write `",
        _ => "; did you mean",
    };
    let message = message.split(mend).next().unwrap_or_default();
    sink.push(place.on(Diagnostic::error(&CODE, message), "").help(help));
    None
}

fn no_operation(unknown: &UnknownOperation, place: Place, sink: &Sink) -> Option<()> {
    let help = match unknown.meant {
        Some(meant) => format!("did you mean `aws-sdk:{}:{meant}`?", unknown.service),
        None => format!("the operations are those of {} in lower camel case", source()),
    };
    sink.push(place.on(Diagnostic::error(&CODE, unknown.to_string()), "").help(help));
    None
}
