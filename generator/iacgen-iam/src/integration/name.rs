//! The names of integrations.

use std::fmt;

use super::{optimized, sdk};

/// What stands before an integration's name in a Task's `Resource`, in the partition of the commercial regions. Step
/// Functions takes it in every partition.
const PREFIX: &str = "arn:aws:states:::";

/// An integration that exists, with a pattern that it supports.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct IntegrationName {
    is_sdk: bool,
    service: String,
    operation: String,
    pattern: Pattern,
}

/// How a Task goes on after its call. Page: "Discover service integration patterns in Step Functions".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Pattern {
    /// With the answer.
    RequestResponse,
    /// When the job has ended: `.sync`.
    RunJob,
    /// When the execution has ended, with its output as JSON: `.sync:2`.
    RunJobJsonOutput,
    /// When somebody has sent the task's token back: `.waitForTaskToken`.
    WaitForTaskToken,
}

impl Pattern {
    /// Returns the suffix of the `Resource`.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::RequestResponse => "",
            Self::RunJob => ".sync",
            Self::RunJobJsonOutput => ".sync:2",
            Self::WaitForTaskToken => ".waitForTaskToken",
        }
    }

    /// Tells whether EXPRESS workflows refuse it: they know request and response only. Page: "Choosing workflow type in
    /// Step Functions".
    pub const fn is_refused_in_express(self) -> bool {
        !matches!(self, Self::RequestResponse)
    }

    /// Tells whether Step Functions follows the job and stops it with the execution.
    pub const fn runs_job(self) -> bool {
        matches!(self, Self::RunJob | Self::RunJobJsonOutput)
    }

    fn read(suffix: &str) -> Option<Self> {
        match suffix {
            "sync" => Some(Self::RunJob),
            "sync:2" => Some(Self::RunJobJsonOutput),
            "waitForTaskToken" => Some(Self::WaitForTaskToken),
            _ => None,
        }
    }
}

/// What a Task's `Resource` can name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskResource {
    /// A service integration.
    Integration(IntegrationName),
    /// A function by its ARN, the older form of `lambda:invoke`.
    Function(String),
    /// An activity by its ARN. It needs no permission of the machine's role: workers poll it with their own.
    Activity(String),
}

impl TaskResource {
    /// Reads a whole `Resource`, or the text after `arn:aws:states:::`.
    ///
    /// # Errors
    /// [`IntegrationError`] when it names no integration, and no function or activity.
    pub fn parse(text: &str) -> Result<Self, IntegrationError> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", _, "lambda", region, account, rest]
                if rest.starts_with("function:") && !region.is_empty() && !account.is_empty() =>
            {
                Ok(Self::Function(text.to_owned()))
            }
            ["arn", _, "states", region, account, rest]
                if rest.starts_with("activity:") && !region.is_empty() && !account.is_empty() =>
            {
                Ok(Self::Activity(text.to_owned()))
            }
            _ => IntegrationName::parse(text).map(Self::Integration),
        }
    }
}

/// Why a text names no integration.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IntegrationError {
    /// It has another form.
    #[error(
        "`{text}` is not the name of an integration: write `service:operation` or `aws-sdk:service:operation`"
    )]
    Form {
        /// The text.
        text: String,
    },
    /// There is no such optimized integration.
    #[error("there is no optimized integration `{name}`{}", did_you_mean(.nearest.as_deref()))]
    UnknownOptimized {
        /// What was written, `service:operation`.
        name: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// The SDK has no such service.
    #[error("`aws-sdk` has no service `{service}`{}", did_you_mean(.nearest.as_deref()))]
    UnknownSdkService {
        /// What was written.
        service: String,
        /// What may have been meant.
        nearest: Option<String>,
    },
    /// An operation of the SDK is not written in camel case with a small first letter.
    #[error("an operation of `aws-sdk` begins with a small letter: write `{expected}`")]
    SdkOperationCase {
        /// What was written.
        operation: String,
        /// How it should read.
        expected: String,
    },
    /// There is no such pattern at all.
    #[error("there is no pattern `.{suffix}`: it is `.sync`, `.sync:2`, `.waitForTaskToken` or none")]
    UnknownPattern {
        /// What was written behind the first dot.
        suffix: String,
    },
    /// The integration does not support the pattern.
    #[error("`{name}` does not support `{}`; it supports {}", .pattern.suffix(), suffixes(.supported))]
    UnsupportedPattern {
        /// The integration, `service:operation`.
        name: String,
        /// What was asked for.
        pattern: Pattern,
        /// What it supports.
        supported: Vec<Pattern>,
    },
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|nearest| format!("; did you mean `{nearest}`?")).unwrap_or_default()
}

