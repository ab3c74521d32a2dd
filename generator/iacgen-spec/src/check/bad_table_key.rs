//! IAC144 `bad-table-key`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::model::Place;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC144",
    name: "bad-table-key",
    explanation: "A table's attributes do not fit each other, or DynamoDB refuses a name.

## Why
The sort key is another attribute than the partition key. The attribute that says when an item expires holds a number, so it is no
key of another type. Names have 1 to 255 bytes, a table's 3 to 255 letters, digits, `_`, `.` and `-`. Pages: \"Naming rules\",
\"Using time to live (TTL) in DynamoDB\".

## What to write instead
```yaml
tables:
  runs: { key: id, sort: at, sort_type: number, expires: expires_at }
```
",
};

/// Judges an attribute's name.
pub(crate) fn check_name(name: &Spanned<String>, sink: &Sink) {
    if name.value.is_empty() || name.value.len() > 255 {
        let finding = Diagnostic::error(&CODE, "an attribute's name has 1 to 255 bytes");
        sink.push(finding.primary(name.span, format!("this has {}", name.value.len())));
    }
}

/// Two attributes that must differ.
pub(crate) fn same(second: &Spanned<String>, first: &Spanned<String>) -> Diagnostic {
    Diagnostic::error(&CODE, format!("`{}` is the partition key already", second.value))
        .primary(second.span, "")
        .secondary(first.span, "here")
        .help("name another attribute, or delete `sort`")
}

/// An expiry in an attribute that holds no number.
pub(crate) fn expires(name: &Spanned<String>, key: &Spanned<String>) -> Diagnostic {
    Diagnostic::error(&CODE, format!("items never expire: `{}` is a key and no number", name.value))
        .primary(name.span, "")
        .secondary(key.span, "the key")
        .help("name an attribute of its own, which holds seconds since 1970")
}

/// Judges the name of a table that exists.
pub(crate) fn is_table_name(name: &str, place: Place, sink: &Sink) -> bool {
    let good = (3..=255).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.' || b == b'-');
    if !good {
        let finding = place.on(Diagnostic::error(&CODE, format!("`{name}` is no name for a table")), "");
        sink.push(match name.rsplit_once(":table/") {
            Some((_, name)) => finding.help(format!("write its name, not its ARN: `{name}`")),
            None => finding.help("3 to 255 letters, digits, `_`, `.` and `-`"),
        });
    }
    good
}
