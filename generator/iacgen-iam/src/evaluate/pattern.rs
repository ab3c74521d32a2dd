//! Texts with wildcards. Page: "IAM JSON policy elements: Resource", "Policy variables".

/// A text where `*` stands for any characters and `?` for one; `${*}`, `${?}` and `${$}` are those characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Any,
    One,
    This(char),
}

impl Pattern {
    /// Reads a pattern; the error is the policy variable that is not evaluated here.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            if let Some(variable) = rest.strip_prefix("${") {
                let Some((name, after)) = variable.split_once('}') else {
                    return Err(rest.to_owned());
                };
                match name {
                    "*" | "?" | "$" => parts.extend(name.chars().map(Part::This)),
                    _ => return Err(format!("${{{name}}}")),
                }
                rest = after;
                continue;
            }
            parts.push(match first {
                '*' => Part::Any,
                '?' => Part::One,
                other => Part::This(other),
            });
            rest = &rest[first.len_utf8()..];
        }
        Ok(Self(parts))
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        let (mut part, mut at) = (0, 0);
        // Where the last `*` stands, and how far it reaches.
        let mut any = None;
        while at < text.len() {
            match self.0.get(part) {
                Some(Part::Any) => {
                    any = Some((part, at));
                    part += 1;
                }
                Some(Part::One) => (part, at) = (part + 1, at + 1),
                Some(Part::This(character)) if *character == text[at] => (part, at) = (part + 1, at + 1),
                _ => match any {
                    Some((star, reach)) => {
                        any = Some((star, reach + 1));
                        (part, at) = (star + 1, reach + 1);
                    }
                    None => return false,
                },
            }
        }
        self.0[part..].iter().all(|part| *part == Part::Any)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_characters_and_escapes_for_themselves() {
        for (pattern, text, expected) in [
            ("arn:x/*", "arn:x/a/b", true),
            ("arn:x/*", "arn:x/", true),
            ("arn:x/*", "arn:x", false),
            ("*a*b?", "xxaybabc", true),
            ("*a*b?", "xxayb", false),
            ("a${*}/*", "a*/b", true),
            ("a${*}/*", "ab/b", false),
            ("${?}${$}", "?$", true),
            ("", "", true),
            ("", "a", false),
            ("é?", "éü", true),
        ] {
            assert_eq!(Pattern::read(pattern).unwrap().matches(text), expected, "{pattern} {text}");
        }
        assert_eq!(Pattern::read("a/${aws:username}/*").unwrap_err(), "${aws:username}");
    }
}
