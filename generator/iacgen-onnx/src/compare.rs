//! The numbers of two sessions on the same inputs.

use iacgen_tensors::TensorContract;
use ort::session::{Session, SessionOutputs};
use ort::value::{DynValue, PrimitiveTensorElementType, TensorElementType, ValueType};
use serde::{Deserialize, Serialize};

use crate::inputs::{Numbers, Spread, seeded};

/// How far two f32 or f64 may be apart, relative to the larger: what fused operations may round otherwise. Whole numbers
/// must be equal.
pub const RELATIVE_TOLERANCE: f64 = 1e-5;
/// How far two numbers near zero may be apart.
const ABSOLUTE_TOLERANCE: f64 = 1e-6;

/// The batches that are compared, and the ranges of their numbers: images and other counts are not negative, measures
/// are.
const SPREADS: [Spread; 2] =
    [Spread { rows: 1, from: 0.0, to: 1.0 }, Spread { rows: 3, from: -3.0, to: 3.0 }];
const SEED: u64 = 0x6961_6367_656e;

/// How two models differ on the same inputs.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The number of output values that were compared, over all batches.
    pub values: u64,
    /// The largest difference between two.
    pub max_absolute: f64,
    /// The largest difference relative to the larger of the two.
    pub max_relative: f64,
    /// How many are further apart than the tolerance, or are a number in one and none in the other.
    pub beyond: u64,
}

impl Comparison {
    /// Tells whether the two models give the same numbers.
    pub const fn same(&self) -> bool {
        self.beyond == 0 && self.values > 0
    }

    fn add(&mut self, a: f64, b: f64) {
        self.values += 1;
        #[expect(clippy::float_cmp, reason = "equal is equal: infinities too, whose difference is no number")]
        let equal = a == b || (a.is_nan() && b.is_nan());
        if equal {
            return;
        }
        let absolute = (a - b).abs();
        let size = a.abs().max(b.abs());
        if !absolute.is_finite() {
            self.beyond += 1;
            return;
        }
        self.max_absolute = self.max_absolute.max(absolute);
        self.max_relative = self.max_relative.max(absolute / size);
        if absolute > ABSOLUTE_TOLERANCE + RELATIVE_TOLERANCE * size {
            self.beyond += 1;
        }
    }

    fn add_equal(&mut self, equal: bool) {
        self.values += 1;
        self.beyond += u64::from(!equal);
    }
}

/// Runs both on the same inputs.
///
/// # Errors
/// Why they cannot be compared, as what is true of the model.
pub(crate) fn compare(
    original: &mut Session,
    optimized: &mut Session,
    contract: Option<&TensorContract>,
) -> Result<Comparison, String> {
    let mut numbers = Numbers::seeded(SEED);
    let mut comparison = Comparison::default();
    for spread in SPREADS {
        let inputs = seeded(original, contract, spread, &mut numbers)?;
        let views = || inputs.iter().map(|(name, value)| (name.as_str(), value.view())).collect::<Vec<_>>();
        let expected =
            original.run(views()).map_err(|error| format!("it does not run on seeded inputs: {error}"))?;
        let found = optimized.run(views()).map_err(|error| format!("optimised, it does not run: {error}"))?;
        outputs(&expected, &found, &mut comparison)?;
    }
    Ok(comparison)
}

fn outputs(
    expected: &SessionOutputs<'_>,
    found: &SessionOutputs<'_>,
    comparison: &mut Comparison,
) -> Result<(), String> {
    for (name, a) in expected {
        let b = found.get(name).ok_or_else(|| format!("optimised, it has no output `{name}`"))?;
        let ValueType::Tensor { ty, .. } = a.dtype() else {
            return Err(format!("its output `{name}` is no tensor"));
        };
        let pair = Pair { name, a: &a, b };
        match ty {
            TensorElementType::Float32 => {
                pair.each::<f32>(|a, b| comparison.add(f64::from(a), f64::from(b)))?;
            }
            TensorElementType::Float64 => pair.each::<f64>(|a, b| comparison.add(a, b))?,
            TensorElementType::Int32 => pair.each::<i32>(|a, b| comparison.add_equal(a == b))?,
            TensorElementType::Int64 => pair.each::<i64>(|a, b| comparison.add_equal(a == b))?,
            TensorElementType::Uint8 => pair.each::<u8>(|a, b| comparison.add_equal(a == b))?,
            TensorElementType::Bool => pair.each::<bool>(|a, b| comparison.add_equal(a == b))?,
            other => {
                return Err(format!("its output `{name}` is of {other}, for which no comparison is made"));
            }
        }
    }
    Ok(())
}

/// One output of both.
struct Pair<'a> {
    name: &'a str,
    a: &'a DynValue,
    b: &'a DynValue,
}

impl Pair<'_> {
    fn each<T: PrimitiveTensorElementType + Copy>(&self, mut take: impl FnMut(T, T)) -> Result<(), String> {
        let failed = |error: ort::Error| format!("its output `{}`: {error}", self.name);
        let (shape, a) = self.a.try_extract_tensor::<T>().map_err(failed)?;
        let (other_shape, b) = self.b.try_extract_tensor::<T>().map_err(failed)?;
        if shape != other_shape {
            return Err(format!("its output `{}` is {shape:?}, and optimised {other_shape:?}", self.name));
        }
        a.iter().zip(b).for_each(|(&a, &b)| take(a, b));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(pairs: &[(f64, f64)]) -> Comparison {
        let mut comparison = Comparison::default();
        for &(a, b) in pairs {
            comparison.add(a, b);
        }
        comparison
    }

    #[test]
    fn rounding_is_the_same_number_and_more_is_not() {
        assert!(compared(&[(1.0, 1.000_005), (0.0, 5e-7), (f64::NAN, f64::NAN)]).same());
        assert!(compared(&[(f64::INFINITY, f64::INFINITY)]).same());
        for (a, b) in [(1.0, 1.001), (0.0, 1e-4), (1.0, f64::NAN), (1.0, f64::INFINITY), (1.0, -1.0)] {
            assert!(!compared(&[(a, b)]).same(), "{a} {b}");
        }
        assert!(!compared(&[]).same());
    }

    #[test]
    fn the_largest_differences_are_told() {
        let found = compared(&[(100.0, 101.0), (1.0, 1.5), (3.0, 3.0)]);
        assert_eq!((found.values, found.beyond, found.max_absolute), (3, 2, 1.0));
        assert!((found.max_relative - 1.0 / 3.0).abs() < 1e-12);
    }
}
