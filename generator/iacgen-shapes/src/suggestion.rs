//! The name that was probably meant.

/// The candidate that differs least from `name`, where it differs little.
pub fn closest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let folded = fold(name);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (strsim::damerau_levenshtein(&folded, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| {
            *distance <= (name.chars().count().max(candidate.chars().count()) / 3).max(1)
                && *distance < name.chars().count()
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Case and the marks between words do not make a name another.
fn fold(name: &str) -> String {
    name.chars().filter(|character| !matches!(character, '_' | '-')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["statusCode", "body", "run"];
        for (name, meant) in [
            ("boddy", Some("body")),
            ("status_code", Some("statusCode")),
            ("Run", Some("run")),
            ("rnu", Some("run")),
            ("result", None),
            ("x", None),
        ] {
            assert_eq!(closest(name, names), meant, "{name}");
        }
    }
}
