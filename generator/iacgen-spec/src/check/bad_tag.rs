//! IAC015 `bad-tag`.

use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use crate::raw::RawEnvironment;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC015",
    name: "bad-tag",
    explanation: r#"A tag that AWS refuses.

## Why
Tags go on every resource; one bad tag fails the whole deployment. Keys have 1 to 128 characters, values up to 256, both of
letters, digits, spaces and `_ . : / = + - @`; keys that begin with `aws:` are AWS's own. A resource has at most 50 tags; an
environment gives at most 40, which leaves room for those of the resources themselves. Page: "Tag your AWS resources".

## What to write instead
```yaml
tags: { project: cosmic, stage: dev }
```
"#,
};

/// The most tags of an environment.
const MOST: usize = 40;

/// Judges an environment's tags.
pub(crate) fn check(environment: &RawEnvironment, sink: &Sink) {
    let safe = |text: &str| text.chars().all(|c| c.is_alphanumeric() || " _.:/=+-@".contains(c));
    for (index, (key, value)) in environment.tags.iter().enumerate() {
        let count = key.value.chars().count();
        if key.value.to_lowercase().starts_with("aws:") {
            sink.push(finding(key.span, "a tag's key must not begin with `aws:`", "reserved by AWS"));
        } else if count == 0 || count > 128 || !safe(&key.value) {
            sink.push(finding(
                key.span,
                &format!("`{}` is no key of a tag", key.value),
                "1 to 128 letters, digits, spaces and `_.:/=+-@`",
            ));
        } else if index == MOST {
            sink.push(finding(
                key.span,
                &format!("an environment has at most {MOST} tags"),
                "this is one too many",
            ));
        }
        if value.value.chars().count() > 256 || !safe(&value.value) {
            sink.push(finding(
                value.span,
                &format!("`{}` is no value of a tag", value.value),
                "up to 256 letters, digits, spaces and `_.:/=+-@`",
            ));
        }
    }
}

fn finding(span: Span, message: &str, label: &str) -> Diagnostic {
    Diagnostic::error(&CODE, message).primary(span, label)
}
