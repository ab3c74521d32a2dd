//! What a model remembers of its training, without the numbers themselves.

use std::collections::BTreeSet;
use std::io::{Read, Seek};

use super::proto::StringStringEntryProto;
use super::value::{onnx_type_bits, onnx_type_name};
use super::{GraphError, GraphReadError};
use crate::fields::{Field, Fields, Wire, not_onnx};

/// The constant tensors of a model: initializers and the values of constant nodes, of subgraphs too.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Weights {
    /// How many.
    pub tensors: u64,
    /// Their size in bytes, as it lies in the model's file and in the files beside it.
    pub bytes: u64,
    /// ONNX's names of their element types, in small letters.
    pub elements: BTreeSet<&'static str>,
    /// Those that lie in other files, in the order of the model's file.
    pub external: Vec<ExternalTensor>,
}

/// A tensor whose numbers lie in another file. Page: "External Data" of the ONNX specification.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalTensor {
    /// The tensor's name; empty where it has none.
    pub tensor: String,
    /// The file, relative to the model's folder, as the model says it: it is not checked in any way.
    pub location: String,
    /// Where the numbers begin, in bytes from the beginning of that file.
    pub offset: u64,
    /// How many bytes, or `None` where neither the entry nor the tensor's shape says it.
    pub length: Option<u64>,
}

impl ExternalTensor {
    /// Returns the least size that its file must have, or `None` when the numbers do not fit any file.
    pub fn end(&self) -> Option<u64> {
        self.offset.checked_add(self.length.unwrap_or(0))
    }
}

impl Weights {
    /// Takes in a `TensorProto` and returns its name.
    pub(super) fn tensor(
        &mut self,
        fields: &mut Fields<impl Read + Seek>,
        end: u64,
    ) -> Result<String, GraphReadError> {
        let mut name = String::new();
        let mut kind = 0;
        let mut elements = Some(1_u64);
        let mut inline: u64 = 0;
        let mut is_external = false;
        let mut entries: Vec<StringStringEntryProto> = Vec::new();
        while let Some(Field { number, value }) = fields.next_before(end)? {
            match (number, value) {
                (1, Wire::Number(size)) => elements = times(elements, size)?,
                (1, Wire::Bytes(length)) => {
                    let packed_end = fields.position() + length;
                    while fields.position() < packed_end {
                        elements = times(elements, fields.varint()?)?;
                    }
                    if fields.position() > packed_end {
                        return Err(not_onnx("a field is longer than what holds it"));
                    }
                }
                // What does not fit is no type that anybody knows.
                (2, Wire::Number(number)) => kind = i32::try_from(number).unwrap_or(-1),
                (8, Wire::Bytes(length)) => name = fields.text(length)?,
                (4..=7 | 9..=11, value) => {
                    inline = inline.saturating_add(match value {
                        Wire::Number(_) => 1,
                        Wire::Fixed(length) | Wire::Bytes(length) => length,
                    });
                    fields.pass(value)?;
                }
                (13, Wire::Bytes(length)) => entries.push(fields.message(length)?),
                (14, Wire::Number(number)) => is_external = number == 1,
                (_, value) => fields.pass(value)?,
            }
        }
        self.tensors = self.tensors.saturating_add(1);
        self.elements.insert(onnx_type_name(kind));
        self.bytes = self.bytes.saturating_add(inline);
        if is_external {
            let bits = elements.zip(onnx_type_bits(kind)).and_then(|(count, bits)| count.checked_mul(bits));
            let tensor = external(&name, &entries, bits.map(|bits| bits.div_ceil(8)))?;
            self.bytes = self.bytes.saturating_add(tensor.length.unwrap_or(0));
            self.external.push(tensor);
        }
        Ok(name)
    }

    /// Takes in a `SparseTensorProto` and returns the name of its values, which is its own.
    pub(super) fn sparse_tensor(
        &mut self,
        fields: &mut Fields<impl Read + Seek>,
        end: u64,
    ) -> Result<String, GraphReadError> {
        let mut name = String::new();
        while let Some(Field { number, value }) = fields.next_before(end)? {
            match (number, value) {
                (1, Wire::Bytes(length)) => {
                    let end = fields.position() + length;
                    name = self.tensor(fields, end)?;
                }
                (2, Wire::Bytes(length)) => {
                    let end = fields.position() + length;
                    self.tensor(fields, end)?;
                }
                (_, value) => fields.pass(value)?,
            }
        }
        Ok(name)
    }
}

/// Multiplies by a dimension; `None` once the product is larger than any file.
fn times(elements: Option<u64>, size: u64) -> Result<Option<u64>, GraphError> {
    // A negative number reads as one beyond these.
    if i64::try_from(size).is_err() {
        return Err(GraphError::NotOnnx("a tensor has a negative dimension".to_owned()));
    }
    Ok(elements.and_then(|elements| elements.checked_mul(size)))
}

fn external(
    name: &str,
    entries: &[StringStringEntryProto],
    size: Option<u64>,
) -> Result<ExternalTensor, GraphError> {
    let entry = |key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_str());
    let number = |key: &str| {
        entry(key).map_or(Ok(None), |text| {
            text.parse().map(Some).map_err(|_| {
                GraphError::NotOnnx(format!(
                    "the tensor `{name}` has the {key} `{text}` in its external data"
                ))
            })
        })
    };
    let location = entry("location").filter(|location| !location.is_empty()).ok_or_else(|| {
        GraphError::NotOnnx(format!("the tensor `{name}` lies in another file and does not say in which"))
    })?;
    Ok(ExternalTensor {
        tensor: name.to_owned(),
        location: location.to_owned(),
        offset: number("offset")?.unwrap_or(0),
        length: number("length")?.or(size),
    })
}
