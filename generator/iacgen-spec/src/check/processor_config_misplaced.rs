//! IAC121 `processor-config-misplaced`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC121",
    name: "processor-config-misplaced",
    explanation: r#"A Map of a definition says in the wrong place how its iterations run.

## Why
`ProcessorConfig` belongs into `ItemProcessor`. Beside it, in the Map state itself, Step Functions refuses it. `Iterator` is
the name that processors had before Maps could be distributed: it knows no `ProcessorConfig`, and the tools that read
definitions take such a Map for an inline one, or refuse it. Page: "Using Map state in Distributed mode".

## What to write instead

```json
"ItemProcessor": {
  "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS" },
  "StartAt": "...",
  "States": { ... }
}
```
"#,
};

/// In the Map, beside its processor.
pub(crate) fn beside(key: &Spanned<String>, processor: Option<&Spanned<String>>) -> Diagnostic {
    let finding = Diagnostic::error(&CODE, "`ProcessorConfig` stands beside the processor that it is for")
        .primary(key.span, "a Map state has no such field")
        .help("move it into `ItemProcessor`");
    match processor {
        Some(processor) => finding.secondary(processor.span, "the processor"),
        None => finding,
    }
}

/// In the old form of a processor.
pub(crate) fn in_iterator(key: &Spanned<String>, iterator: Span) -> Diagnostic {
    Diagnostic::warning(&CODE, "`Iterator` knows no `ProcessorConfig`: it may be passed over")
        .primary(key.span, "")
        .secondary(iterator, "the old name of `ItemProcessor`")
        .help("write `ItemProcessor` instead of `Iterator`")
}
