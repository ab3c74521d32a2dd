//! "Did you mean": the known word that is nearest to an unknown one.

use iacgen_diagnostics::Diagnostic;

/// The shortest beginning of a word that tells which one is meant.
const BEGINNING: usize = 3;

/// Returns the nearest candidate, if one is near enough to be a misspelling.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = word.to_lowercase();
    let most = (folded.chars().count() / 3).max(1);
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let near = || {
        let distances = candidates
            .iter()
            .map(|candidate| (strsim::damerau_levenshtein(&folded, &candidate.to_lowercase()), *candidate));
        let near = distances
            .filter(|(distance, candidate)| *distance <= most && *distance < candidate.chars().count())
            .min_by_key(|(distance, _)| *distance);
        near.map(|(_, candidate)| candidate)
    };
    only_longer(&folded, &candidates).or_else(near)
}

/// Returns the one candidate that the word is the beginning of.
fn only_longer<'a>(folded: &str, candidates: &[&'a str]) -> Option<&'a str> {
    let mut longer = candidates.iter().filter(|candidate| candidate.to_lowercase().starts_with(folded));
    let first = longer.next().filter(|_| folded.chars().count() >= BEGINNING)?;
    longer.next().is_none().then_some(*first)
}

/// Adds "did you mean" where a candidate is near, and otherwise all candidates, as far as there are any.
pub(crate) fn help<'a>(
    finding: Diagnostic,
    word: &str,
    plural: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Diagnostic {
    let candidates: Vec<&str> = candidates.into_iter().collect();
    if let Some(candidate) = nearest(word, candidates.iter().copied()) {
        return finding.help(format!("did you mean `{candidate}`?"));
    }
    if candidates.is_empty() {
        return finding.help(format!("there are no {plural} yet"));
    }
    finding.help(format!("the {plural} are {}", list(&candidates)))
}

/// Returns words in backquotes, with commas between them.
pub(crate) fn list(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_misspellings_are_near() {
        let fields = ["memory", "timeout", "handler", "model"];
        for (word, expected) in [
            ("memroy", Some("memory")),
            ("Memory", Some("memory")),
            ("time_out", Some("timeout")),
            ("modle", Some("model")),
            ("x", None),
            ("concurrency", None),
        ] {
            assert_eq!(nearest(word, fields), expected, "{word}");
        }
        assert_eq!(nearest("a", ["b"]), None);
        assert_eq!(nearest("some", ["full", "none"]), None);
        assert_eq!(nearest("x86", ["x86_64", "arm64"]), Some("x86_64"));
        assert_eq!(nearest("lambda-trans", ["lambda-transient", "lambda-crash"]), Some("lambda-transient"));
        assert_eq!(nearest("lambda", ["lambda-transient", "lambda-crash"]), None);
    }
}
