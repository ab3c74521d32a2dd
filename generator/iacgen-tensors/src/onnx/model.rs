//! A model's file from its outside in.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read, Seek};

use super::graph::{Contents, Graph};
use super::proto::OperatorSetIdProto;
use super::value::{GraphSignature, Value};
use super::weights::Weights;
use super::{GraphError, GraphReadError};
use crate::fields::{Field, Fields, Wire};

/// The name of the default domain of operators, which files write as an empty text.
const DEFAULT_DOMAIN: &str = "ai.onnx";

/// What a model says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnnxModel {
    /// The version of the file's own form; 0 where the file does not say.
    pub ir_version: i64,
    /// What wrote it.
    pub producer: Producer,
    /// The version of each set of operators that it imports, by domain; the default one is `ai.onnx`.
    pub opsets: BTreeMap<String, i64>,
    /// The domains whose operators its nodes name, without those of functions that the model itself defines.
    pub domains: BTreeSet<String>,
    /// What it takes and gives.
    pub graph: GraphSignature,
    /// Its constant tensors.
    pub weights: Weights,
}

/// The program that wrote a model. Both may be empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Producer {
    /// Its name, such as `pytorch`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl OnnxModel {
    /// Reads the bytes of a whole `.onnx` file.
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

    /// Reads an `.onnx` file, without the numbers of its weights.
    ///
    /// # Errors
    /// [`GraphReadError`] when reading fails, or the file is no model or holds no graph.
    pub fn read_from(file: impl Read + Seek) -> Result<Self, GraphReadError> {
        let mut fields = Fields::of(file)?;
        let mut ir_version = 0;
        let mut producer = Producer::default();
        let mut opsets = BTreeMap::new();
        let mut graph = None;
        let mut contents = Contents::default();
        let mut own_domains = BTreeSet::new();
        let end = fields.end();
        while let Some(Field { number, value }) = fields.next_before(end)? {
            match (number, value) {
                // Signed numbers of the format are written in two's complement.
                (1, Wire::Number(number)) => ir_version = number.cast_signed(),
                (2, Wire::Bytes(length)) => producer.name = fields.text(length)?,
                (3, Wire::Bytes(length)) => producer.version = fields.text(length)?,
                (7, Wire::Bytes(length)) => {
                    let end = fields.position() + length;
                    graph.get_or_insert_with(Graph::default).merge(&mut fields, end, 1, &mut contents)?;
                }
                (8, Wire::Bytes(length)) => {
                    let set: OperatorSetIdProto = fields.message(length)?;
                    opsets.entry(named(set.domain)).or_insert(set.version);
                }
                (25, Wire::Bytes(length)) => {
                    let end = fields.position() + length;
                    own_domains.insert(named(function(&mut fields, end, &mut contents)?));
                }
                (_, value) => fields.pass(value)?,
            }
        }
        let Some(graph) = graph.filter(|graph| !graph.outputs.is_empty()) else {
            return Err(GraphError::NoGraph.into());
        };
        let inputs = graph.inputs.iter().filter(|value| !graph.initializers.contains(&value.name));
        let mut domains: BTreeSet<String> = contents.domains.into_iter().map(named).collect();
        // A domain may hold both operators of the library and functions of the model; one that is imported only for the
        // model's own functions is not asked of the library.
        domains.retain(|domain| domain == DEFAULT_DOMAIN || !own_domains.contains(domain));
        Ok(Self {
            ir_version,
            producer,
            opsets,
            domains,
            graph: GraphSignature {
                inputs: inputs.map(Value::from_proto).collect(),
                outputs: graph.outputs.iter().map(Value::from_proto).collect(),
            },
            weights: contents.weights,
        })
    }
}

/// Takes in a `FunctionProto` and returns its domain.
fn function(
    fields: &mut Fields<impl Read + Seek>,
    end: u64,
    contents: &mut Contents,
) -> Result<String, GraphReadError> {
    let mut domain = String::new();
    while let Some(Field { number, value }) = fields.next_before(end)? {
        match (number, value) {
            (7, Wire::Bytes(length)) => {
                let end = fields.position() + length;
                contents.node(fields, end, 1)?;
            }
            (10, Wire::Bytes(length)) => domain = fields.text(length)?,
            (_, value) => fields.pass(value)?,
        }
    }
    Ok(domain)
}

fn named(domain: String) -> String {
    if domain.is_empty() { DEFAULT_DOMAIN.to_owned() } else { domain }
}
