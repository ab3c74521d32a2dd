//! IAC164 `items-in-payload`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};
use iacgen_shapes::Shape;

use crate::flow::fewest_bytes;
use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC164",
    name: "items-in-payload",
    explanation: "The items of a distributed Map come in a state's payload, which is at most 262,144 bytes.

## Why
A Distributed Map runs over millions of items, but a list that a state hands on ends where the payload does: the execution then
fails with `States.DataLimitExceeded`. The seed of this project, a list of shards of some 345 bytes each, ended near 760 shards.
Page: \"Step Functions service quotas\", \"Quotas related to state executions\".

## What to write instead
Items out of S3: `items: { jsonl: BUCKET, key: $.items_key }` for a file that a state before has written,
`items: { manifest: BUCKET, key: ..., type: inventory }`, or `items: { list: BUCKET, prefix: ... }` for the objects
themselves. A list that is always short says so in its contract: `maxItems`, in Rust `#[schemars(length(max = 100))]`.
",
};

/// The largest input or output of a state, in bytes of UTF-8. Page: "Step Functions service quotas".
const PAYLOAD: usize = 262_144;

/// Judges a list of items that is not known to be short.
pub(crate) fn check(place: Place, items: &Shape, sink: &Sink) {
    match items.most_items() {
        // Brackets around, commas between.
        Some(most) if most.saturating_mul(fewest_bytes(&items.items()) + 1) < PAYLOAD => {}
        most => report(place, items, most, sink),
    }
}

fn report(place: Place, items: &Shape, most: Option<usize>, sink: &Sink) {
    let item = items.items();
    // Of what nothing is known nothing can be said.
    if item.is_any() || item == Shape::Never {
        return;
    }
    let fewest = fewest_bytes(&item);
    let fit = PAYLOAD / (fewest + 1);
    let message = match most {
        Some(most) => format!("up to {most} items do not fit a state's payload"),
        None => "nothing bounds the number of items, and a state's payload does".to_owned(),
    };
    let diagnostic = Diagnostic::warning(&CODE, message);
    let label = format!("at most {fit} of these fit 262,144 bytes: each takes {fewest} or more");
    sink.push(place.on(diagnostic, label).help(
        "read the items from S3: `items: { jsonl: BUCKET, key: $.items_key }`, or give the list a `maxItems` in its contract",
    ));
}
