//! IAC075 `bad-prefix`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC075",
    name: "bad-prefix",
    explanation: "A prefix of keys that names nothing, or more than it seems.

## Why
Keys in S3 have no leading slash, and `..` is an ordinary part of a key: `/runs` and `runs/../other` match nothing. `*`
and `?` in a prefix would widen the permission that is derived from it.

## What to write instead
`prefix: runs/`: the beginning of the keys, with the slash at its end, so that `runs-old/` is not meant besides. No prefix
stands for the whole bucket.
",
};

/// Judges a prefix of keys.
pub(crate) fn check(value: &Resolved<'_>, prefix: &str, sink: &Sink) {
    let (problem, help) = if prefix.starts_with('/') {
        ("keys have no leading slash", format!("write `{}`", prefix.trim_start_matches('/')))
    } else if prefix.split('/').any(|part| part == ".." || part == ".") {
        ("`..` and `.` are ordinary text in a key", "write the prefix as the keys have it".to_owned())
    } else if prefix.contains(['*', '?']) {
        (
            "`*` and `?` would widen the permission",
            "write the beginning of the keys; all that begin so are meant".to_owned(),
        )
    } else if prefix.chars().any(char::is_control) || prefix.len() > 1024 || prefix.contains("${") {
        (
            "a key has up to 1024 bytes, none of them a control character",
            "write the beginning of the keys".to_owned(),
        )
    } else {
        return;
    };
    let finding = Diagnostic::error(&CODE, format!("`{}` is no prefix of keys", prefix.escape_debug()));
    sink.push(value.place(finding, problem).help(help));
}

/// Judges how keys end.
pub(crate) fn check_suffix(value: &Resolved<'_>, suffix: &str, sink: &Sink) {
    let (problem, help) = if suffix.contains(['*', '?']) {
        ("`*` and `?` stand for themselves", format!("write `{}`", suffix.replace(['*', '?'], "")))
    } else if suffix.chars().any(char::is_control) || suffix.len() > 1024 || suffix.contains("${") {
        (
            "a key has up to 1024 bytes, none of them a control character",
            "write the end of the keys".to_owned(),
        )
    } else {
        return;
    };
    let finding = Diagnostic::error(&CODE, format!("`{}` is no suffix of keys", suffix.escape_debug()));
    sink.push(value.place(finding, problem).help(help));
}
