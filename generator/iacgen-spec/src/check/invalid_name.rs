//! IAC008 `invalid-name`.

use camino::Utf8Path;
use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::names;
use crate::raw::{RawEnvironment, RawWorkflow};
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC008",
    name: "invalid-name",
    explanation: "A name has characters that it may not have, or is too long.

## Why
The names of workflows, functions, buckets and environments become parts of stack names, function names and logical ids,
which AWS limits. A name that needs no change on the way is found again in the console.

## What to write instead
- workflows, functions, buckets, queues, topics, tables, triggers, retries: `[a-z][a-z0-9-]`, at most 40 characters
- values of an environment: `[a-z][a-z0-9_]`, at most 40
- resources: letters and digits, at most 255
- environments: `[a-z][a-z0-9-]`, at most 20, and the file is `environments/NAME.yaml`
- tensors: letters, digits, `_`, `.`, `/`, `:` and `-`
",
};

/// Says what the name must look like.
pub(crate) fn finding(span: Span, name: &str, what: &str, rule: &str) -> Diagnostic {
    Diagnostic::error(&CODE, format!("`{name}` is no name for {what}")).primary(span, "").help(rule)
}

/// An environment's file that ends with `.yml`.
pub(crate) fn extension(span: Span, path: &Utf8Path) -> Diagnostic {
    Diagnostic::error(&CODE, format!("`{path}` is not read"))
        .primary(span, "")
        .help(format!("rename it to `{}`", path.with_extension("yaml")))
}

/// Judges every name of a workflow.
pub(crate) fn check(workflow: &RawWorkflow, sink: &Sink) {
    let ids = |what, names: Vec<&Spanned<String>>| {
        for name in names.into_iter().filter(|name| !names::is_id(&name.value)) {
            sink.push(finding(name.span, &name.value, what, names::ID_RULE));
        }
    };
    ids("a workflow", workflow.name.iter().collect());
    ids("a bucket", workflow.buckets.iter().map(|(id, _)| id).collect());
    ids("a queue", workflow.queues.iter().map(|(id, _)| id).collect());
    ids("a topic", workflow.topics.iter().map(|(id, _)| id).collect());
    ids("a table", workflow.tables.iter().map(|(id, _)| id).collect());
    ids("a trigger", workflow.triggers.iter().map(|(id, _)| id).collect());
    ids("a retry", workflow.retries.iter().map(|(id, _)| id).collect());
    ids("a function", workflow.functions.iter().map(|(id, _)| id).collect());
}

/// Judges the names of an environment's values.
pub(crate) fn check_values(environment: &RawEnvironment, sink: &Sink) {
    for (name, _) in environment.values.iter().filter(|(name, _)| !names::is_value_name(&name.value)) {
        sink.push(finding(name.span, &name.value, "a value", names::VALUE_RULE));
    }
}
