//! Medians and percentiles.

use contract::Distribution;

/// Returns the median: the middle value, or the mean of the middle two. 0 for no values.
pub(crate) fn median(values: &mut [f64]) -> f64 {
    if values.is_empty() {
        return 0.0;
    }
    let middle = values.len() / 2;
    let is_odd = values.len() % 2 == 1;
    let (below, upper, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let upper = *upper;
    if is_odd {
        return upper;
    }
    let lower = below.iter().copied().max_by(f64::total_cmp).unwrap_or(upper);
    f64::midpoint(lower, upper)
}

/// Returns how values spread; nothing is filtered. All 0 for no values.
#[expect(clippy::cast_precision_loss, reason = "a count of shards is far below 2^53")]
pub(crate) fn distribution(values: impl Iterator<Item = f64>) -> Distribution {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    // Nearest rank: the smallest value that at least so many percent do not exceed.
    let percentile = |percent: usize| {
        let rank = (sorted.len() * percent).div_ceil(100).max(1);
        sorted.get(rank - 1).copied().unwrap_or(0.0)
    };
    Distribution {
        mean: sorted.iter().sum::<f64>() / sorted.len().max(1) as f64,
        p50: percentile(50),
        p95: percentile(95),
        max: percentile(100),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_odd_and_even_counts() {
        let cases: [(&mut [f64], f64); 4] = [
            (&mut [3.0, 1.0, 2.0], 2.0),
            (&mut [4.0, 1.0, 3.0, 2.0], 2.5),
            (&mut [7.0], 7.0),
            (&mut [], 0.0),
        ];
        for (values, expected) in cases {
            assert_eq!(median(values).to_bits(), expected.to_bits(), "{values:?}");
        }
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        let spread = distribution((1..=20).rev().map(f64::from));
        assert_eq!((spread.mean, spread.p50, spread.p95, spread.max), (10.5, 10.0, 19.0, 20.0));
        let one = distribution([5.0].into_iter());
        assert_eq!((one.mean, one.p50, one.p95, one.max), (5.0, 5.0, 5.0, 5.0));
        let none = distribution(std::iter::empty());
        assert_eq!((none.mean, none.p50, none.p95, none.max), (0.0, 0.0, 0.0, 0.0));
    }
}
