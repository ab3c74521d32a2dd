//! IAC013 `bad-reference`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::model::ReferenceKind;
use crate::{names, suggest};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC013",
    name: "bad-reference",
    explanation: r#"`${...}` stands where it cannot be replaced.

## Why
`${env.NAME}` stands for a whole value, so that it can be checked as what it is: a size, a number, a bucket's name. Pasted
into the middle of a text it would be text, and every mistake would be found by AWS. Names of states, functions and
handlers are written out, so that the workflow has the same shape for every reader.

In payloads, arguments, selectors and variables the same form names things of the workflow: `${bucket.ID}` is a bucket's name,
`${queue.ID}` a queue's URL, `${topic.ID}` a topic's ARN, `${table.ID}` a table's name, `${function.ID}` the ARN of a function's
alias, `${resource.ID}` what `Ref` gives of a resource.

## What to write instead
Give the whole value in the environments: `bucket: "${env.bucket}"` with `bucket: my-data-dev` in `environments/dev.yaml`.
"#,
};

/// A text that is not a reference as a whole.
pub(crate) fn malformed(span: Span, text: &str) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, format!("`{text}` is no reference to a value")).primary(span, "");
    let inner =
        text.split_once("${").and_then(|(_, rest)| rest.split_once('}')).map(|(inner, _)| inner.trim());
    let Some(inner) = inner else {
        return finding.help(general());
    };
    let words = || ReferenceKind::ALL.map(ReferenceKind::word).into_iter().chain(["env"]);
    let (word, id) = inner.split_once('.').unwrap_or(("", inner));
    if format!("${{{inner}}}") != text && words().any(|known| known == word) {
        let finding = finding.note("a reference stands for a whole value, never for a part of a text");
        return match word {
            "env" => {
                finding.help(format!("write `\"${{{inner}}}\"` and give the whole text in the environments"))
            }
            _ => finding
                .help(format!("write `\"${{{inner}}}\"` alone, and join the texts where they are used")),
        };
    }
    match suggest::nearest(word, words()) {
        Some("env") if word != "env" => finding.help(format!("did you mean `${{env.{id}}}`?")),
        Some(near) if near == word && word != "env" => {
            finding.help("such a reference can stand in payloads, arguments, selectors and variables only")
        }
        Some(near) if near != word => finding.help(format!("did you mean `${{{near}.{id}}}`?")),
        _ if names::is_value_name(inner) => finding.help(format!("write `\"${{env.{inner}}}\"`")),
        _ => finding.help(general()),
    }
}

fn general() -> String {
    format!("write `\"${{env.NAME}}\"`; a name must {}", names::VALUE_RULE)
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
