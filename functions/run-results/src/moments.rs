//! Sums over predictions and true values.

use contract::{ErrorType, Failure, Moments};

/// Rows whose |dz| is larger count as outliers.
pub const OUTLIER_THRESHOLD: f64 = 0.05;

/// Predictions that have no metrics.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum NoMetrics {
    /// There are none.
    #[error("there are no predictions to measure")]
    Empty,
    /// A row lies outside the formulas: they divide by 1 + z.
    #[error(
        "row {row} has prediction {predicted} and true value {truth}: metrics need finite numbers and a true value above -1"
    )]
    Row {
        /// Its place among all rows, from 0.
        row: usize,
        /// What the model predicts.
        predicted: f64,
        /// The true value.
        truth: f64,
    },
}

impl Failure for NoMetrics {
    fn error_type(&self) -> ErrorType {
        ErrorType::NoMetrics
    }
}

/// Sums up predictions against true values, which are equally many, in 64 bits and in two passes.
///
/// # Errors
/// [`NoMetrics`] for no rows and for a row outside the formulas.
#[expect(clippy::cast_precision_loss, reason = "a count of rows stays far below 2^53")]
pub fn moments(predicted: &[f32], truth: &[f32]) -> Result<Moments, NoMetrics> {
    let pairs = || predicted.iter().zip(truth).map(|(&p, &z)| (f64::from(p), f64::from(z)));
    let count = pairs().len();
    if count == 0 {
        return Err(NoMetrics::Empty);
    }
    for (row, (predicted, truth)) in pairs().enumerate() {
        if !predicted.is_finite() || !truth.is_finite() || truth <= -1.0 {
            return Err(NoMetrics::Row { row, predicted, truth });
        }
    }
    let mean_truth = pairs().map(|(_, z)| z).sum::<f64>() / count as f64;
    let mut sums = Moments {
        count: count as u64,
        absolute_error: 0.0,
        squared_error: 0.0,
        dz: 0.0,
        mean_truth,
        squared_deviation: 0.0,
        outliers: 0,
    };
    for (p, z) in pairs() {
        let dz = (p - z) / (1.0 + z);
        sums.absolute_error += (p - z).abs();
        sums.squared_error += (p - z).powi(2);
        sums.dz += dz;
        sums.squared_deviation += (z - mean_truth).powi(2);
        sums.outliers += u64::from(dz.abs() > OUTLIER_THRESHOLD);
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_formulas() {
        // dz = 0.1/1.5, -0.25/2, 0; exact in binary but for the first.
        let sums = moments(&[0.6, 0.75, 3.0], &[0.5, 1.0, 3.0]).unwrap();
        assert_eq!((sums.count, sums.outliers, sums.mean_truth), (3, 2, 1.5));
        assert!((sums.absolute_error - 0.35).abs() < 1e-7, "{sums:?}");
        assert!((sums.squared_error - 0.0725).abs() < 1e-7, "{sums:?}");
        assert!((sums.dz - (0.1 / 1.5 - 0.125)).abs() < 1e-7, "{sums:?}");
        assert!((sums.squared_deviation - 3.5).abs() < 1e-12, "{sums:?}");
    }

    #[test]
    fn rows_outside_the_formulas_are_refused() {
        assert_eq!(moments(&[], &[]), Err(NoMetrics::Empty));
        for (p, z) in [(f32::NAN, 0.0), (0.0, f32::INFINITY), (0.0, -1.0), (0.0, -2.0)] {
            assert!(matches!(moments(&[0.0, p], &[0.0, z]), Err(NoMetrics::Row { row: 1, .. })), "{p} {z}");
        }
    }
}
