//! Conditions. Pages: "IAM JSON policy elements: Condition operators", "Multivalued context keys".

use serde_json::Value;

use super::context::Context;
use super::pattern::Pattern;

/// One key of a `Condition` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Condition {
    /// How values are compared.
    pub(crate) operator: Operator,
    /// Which of the request's values must compare.
    pub(crate) quantifier: Quantifier,
    /// Whether it holds when the request lacks the key (`IfExists`).
    pub(crate) if_exists: bool,
    /// The key in small letters.
    pub(crate) key: String,
    /// How the condition names itself.
    pub(crate) text: String,
    /// What the policy compares with.
    pub(crate) values: Vec<Pattern>,
}

/// The operators that are evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `ArnLike` and `ArnEquals`, which behave alike.
    ArnLike,
    ArnNotLike,
    Bool,
    Null,
    StringEquals,
    StringEqualsIgnoreCase,
    StringLike,
    StringNotEquals,
    StringNotLike,
}

impl Operator {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "ArnEquals" | "ArnLike" => Self::ArnLike,
            "ArnNotEquals" | "ArnNotLike" => Self::ArnNotLike,
            "Bool" => Self::Bool,
            "Null" => Self::Null,
            "StringEquals" => Self::StringEquals,
            "StringEqualsIgnoreCase" => Self::StringEqualsIgnoreCase,
            "StringLike" => Self::StringLike,
            "StringNotEquals" => Self::StringNotEquals,
            "StringNotLike" => Self::StringNotLike,
            _ => return None,
        })
    }

    const fn is_negated(self) -> bool {
        matches!(self, Self::ArnNotLike | Self::StringNotEquals | Self::StringNotLike)
    }

    const fn has_wildcards(self) -> bool {
        matches!(self, Self::ArnLike | Self::ArnNotLike | Self::StringLike | Self::StringNotLike)
    }
}

/// `ForAnyValue:` and `ForAllValues:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    /// The key has one value.
    One,
    /// Some value of the request compares.
    AnyValue,
    /// Every value of the request compares; also when there is none.
    AllValues,
}

impl Condition {
    /// Reads one key of an operator; the error says what is not evaluated.
    pub(super) fn read(operator: &str, key: &str, values: &Value) -> Result<Self, String> {
        let text = format!("{operator} on {key}");
        let (quantifier, name) = match operator.split_once(':') {
            Some(("ForAnyValue", name)) => (Quantifier::AnyValue, name),
            Some(("ForAllValues", name)) => (Quantifier::AllValues, name),
            Some(_) => return Err(text),
            None => (Quantifier::One, operator),
        };
        let (name, if_exists) = match name.strip_suffix("IfExists") {
            Some(name) => (name, true),
            None => (name, false),
        };
        let operator = Operator::read(name).ok_or_else(|| text.clone())?;
        let read = if operator.has_wildcards() { Pattern::read } else { Pattern::read_exact };
        let values =
            super::statement::texts(Some(values)).map(|value| read(&value)).collect::<Result<_, _>>()?;
        Ok(Self { operator, quantifier, if_exists, key: key.to_ascii_lowercase(), text, values })
    }

    /// Returns the keys that it takes from the request, its own and its variables'.
    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.key.as_str()).chain(self.values.iter().flat_map(Pattern::variables))
    }

    /// Whether it holds for a request.
    pub(super) fn holds(&self, context: &Context) -> bool {
        let actual = context.values(&self.key);
        if self.operator == Operator::Null {
            let is_absent = if actual.is_empty() { "true" } else { "false" };
            return self.values.iter().any(|value| value.matches(is_absent));
        }
        if actual.is_empty() && self.quantifier != Quantifier::AnyValue {
            let holds =
                self.if_exists || self.operator.is_negated() || self.quantifier == Quantifier::AllValues;
            return holds;
        }
        match self.quantifier {
            Quantifier::One | Quantifier::AnyValue => {
                actual.iter().any(|actual| self.compares(actual, context))
                    || (actual.is_empty() && self.if_exists)
            }
            Quantifier::AllValues => actual.iter().all(|actual| self.compares(actual, context)),
        }
    }

    /// Whether one value of the request compares with the policy's. A negated operator holds when none is equal.
    fn compares(&self, actual: &str, context: &Context) -> bool {
        let equal = self.values.iter().any(|value| {
            value.resolved(context).is_some_and(|value| match self.operator {
                Operator::ArnLike | Operator::ArnNotLike => arn_matches(&value, actual),
                Operator::Bool | Operator::StringEqualsIgnoreCase => {
                    lower(&value).is_some_and(|value| value == actual.to_lowercase())
                }
                _ => value.matches(actual),
            })
        });
        equal != self.operator.is_negated()
    }
}

