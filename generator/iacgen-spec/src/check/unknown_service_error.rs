//! IAC180 `unknown-service-error`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC180",
    name: "unknown-service-error",
    explanation: "A retry or a catcher names an error that looks like one of Lambda's, but for a letter or two. A warning.

## Why
Names of errors are compared letter by letter, and any name is allowed, as a handler may return it. A misspelt one matches nothing:
nothing is retried, and nothing says so. Pages: \"Handling errors in Step Functions workflows\", \"Invoke\" of the Lambda API.

## What to write instead
The name as Lambda writes it, such as `Lambda.TooManyRequestsException`; or `lambda-transient`, which stands for all that are worth
a retry.
",
};

/// The names under which Step Functions reports what `Invoke` answers, what the runtime and the sandbox report, and what it
/// calls an error that it does not know. Pages: the two above, and the best practices in the same guide.
const KNOWN: [&str; 41] = [
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.DurableExecutionAlreadyStartedException",
    "Lambda.EC2AccessDeniedException",
    "Lambda.EC2ThrottledException",
    "Lambda.EC2UnexpectedException",
    "Lambda.EFSIOException",
    "Lambda.EFSMountConnectivityException",
    "Lambda.EFSMountFailureException",
    "Lambda.EFSMountTimeoutException",
    "Lambda.ENILimitReachedException",
    "Lambda.InvalidParameterValueException",
    "Lambda.InvalidRequestContentException",
    "Lambda.InvalidRuntimeException",
    "Lambda.InvalidSecurityGroupIDException",
    "Lambda.InvalidSubnetIDException",
    "Lambda.InvalidZipFileException",
    "Lambda.KMSAccessDeniedException",
    "Lambda.KMSDisabledException",
    "Lambda.KMSInvalidStateException",
    "Lambda.KMSNotFoundException",
    "Lambda.NoSuchEndpointException",
    "Lambda.RecursiveInvocationException",
    "Lambda.RequestTooLargeException",
    "Lambda.ResourceConflictException",
    "Lambda.ResourceNotFoundException",
    "Lambda.ResourceNotReadyException",
    "Lambda.SdkClientException",
    "Lambda.SerializedRequestEntityTooLargeException",
    "Lambda.ServiceException",
    "Lambda.SnapStartException",
    "Lambda.SnapStartNotReadyException",
    "Lambda.SnapStartTimeoutException",
    "Lambda.SubnetIPAddressLimitReachedException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Lambda.UnsupportedMediaTypeException",
    "Runtime.ExitError",
    "Runtime.InvalidEntrypoint",
    "Runtime.Unknown",
    "Sandbox.Timedout",
];

/// How many letters a misspelt name differs by, at most: more is another name.
const LETTERS: usize = 2;

/// Judges the errors of a retry or a catcher.
pub(crate) fn check(errors: &[Spanned<String>], sink: &Sink) {
    for error in errors {
        if let Some(near) = misspelt(&error.value) {
            let message = format!("`{}` is no error of Lambda", error.value);
            let finding = Diagnostic::warning(&CODE, message).primary(error.span, "it would match nothing");
            sink.push(finding.help(format!("did you mean `{near}`?")));
        }
    }
}

/// Returns the name that is meant.
fn misspelt(name: &str) -> Option<&'static str> {
    // Names of handlers' errors seldom have a service before a point.
    if KNOWN.contains(&name) || !name.contains('.') {
        return None;
    }
    let folded = name.to_lowercase();
    let distance = |known: &str| strsim::damerau_levenshtein(&folded, &known.to_lowercase());
    let near = KNOWN.iter().map(|known| (distance(known), *known)).min_by_key(|(distance, _)| *distance);
    near.filter(|(distance, _)| *distance <= LETTERS).map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_nearly_a_name_of_lambda_is_misspelt() {
        assert!(KNOWN.is_sorted());
        for (name, meant) in [
            ("Lambda.Unknwn", Some("Lambda.Unknown")),
            ("lambda.unknown", Some("Lambda.Unknown")),
            ("Sandbox.TimedOut", Some("Sandbox.Timedout")),
            ("Lambda.TooManyRequestException", Some("Lambda.TooManyRequestsException")),
            ("Lambda.Unknown", None),
            ("Lambda.SomethingNewException", None),
            ("DynamoDB.ConditionalCheckFailedException", None),
            ("States.Timeout", None),
            ("ShardFailed", None),
        ] {
            assert_eq!(misspelt(name), meant, "{name}");
        }
    }
}
