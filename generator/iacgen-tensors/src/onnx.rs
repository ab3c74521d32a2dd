//! The signature of an ONNX graph, read from the model's bytes.
//!
//! Only the fields that are needed are declared (`onnx.proto3` of the ONNX specification); the decoder skips
//! the weights without copying them.

use crate::{Dimension, ElementType};

/// What a graph takes and gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GraphSignature {
    /// Inputs that are not initializers, in the graph's order.
    pub inputs: Vec<Value>,
    /// Outputs, in the graph's order.
    pub outputs: Vec<Value>,
    /// The version of the default operator set.
    pub opset: i64,
}

/// An input or output of a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// Its name.
    pub name: String,
    /// The element type, or `None` for one that no contract can name.
    pub element: Option<ElementType>,
    /// The dimensions, `None` for one without a size or a name. `None` as a whole when the graph does not say.
    pub shape: Option<Vec<Option<Dimension>>>,
}

impl Value {
    /// Returns the type as text, `?` where the graph does not say.
    pub fn describe(&self) -> String {
        let element = self.element.map_or("?", ElementType::as_str);
        let Some(shape) = &self.shape else { return format!("{element}[...]") };
        let dimensions: Vec<String> =
            shape.iter().map(|d| d.as_ref().map_or_else(|| "?".to_owned(), ToString::to_string)).collect();
        format!("{element}[{}]", dimensions.join(","))
    }
}

/// Bytes that are no ONNX model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// The bytes are not a `ModelProto`.
    #[error("the file is not an ONNX model ({0})")]
    NotOnnx(String),
    /// There is no graph in it.
    #[error("the ONNX model holds no graph")]
    NoGraph,
}

impl GraphSignature {
    /// Reads the signature from a whole `.onnx` file.
    ///
    /// # Errors
    /// [`GraphError`] when the bytes are no model or hold no graph.
    pub fn read(bytes: &[u8]) -> Result<Self, GraphError> {
        let model = <ModelProto as prost::Message>::decode(bytes)
            .map_err(|error| GraphError::NotOnnx(error.to_string()))?;
        let graph = model.graph.ok_or(GraphError::NoGraph)?;
        let opset = model
            .opset_import
            .iter()
            .find(|set| set.domain.is_empty() || set.domain == "ai.onnx")
            .map_or(0, |set| set.version);
        let is_weight =
            |value: &ValueInfoProto| graph.initializer.iter().any(|weight| weight.name == value.name);
        if graph.output.is_empty() {
            return Err(GraphError::NoGraph);
        }
        Ok(Self {
            inputs: graph.input.iter().filter(|value| !is_weight(value)).map(Value::from_proto).collect(),
            outputs: graph.output.iter().map(Value::from_proto).collect(),
            opset,
        })
    }
}

impl Value {
    fn from_proto(value: &ValueInfoProto) -> Self {
        let tensor = value.r#type.as_ref().and_then(|ty| ty.tensor_type.as_ref());
        let dimension = |dim: &DimensionProto| match (dim.dim_value, dim.dim_param.as_deref()) {
            (Some(size), _) => u64::try_from(size).ok().filter(|&size| size > 0).map(Dimension::Fixed),
            (None, Some(name)) if !name.is_empty() => Some(Dimension::Symbol(name.to_owned())),
            _ => None,
        };
        Self {
            name: value.name.clone(),
            element: tensor.and_then(|tensor| ElementType::from_onnx(tensor.elem_type)),
            shape: tensor
                .and_then(|tensor| tensor.shape.as_ref())
                .map(|shape| shape.dim.iter().map(dimension).collect()),
        }
    }
}

#[derive(Clone, PartialEq, prost::Message)]
struct ModelProto {
    #[prost(message, optional, tag = "7")]
    graph: Option<GraphProto>,
    #[prost(message, repeated, tag = "8")]
    opset_import: Vec<OperatorSetIdProto>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct OperatorSetIdProto {
    #[prost(string, tag = "1")]
    domain: String,
    #[prost(int64, tag = "2")]
    version: i64,
}

#[derive(Clone, PartialEq, prost::Message)]
struct GraphProto {
    #[prost(message, repeated, tag = "5")]
    initializer: Vec<TensorProto>,
    #[prost(message, repeated, tag = "11")]
    input: Vec<ValueInfoProto>,
    #[prost(message, repeated, tag = "12")]
    output: Vec<ValueInfoProto>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct TensorProto {
    #[prost(string, tag = "8")]
    name: String,
}

#[derive(Clone, PartialEq, prost::Message)]
struct ValueInfoProto {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(message, optional, tag = "2")]
    r#type: Option<TypeProto>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct TypeProto {
    #[prost(message, optional, tag = "1")]
    tensor_type: Option<TensorTypeProto>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct TensorTypeProto {
    #[prost(int32, tag = "1")]
    elem_type: i32,
    #[prost(message, optional, tag = "2")]
    shape: Option<ShapeProto>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct ShapeProto {
    #[prost(message, repeated, tag = "1")]
    dim: Vec<DimensionProto>,
}

#[derive(Clone, PartialEq, prost::Message)]
struct DimensionProto {
    #[prost(int64, optional, tag = "1")]
    dim_value: Option<i64>,
    #[prost(string, optional, tag = "2")]
    dim_param: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use prost::Message;

    fn value(name: &str, dims: &[(Option<i64>, Option<&str>)]) -> ValueInfoProto {
        let dim = dims
            .iter()
            .map(|(dim_value, dim_param)| DimensionProto {
                dim_value: *dim_value,
                dim_param: dim_param.map(ToOwned::to_owned),
            })
            .collect();
        let tensor = TensorTypeProto { elem_type: 1, shape: Some(ShapeProto { dim }) };
        ValueInfoProto { name: name.to_owned(), r#type: Some(TypeProto { tensor_type: Some(tensor) }) }
    }

    #[test]
    fn a_graph_tells_its_inputs_without_its_weights() {
        let model = ModelProto {
            graph: Some(GraphProto {
                initializer: vec![TensorProto { name: "w".to_owned() }],
                input: vec![
                    value("image", &[(None, Some("n")), (Some(5), None)]),
                    value("w", &[(Some(3), None)]),
                ],
                output: vec![value("redshift", &[(None, None), (Some(1), None)])],
            }),
            opset_import: vec![OperatorSetIdProto { domain: String::new(), version: 17 }],
        };
        let graph = GraphSignature::read(&model.encode_to_vec()).unwrap();
        assert_eq!(graph.opset, 17);
        assert_eq!(graph.inputs.iter().map(Value::describe).collect::<Vec<_>>(), ["f32[n,5]"]);
        assert_eq!(graph.outputs[0].describe(), "f32[?,1]");
    }

    #[test]
    fn other_bytes_are_refused() {
        assert!(matches!(GraphSignature::read(b"\xff\xff\xff"), Err(GraphError::NotOnnx(_))));
        assert_eq!(GraphSignature::read(b""), Err(GraphError::NoGraph));
    }
}