fn suffixes(patterns: &[Pattern]) -> String {
    let name = |pattern: &Pattern| match pattern {
        Pattern::RequestResponse => "a plain call".to_owned(),
        other => format!("`{}`", other.suffix()),
    };
    patterns.iter().map(name).collect::<Vec<_>>().join(", ")
}

impl IntegrationName {
    /// Reads the text after `arn:aws:states:::`, or a whole `Resource`.
    ///
    /// # Errors
    /// [`IntegrationError`], by the table of the page "Integrating optimized services with Step Functions".
    pub fn parse(text: &str) -> Result<Self, IntegrationError> {
        let form = || IntegrationError::Form { text: text.to_owned() };
        let rest = match text.strip_prefix("arn:") {
            Some(_) => text
                .strip_prefix(PREFIX)
                .or_else(|| text.strip_prefix("arn:aws-cn:states:::"))
                .or_else(|| text.strip_prefix("arn:aws-us-gov:states:::"))
                .ok_or_else(form)?,
            None => text,
        };
        let (call, suffix) = match rest.split_once('.') {
            Some((call, suffix)) => (call, Some(suffix)),
            None => (rest, None),
        };
        let pattern = match suffix {
            None => Pattern::RequestResponse,
            Some(suffix) => Pattern::read(suffix)
                .ok_or_else(|| IntegrationError::UnknownPattern { suffix: suffix.to_owned() })?,
        };
        let parts: Vec<&str> = call.split(':').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return Err(form());
        }
        let (is_sdk, service, operation, supported) = match parts.as_slice() {
            ["aws-sdk", service, operation] => {
                sdk_call(service, operation)?;
                (true, *service, *operation, vec![Pattern::RequestResponse, Pattern::WaitForTaskToken])
            }
            [service, operation] => {
                let known = optimized::find(service, operation).ok_or_else(|| {
                    let name = format!("{service}:{operation}");
                    IntegrationError::UnknownOptimized { nearest: optimized::nearest(&name), name }
                })?;
                (false, *service, *operation, known.patterns())
            }
            _ => return Err(form()),
        };
        let name = Self { is_sdk, service: service.to_owned(), operation: operation.to_owned(), pattern };
        if supported.contains(&pattern) {
            Ok(name)
        } else {
            Err(IntegrationError::UnsupportedPattern { name: name.call(), pattern, supported })
        }
    }

    /// Returns the service: `dynamodb`, `s3` of `aws-sdk:s3:headObject`.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// Returns the operation: `putItem`.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Returns the pattern.
    pub const fn pattern(&self) -> Pattern {
        self.pattern
    }

    /// Tells whether it is one of `aws-sdk`.
    pub const fn is_sdk(&self) -> bool {
        self.is_sdk
    }

    /// Returns the name without the pattern: `aws-sdk:s3:headObject`.
    pub fn call(&self) -> String {
        let sdk = if self.is_sdk { "aws-sdk:" } else { "" };
        format!("{sdk}{}:{}", self.service, self.operation)
    }

    /// Returns the `Resource` of a Task: `arn:aws:states:::ecs:runTask.sync`.
    pub fn to_resource(&self) -> String {
        format!("{PREFIX}{self}")
    }
}

impl fmt::Display for IntegrationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.call(), self.pattern.suffix())
    }
}

