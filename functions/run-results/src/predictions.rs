//! Predictions: tensors of equally many rows, as one safetensors object.

use std::borrow::Cow;
use std::collections::BTreeMap;

use safetensors::tensor::{Dtype, SafeTensors, View};

/// The predictions of a shard or of a whole run, row by row.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Predictions {
    rows: usize,
    columns: BTreeMap<String, Column>,
}

/// One tensor: its elements as little-endian bytes, row after row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    dtype: Dtype,
    row_shape: Vec<usize>,
    bytes: Vec<u8>,
}

/// Predictions that cannot be read or joined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MalformedPredictions {
    /// It is no safetensors file.
    #[error("the predictions are no safetensors file: {0}")]
    NotSafetensors(String),
    /// A tensor's length differs from the others'.
    #[error("tensor `{tensor}` holds {found} rows where the others hold {expected}")]
    Rows {
        /// The tensor.
        tensor: String,
        /// Its number of rows.
        found: usize,
        /// That of the others.
        expected: usize,
    },
    /// Two parts do not hold the same tensors.
    #[error("the parts hold different tensors: {first} and {second}")]
    Columns {
        /// The tensors of the parts so far.
        first: String,
        /// The tensors of the next part.
        second: String,
    },
    /// A tensor that is needed is missing or of another type.
    #[error("tensor `{tensor}` must be {expected} with one element a row; it is {found}")]
    Tensor {
        /// The tensor.
        tensor: &'static str,
        /// The type it should have.
        expected: Dtype,
        /// What is there.
        found: String,
    },
}

impl Column {
    /// Makes a column without rows. `row_shape` is the shape behind the first dimension: empty for one element a row.
    pub fn new(dtype: Dtype, row_shape: Vec<usize>) -> Self {
        Self { dtype, row_shape, bytes: Vec::new() }
    }

    /// Appends elements, as little-endian bytes.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Returns the number of whole rows, or `None` when the last one is cut.
    fn rows(&self) -> Option<usize> {
        let row = self.row_shape.iter().product::<usize>() * self.dtype.bitsize() / 8;
        (row > 0 && self.bytes.len().is_multiple_of(row)).then(|| self.bytes.len() / row)
    }

    fn describe(&self) -> String {
        let dimensions: Vec<String> =
            std::iter::once("n".to_owned()).chain(self.row_shape.iter().map(ToString::to_string)).collect();
        format!("{}[{}]", self.dtype, dimensions.join(","))
    }
}

impl Predictions {
    /// Makes predictions of columns, which must hold equally many rows.
    ///
    /// # Errors
    /// [`MalformedPredictions::Rows`].
    pub fn new(columns: BTreeMap<String, Column>) -> Result<Self, MalformedPredictions> {
        let rows = columns.values().next().and_then(Column::rows).unwrap_or(0);
        for (name, column) in &columns {
            let found = column.rows();
            if found != Some(rows) {
                let tensor = name.clone();
                return Err(MalformedPredictions::Rows { tensor, found: found.unwrap_or(0), expected: rows });
            }
        }
        Ok(Self { rows, columns })
    }

    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Appends the rows of `next`, which must hold the same tensors. Predictions without any tensor take them over.
    ///
    /// # Errors
    /// [`MalformedPredictions::Columns`].
    pub fn append(&mut self, next: Self) -> Result<(), MalformedPredictions> {
        if self.columns.is_empty() {
            *self = next;
            return Ok(());
        }
        if self.describe() != next.describe() {
            return Err(MalformedPredictions::Columns { first: self.describe(), second: next.describe() });
        }
        for (column, more) in self.columns.values_mut().zip(next.columns.values()) {
            column.extend(&more.bytes);
        }
        self.rows += next.rows;
        Ok(())
    }

    /// Writes a safetensors file. The same predictions give the same bytes.
    ///
    /// # Errors
    /// [`MalformedPredictions::NotSafetensors`], which no predictions that were checked give.
    pub fn encode(&self) -> Result<Vec<u8>, MalformedPredictions> {
        let views = self.columns.iter().map(|(name, column)| (name, ColumnView::of(column, self.rows)));
        safetensors::serialize(views, None)
            .map_err(|error| MalformedPredictions::NotSafetensors(error.to_string()))
    }

    /// Reads a safetensors file.
    ///
    /// # Errors
    /// [`MalformedPredictions`] for other bytes and for tensors of different length.
    pub fn decode(bytes: &[u8]) -> Result<Self, MalformedPredictions> {
        let file = SafeTensors::deserialize(bytes)
            .map_err(|error| MalformedPredictions::NotSafetensors(error.to_string()))?;
        let columns = file
            .iter()
            .map(|(name, view)| {
                let row_shape = view.shape().iter().skip(1).copied().collect();
                (name.to_owned(), Column { dtype: view.dtype(), row_shape, bytes: view.data().to_vec() })
            })
            .collect();
        Self::new(columns)
    }

