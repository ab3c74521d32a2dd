//! IAC149 `unknown-definition`.

use iacgen_diagnostics::{Code, Diagnostic, Span};

use crate::suggest;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC149",
    name: "unknown-definition",
    explanation: "A name is used that `queues`, `topics`, `tables` or `resources` does not have.

## Why
Names join the parts of a workflow. A misspelt one would be a function without rights, or an alarm that nobody hears.

## What to write instead
```yaml
access: [ { send: jobs } ]         # and under `queues:` there is `jobs:`
alarms: { notify: on-call }        # and under `topics:` there is `on-call:`
```
",
};

/// Suggests the nearest. `what` is the kind of thing, whose plural has an `s`.
pub(crate) fn finding<'a>(
    name: &Spanned<String>,
    what: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let finding =
        Diagnostic::error(&CODE, format!("there is no {what} `{}`", name.value)).primary(name.span, "");
    suggest::help(finding, &name.value, &format!("{what}s"), known)
}

/// A name that a queue and a topic have.
pub(crate) fn ambiguous(name: &Spanned<String>, queue: Span, topic: Span) -> Diagnostic {
    Diagnostic::error(&CODE, format!("`{}` is a queue and a topic", name.value))
        .primary(name.span, "")
        .secondary(queue, "the queue")
        .secondary(topic, "the topic")
        .help("rename one of them")
}
