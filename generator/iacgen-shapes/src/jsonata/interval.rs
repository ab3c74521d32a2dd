//! Between which numbers a number lies.

/// The numbers from one to another, both among them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

impl Interval {
    /// All numbers.
    pub const ALL: Self = Self { least: f64::NEG_INFINITY, most: f64::INFINITY };

    /// A single number.
    pub(super) fn exactly(number: f64) -> Self {
        Self { least: number, most: number }
    }

    /// The numbers from one on.
    pub(super) fn from(least: f64) -> Self {
        Self { least, ..Self::ALL }
    }

    /// The number, where it is a single one.
    pub fn single(self) -> Option<f64> {
        #[expect(clippy::float_cmp, reason = "both are the same number or not")]
        (self.least == self.most).then_some(self.least)
    }

    /// Whether no number is in both.
    pub fn is_apart_from(self, other: Self) -> bool {
        self.most < other.least || other.most < self.least
    }

    /// The numbers of both and those between them.
    pub(super) fn hull(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.max(other.most) }
    }

    pub(super) fn negated(self) -> Self {
        Self { least: -self.most, most: -self.least }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self::of([self.least + other.least, self.most + other.most])
    }

    pub(super) fn times(self, other: Self) -> Self {
        let products = |left: f64| [left * other.least, left * other.most];
        let ([a, b], [c, d]) = (products(self.least), products(self.most));
        Self::of([a, b, c, d])
    }

    pub(super) fn over(self, other: Self) -> Self {
        if other.least <= 0.0 && other.most >= 0.0 {
            return Self::ALL;
        }
        let quotients = |left: f64| [left / other.least, left / other.most];
        let ([a, b], [c, d]) = (quotients(self.least), quotients(self.most));
        Self::of([a, b, c, d])
    }

    /// The same through a function that keeps the order of numbers.
    pub(super) fn through(self, function: impl Fn(f64) -> f64) -> Self {
        Self::of([function(self.least), function(self.most)])
    }

    /// The numbers between the least and the largest of some; all, where one of them is none.
    fn of<const N: usize>(numbers: [f64; N]) -> Self {
        if numbers.iter().any(|number| number.is_nan()) {
            return Self::ALL;
        }
        let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
        let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Self { least, most }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn interval() -> impl Strategy<Value = (Interval, f64)> {
        let number = || prop_oneof![-5.0..5.0_f64, Just(0.0), Just(1e300), Just(-3.0)];
        (number(), number(), 0.0..=1.0_f64).prop_map(|(one, other, part)| {
            let interval = Interval::of([one, other]);
            let within = interval.least + (interval.most - interval.least) * part;
            (interval, within.clamp(interval.least, interval.most))
        })
    }

    fn has(interval: Interval, number: f64) -> bool {
        number.is_nan() || interval.least <= number && number <= interval.most
    }

    proptest! {
        #[test]
        fn results_lie_within((left, a) in interval(), (right, b) in interval()) {
            prop_assert!(has(left.plus(right), a + b));
            prop_assert!(has(left.plus(right.negated()), a - b));
            prop_assert!(has(left.times(right), a * b));
            prop_assert!(has(left.over(right), a / b));
            prop_assert!(has(left.hull(right), a) && has(left.hull(right), b));
            prop_assert!(has(left.through(f64::floor), a.floor()));
            prop_assert!(!(left.is_apart_from(right) && has(right, a)));
        }
    }
}
