//! What the loaded graph says about itself.

use iacgen_tensors::{Dimension, ElementType, GraphSignature, Value, ValueKind};
use ort::session::Session;
use ort::value::{Outlet, TensorElementType, ValueType};

/// Returns the signature of a session's graph.
pub(crate) fn of(session: &Session) -> GraphSignature {
    GraphSignature {
        inputs: session.inputs().iter().map(value).collect(),
        outputs: session.outputs().iter().map(value).collect(),
    }
}

fn value(outlet: &Outlet) -> Value {
    let name = outlet.name().to_owned();
    let ValueType::Tensor { ty, shape, dimension_symbols } = outlet.dtype() else {
        return Value { name, kind: kind_of_other(outlet.dtype()), shape: None };
    };
    let dimensions = shape
        .iter()
        .zip(dimension_symbols.iter())
        .map(|(&size, symbol)| match u64::try_from(size) {
            Ok(size) => Some(Dimension::Fixed(size)),
            Err(_) if symbol.is_empty() => None,
            Err(_) => Some(Dimension::Symbol(symbol.clone())),
        })
        .collect();
    Value { name, kind: kind(*ty), shape: Some(dimensions) }
}

fn kind(ty: TensorElementType) -> ValueKind {
    ValueKind::Tensor(match ty {
        TensorElementType::Float16 => ElementType::F16,
        TensorElementType::Float32 => ElementType::F32,
        TensorElementType::Float64 => ElementType::F64,
        TensorElementType::Int32 => ElementType::I32,
        TensorElementType::Int64 => ElementType::I64,
        TensorElementType::Uint8 => ElementType::U8,
        TensorElementType::Bool => ElementType::Bool,
        TensorElementType::String => return ValueKind::OtherTensor("string"),
        TensorElementType::Bfloat16 => return ValueKind::OtherTensor("bfloat16"),
        _ => return ValueKind::OtherTensor("another type"),
    })
}

fn kind_of_other(ty: &ValueType) -> ValueKind {
    match ty {
        ValueType::Sequence(_) => ValueKind::NoTensor("sequence"),
        ValueType::Map { .. } => ValueKind::NoTensor("map"),
        ValueType::Optional(_) => ValueKind::NoTensor("optional"),
        ValueType::Tensor { .. } => ValueKind::Unsaid,
    }
}
