//! Texts inside resource patterns.

/// Returns the pattern that matches exactly `text`: `*`, `?` and `$` lose their meaning.
/// Page: "IAM policy elements: Variables and tags", "Specifying special characters".
pub(crate) fn exactly(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '*' | '?' | '$' => pattern.extend(['$', '{', character, '}']),
            other => pattern.push(other),
        }
    }
    pattern
}

/// Returns the text as a template of `Fn::Sub` that gives just that text.
pub(crate) fn in_sub(text: &str) -> String {
    text.replace("${", "${!")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_stand_for_themselves() {
        assert_eq!(exactly("runs/2024"), "runs/2024");
        assert_eq!(exactly("a*b?c$d"), "a${*}b${?}c${$}d");
        assert_eq!(in_sub(&exactly("a*")), "a${!*}");
    }
}
