//! IAC113 `field-not-for-reader`.

use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::raw::{RawReader, RawTemplate, RawValue};
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC113",
    name: "field-not-for-reader",
    explanation: r#"A field of an item reader does not fit what is read.

## Why
Headers and a delimiter are of CSV files, a pointer is into a JSON document, a prefix is of a listing, a key is of one object.
Step Functions refuses some of them elsewhere and ignores the others, so that a reader does not what it seems to do. Page:
"ItemReader (Map)".

## What to write instead
| what is read | fields besides `limit` |
|---|---|
| `json` | `key`, `version_id`, `pointer` |
| `jsonl`, `parquet` | `key`, `version_id` |
| `csv` | `key`, `version_id`, `headers`, `delimiter` |
| `manifest` | `key`, `version_id`, `type` |
| `list` | `prefix`, `load` and the fields of the format that it names |
"#,
};

/// Judges the fields of a reader beside what it reads.
pub(crate) fn check(reader: &RawReader, source: &Spanned<String>, sink: &Sink) {
    let lists = source.value == "list";
    let format = if lists { reader.load.as_ref() } else { Some(source) };
    let format = format.map_or("", |word| word.value.as_str());
    let template = |raw: &Option<RawTemplate>| raw.as_ref().map(RawTemplate::span);
    let value = |raw: &Option<RawValue>| raw.as_ref().map(RawValue::span);
    let fields = [
        ("key", template(&reader.key), !lists),
        ("version_id", template(&reader.version), !lists),
        ("prefix", template(&reader.prefix), lists),
        ("load", reader.load.as_ref().map(|word| word.span), lists),
        ("pointer", value(&reader.pointer), format == "json"),
        ("headers", reader.headers.first().map(|header| header.span), format == "csv"),
        ("delimiter", value(&reader.delimiter), format == "csv"),
        ("type", reader.manifest.as_ref().map(|word| word.span), format == "manifest"),
    ];
    for (field, span, fits) in fields {
        if let Some(span) = span.filter(|_| !fits) {
            sink.push(finding(field, span, source));
        }
    }
}

fn finding(field: &str, span: Span, source: &Spanned<String>) -> Diagnostic {
    let belongs = match field {
        "key" | "version_id" => "a reader of one object",
        "prefix" | "load" => "`list`",
        "pointer" => "`json`",
        "type" => "`manifest`",
        _ => "`csv`",
    };
    Diagnostic::error(&CODE, format!("`{field}` does nothing for `{}`", source.value))
        .primary(span, format!("this is of {belongs}"))
        .secondary(source.span, "this says what is read")
        .help("delete it, or say that something else is read")
}
