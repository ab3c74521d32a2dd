//! What the loaded graph says about itself.

use iacgen_tensors::{Dimension, ElementType, GraphSignature, Value};
use ort::session::Session;
use ort::value::{Outlet, TensorElementType, ValueType};

/// Returns the signature of a session's graph.
pub(crate) fn of(session: &Session) -> GraphSignature {
    GraphSignature {
        inputs: session.inputs().iter().map(value).collect(),
        outputs: session.outputs().iter().map(value).collect(),
        // Not asked for: the library has accepted the graph.
        opset: 0,
    }
}

fn value(outlet: &Outlet) -> Value {
    let name = outlet.name().to_owned();
    let ValueType::Tensor { ty, shape, dimension_symbols } = outlet.dtype() else {
        return Value { name, element: None, shape: None };
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
    Value { name, element: element(*ty), shape: Some(dimensions) }
}

fn element(ty: TensorElementType) -> Option<ElementType> {
    match ty {
        TensorElementType::Float16 => Some(ElementType::F16),
        TensorElementType::Float32 => Some(ElementType::F32),
        TensorElementType::Float64 => Some(ElementType::F64),
        TensorElementType::Int32 => Some(ElementType::I32),
        TensorElementType::Int64 => Some(ElementType::I64),
        TensorElementType::Uint8 => Some(ElementType::U8),
        TensorElementType::Bool => Some(ElementType::Bool),
        _ => None,
    }
}
