//! How a contract's tensors are cut into rows, groups and batches.

use std::collections::BTreeSet;
use std::ops::Range;

use iacgen_tensors::{Dimension, ElementType, TensorContract, TensorType};
use safetensors::tensor::Dtype;

/// The most rows that the model takes at once. More of them need more memory for activations and run no faster per
/// row: with the 16 M parameter model, 64 rows take 196 MB and 512 take 405 MB.
const LARGEST_BATCH: u64 = 64;

/// What one read fetches, about: large enough that a request's latency counts little, small enough that memory is used
/// again. With twice as much, a shard of 25 MB took about 4 % more processor time with the small model of this repository
/// and 10 MB more memory, on one processor and beside a local S3.
const GROUP_BYTES: u64 = 4 * 1024 * 1024;

/// A tensor of which a partition holds no more than this is read at once instead of group by group.
const RESIDENT_BYTES: u64 = 1024 * 1024;

/// A tensor contract whose tensors can be cut into rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchContract {
    tensors: TensorContract,
    batch_symbol: String,
    columns: Vec<ColumnType>,
}

/// A tensor of a partition, as the reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnType {
    /// The tensor's name.
    pub(crate) name: String,
    /// The size of a row in bytes.
    pub(crate) row_bytes: u64,
    /// What becomes of it.
    pub(crate) use_of: Use,
}

/// What becomes of a tensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Use {
    /// The model takes it. These stand first, in the contract's order.
    Input,
    /// It goes into the predictions as it is.
    Label {
        /// Its element type.
        dtype: Dtype,
        /// The shape of a row.
        row_shape: Vec<usize>,
    },
}

/// A contract that cannot be run in batches.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidContract {
    /// A tensor has no rows.
    #[error("tensor `{tensor}` is {found}: its first dimension must be `{symbol}` and the others numbers")]
    NoRows {
        /// The tensor.
        tensor: String,
        /// Its type.
        found: TensorType,
        /// The symbol of the batch.
        symbol: String,
    },
    /// A name stands for two tensors.
    #[error(
        "tensor `{tensor}` is both an output and a label: both go into the predictions, so name them apart"
    )]
    DoubledName {
        /// The name.
        tensor: String,
    },
    /// There is nothing to run.
    #[error("the contract has no inputs or no outputs")]
    Empty,
}

impl BatchContract {
    /// Checks that every tensor's first dimension is the same symbol and that its others are fixed.
    ///
    /// # Errors
    /// [`InvalidContract`].
    pub fn new(tensors: TensorContract) -> Result<Self, InvalidContract> {
        if tensors.inputs.is_empty() || tensors.outputs.is_empty() {
            return Err(InvalidContract::Empty);
        }
        let all = || tensors.inputs.iter().chain(&tensors.outputs).chain(&tensors.labels);
        let batch_symbol = all()
            .find_map(|(_, ty)| match ty.shape.first() {
                Some(Dimension::Symbol(symbol)) => Some(symbol.clone()),
                _ => None,
            })
            .unwrap_or_else(|| "n".to_owned());
        for (tensor, ty) in all() {
            if ty.shape.first() != Some(&Dimension::Symbol(batch_symbol.clone()))
                || ty.row_elements().is_none()
            {
                let (tensor, found, symbol) = (tensor.clone(), ty.clone(), batch_symbol);
                return Err(InvalidContract::NoRows { tensor, found, symbol });
            }
        }
        let outputs: BTreeSet<&String> = tensors.outputs.keys().collect();
        if let Some(tensor) = tensors.labels.keys().find(|name| outputs.contains(name)) {
            return Err(InvalidContract::DoubledName { tensor: tensor.clone() });
        }
        let inputs = tensors.inputs.iter().map(|(name, ty)| column(name, ty, Use::Input));
        let labels = tensors.labels.iter().map(|(name, ty)| {
            column(name, ty, Use::Label { dtype: dtype(ty.element), row_shape: row_shape(ty) })
        });
        let columns = inputs.chain(labels).collect();
        Ok(Self { tensors, batch_symbol, columns })
    }

    /// Returns the contract.
    pub fn tensors(&self) -> &TensorContract {
        &self.tensors
    }

    /// Returns the name of the first dimension.
    pub fn batch_symbol(&self) -> &str {
        &self.batch_symbol
    }

    /// Returns what a partition holds: inputs, then labels, in the contract's order.
    pub(crate) fn columns(&self) -> &[ColumnType] {
        &self.columns
    }

