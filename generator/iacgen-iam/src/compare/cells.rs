//! The texts of a pattern, sorted by which other patterns they have.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::patterns::{Letter, closure, step};
use crate::evaluate::{Part, Pattern};

/// Joint places after which the search gives up. What we emit stays far below.
const LIMIT: usize = 8192;

/// Letters that stand for all that no pattern names, the first that is free.
const OTHERS: &str = "xyzqwvkj0123456789-_";

/// Texts of which no pattern among these tells one from another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// For each of the other patterns, whether the texts are of it.
    pub(super) members: Vec<bool>,
    /// One of the shortest of them.
    pub(super) example: String,
}

/// Returns a cell for every combination of patterns that some text of `of` has; `None` when there are too many to look at.
/// Variables are no text, so a pattern with one has none here.
pub(super) fn cells(of: &Pattern, others: &[&Pattern]) -> Option<Vec<Cell>> {
    let all: Vec<&[Part]> = [of].into_iter().chain(others.iter().copied()).map(Pattern::parts).collect();
    let named: BTreeSet<char> = all
        .iter()
        .flat_map(|parts| parts.iter())
        .filter_map(|part| match part {
            Part::This(character) => Some(*character),
            _ => None,
        })
        .collect();
    let other = OTHERS.chars().find(|letter| !named.contains(letter)).unwrap_or('\u{b7}');
    let letters: Vec<(Letter<'_>, char)> = [(Letter::Other, other)]
        .into_iter()
        .chain(named.iter().map(|character| (Letter::This(*character), *character)))
        .collect();
    let start: Vec<BTreeSet<usize>> = all.iter().map(|parts| closure(parts, BTreeSet::from([0]))).collect();
    let mut seen = BTreeSet::from([start.clone()]);
    let mut open = VecDeque::from([(start, String::new())]);
    let mut found: BTreeMap<Vec<bool>, String> = BTreeMap::new();
    while let Some((places, text)) = open.pop_front() {
        let ends: Vec<bool> =
            all.iter().zip(&places).map(|(parts, places)| places.contains(&parts.len())).collect();
        if let Some((true, members)) = ends.split_first() {
            found.entry(members.to_vec()).or_insert_with(|| text.clone());
        }
        for (letter, character) in &letters {
            let first = step(all[0], &places[0], letter);
            if first.is_empty() {
                continue;
            }
            let rest = all[1..].iter().zip(&places[1..]).map(|(parts, places)| step(parts, places, letter));
            let next: Vec<BTreeSet<usize>> = [first].into_iter().chain(rest).collect();
            if seen.insert(next.clone()) {
                open.push_back((next, format!("{text}{character}")));
            }
        }
        if seen.len() > LIMIT {
            return None;
        }
    }
    Some(found.into_iter().map(|(members, example)| Cell { members, example }).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::oracle;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// Every text is in a cell, and every cell has the text that it shows.
        #[test]
        fn cells_agree_with_brute_force(patterns in proptest::collection::vec("[ab*?]{0,3}", 1..4)) {
            let read: Vec<Pattern> = patterns.iter().map(|text| Pattern::read(text).unwrap()).collect();
            let others: Vec<&Pattern> = read[1..].iter().collect();
            let cells = cells(&read[0], &others).unwrap();
            let members = |text: &str| -> Vec<bool> {
                patterns[1..].iter().map(|pattern| oracle::glob(pattern, text)).collect()
            };
            for cell in &cells {
                prop_assert!(oracle::glob(&patterns[0], &cell.example));
                prop_assert_eq!(&members(&cell.example), &cell.members);
            }
            let mut texts = vec![String::new()];
            for length in 0..4 {
                let longer: Vec<String> = texts
                    .iter()
                    .filter(|text| text.len() == length)
                    .flat_map(|text| ["a", "b", "c"].map(|letter| format!("{text}{letter}")))
                    .collect();
                texts.extend(longer);
            }
            for text in texts.iter().filter(|text| oracle::glob(&patterns[0], text)) {
                prop_assert!(cells.iter().any(|cell| cell.members == members(text)), "{}", text);
            }
        }
    }
}
