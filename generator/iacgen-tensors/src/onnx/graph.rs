//! Graphs and nodes, walked for what they hold.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use super::GraphReadError;
use super::proto::ValueInfoProto;
use super::weights::Weights;
use crate::fields::{Field, Fields, Wire, not_onnx};

/// How deep graphs may lie in each other. Protocol Buffers' own readers stop at 100 messages, three to a graph.
const DEEPEST: u32 = 32;

/// What is kept of a `GraphProto`.
#[derive(Default)]
pub(super) struct Graph {
    /// The names of its initializers.
    pub(super) initializers: BTreeSet<String>,
    pub(super) inputs: Vec<ValueInfoProto>,
    pub(super) outputs: Vec<ValueInfoProto>,
}

/// What is collected over all graphs of a model.
#[derive(Default)]
pub(super) struct Contents {
    pub(super) weights: Weights,
    /// The domains of the operators that nodes name; the default one is empty.
    pub(super) domains: BTreeSet<String>,
}

impl Graph {
    /// Takes in a `GraphProto`, or another part of the same.
    pub(super) fn merge(
        &mut self,
        fields: &mut Fields<impl Read + Seek>,
        end: u64,
        depth: u32,
        contents: &mut Contents,
    ) -> Result<(), GraphReadError> {
        if depth > DEEPEST {
            return Err(not_onnx(format!("more than {DEEPEST} graphs lie in each other")));
        }
        while let Some(Field { number, value }) = fields.next_before(end)? {
            match (number, value) {
                (1, Wire::Bytes(length)) => {
                    let end = fields.position() + length;
                    contents.node(fields, end, depth)?;
                }
                (5, Wire::Bytes(length)) => {
                    let end = fields.position() + length;
                    self.initializers.insert(contents.weights.tensor(fields, end)?);
                }
                (15, Wire::Bytes(length)) => {
                    let end = fields.position() + length;
                    self.initializers.insert(contents.weights.sparse_tensor(fields, end)?);
                }
                (11, Wire::Bytes(length)) => self.inputs.push(fields.message(length)?),
                (12, Wire::Bytes(length)) => self.outputs.push(fields.message(length)?),
                (_, value) => fields.pass(value)?,
            }
        }
        Ok(())
    }
}

impl Contents {
    /// Takes in a `NodeProto`.
    pub(super) fn node(
        &mut self,
        fields: &mut Fields<impl Read + Seek>,
        end: u64,
        depth: u32,
    ) -> Result<(), GraphReadError> {
        let mut domain = String::new();
        while let Some(Field { number, value }) = fields.next_before(end)? {
            match (number, value) {
                (5, Wire::Bytes(length)) => {
                    let end = fields.position() + length;
                    self.attribute(fields, end, depth)?;
                }
                (7, Wire::Bytes(length)) => domain = fields.text(length)?,
                (_, value) => fields.pass(value)?,
            }
        }
        self.domains.insert(domain);
        Ok(())
    }

    /// Takes in an `AttributeProto`: it may hold tensors and whole graphs.
    fn attribute(
        &mut self,
        fields: &mut Fields<impl Read + Seek>,
        end: u64,
        depth: u32,
    ) -> Result<(), GraphReadError> {
        while let Some(Field { number, value }) = fields.next_before(end)? {
            match (number, value) {
                (5 | 10, Wire::Bytes(length)) => {
                    let end = fields.position() + length;
                    self.weights.tensor(fields, end)?;
                }
                (22 | 23, Wire::Bytes(length)) => {
                    let end = fields.position() + length;
                    self.weights.sparse_tensor(fields, end)?;
                }
                (6 | 11, Wire::Bytes(length)) => {
                    let end = fields.position() + length;
                    Graph::default().merge(fields, end, depth + 1, self)?;
                }
                (_, value) => fields.pass(value)?,
            }
        }
        Ok(())
    }
}