    /// Returns the rows' ids.
    ///
    /// # Errors
    /// [`MalformedPredictions::Tensor`] when there are none.
    pub fn ids(&self) -> Result<Vec<i64>, MalformedPredictions> {
        self.elements(contract::tensor::ID, Dtype::I64, i64::from_le_bytes)?.ok_or(
            MalformedPredictions::Tensor {
                tensor: contract::tensor::ID,
                expected: Dtype::I64,
                found: "missing".to_owned(),
            },
        )
    }

    /// Returns what the model predicts.
    ///
    /// # Errors
    /// [`MalformedPredictions::Tensor`] when it is missing.
    pub fn predicted(&self) -> Result<Vec<f32>, MalformedPredictions> {
        let tensor = contract::tensor::PREDICTION;
        self.elements(tensor, Dtype::F32, f32::from_le_bytes)?.ok_or(MalformedPredictions::Tensor {
            tensor,
            expected: Dtype::F32,
            found: "missing".to_owned(),
        })
    }

    /// Returns the true values, or `None` where the partitions have no labels.
    ///
    /// # Errors
    /// [`MalformedPredictions::Tensor`] when they are of another type.
    pub fn truth(&self) -> Result<Option<Vec<f32>>, MalformedPredictions> {
        self.elements(contract::tensor::TRUTH, Dtype::F32, f32::from_le_bytes)
    }

    fn elements<T, const N: usize>(
        &self,
        tensor: &'static str,
        expected: Dtype,
        from_bytes: fn([u8; N]) -> T,
    ) -> Result<Option<Vec<T>>, MalformedPredictions> {
        let Some(column) = self.columns.get(tensor) else {
            return Ok(None);
        };
        if column.dtype != expected || column.row_shape.iter().product::<usize>() != 1 {
            return Err(MalformedPredictions::Tensor { tensor, expected, found: column.describe() });
        }
        Ok(Some(column.bytes.as_chunks::<N>().0.iter().map(|bytes| from_bytes(*bytes)).collect()))
    }

    fn describe(&self) -> String {
        self.columns
            .iter()
            .map(|(name, column)| format!("{name} {}", column.describe()))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// A column with its full shape, as the encoder wants it.
struct ColumnView<'c> {
    column: &'c Column,
    shape: Vec<usize>,
}

impl<'c> ColumnView<'c> {
    fn of(column: &'c Column, rows: usize) -> Self {
        Self { column, shape: std::iter::once(rows).chain(column.row_shape.iter().copied()).collect() }
    }
}

impl View for ColumnView<'_> {
    fn dtype(&self) -> Dtype {
        self.column.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.column.bytes)
    }

    fn data_len(&self) -> usize {
        self.column.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(ids: &[i64], predicted: &[f32]) -> Predictions {
        let mut id = Column::new(Dtype::I64, Vec::new());
        for value in ids {
            id.extend(&value.to_le_bytes());
        }
        let mut redshift = Column::new(Dtype::F32, vec![1]);
        for value in predicted {
            redshift.extend(&value.to_le_bytes());
        }
        Predictions::new(BTreeMap::from([("id".to_owned(), id), ("redshift".to_owned(), redshift)])).unwrap()
    }

    #[test]
    fn parts_join_and_survive_a_file() {
        let mut whole = Predictions::default();
        whole.append(part(&[7, 8], &[0.1, 0.2])).unwrap();
        whole.append(part(&[9], &[0.3])).unwrap();
        let read = Predictions::decode(&whole.encode().unwrap()).unwrap();
        assert_eq!(read, whole);
        assert_eq!((read.rows(), read.ids().unwrap()), (3, vec![7, 8, 9]));
        assert_eq!(read.predicted().unwrap(), [0.1, 0.2, 0.3]);
        assert_eq!(read.truth().unwrap(), None);
    }

    #[test]
    fn lengths_and_tensors_must_agree() {
        let mut id = Column::new(Dtype::I64, Vec::new());
        id.extend(&[0; 12]);
        assert!(Predictions::new(BTreeMap::from([("id".to_owned(), id)])).is_err());

        let short = Column::new(Dtype::F32, vec![1]);
        let mut columns = part(&[1], &[0.0]).columns;
        columns.insert("z_true".to_owned(), short);
        let error = Predictions::new(columns).unwrap_err().to_string();
        assert_eq!(error, "tensor `z_true` holds 0 rows where the others hold 1");

        let mut whole = part(&[1], &[0.0]);
        let mut other = part(&[2], &[0.0]);
        other.columns.remove("redshift");
        let error = whole.append(other).unwrap_err().to_string();
        assert_eq!(error, "the parts hold different tensors: id I64[n], redshift F32[n,1] and id I64[n]");
        assert!(Predictions::decode(b"not a file").is_err());
    }
}