/// Returns an exact text in small letters.
fn lower(value: &Pattern) -> Option<String> {
    let text: Option<String> = value
        .parts()
        .iter()
        .map(|part| match part {
            super::pattern::Part::This(character) => Some(*character),
            _ => None,
        })
        .collect();
    text.map(|text| text.to_lowercase())
}

/// Each of the six parts of an ARN is compared by itself; `*` alone is every ARN.
fn arn_matches(pattern: &Pattern, arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    if parts.len() != 6 {
        return false;
    }
    match pattern.split_as_arn() {
        Some(patterns) => patterns.iter().zip(parts).all(|(pattern, part)| pattern.matches(part)),
        None => pattern.parts() == [super::pattern::Part::Any],
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(operator: &str, values: &Value, actual: &[&str]) -> bool {
        let mut context = Context::default();
        for value in actual {
            context.insert("aws:Key", (*value).to_owned());
        }
        Condition::read(operator, "AWS:key", values).unwrap().holds(&context)
    }

    #[test]
    fn operators_compare_as_their_page_says() {
        for (operator, values, actual, expected) in [
            ("StringEquals", json!("a"), &["a"][..], true),
            ("StringEquals", json!("a*"), &["ab"], false),
            ("StringEquals", json!(["a", "b"]), &["b"], true),
            ("StringEquals", json!("a"), &[], false),
            ("StringEqualsIfExists", json!("a"), &[], true),
            ("StringEqualsIfExists", json!("a"), &["b"], false),
            ("StringEqualsIgnoreCase", json!("A"), &["a"], true),
            ("StringNotEquals", json!(["a", "b"]), &["b"], false),
            ("StringNotEquals", json!("a"), &[], true),
            ("StringLike", json!("a*"), &["ab"], true),
            ("StringNotLike", json!("a*"), &["ab"], false),
            ("Bool", json!(false), &["false"], true),
            ("Bool", json!("true"), &["True"], true),
            ("Null", json!(true), &[], true),
            ("Null", json!("true"), &["a"], false),
            ("ArnLike", json!("arn:aws:sqs:*:1:x"), &["arn:aws:sqs:us-east-1:1:x"], true),
            // A wildcard does not reach beyond its part.
            ("ArnLike", json!("arn:aws:*:x"), &["arn:aws:sqs:us-east-1:1:x"], false),
            ("ArnEquals", json!("arn:aws:s3:::b/*"), &["arn:aws:s3:::b/a:b"], true),
            ("ArnLike", json!("*"), &["arn:aws:s3:::b"], true),
            ("ArnLike", json!("*"), &["b"], false),
            ("ArnNotLike", json!("arn:aws:s3:::*"), &["arn:aws:sqs:r:1:q"], true),
            ("ForAnyValue:StringEquals", json!(["a", "b"]), &["x", "b"], true),
            ("ForAnyValue:StringEquals", json!("a"), &[], false),
            ("ForAllValues:StringEquals", json!(["a", "b"]), &["a", "x"], false),
            ("ForAllValues:StringEquals", json!(["a", "b"]), &["a", "b"], true),
            ("ForAllValues:StringEquals", json!("a"), &[], true),
        ] {
            assert_eq!(holds(operator, &values, actual), expected, "{operator} {values} {actual:?}");
        }
    }

    #[test]
    fn other_operators_are_named() {
        for operator in ["IpAddress", "NumericEquals", "DateLessThan", "ForEveryValue:StringEquals"] {
            let error = Condition::read(operator, "aws:Key", &json!("x")).unwrap_err();
            assert_eq!(error, format!("{operator} on aws:Key"));
        }
    }
}
