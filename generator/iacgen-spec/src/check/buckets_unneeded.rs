//! IAC081 `buckets-unneeded`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::model::Place;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC081",
    name: "buckets-unneeded",
    explanation: "An item reader or a result writer names its bucket, and lists the buckets that it may be besides.

## Why
`buckets` bounds what a path or an expression may give, and the machine's role is allowed all of them. Where the bucket is
named there is nothing to bound, and a longer list would only allow more than is used.

## What to write instead
One of the two:

```yaml
items: { jsonl: data, key: items.jsonl }
items: { jsonl: $.bucket, buckets: [data, archive], key: items.jsonl }
```
",
};

/// Points at the list, and at the bucket.
pub(crate) fn report(key: &Spanned<String>, bucket: &str, place: Place, sink: &Sink) {
    let finding = Diagnostic::error(
        &CODE,
        format!("the bucket is `{bucket}` already, and `{}` may not widen it", key.value),
    )
    .primary(key.span, "")
    .help("delete it, or let a path choose among these buckets");
    sink.push(finding.secondary(place.at(), "named here"));
}
