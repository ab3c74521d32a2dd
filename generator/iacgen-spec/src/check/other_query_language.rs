//! IAC125 `other-query-language`.

use iacgen_asl::QueryLanguage;
use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC125",
    name: "other-query-language",
    explanation: r#"A field belongs to the other query language.

## Why
A state is in JSONPath or in JSONata, as its own `QueryLanguage` says, or the machine's. `InputPath`, `Parameters`,
`ResultSelector`, `ResultPath`, `OutputPath` and every field that ends in `Path` are JSONPath's; `Arguments`, `Output`,
`Items` and `Condition` are JSONata's. Step Functions refuses a mixture. Page: "Transforming data with JSONata in Step
Functions".

The same goes for a spec, where `input`, `result`, `result_selector`, `value` and `variable` are JSONPath's, and `condition` and
the `output` of rules and catchers JSONata's.

## What to write instead
The message names the field that does the same, where there is one. Or set the state's `QueryLanguage`, in a spec `query`.
"#,
};

/// What does the same in the other language.
const SAME: [(&str, &str); 14] = [
    ("Parameters", "Arguments"),
    ("ResultSelector", "Output"),
    ("ResultPath", "Output"),
    ("OutputPath", "Output"),
    ("InputPath", "Arguments"),
    ("Result", "Output"),
    ("ItemsPath", "Items"),
    ("Variable", "Condition"),
    ("Arguments", "Parameters"),
    ("Output", "OutputPath"),
    ("Items", "ItemsPath"),
    ("Condition", "Variable"),
    ("And", "Condition"),
    ("Or", "Condition"),
];

/// Points at the key. `language` is the one that the state has.
pub(crate) fn finding(key: &Spanned<String>, kind: &str, language: QueryLanguage) -> Diagnostic {
    let (own, other) = match language {
        QueryLanguage::JsonPath => ("JSONPath", "JSONata"),
        QueryLanguage::Jsonata => ("JSONata", "JSONPath"),
    };
    let name = key.value.as_str();
    let finding =
        Diagnostic::error(&CODE, format!("`{name}` is a field of {other}, and {kind} here is in {own}"))
            .primary(key.span, "");
    let plain = name.strip_suffix("Path").filter(|_| !SAME.iter().any(|(field, _)| *field == name));
    match (SAME.iter().find(|(field, _)| *field == name), plain) {
        (Some((_, same)), _) => finding.help(format!("in {own} it is `{same}`")),
        (None, Some(plain)) => {
            finding.help(format!("in {own} it is `{plain}`, with an expression `{{% ... %}}`"))
        }
        (None, None) => finding.help(format!("delete it, or set `\"QueryLanguage\": \"{other}\"`")),
    }
}

/// What to write in JSONata instead of a field of a spec that only JSONPath has.
const IN_JSONATA: [(&str, &str); 6] = [
    ("arguments", "a pass state has `output` alone"),
    ("input", "delete it: every expression reads `$states.input`"),
    (
        "result",
        "write `output`: `\"{% $states.input %}\"` discards the result, `\"{% $states.result %}\"` keeps it",
    ),
    ("result_selector", "write `output`, which may read `$states.result`"),
    ("value", "write `output`"),
    ("variable", "write `condition: \"{% $states.input.field = 'a text' %}\"`"),
];
/// And the reverse.
const IN_JSONPATH: [(&str, &str); 2] = [
    ("condition", "write a `variable` and an operator, or `query: jsonata` on the state"),
    ("output", "delete it, or write `query: jsonata` on the state"),
];

/// Judges the fields of a spec that only JSONPath has, in JSONata. `set` is the word that makes it JSONata.
pub(crate) fn jsonpath_fields(fields: &[(&str, Option<Span>)], set: Option<Span>, sink: &Sink) {
    for (field, span) in fields {
        if let Some(span) = span {
            sink.push(of_spec(field, *span, "JSONPath", "JSONata", &IN_JSONATA, set));
        }
    }
}

/// The reverse.
pub(crate) fn jsonata_fields(fields: &[(&str, Option<Span>)], set: Option<Span>, sink: &Sink) {
    for (field, span) in fields {
        if let Some(span) = span {
            sink.push(of_spec(field, *span, "JSONata", "JSONPath", &IN_JSONPATH, set));
        }
    }
}

fn of_spec(
    field: &str,
    span: Span,
    other: &str,
    own: &str,
    mends: &[(&str, &str)],
    set: Option<Span>,
) -> Diagnostic {
    let message = format!("`{field}` is of {other}, and this state is in {own}");
    let finding = Diagnostic::error(&CODE, message).primary(span, "");
    let finding = match set {
        Some(set) => finding.secondary(set, format!("this says {own}")),
        None => finding,
    };
    match mends.iter().find(|(known, _)| *known == field) {
        Some((_, mend)) => finding.help(*mend),
        None => finding.help("delete it"),
    }
}
