//! IAC068 `model-element-type`.

use iacgen_diagnostics::{Code, Diagnostic};
use iacgen_tensors::{ElementType, Role, Value, ValueKind};

use crate::resolve::Resolved;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC068",
    name: "model-element-type",
    explanation: "The model takes or gives something that no partition can hold.

## Why
Inputs come from partitions and outputs go into results, both as tensors of f16, f32, f64, i32, i64, u8 or bool. A graph that
takes texts, bfloat16, a sequence or a map cannot be given one. Inside the graph every type is allowed.

## What to write instead
Nothing in `workflow.yaml`: put a `Cast` at the edge of the graph, so that it takes and gives one of these types, or export the
model in another precision.
",
};

/// Says what an input or output is, if a contract has no word for it.
pub(crate) fn finding(value: &Resolved<'_>, role: Role, of_graph: &Value) -> Option<Diagnostic> {
    let name = &of_graph.name;
    let (is, help) = match of_graph.kind {
        ValueKind::OtherTensor(element) => (
            format!("a tensor of {element}"),
            format!(
                "put a `Cast` {} it; handlers take {}",
                if role == Role::Input { "behind" } else { "before" },
                ElementType::ALL.map(ElementType::as_str).join(", ")
            ),
        ),
        ValueKind::NoTensor(kind) => {
            (format!("a {kind}"), "handlers take tensors: export the model without it".to_owned())
        }
        ValueKind::Tensor(_) | ValueKind::Unsaid => return None,
    };
    let finding =
        Diagnostic::error(&CODE, format!("the model's {role} `{name}` is {is}, which no handler takes"));
    Some(value.place(finding, "").help(help))
}
