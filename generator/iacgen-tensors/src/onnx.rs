//! The signature of an ONNX graph, read from the model's file.
//!
//! Only the fields that are needed are declared (`onnx.proto3` of the ONNX specification). The weights, which are nearly
//! the whole file, are skipped without being read.

use std::collections::BTreeSet;
use std::io::{self, Cursor, Read, Seek};

use prost::Message;

use crate::fields::{Field, Fields};
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

/// A file from which no signature can be read.
#[derive(Debug, thiserror::Error)]
pub enum GraphReadError {
    /// Reading failed.
    #[error("the model cannot be read")]
    Read(#[from] io::Error),
    /// What was read is no model.
    #[error(transparent)]
    NoModel(#[from] GraphError),
}

impl GraphSignature {
    /// Reads the signature from the bytes of a whole `.onnx` file.
    ///
    /// # Errors
    /// [`GraphError`] when the bytes are no model or hold no graph.
    pub fn read(bytes: &[u8]) -> Result<Self, GraphError> {
        Self::read_from(Cursor::new(bytes)).map_err(|error| match error {
            GraphReadError::NoModel(error) => error,
            // Bytes in memory can only end too early, and that is told as what it is.
            GraphReadError::Read(error) => GraphError::NotOnnx(error.to_string()),
        })
    }

    /// Reads the signature from an `.onnx` file. Weights are passed over, so that a model of any size costs a few
    /// kilobytes.
    ///
    /// # Errors
    /// [`GraphReadError`] when reading fails, or the file is no model or holds no graph.
    pub fn read_from(file: impl Read + Seek) -> Result<Self, GraphReadError> {
        let mut fields = Fields::of(file)?;
        let mut graph = None;
        let mut opset = None;
        let end = fields.end();
        while let Some(field) = fields.next_before(end)? {
            match field {
                Field { number: 7, length: Some(length) } => {
                    let end = fields.position() + length;
                    graph.get_or_insert_with(Graph::default).merge(&mut fields, end)?;
                }
                Field { number: 8, length: Some(length) } => {
                    let set: OperatorSetIdProto = decode(&fields.bytes(length)?)?;
                    if set.domain.is_empty() || set.domain == "ai.onnx" {
                        opset.get_or_insert(set.version);
                    }
                }
                Field { length, .. } => fields.skip(length.unwrap_or(0))?,
            }
        }
        let Some(graph) = graph.filter(|graph| !graph.outputs.is_empty()) else {
            return Err(GraphError::NoGraph.into());
        };
        let inputs = graph.inputs.iter().filter(|value| !graph.weights.contains(&value.name));
        Ok(Self {
            inputs: inputs.map(Value::from_proto).collect(),
            outputs: graph.outputs.iter().map(Value::from_proto).collect(),
            opset: opset.unwrap_or(0),
        })
    }
}

/// What is kept of a `GraphProto`.
#[derive(Default)]
struct Graph {
    /// The names of its initializers.
    weights: BTreeSet<String>,
    inputs: Vec<ValueInfoProto>,
    outputs: Vec<ValueInfoProto>,
}

impl Graph {
    fn merge(&mut self, fields: &mut Fields<impl Read + Seek>, end: u64) -> Result<(), GraphReadError> {
        while let Some(field) = fields.next_before(end)? {
            match field {
                Field { number: 5, length: Some(length) } => {
                    let end = fields.position() + length;
                    self.weights.extend(tensor_name(fields, end)?);
                }
                Field { number: 11, length: Some(length) } => {
                    self.inputs.push(decode(&fields.bytes(length)?)?);
                }
                Field { number: 12, length: Some(length) } => {
                    self.outputs.push(decode(&fields.bytes(length)?)?);
                }
                Field { length, .. } => fields.skip(length.unwrap_or(0))?,
            }
        }
        Ok(())
    }
}

/// Returns the name of a `TensorProto`.
fn tensor_name(fields: &mut Fields<impl Read + Seek>, end: u64) -> Result<Option<String>, GraphReadError> {
    let mut name = None;
    while let Some(field) = fields.next_before(end)? {
        match field {
            Field { number: 8, length: Some(length) } => {
                let text = String::from_utf8(fields.bytes(length)?);
                name = Some(text.map_err(|error| GraphError::NotOnnx(error.to_string()))?);
            }
            Field { length, .. } => fields.skip(length.unwrap_or(0))?,
        }
    }
    Ok(name)
}

fn decode<T: Message + Default>(bytes: &[u8]) -> Result<T, GraphError> {
    T::decode(bytes).map_err(|error| GraphError::NotOnnx(error.to_string()))
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
struct OperatorSetIdProto {
    #[prost(string, tag = "1")]
    domain: String,
    #[prost(int64, tag = "2")]
    version: i64,
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

    #[derive(Clone, PartialEq, prost::Message)]
    struct ModelProto {
        #[prost(message, optional, tag = "7")]
        graph: Option<GraphProto>,
        #[prost(message, repeated, tag = "8")]
        opset_import: Vec<OperatorSetIdProto>,
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
        #[prost(int64, repeated, tag = "1")]
        dims: Vec<i64>,
        #[prost(string, tag = "8")]
        name: String,
        #[prost(bytes = "vec", tag = "9")]
        raw_data: Vec<u8>,
    }

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
                // Larger than the reader's buffer: what follows it is found all the same.
                initializer: vec![TensorProto {
                    dims: vec![25_000],
                    name: "w".to_owned(),
                    raw_data: vec![0xff; 100_000],
                }],
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
    fn weights_are_not_read() {
        /// Counts the bytes that are taken from it.
        struct Counted<'a>(Cursor<&'a [u8]>, &'a std::cell::Cell<usize>);
        impl Read for Counted<'_> {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                let read = self.0.read(buffer)?;
                self.1.set(self.1.get() + read);
                Ok(read)
            }
        }
        impl Seek for Counted<'_> {
            fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
                self.0.seek(to)
            }
        }
        let weight = |name: &str| TensorProto {
            dims: vec![1 << 18],
            name: name.to_owned(),
            raw_data: vec![0; 1 << 20],
        };
        let graph = GraphProto {
            initializer: vec![weight("a"), weight("b"), weight("c")],
            input: vec![value("x", &[(Some(1), None)])],
            output: vec![value("y", &[(Some(1), None)])],
        };
        let bytes = ModelProto { graph: Some(graph), opset_import: Vec::new() }.encode_to_vec();
        let taken = std::cell::Cell::new(0);
        let signature = GraphSignature::read_from(Counted(Cursor::new(&bytes), &taken)).unwrap();
        assert_eq!(signature.outputs[0].describe(), "f32[1]");
        assert!(taken.get() < 64 << 10, "{} of {} bytes were read", taken.get(), bytes.len());
    }

    #[test]
    fn a_file_that_ends_too_early_is_no_model() {
        let graph = GraphProto {
            initializer: vec![TensorProto { dims: vec![4], name: "w".to_owned(), raw_data: vec![0; 16] }],
            input: vec![value("x", &[(Some(1), None)])],
            output: vec![value("y", &[(Some(1), None)])],
        };
        let whole = ModelProto { graph: Some(graph), opset_import: Vec::new() }.encode_to_vec();
        for length in 1..whole.len() {
            let found = GraphSignature::read(&whole[..length]);
            assert!(matches!(found, Err(GraphError::NotOnnx(_))), "{length} bytes: {found:?}");
        }
        assert!(GraphSignature::read(&whole).is_ok());
    }

    #[test]
    fn other_bytes_are_refused() {
        assert!(matches!(GraphSignature::read(b"\xff\xff\xff"), Err(GraphError::NotOnnx(_))));
        assert_eq!(GraphSignature::read(b""), Err(GraphError::NoGraph));
    }
}
