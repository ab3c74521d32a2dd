//! IAC171 `unknown-argument`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::flow::Argument;
use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC171",
    name: "unknown-argument",
    explanation: r#"A service's action is given an argument that it does not have.

## Why
Step Functions refuses it, at deployment or when the state runs: `The field "TableNam" is not supported by Step Functions`. All
arguments begin with a capital letter, also where the service's own API has a small one, and in `aws-sdk` actions they are named
as in the AWS SDK for Java 2.x: `DbInstanceIdentifier`, where the API says `DBInstanceIdentifier`. Pages: "Passing parameters to a
service API in Step Functions", "Learning to use AWS service SDK integrations in Step Functions".

## What to write instead
The argument's name as the finding suggests it. What a service takes is known from the models that botocore ships.
"#,
};

/// How many names are listed at most where none is near.
const MOST_LISTED: usize = 16;

/// Reports an argument.
pub(crate) fn finding(
    argument: &Argument<'_>,
    name: &str,
    meant: Option<&str>,
    known: &[String],
) -> Diagnostic {
    let message = match argument.around() {
        Some(around) => format!("`{around}` of `{}` has no `{name}`", argument.call),
        None => format!("`{}` has no argument `{name}`", argument.call),
    };
    let diagnostic = argument.place.on(Diagnostic::error(&CODE, message), "");
    if let Some(meant) = meant {
        return diagnostic.help(format!("did you mean `{meant}`?"));
    }
    let listed: Vec<&str> = known.iter().take(MOST_LISTED).map(String::as_str).collect();
    match known.len() {
        0 => diagnostic.help("leave it out"),
        count if count > listed.len() => {
            diagnostic.help(format!("there are {} and {} more", suggest::list(&listed), count - listed.len()))
        }
        _ => diagnostic.help(format!("what else can stand there: {}", suggest::list(&listed))),
    }
}