fn sdk_call(service: &str, operation: &str) -> Result<(), IntegrationError> {
    if sdk::prefix(service).is_none() {
        return Err(IntegrationError::UnknownSdkService {
            service: service.to_owned(),
            nearest: sdk::nearest(service).map(str::to_owned),
        });
    }
    if !operation.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(IntegrationError::Form { text: format!("aws-sdk:{service}:{operation}") });
    }
    let (first, rest) = operation.split_at(1);
    if first.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(IntegrationError::SdkOperationCase {
            operation: operation.to_owned(),
            expected: format!("{}{rest}", first.to_ascii_lowercase()),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        IntegrationName::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn names_are_read_and_written_again() {
        for text in [
            "dynamodb:putItem",
            "aws-sdk:s3:headObject",
            "aws-sdk:sfn:startExecution.waitForTaskToken",
            "ecs:runTask.sync",
            "states:startExecution.sync:2",
            "lambda:invoke.waitForTaskToken",
            "http:invoke",
        ] {
            let name = IntegrationName::parse(text).unwrap();
            assert_eq!(name.to_string(), text);
            assert_eq!(IntegrationName::parse(&name.to_resource()).unwrap(), name, "{text}");
        }
        let name = IntegrationName::parse("aws-sdk:s3:headObject").unwrap();
        assert_eq!((name.is_sdk(), name.service(), name.operation()), (true, "s3", "headObject"));
    }

    #[test]
    fn what_step_functions_refuses_is_refused() {
        assert_eq!(
            error("dynamodb:putItems"),
            "there is no optimized integration `dynamodb:putItems`; did you mean `dynamodb:putItem`?"
        );
        assert_eq!(
            error("dynamodb:query"),
            "there is no optimized integration `dynamodb:query`; did you mean `aws-sdk:dynamodb:query`?"
        );
        assert_eq!(
            error("aws-sdk:stepfunctions:startExecution"),
            "`aws-sdk` has no service `stepfunctions`; did you mean `sfn`?"
        );
        assert_eq!(
            error("aws-sdk:s3:HeadObject"),
            "an operation of `aws-sdk` begins with a small letter: write `headObject`"
        );
        assert_eq!(
            error("dynamodb:putItem.sync"),
            "`dynamodb:putItem` does not support `.sync`; it supports a plain call"
        );
        assert_eq!(
            error("lambda:invoke.sync"),
            "`lambda:invoke` does not support `.sync`; it supports a plain call, `.waitForTaskToken`"
        );
        assert_eq!(
            error("ecs:runTask.sync:2"),
            "`ecs:runTask` does not support `.sync:2`; it supports a plain call, `.sync`, `.waitForTaskToken`"
        );
        assert!(matches!(
            IntegrationName::parse("aws-sdk:ecs:runTask.sync"),
            Err(IntegrationError::UnsupportedPattern { pattern: Pattern::RunJob, .. })
        ));
        assert!(matches!(
            IntegrationName::parse("lambda:invoke.waitForToken"),
            Err(IntegrationError::UnknownPattern { .. })
        ));
        for text in ["", "lambda", "a:b:c:d", "lambda:", "arn:aws:s3:::bucket", "aws-sdk:s3:head-object"] {
            assert!(matches!(IntegrationName::parse(text), Err(IntegrationError::Form { .. })), "{text}");
        }
    }

    #[test]
    fn express_knows_request_and_response_only() {
        for (text, refused) in [
            ("lambda:invoke", false),
            ("lambda:invoke.waitForTaskToken", true),
            ("ecs:runTask.sync", true),
            ("states:startExecution.sync:2", true),
        ] {
            assert_eq!(IntegrationName::parse(text).unwrap().pattern().is_refused_in_express(), refused);
        }
    }

    #[test]
    fn functions_and_activities_are_named_by_their_arns() {
        let function = "arn:aws:lambda:us-east-1:123456789012:function:infer:live";
        assert_eq!(TaskResource::parse(function), Ok(TaskResource::Function(function.to_owned())));
        let activity = "arn:aws:states:us-east-1:123456789012:activity:label";
        assert_eq!(TaskResource::parse(activity), Ok(TaskResource::Activity(activity.to_owned())));
        assert!(matches!(
            TaskResource::parse("arn:aws:states:::sqs:sendMessage"),
            Ok(TaskResource::Integration(_))
        ));
        assert!(TaskResource::parse("arn:aws:states:us-east-1:123456789012:stateMachine:x").is_err());
    }
}
