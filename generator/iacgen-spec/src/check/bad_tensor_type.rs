//! IAC074 `bad-tensor-type`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};
use iacgen_tensors::{ElementType, TensorType};

use crate::suggest;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC074",
    name: "bad-tensor-type",
    explanation: r#"A text that is not the type of a tensor.

## Why
The type is what the model's graph and every partition are held to.

## What to write instead
An element type and a shape, in quotes: `"f32[n,5,32,32]"`. Elements: `f16`, `f32`, `f64`, `i32`, `i64`, `u8`, `bool`. A
dimension is a number or a name; the same name is the same size everywhere in the contract.
"#,
};

/// Returns the type, if it is one.
pub(crate) fn check(text: &Spanned<String>, sink: &Sink) -> Option<TensorType> {
    match text.value.parse::<TensorType>() {
        Ok(ty) => Some(ty),
        Err(error) => {
            let finding = Diagnostic::error(&CODE, format!("`{}` is not a tensor type", error.text))
                .primary(text.span, error.rule);
            let known = ElementType::ALL.map(ElementType::as_str);
            let (element, shape) = text.value.split_once('[').unwrap_or((&text.value, "..."));
            let element = element.trim();
            let meant = match element {
                _ if known.contains(&element) => None,
                "float" | "float32" => Some("f32"),
                "double" | "float64" => Some("f64"),
                "half" | "float16" => Some("f16"),
                "int" | "int32" => Some("i32"),
                "long" | "int64" => Some("i64"),
                "uint8" | "byte" => Some("u8"),
                _ => suggest::nearest(element, known),
            };
            sink.push(match meant {
                Some(meant) => finding.help(format!("did you mean `\"{meant}[{shape}\"`?")),
                None => finding,
            });
            None
        }
    }
}
