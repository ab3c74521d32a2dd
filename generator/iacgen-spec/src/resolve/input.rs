//! The type of an execution's input.

use camino::{Utf8Component, Utf8Path};
use iacgen_shapes::Shape;

use super::Context;
use crate::check::{bad_schema, input_missing};
use crate::declared::Declared;

/// Reads the schema of the input, where the workflow names one.
#[expect(clippy::option_option, reason = "a schema can be left out, and be wrong")]
pub(super) fn input(context: &Context<'_>) -> Option<Option<Shape>> {
    let Some(name) = &context.workflow.input else { return Some(None) };
    let path = Utf8Path::new(&name.value);
    let inside = path.components().all(|part| matches!(part, Utf8Component::Normal(_)));
    if name.value.is_empty() || !inside {
        context.sink.push(input_missing::outside(name));
        return None;
    }
    match &*context.loaded.declared().schema(path, context.files) {
        Declared::Read(shape) => Some(Some(shape.clone())),
        Declared::Missing => {
            context.sink.push(input_missing::missing(name, context.files));
            None
        }
        Declared::Unreadable(why) => {
            context.sink.push(bad_schema::finding(name.span, path, why));
            None
        }
    }
}
