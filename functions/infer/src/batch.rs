//! A group of rows through the model, batch by batch.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::{InferError, Predictor};

/// A group of rows, as bytes.
pub(crate) struct Batches {
    /// The partition, for messages.
    pub(crate) object: String,
    /// The group's first row in it.
    pub(crate) first_row: u64,
    /// The number of rows.
    pub(crate) rows: usize,
    /// The most rows that the model takes at once.
    pub(crate) batch_rows: usize,
    /// The elements of each input, as little-endian f32.
    pub(crate) inputs: Vec<Bytes>,
    /// The names of the outputs.
    pub(crate) outputs: Vec<String>,
}

/// What the model gave.
pub(crate) struct Predicted {
    /// The elements of each output, as little-endian f32.
    pub(crate) outputs: Vec<Vec<u8>>,
    /// How long the model ran.
    pub(crate) elapsed: Duration,
}

impl Batches {
    /// Runs the model.
    pub(crate) fn predict(&self, predictor: &mut Predictor) -> Result<Predicted, InferError> {
        let start = Instant::now();
        let mut outputs: Vec<Vec<u8>> = vec![Vec::new(); self.outputs.len()];
        let mut done = 0;
        while done < self.rows {
            let rows = self.batch_rows.clamp(1, self.rows - done);
            let elements = self.inputs.iter().map(|bytes| {
                let row = bytes.len() / self.rows;
                numbers(&bytes[done * row..(done + rows) * row])
            });
            let elements: Vec<Cow<'_, [f32]>> = elements.collect();
            let views: Vec<&[f32]> = elements.iter().map(AsRef::as_ref).collect();
            let found = predictor(rows, &views)?;
            for ((values, bytes), tensor) in found.iter().zip(&mut outputs).zip(&self.outputs) {
                if let Some(place) = values.iter().position(|value| !value.is_finite()) {
                    return Err(InferError::NonFinite {
                        object: self.object.clone(),
                        row: self.first_row + (done + place * rows / values.len()) as u64,
                        tensor: tensor.clone(),
                        value: values[place],
                    });
                }
                bytes.extend(values.iter().flat_map(|value| value.to_le_bytes()));
            }
            done += rows;
        }
        Ok(Predicted { outputs, elapsed: start.elapsed() })
    }
}

/// Returns little-endian bytes as numbers: in place where they are aligned, as what was read from S3 in several pieces is.
fn numbers(bytes: &[u8]) -> Cow<'_, [f32]> {
    if cfg!(target_endian = "little")
        && let Ok(numbers) = bytemuck::try_cast_slice(bytes)
    {
        return Cow::Borrowed(numbers);
    }
    Cow::Owned(bytes.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_wherever_they_lie() {
        let bytes: Vec<u8> = [0.0_f32, 1.5, -2.25].into_iter().flat_map(f32::to_le_bytes).collect();
        for shift in 0..4 {
            let moved = [&vec![0; shift], bytes.as_slice()].concat();
            assert_eq!(numbers(&moved[shift..]).as_ref(), [0.0, 1.5, -2.25]);
        }
    }
}
