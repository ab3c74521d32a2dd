//! IAC076 `reserved-variable`.

use iacgen_aws_types::{VARIABLES_SIZE_LIMIT, is_reserved_variable};
use iacgen_diagnostics::{Code, Diagnostic, Sink};
use indexmap::IndexMap;

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC076",
    name: "reserved-variable",
    explanation: r#"An environment variable that Lambda or iacgen sets, or whose name Lambda refuses.

## Why
Lambda sets `AWS_REGION`, `AWS_LAMBDA_FUNCTION_NAME`, `LAMBDA_TASK_ROOT`, `_HANDLER` and more of that kind, and refuses
the function that sets one of them; `TZ`, `PATH` and `AWS_LAMBDA_EXEC_WRAPPER` are free. iacgen sets `BUCKET_*`, `QUEUE_*`,
`TOPIC_*`, `TABLE_*`, `MODEL` and `TENSORS`, from the function's own grants and model. A name begins with a letter and has at least two letters, digits
and underscores. Page: "Working with Lambda environment variables".

## What to write instead
Another name, such as `MY_MODEL`.
"#,
};

/// How the variables of grants begin.
const DERIVED: [&str; 4] = ["BUCKET_", "QUEUE_", "TOPIC_", "TABLE_"];

/// Judges the name of one variable.
pub(crate) fn check(name: &Spanned<String>, sink: &Sink) {
    let text = name.value.as_str();
    let (message, help) = if is_reserved_variable(text) {
        (format!("`{text}` is reserved by Lambda"), "choose another name")
    } else if DERIVED.iter().any(|word| text.starts_with(word)) || text == "MODEL" || text == "TENSORS" {
        (
            format!("`{text}` is set by iacgen"),
            "delete it: buckets, queues, topics and tables come from `access`, the model from `model`",
        )
    } else if !is_variable(text) {
        (
            format!("`{text}` is no name for an environment variable"),
            "a letter, then letters, digits and underscores; two at least",
        )
    } else {
        return;
    };
    sink.push(Diagnostic::error(&CODE, message).primary(name.span, "").help(help));
}

/// Judges the size of all variables.
pub(crate) fn check_size(variables: &IndexMap<String, String>, last: Option<&Spanned<String>>, sink: &Sink) {
    let size: usize = variables.iter().map(|(name, value)| name.len() + value.len()).sum();
    if let Some(last) = last.filter(|_| size > VARIABLES_SIZE_LIMIT) {
        let finding = Diagnostic::error(
            &CODE,
            format!("the environment variables have {size} bytes, Lambda takes {VARIABLES_SIZE_LIMIT}"),
        );
        sink.push(
            finding
                .primary(last.span, "")
                .help("move what is large to a file beside the handler, or to a bucket"),
        );
    }
}

fn is_variable(text: &str) -> bool {
    text.len() >= 2
        && text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}