    /// Returns the rows that the model takes at once: as asked for, within what memory allows.
    pub(crate) fn batch_rows(&self, asked: u32) -> u64 {
        let row: u64 = self.columns.iter().map(|column| column.row_bytes).sum();
        u64::from(asked).min(LARGEST_BATCH).min(GROUP_BYTES / row.max(1)).max(1)
    }

    /// Cuts a partition's rows into groups: what one read fetches, in whole batches.
    pub(crate) fn groups(&self, rows: u64, batch_rows: u64) -> Vec<Range<u64>> {
        let streamed: u64 = self
            .columns
            .iter()
            .filter(|column| !column.is_resident(rows))
            .map(|column| column.row_bytes)
            .sum();
        let group = GROUP_BYTES
            .checked_div(streamed * batch_rows)
            .map_or(rows, |batches| batches.max(1) * batch_rows)
            .max(1);
        (0..rows.div_ceil(group)).map(|index| index * group..rows.min((index + 1) * group)).collect()
    }
}

impl ColumnType {
    /// Says whether the tensor of a partition with so many rows is read at once.
    pub(crate) fn is_resident(&self, rows: u64) -> bool {
        self.row_bytes.saturating_mul(rows) <= RESIDENT_BYTES
    }
}

fn column(name: &str, ty: &TensorType, use_of: Use) -> ColumnType {
    let row_bytes = ty.row_elements().unwrap_or(1).saturating_mul(ty.element.bytes() as u64);
    ColumnType { name: name.to_owned(), row_bytes, use_of }
}

/// Returns the shape behind the first dimension.
pub(crate) fn row_shape(ty: &TensorType) -> Vec<usize> {
    ty.shape
        .iter()
        .skip(1)
        .map(|dimension| match dimension {
            Dimension::Fixed(size) => usize::try_from(*size).unwrap_or(usize::MAX),
            Dimension::Symbol(_) => 1,
        })
        .collect()
}

fn dtype(element: ElementType) -> Dtype {
    match element {
        ElementType::F16 => Dtype::F16,
        ElementType::F32 => Dtype::F32,
        ElementType::F64 => Dtype::F64,
        ElementType::I32 => Dtype::I32,
        ElementType::I64 => Dtype::I64,
        ElementType::U8 => Dtype::U8,
        ElementType::Bool => Dtype::BOOL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract(inputs: &str, labels: &str) -> Result<BatchContract, InvalidContract> {
        let text =
            format!(r#"{{"inputs": {inputs}, "outputs": {{"redshift": "f32[n,1]"}}, "labels": {labels}}}"#);
        BatchContract::new(serde_json::from_str(&text).unwrap())
    }

    #[test]
    fn groups_are_whole_batches_of_about_four_megabytes() {
        let contract =
            contract(r#"{"image": "f32[n,5,32,32]", "magnitude": "f32[n,5]"}"#, r#"{"id": "i64[n]"}"#)
                .unwrap();
        assert_eq!((contract.batch_rows(512), contract.batch_rows(16), contract.batch_rows(0)), (64, 16, 1));
        let groups = contract.groups(5_113, 64);
        assert_eq!((groups[0].clone(), groups.last().unwrap().clone()), (0..192, 4_992..5_113));
        assert!(groups.windows(2).all(|pair| pair[0].end == pair[1].start));
        // Little enough to be read at once: one group.
        assert_eq!(contract.groups(50, 64), vec![Range { start: 0, end: 50 }]);
    }

    #[test]
    fn large_rows_make_small_batches() {
        let contract = contract(r#"{"image": "f32[n,5,512,512]"}"#, "{}").unwrap();
        assert_eq!(contract.batch_rows(512), 1);
        assert_eq!(contract.groups(3, 1), [0..1, 1..2, 2..3]);
    }

    #[test]
    fn tensors_without_rows_are_refused() {
        for (inputs, labels, says) in [
            (
                r#"{"image": "f32[5,32,32]"}"#,
                "{}",
                "tensor `image` is f32[5,32,32]: its first dimension must be `n`",
            ),
            (r#"{"image": "f32[n,w]"}"#, "{}", "tensor `image` is f32[n,w]"),
            (
                r#"{"image": "f32[n,2]"}"#,
                r#"{"id": "i64[m]"}"#,
                "tensor `id` is i64[m]: its first dimension must be `n`",
            ),
            (r#"{"image": "f32[n,2]"}"#, r#"{"redshift": "f32[n]"}"#, "tensor `redshift` is both"),
            ("{}", "{}", "no inputs"),
        ] {
            let error = contract(inputs, labels).unwrap_err().to_string();
            assert!(error.contains(says), "{error}");
        }
    }
}
