//! IAC003 `yaml-feature`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC003",
    name: "yaml-feature",
    explanation: "The file uses a part of YAML that a spec does not need: anchors and aliases, tags, merge keys, several documents, keys
that are no text, very deep or very large structures.

## Why
Anchors hide where a value comes from, and aliases of aliases grow without bound. Tags such as `!Ref` are dropped by most
readers without a word. What is meant can be said with the spec's own names.

## What to write instead
Name the shared thing: a retry under `retries`, a value under `values` of the environments.
",
};

const PLAIN: &str = "a spec is plain YAML: mappings, lists, texts, numbers, booleans";

fn refused(span: Span, what: String, label: &str, help: &str) -> Diagnostic {
    Diagnostic::error(&CODE, what).primary(span, label).note(PLAIN).help(help)
}

/// An anchor, `&name`.
pub(crate) fn anchor(span: Span) -> Diagnostic {
    refused(
        span,
        "anchors are not used in a spec".to_owned(),
        "",
        "delete it, and name the shared thing: `retries`, `values`",
    )
}

/// An alias, `*name`.
pub(crate) fn alias(span: Span) -> Diagnostic {
    let help = "write the value out, quote a text that begins with `*`, or name the shared thing: `retries`, `values`";
    refused(span, "aliases are not used in a spec".to_owned(), "", help)
}

/// A tag, `!Ref`.
pub(crate) fn tag(span: Span, tag: &str) -> Diagnostic {
    refused(
        span,
        format!("the tag `{tag}` means nothing in a spec"),
        "",
        "delete it, or quote a text that begins with `!`",
    )
}

/// A merge key, `<<`.
pub(crate) fn merge_key(span: Span) -> Diagnostic {
    refused(span, "merge keys are not used in a spec".to_owned(), "", "write the fields out")
}

/// A key that is a collection.
pub(crate) fn key(span: Span) -> Diagnostic {
    refused(
        span,
        "a key must be a text".to_owned(),
        "this is a list or a mapping",
        "write a name before the colon",
    )
}

/// A second document.
pub(crate) fn documents(span: Span) -> Diagnostic {
    refused(
        span,
        "a file holds one document".to_owned(),
        "a second one begins here",
        "move it to a file of its own",
    )
}

/// Too deep.
pub(crate) fn depth(span: Span, most: usize) -> Diagnostic {
    refused(
        span,
        format!("the nesting is deeper than {most}"),
        "",
        "a Map within a branch within a Map needs 20: move a part to a workflow of its own, or its data to S3",
    )
}

/// Too large.
pub(crate) fn nodes(span: Span, most: usize) -> Diagnostic {
    refused(span, format!("the file holds more than {most} values"), "", "split the workflow")
}
