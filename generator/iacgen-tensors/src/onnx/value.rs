//! What a graph takes and gives.

use super::proto::{DimensionProto, TypeProto, ValueInfoProto};
use crate::{Dimension, ElementType};

/// What a graph takes and gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphSignature {
    /// Inputs that are not initializers, in the graph's order.
    pub inputs: Vec<Value>,
    /// Outputs, in the graph's order.
    pub outputs: Vec<Value>,
}

/// An input or output of a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: ValueKind,
    /// The dimensions, `None` for one without a size or a name. `None` as a whole when the graph does not say.
    pub shape: Option<Vec<Option<Dimension>>>,
}

/// What an input or output is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// A tensor of a type that a contract can name.
    Tensor(ElementType),
    /// A tensor of another type, by ONNX's name for it in small letters, such as `bfloat16` or `string`.
    OtherTensor(&'static str),
    /// Something else: `sequence`, `map`, `optional` or `sparse tensor`.
    NoTensor(&'static str),
    /// The graph does not say.
    Unsaid,
}

impl Value {
    /// Returns the element type, where it is one that a contract can name.
    pub const fn element(&self) -> Option<ElementType> {
        if let ValueKind::Tensor(element) = self.kind { Some(element) } else { None }
    }

    /// Returns the type as text, `?` where the graph does not say.
    pub fn describe(&self) -> String {
        let element = match self.kind {
            ValueKind::Tensor(element) => element.as_str(),
            ValueKind::OtherTensor(name) => name,
            ValueKind::NoTensor(name) => return name.to_owned(),
            ValueKind::Unsaid => "?",
        };
        let Some(shape) = &self.shape else { return format!("{element}[...]") };
        let dimensions: Vec<String> =
            shape.iter().map(|d| d.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string)).collect();
        format!("{element}[{}]", dimensions.join(","))
    }

    pub(super) fn from_proto(value: &ValueInfoProto) -> Self {
        let tensor = value.r#type.as_ref().and_then(|ty| ty.tensor.as_ref());
        let dimension = |dim: &DimensionProto| match (dim.dim_value, dim.dim_param.as_deref()) {
            (Some(size), _) => u64::try_from(size).ok().filter(|&size| size > 0).map(Dimension::Fixed),
            (None, Some(name)) if !name.is_empty() => Some(Dimension::Symbol(name.to_owned())),
            _ => None,
        };
        Self {
            name: value.name.clone(),
            kind: value.r#type.as_ref().map_or(ValueKind::Unsaid, kind),
            shape: tensor
                .and_then(|tensor| tensor.shape.as_ref())
                .map(|shape| shape.dim.iter().map(dimension).collect()),
        }
    }
}

fn kind(ty: &TypeProto) -> ValueKind {
    if let Some(tensor) = &ty.tensor {
        return match ElementType::from_onnx(tensor.elem_type) {
            Some(element) => ValueKind::Tensor(element),
            None if tensor.elem_type == 0 => ValueKind::Unsaid,
            None => ValueKind::OtherTensor(onnx_type_name(tensor.elem_type)),
        };
    }
    let others = [
        (&ty.sequence, "sequence"),
        (&ty.map, "map"),
        (&ty.optional, "optional"),
        (&ty.sparse_tensor, "sparse tensor"),
    ];
    others
        .into_iter()
        .find(|(ty, _)| ty.is_some())
        .map_or(ValueKind::Unsaid, |(_, name)| ValueKind::NoTensor(name))
}

/// Returns ONNX's name of an element type in small letters (`TensorProto.DataType` of the ONNX specification).
pub(super) const fn onnx_type_name(number: i32) -> &'static str {
    match number {
        1 => "float",
        2 => "uint8",
        3 => "int8",
        4 => "uint16",
        5 => "int16",
        6 => "int32",
        7 => "int64",
        8 => "string",
        9 => "bool",
        10 => "float16",
        11 => "double",
        12 => "uint32",
        13 => "uint64",
        14 => "complex64",
        15 => "complex128",
        16 => "bfloat16",
        17 => "float8e4m3fn",
        18 => "float8e4m3fnuz",
        19 => "float8e5m2",
        20 => "float8e5m2fnuz",
        21 => "uint4",
        22 => "int4",
        23 => "float4e2m1",
        24 => "float8e8m0",
        25 => "uint2",
        26 => "int2",
        _ => "an unknown type",
    }
}

/// Returns the bits of one element, or `None` for texts and types without a known size.
pub(super) const fn onnx_type_bits(number: i32) -> Option<u64> {
    Some(match number {
        2 | 3 | 9 | 17..=20 | 24 => 8,
        4 | 5 | 10 | 16 => 16,
        1 | 6 | 12 => 32,
        7 | 11 | 13 | 14 => 64,
        15 => 128,
        21..=23 => 4,
        25 | 26 => 2,
        _ => return None,
    })
}
