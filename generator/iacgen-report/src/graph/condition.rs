//! Conditions of Choice states in short words.

use iacgen_asl::{Comparison, Condition, Expression, Operand, Path, Relation};

/// Says when a condition holds: `status = "DONE" and count > 3`.
pub fn words(condition: &Condition) -> String {
    match condition {
        Condition::And(all) => joined(all, " and "),
        Condition::Or(any) => joined(any, " or "),
        Condition::Not(inner) => negated(inner),
        Condition::Compare { variable, comparison } => compared(variable, comparison),
        Condition::Expression(expression) => bare(expression),
        Condition::Constant(always) => if *always { "always" } else { "never" }.to_owned(),
    }
}

/// A path without the `$.` that nearly all begin with.
pub(super) fn short(path: &Path) -> String {
    match path.as_str().strip_prefix("$.") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ if path.as_str() == "$" => "input".to_owned(),
        _ => path.as_str().to_owned(),
    }
}

/// An expression without its delimiters and line breaks, the state's input not named.
pub(super) fn bare(expression: &Expression) -> String {
    let text = expression.as_str();
    let inner = text.strip_prefix("{%").and_then(|text| text.strip_suffix("%}")).unwrap_or(text);
    let words: Vec<&str> = inner.split_whitespace().collect();
    words.join(" ").replace("$states.input.", "")
}

fn joined(parts: &[Condition], word: &str) -> String {
    let parts: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Condition::And(inner) | Condition::Or(inner) if inner.len() > 1 => format!("({})", words(part)),
            _ => words(part),
        })
        .collect();
    parts.join(word)
}

fn negated(inner: &Condition) -> String {
    if let Condition::Compare { variable, comparison } = inner {
        let variable = short(variable);
        match comparison {
            Comparison::String(Relation::Equals, right) => {
                return format!("{variable} ≠ {}", operand(right, |text| format!("\"{text}\"")));
            }
            Comparison::Numeric(Relation::Equals, right) => {
                return format!("{variable} ≠ {}", operand(right, ToString::to_string));
            }
            Comparison::IsPresent(yes) => return is(&variable, !*yes, "present"),
            Comparison::IsNull(yes) => return is(&variable, !*yes, "null"),
            _ => {}
        }
    }
    format!("not ({})", words(inner))
}

fn compared(variable: &Path, comparison: &Comparison) -> String {
    let variable = short(variable);
    match comparison {
        Comparison::String(relation, right) => {
            format!("{variable} {} {}", sign(*relation), operand(right, |text| format!("\"{text}\"")))
        }
        Comparison::Timestamp(relation, right) => {
            let word = match relation {
                Relation::Equals => "=",
                Relation::LessThan => "before",
                Relation::GreaterThan => "after",
                Relation::LessThanEquals => "not after",
                Relation::GreaterThanEquals => "not before",
            };
            format!("{variable} {word} {}", operand(right, Clone::clone))
        }
        Comparison::Numeric(relation, right) => {
            format!("{variable} {} {}", sign(*relation), operand(right, ToString::to_string))
        }
        Comparison::Boolean(Operand::Literal(true)) => variable,
        Comparison::Boolean(Operand::Literal(false)) => format!("not {variable}"),
        Comparison::Boolean(Operand::Path(path)) => format!("{variable} = {}", short(path)),
        Comparison::StringMatches(pattern) => format!("{variable} like \"{pattern}\""),
        Comparison::IsNull(yes) => is(&variable, *yes, "null"),
        Comparison::IsPresent(yes) => is(&variable, *yes, "present"),
        Comparison::IsNumeric(yes) => is(&variable, *yes, "a number"),
        Comparison::IsString(yes) => is(&variable, *yes, "a string"),
        Comparison::IsBoolean(yes) => is(&variable, *yes, "a boolean"),
        Comparison::IsTimestamp(yes) => is(&variable, *yes, "a timestamp"),
    }
}

fn is(variable: &str, yes: bool, what: &str) -> String {
    format!("{variable} is {}{what}", if yes { "" } else { "not " })
}

fn operand<T>(operand: &Operand<T>, literal: impl Fn(&T) -> String) -> String {
    match operand {
        Operand::Literal(value) => literal(value),
        Operand::Path(path) => short(path),
    }
}

fn sign(relation: Relation) -> &'static str {
    match relation {
        Relation::Equals => "=",
        Relation::LessThan => "<",
        Relation::GreaterThan => ">",
        Relation::LessThanEquals => "≤",
        Relation::GreaterThanEquals => "≥",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(path: &str, comparison: Comparison) -> Condition {
        Condition::Compare { variable: Path::new(path).unwrap(), comparison }
    }

    #[test]
    fn comparisons_read_as_short_sentences() {
        let text = |value: &str| Operand::Literal(value.to_owned());
        let status = || compare("$.status", Comparison::String(Relation::Equals, text("DONE")));
        let count = || {
            let right = Operand::Literal(serde_json::Number::from(3));
            compare("$count", Comparison::Numeric(Relation::GreaterThanEquals, right))
        };
        let present = || compare("$.a.b", Comparison::IsPresent(true));
        for (condition, expected) in [
            (status(), "status = \"DONE\""),
            (Condition::Not(Box::new(status())), "status ≠ \"DONE\""),
            (Condition::Not(Box::new(present())), "a.b is not present"),
            (
                Condition::And(vec![status(), Condition::Or(vec![count(), present()])]),
                "status = \"DONE\" and ($count ≥ 3 or a.b is present)",
            ),
            (Condition::Not(Box::new(Condition::And(vec![count()]))), "not ($count ≥ 3)"),
            (compare("$", Comparison::IsNull(false)), "input is not null"),
            (compare("$.ok", Comparison::Boolean(Operand::Literal(false))), "not ok"),
            (
                compare(
                    "$.at",
                    Comparison::Timestamp(Relation::LessThan, Operand::Path(Path::field("until"))),
                ),
                "at before until",
            ),
            (Condition::Constant(true), "always"),
        ] {
            assert_eq!(words(&condition), expected);
        }
    }

    #[test]
    fn expressions_lose_delimiters_line_breaks_and_the_input() {
        let expression = Expression::recognise("{%\n  $states.input.n > 3\n  and $x\n%}").unwrap();
        assert_eq!(words(&Condition::Expression(expression)), "n > 3 and $x");
    }
}
