//! IAC032 `unknown-bucket`.

use iacgen_diagnostics::{Code, Diagnostic};

use crate::suggest;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC032",
    name: "unknown-bucket",
    explanation: "A name is used that `buckets` does not have.

## Why
Names join the parts of a workflow. A misspelt one would be a function without rights or a state without a retry.

## What to write instead
```yaml
access: [ { read: data } ]        # and under `buckets:` there is `data:`
```
",
};

/// Suggests the nearest.
pub(crate) fn finding<'a>(name: &Spanned<String>, known: impl IntoIterator<Item = &'a str>) -> Diagnostic {
    let finding =
        Diagnostic::error(&CODE, format!("there is no bucket `{}`", name.value)).primary(name.span, "");
    suggest::help(finding, &name.value, "buckets", known)
}
