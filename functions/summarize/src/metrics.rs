//! How good predictions are.

use contract::{Metrics, Moments};
use run_results::{NoMetrics, OUTLIER_THRESHOLD, moments};

use crate::SummarizeError;
use crate::spread::median;

/// The factor by which the median absolute deviation is scaled: the workflow's own definition, which rounds the 1.4826
/// that would make it a standard deviation for a normal distribution.
const NMAD_SCALE: f64 = 1.48;

/// How far sums may differ that went through JSON.
const TOLERANCE: f64 = 1e-12;

/// Measures predictions against true values, which are equally many.
///
/// # Errors
/// [`NoMetrics`] for no rows and for a row outside the formulas.
#[expect(clippy::cast_precision_loss, reason = "a count of rows stays far below 2^53")]
pub fn measure(predicted: &[f32], truth: &[f32]) -> Result<(Metrics, Moments), NoMetrics> {
    let sums = moments(predicted, truth)?;
    let count = sums.count as f64;
    let mut dz: Vec<f64> = predicted
        .iter()
        .zip(truth)
        .map(|(&p, &z)| (f64::from(p) - f64::from(z)) / (1.0 + f64::from(z)))
        .collect();
    let center = median(&mut dz);
    let mut deviations: Vec<f64> = dz.iter().map(|dz| (dz - center).abs()).collect();
    let metrics = Metrics {
        mae: sums.absolute_error / count,
        mse: sums.squared_error / count,
        bias: sums.dz / count,
        nmad: NMAD_SCALE * median(&mut deviations),
        r2: (sums.squared_deviation > 0.0).then(|| 1.0 - sums.squared_error / sums.squared_deviation),
        outlier_fraction: sums.outliers as f64 / count,
        outlier_threshold: OUTLIER_THRESHOLD,
    };
    Ok((metrics, sums))
}

/// Holds the sums that fmi wrote to those computed here from the same predictions.
pub(crate) fn check_moments(
    key: &str,
    written: Option<&Moments>,
    own: &Moments,
) -> Result<(), SummarizeError> {
    let close = |a: f64, b: f64| (a - b).abs() <= TOLERANCE * a.abs().max(b.abs());
    let same = written.is_some_and(|written| {
        written.count == own.count
            && written.outliers == own.outliers
            && close(written.absolute_error, own.absolute_error)
            && close(written.squared_error, own.squared_error)
            && close(written.dz, own.dz)
            && close(written.mean_truth, own.mean_truth)
            && close(written.squared_deviation, own.squared_deviation)
    });
    if same { Ok(()) } else { Err(SummarizeError::OtherMoments { key: key.to_owned() }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} is not {expected}");
    }

    #[test]
    fn metrics_are_those_computed_by_hand() {
        // All numbers are exact in binary. p - z: 0.25, -0.5, 0, 0.5. dz: 0.25/1.5, -0.25, 0, 0.125.
        let (metrics, _) = measure(&[0.75, 0.5, 0.0, 3.5], &[0.5, 1.0, 0.0, 3.0]).unwrap();
        close(metrics.mae, 1.25 / 4.0);
        close(metrics.mse, 0.5625 / 4.0);
        close(metrics.bias, (1.0 / 6.0 - 0.25 + 0.125) / 4.0);
        // Sorted dz: -0.25, 0, 0.125, 1/6; median 0.0625. Deviations: 0.3125, 0.0625, 0.0625, 1/6 - 0.0625.
        // Sorted: 0.0625, 0.0625, 0.10416.., 0.3125; median their middle two's mean.
        close(metrics.nmad, 1.48 * (0.0625 + (1.0 / 6.0 - 0.0625)) / 2.0);
        // Mean z 1.125; squared deviations 0.390625, 0.015625, 1.265625, 3.515625.
        close(metrics.r2.unwrap(), 1.0 - 0.5625 / 5.1875);
        close(metrics.outlier_fraction, 0.75);
        close(metrics.outlier_threshold, 0.05);
    }

    #[test]
    fn perfect_and_constant_predictions_have_their_values() {
        let (metrics, _) = measure(&[0.1, 0.2, 0.3], &[0.1, 0.2, 0.3]).unwrap();
        assert_eq!(
            (metrics.mae, metrics.nmad, metrics.r2, metrics.outlier_fraction),
            (0.0, 0.0, Some(1.0), 0.0)
        );
        // The mean of z as the only answer explains nothing.
        let (metrics, _) = measure(&[2.0, 2.0], &[1.0, 3.0]).unwrap();
        assert_eq!(metrics.r2, Some(0.0));
        // One row, or equal true values: no variance to explain.
        assert_eq!(measure(&[0.5], &[0.25]).unwrap().0.r2, None);
        assert_eq!(measure(&[0.5, 0.5], &[0.25, 0.25]).unwrap().0.r2, None);
        assert_eq!(measure(&[], &[]).unwrap_err(), NoMetrics::Empty);
    }

    #[test]
    fn other_sums_are_noticed() {
        let (_, own) = measure(&[0.5, 1.0], &[0.25, 1.5]).unwrap();
        assert!(check_moments("k", Some(&own), &own).is_ok());
        assert!(check_moments("k", Some(&Moments { dz: own.dz + 1e-9, ..own }), &own).is_err());
        assert!(check_moments("k", None, &own).is_err());
    }
}
