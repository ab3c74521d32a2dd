//! IAC013 `bad-reference`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::model::ReferenceKind;
use crate::names;
use crate::suggest;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC013",
    name: "bad-reference",
    explanation: r#"`${...}` stands where it cannot be replaced.

## Why
`${env.NAME}` stands for a whole value, so that it can be checked as what it is: a size, a number, a bucket's name. Pasted
into the middle of a text it would be text, and every mistake would be found by AWS. Names of states, functions and
handlers are written out, so that the workflow has the same shape for every reader.

## What to write instead
Give the whole value in the environments: `bucket: "${env.bucket}"` with `bucket: my-data-dev` in `environments/dev.yaml`.
"#,
};

/// A text that is not `${env.NAME}` as a whole.
pub(crate) fn malformed(span: Span, text: &str) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`{text}` is no reference to a value")).primary(span, "");
    let inner =
        text.split_once("${").and_then(|(_, rest)| rest.split_once('}')).map(|(inner, _)| inner.trim());
    match inner {
        Some(inner) if format!("${{{inner}}}") != text && inner.starts_with("env.") => finding
            .note("a reference stands for a whole value, never for a part of a text")
            .help(format!("write `\"${{{inner}}}\"` and give the whole text in the environments")),
        Some(inner) if names::is_value_name(inner) => finding.help(format!("write `\"${{env.{inner}}}\"`")),
        _ => finding.help(format!("write `\"${{env.NAME}}\"`; a name must {}", names::VALUE_RULE)),
    }
}

/// A reference where a name must be written out.
pub(crate) fn not_here(span: Span, kind: &str) -> Diagnostic {
    Diagnostic::error(&CODE, format!("{kind} must be written out"))
        .primary(span, "no reference can stand here")
        .note("names of things are the same in every environment; sizes, numbers and bucket names may differ")
}

/// A reference among the values that references stand for.
pub(crate) fn in_environment(span: Span) -> Diagnostic {
    Diagnostic::error(&CODE, "an environment's value refers to another")
        .primary(span, "this would stay as it is written")
        .note(
            "values are data: what stands here replaces a reference in workflow.yaml, and is not read again",
        )
        .help("write the value itself")
}

/// A text of a resource that names something in a way that is not known.
pub(crate) fn in_resource(span: Span, text: &str) -> Diagnostic {
    let words: Vec<String> =
        ReferenceKind::ALL.iter().map(|kind| format!("${{{}.NAME}}", kind.word())).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).chain(["${env.NAME}"]).collect();
    Diagnostic::error(&CODE, format!("`{text}` names nothing here"))
        .primary(span, "")
        .note("a reference stands for a whole value, never for a part of a text")
        .help(format!("write one of {}, or `Fn::Sub` as in CloudFormation", suggest::list(&words)))
}
