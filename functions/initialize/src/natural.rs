//! The order in which a person counts: `part-2` before `part-10`.

use std::cmp::Ordering;

/// Compares two keys part by part: runs of digits by their number, everything else by its bytes. Keys that differ only
/// in leading zeros keep the order of their bytes, so that the order is total.
pub fn compare(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.as_bytes(), b.as_bytes());
    loop {
        let order = match (left.first(), right.first()) {
            (None, _) | (_, None) => left.len().cmp(&right.len()),
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let (x, rest_of_left) = digits(left);
                let (y, rest_of_right) = digits(right);
                (left, right) = (rest_of_left, rest_of_right);
                x.len().cmp(&y.len()).then_with(|| x.cmp(y))
            }
            (Some(x), Some(y)) => {
                (left, right) = (&left[1..], &right[1..]);
                x.cmp(y)
            }
        };
        if order.is_ne() {
            return order;
        }
        if left.is_empty() && right.is_empty() {
            return a.cmp(b);
        }
    }
}

/// Splits off the number at the start, without its leading zeros.
fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(end);
    let zeros = number.iter().position(|byte| *byte != b'0').unwrap_or(number.len());
    (&number[zeros..], rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_count() {
        let mut keys = vec![
            "d/part-10.safetensors",
            "d/part-2.safetensors",
            "d/part-1.safetensors",
            "d/part-100.safetensors",
            "d/part-02.safetensors",
            "d/a9b",
            "d/a10",
            "d/a",
            "d/99999999999999999999999999999998",
            "d/99999999999999999999999999999999",
        ];
        keys.sort_by(|a, b| compare(a, b));
        let expected = [
            "d/99999999999999999999999999999998",
            "d/99999999999999999999999999999999",
            "d/a",
            "d/a9b",
            "d/a10",
            "d/part-1.safetensors",
            "d/part-02.safetensors",
            "d/part-2.safetensors",
            "d/part-10.safetensors",
            "d/part-100.safetensors",
        ];
        assert_eq!(keys, expected);
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in "[a0-9]{0,6}", b in "[a0-9]{0,6}", c in "[a0-9]{0,6}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &b) == Ordering::Equal, a == b);
            if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
                prop_assert!(compare(&a, &c).is_le());
            }
        }
    }
}
