//! Inputs for a comparison: numbers from a seed, so that two runs compare the same.

use std::collections::BTreeMap;

use iacgen_tensors::{Dimension, TensorContract};
use ort::session::Session;
use ort::session::SessionInputValue;
use ort::value::{Outlet, Tensor, TensorElementType, ValueType};

/// What dimensions have that neither the graph nor the contract fixes, other than the batch.
const OPEN_DIMENSION: i64 = 4;

/// A generator of numbers that never changes: SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number
/// generators").
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) const fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number of `from..to`.
    fn between(&mut self, from: f32, to: f32) -> f32 {
        // 24 bits are all that an f32 holds.
        #[expect(clippy::cast_precision_loss, reason = "the value has 24 bits")]
        let part = (self.next() >> 40) as f32 / (1_u32 << 24) as f32;
        from + (to - from) * part
    }
}

/// How the numbers of one comparison are spread.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    /// The size of the batch.
    pub(crate) rows: i64,
    pub(crate) from: f32,
    pub(crate) to: f32,
}

/// Returns a value for every input of a session, or why there can be none.
pub(crate) fn seeded(
    session: &Session,
    contract: Option<&TensorContract>,
    spread: Spread,
    numbers: &mut Numbers,
) -> Result<Vec<(String, SessionInputValue<'static>)>, String> {
    let mut symbols = BTreeMap::new();
    if let Some(symbol) = session.inputs().first().and_then(batch_symbol) {
        symbols.insert(symbol, spread.rows);
    }
    let mut values = Vec::new();
    for outlet in session.inputs() {
        let (ty, shape) = shape(outlet, contract, spread.rows, &mut symbols)?;
        values.push((outlet.name().to_owned(), tensor(outlet.name(), ty, shape, spread, numbers)?));
    }
    Ok(values)
}

fn batch_symbol(outlet: &Outlet) -> Option<String> {
    let ValueType::Tensor { shape, dimension_symbols, .. } = outlet.dtype() else { return None };
    let symbol = dimension_symbols.first()?;
    (*shape.first()? < 0 && !symbol.is_empty()).then(|| symbol.clone())
}

/// The contract knows more of the sizes than a graph that leaves them open.
fn shape(
    outlet: &Outlet,
    contract: Option<&TensorContract>,
    rows: i64,
    symbols: &mut BTreeMap<String, i64>,
) -> Result<(TensorElementType, Vec<i64>), String> {
    let ValueType::Tensor { ty, shape, dimension_symbols } = outlet.dtype() else {
        return Err(format!("its input `{}` is no tensor", outlet.name()));
    };
    let declared = contract.and_then(|contract| contract.inputs.get(outlet.name()));
    let sizes = shape.iter().enumerate().map(|(axis, &size)| {
        if size >= 0 {
            return size;
        }
        if axis > 0
            && let Some(Dimension::Fixed(fixed)) = declared.and_then(|declared| declared.shape.get(axis))
        {
            return i64::try_from(*fixed).unwrap_or(OPEN_DIMENSION);
        }
        let open = if axis == 0 { rows } else { OPEN_DIMENSION };
        match dimension_symbols.get(axis).filter(|symbol| !symbol.is_empty()) {
            Some(symbol) => *symbols.entry(symbol.clone()).or_insert(open),
            None => open,
        }
    });
    Ok((*ty, sizes.collect()))
}

fn tensor(
    name: &str,
    ty: TensorElementType,
    shape: Vec<i64>,
    spread: Spread,
    numbers: &mut Numbers,
) -> Result<SessionInputValue<'static>, String> {
    /// More would make a comparison take minutes.
    const MOST_ELEMENTS: usize = 1 << 24;
    let size = |dimension: &i64| usize::try_from(*dimension).ok();
    let count = shape.iter().map(size).try_fold(1_usize, |product, size| product.checked_mul(size?));
    let Some(count) = count.filter(|&count| count <= MOST_ELEMENTS) else {
        return Err(format!("its input `{name}` has the shape {shape:?}, which is too large to compare"));
    };
    let mut float = || numbers.between(spread.from, spread.to);
    let failed = |error: ort::Error| format!("its input `{name}`: {error}");
    Ok(match ty {
        TensorElementType::Float32 => {
            let data: Vec<f32> = (0..count).map(|_| float()).collect();
            Tensor::from_array((shape, data)).map_err(failed)?.into_dyn().into()
        }
        TensorElementType::Float64 => {
            let data: Vec<f64> = (0..count).map(|_| f64::from(float())).collect();
            Tensor::from_array((shape, data)).map_err(failed)?.into_dyn().into()
        }
        // Whole numbers are often indices or tokens, so they are small.
        TensorElementType::Int32 => {
            let data: Vec<i32> = (0..count).map(|_| i32::from(numbers.next() & 1 == 1)).collect();
            Tensor::from_array((shape, data)).map_err(failed)?.into_dyn().into()
        }
        TensorElementType::Int64 => {
            let data: Vec<i64> = (0..count).map(|_| i64::from(numbers.next() & 1 == 1)).collect();
            Tensor::from_array((shape, data)).map_err(failed)?.into_dyn().into()
        }
        TensorElementType::Uint8 => {
            let data: Vec<u8> = (0..count).map(|_| (numbers.next() & 0xff) as u8).collect();
            Tensor::from_array((shape, data)).map_err(failed)?.into_dyn().into()
        }
        TensorElementType::Bool => {
            let data: Vec<bool> = (0..count).map(|_| numbers.next() & 1 == 1).collect();
            Tensor::from_array((shape, data)).map_err(failed)?.into_dyn().into()
        }
        other => return Err(format!("its input `{name}` is of {other}, for which no comparison is made")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_within_the_range() {
        let take = |seed| {
            let mut numbers = Numbers::seeded(seed);
            (0..1000).map(|_| numbers.between(-3.0, 3.0)).collect::<Vec<_>>()
        };
        assert_eq!(take(7), take(7));
        assert_ne!(take(7), take(8));
        assert!(take(7).iter().all(|number| (-3.0..3.0).contains(number)));
        let mean: f32 = take(7).iter().sum::<f32>() / 1000.0;
        assert!(mean.abs() < 0.3, "{mean}");
    }
}
