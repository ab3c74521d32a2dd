//! IAC133 `too-many-layers`.

use iacgen_aws_types::Arn;
use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::model::Located;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC133",
    name: "too-many-layers",
    explanation: "A function has more than 5 layers, or the same layer twice.

## Why
Lambda takes 5 layers a function, and refuses two versions of one layer. Pages: \"Lambda quotas\", \"Adding layers to
functions\".

## What to write instead
Fewer: what the handler needs can stand in its own package.
",
};

/// The most layers of a function.
const MOST: usize = 5;

/// Judges a function's layers.
pub(crate) fn check(layers: &[Located<Arn>], sink: &Sink) {
    if let Some(layer) = layers.get(MOST) {
        let finding = Diagnostic::error(&CODE, format!("a function has at most {MOST} layers"));
        sink.push(layer.place.on(finding, "this is one too many").help("put what it holds into the package"));
    }
    let name = |layer: &Located<Arn>| layer.value.as_str().rsplit_once(':').map(|(name, _)| name.to_owned());
    for (index, layer) in layers.iter().enumerate() {
        let first = layers[..index].iter().find(|other| name(other) == name(layer));
        if let Some(first) = first {
            let finding = Diagnostic::error(&CODE, "this layer is there already");
            sink.push(
                layer.place.on(finding, "").secondary(first.place.at(), "the first time").help("delete one"),
            );
        }
    }
}
