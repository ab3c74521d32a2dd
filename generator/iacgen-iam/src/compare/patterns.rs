//! Patterns as sets of texts.

use std::collections::{BTreeSet, VecDeque};

use crate::evaluate::{Part, Pattern};

/// Sets of places in the wider pattern after which the search gives up. What we emit stays far below.
const LIMIT: usize = 4096;

/// Whether every text of `narrow` is one of `wide`, exactly.
///
/// Both are read at once, letter by letter: `narrow` as an automaton whose place is a number of parts, `wide` as the set of
/// all places that it may be in. A letter that neither pattern names stands for all such. A variable is a letter of its own,
/// which only `*` or the same variable takes, since its value may be of any length.
pub(super) fn includes(wide: &Pattern, narrow: &Pattern) -> bool {
    let (wide, narrow) = (wide.parts(), narrow.parts());
    // The quick ways, which are nearly all.
    if wide == narrow || wide == [Part::Any] {
        return true;
    }
    let letters = letters(wide, narrow);
    let start = (0, closure(wide, BTreeSet::from([0])));
    let mut seen = BTreeSet::from([start.clone()]);
    let mut open = VecDeque::from([start]);
    while let Some((at, places)) = open.pop_front() {
        if at == narrow.len() && !places.contains(&wide.len()) {
            return false;
        }
        let Some(part) = narrow.get(at) else { continue };
        let mut reach = |at: usize, places: BTreeSet<usize>| {
            let state = (at, places);
            if seen.insert(state.clone()) {
                open.push_back(state);
            }
        };
        if *part == Part::Any {
            reach(at + 1, places.clone());
        }
        for letter in letters.iter().filter(|letter| takes(part, letter)) {
            let next = if *part == Part::Any { at } else { at + 1 };
            reach(next, step(wide, &places, letter));
        }
        if seen.len() > LIMIT {
            return false;
        }
    }
    true
}

/// Whether some text may be of both. A variable may be any text.
pub(super) fn may_meet(one: &Pattern, other: &Pattern) -> bool {
    let (one, other) = (one.parts(), other.parts());
    let any = |part: &Part| matches!(part, Part::Any | Part::Variable { .. });
    let mut seen = BTreeSet::from([(0, 0)]);
    let mut open = vec![(0, 0)];
    while let Some((a, b)) = open.pop() {
        if a == one.len() && b == other.len() {
            return true;
        }
        let (left, right) = (one.get(a), other.get(b));
        let mut next = Vec::new();
        if left.is_some_and(any) {
            next.push((a + 1, b));
            next.extend(right.map(|_| (a, b + 1)));
        }
        if right.is_some_and(any) {
            next.push((a, b + 1));
            next.extend(left.map(|_| (a + 1, b)));
        }
        match (left, right) {
            (Some(Part::One), Some(Part::One | Part::This(_))) | (Some(Part::This(_)), Some(Part::One)) => {
                next.push((a + 1, b + 1));
            }
            (Some(Part::This(x)), Some(Part::This(y))) if x == y => next.push((a + 1, b + 1)),
            _ => {}
        }
        for state in next {
            if seen.insert(state) {
                open.push(state);
            }
        }
    }
    false
}

/// Something that a pattern takes at once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Letter<'a> {
    This(char),
    /// One that no pattern names.
    Other,
    Variable(&'a Part),
}

fn letters<'a>(wide: &'a [Part], narrow: &'a [Part]) -> BTreeSet<Letter<'a>> {
    let named = wide.iter().chain(narrow).filter_map(|part| match part {
        Part::This(character) => Some(Letter::This(*character)),
        Part::Variable { .. } => Some(Letter::Variable(part)),
        Part::Any | Part::One => None,
    });
    named.chain([Letter::Other]).collect()
}

fn takes(part: &Part, letter: &Letter<'_>) -> bool {
    match (part, letter) {
        (Part::Any | Part::One, Letter::This(_) | Letter::Other) => true,
        (Part::This(one), Letter::This(other)) => one == other,
        (variable @ Part::Variable { .. }, Letter::Variable(other)) => variable == *other,
        _ => false,
    }
}

/// Adds the places that are reached by taking nothing.
pub(super) fn closure(parts: &[Part], mut places: BTreeSet<usize>) -> BTreeSet<usize> {
    for (at, part) in parts.iter().enumerate() {
        if *part == Part::Any && places.contains(&at) {
            places.insert(at + 1);
        }
    }
    places
}

pub(super) fn step(parts: &[Part], places: &BTreeSet<usize>, letter: &Letter<'_>) -> BTreeSet<usize> {
    let next = places.iter().filter_map(|&at| match parts.get(at) {
        // `*` takes a variable too, whatever its value.
        Some(Part::Any) => Some(at),
        Some(part) if takes(part, letter) => Some(at + 1),
        _ => None,
    });
    closure(parts, next.collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::oracle;

    fn read(text: &str) -> Pattern {
        Pattern::read(text).unwrap()
    }

    #[test]
    fn wider_patterns_include_narrower_ones() {
        for (wide, narrow, expected) in [
            ("a*", "ab*", true),
            ("ab*", "a*", false),
            ("*b*", "a*b", true),
            ("?*", "*?", true),
            ("*", "", true),
            ("a?", "a*", false),
            ("*/${aws:userid}", "home/${aws:userid}", true),
            ("home/*", "home/${aws:userid}", true),
            ("home/?", "home/${aws:userid}", false),
            ("home/${aws:userid}", "home/x", false),
            ("home/${aws:userid}", "home/*", false),
        ] {
            assert_eq!(includes(&read(wide), &read(narrow)), expected, "{wide} {narrow}");
        }
    }

    /// All texts of up to five of these letters, of which `c` stands in no pattern.
    fn texts() -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..5 {
            last = last
                .iter()
                .flat_map(|text| ["a", "b", "c"].map(|letter| format!("{text}{letter}")))
                .collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        /// With up to four parts a difference shows in texts of five letters, so both directions are exact.
        #[test]
        fn inclusion_and_meeting_agree_with_brute_force(one in "[ab*?]{0,4}", other in "[ab*?]{0,4}") {
            let texts = texts();
            let all = texts.iter().all(|text| !oracle::glob(&other, text) || oracle::glob(&one, text));
            let some = texts.iter().any(|text| oracle::glob(&other, text) && oracle::glob(&one, text));
            prop_assert_eq!(includes(&read(&one), &read(&other)), all);
            // Texts that both take may need the letters of both.
            let meets = may_meet(&read(&one), &read(&other));
            prop_assert!(meets || !some);
            if one.len() + other.len() <= 5 {
                prop_assert_eq!(meets, some);
            }
        }
    }
}
