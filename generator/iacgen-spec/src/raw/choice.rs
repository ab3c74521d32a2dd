//! Rules of Choices and their conditions.

use iacgen_diagnostics::{Sink, Span};

use super::reader::{self, Fields, What};
use super::{Named, RawTemplate, RawValue};
use crate::check::{conflicting_fields, missing_field, unknown_field, wrong_kind};
use crate::suggest;
use crate::yaml::{Entry, Node, Spanned, Value};

/// A rule of a Choice.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RawRule {
    pub(crate) span: Span,
    pub(crate) comment: Option<RawValue>,
    /// `None` when a finding says what is wrong with it.
    pub(crate) condition: Option<RawCondition>,
    pub(crate) next: Option<Spanned<String>>,
    pub(crate) assign: Named<RawTemplate>,
    pub(crate) output: Option<RawTemplate>,
}

/// A condition of a Choice.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum RawCondition {
    And(Vec<RawCondition>),
    Or(Vec<RawCondition>),
    Not(Box<RawCondition>),
    /// A path, the operator by ASL's name, and its operand.
    Compare {
        variable: Option<Spanned<String>>,
        operator: Spanned<String>,
        operand: RawValue,
    },
    /// JSONata.
    Expression(RawValue),
}

/// The fields that say when a rule applies, of which one is needed.
const FORMS: [&str; 5] = ["variable", "and", "or", "not", "condition"];

/// The fields of rules that conditions within them do not have.
const OF_RULES: [&str; 4] = ["next", "assign", "output", "comment"];

/// The operators, by their names in the Amazon States Language. Those that end in `Path` compare with another path.
/// Page: "Choice workflow state".
pub(crate) const OPERATORS: [&str; 39] = [
    "StringEquals",
    "StringEqualsPath",
    "StringLessThan",
    "StringLessThanPath",
    "StringGreaterThan",
    "StringGreaterThanPath",
    "StringLessThanEquals",
    "StringLessThanEqualsPath",
    "StringGreaterThanEquals",
    "StringGreaterThanEqualsPath",
    "StringMatches",
    "NumericEquals",
    "NumericEqualsPath",
    "NumericLessThan",
    "NumericLessThanPath",
    "NumericGreaterThan",
    "NumericGreaterThanPath",
    "NumericLessThanEquals",
    "NumericLessThanEqualsPath",
    "NumericGreaterThanEquals",
    "NumericGreaterThanEqualsPath",
    "BooleanEquals",
    "BooleanEqualsPath",
    "TimestampEquals",
    "TimestampEqualsPath",
    "TimestampLessThan",
    "TimestampLessThanPath",
    "TimestampGreaterThan",
    "TimestampGreaterThanPath",
    "TimestampLessThanEquals",
    "TimestampLessThanEqualsPath",
    "TimestampGreaterThanEquals",
    "TimestampGreaterThanEqualsPath",
    "IsNull",
    "IsPresent",
    "IsNumeric",
    "IsString",
    "IsBoolean",
    "IsTimestamp",
];

impl RawRule {
    pub(super) fn read(node: &Node, sink: &Sink) -> Option<Self> {
        const FIELDS: [&str; 9] =
            ["variable", "and", "or", "not", "condition", "next", "assign", "output", "comment"];
        let what = What { kind: "a rule", span: node.span };
        let fields = fields(node, what, &FIELDS, sink)?;
        Some(Self {
            span: node.span,
            comment: fields.value("comment"),
            condition: RawCondition::of(node, &fields, sink),
            next: fields.required_name("next"),
            assign: fields.templates("assign"),
            output: fields.template("output"),
        })
    }
}

/// Reads fields beside operators; what is near to one of these is a misspelt operator.
fn fields<'n, 's>(
    node: &'n Node,
    what: What<'n>,
    allowed: &[&str],
    sink: &'s Sink,
) -> Option<Fields<'n, 's>> {
    let mut elsewhere: Vec<&str> = OPERATORS.to_vec();
    for Entry { key, .. } in reader::mapping(node, what.kind, sink)? {
        let unknown = !allowed.contains(&key.value.as_str()) && !OPERATORS.contains(&key.value.as_str());
        if unknown && OF_RULES.contains(&key.value.as_str()) {
            let help = "it belongs to the rule: write it beside the outermost `and`, `or` or `not`";
            sink.push(unknown_field::elsewhere(key, what.kind, help));
            elsewhere.push(&key.value);
            continue;
        }
        if let Some(operator) = suggest::nearest(&key.value, OPERATORS).filter(|_| unknown) {
            sink.push(unknown_field::misspelt(key, what.kind, operator));
            elsewhere.push(&key.value);
        }
    }
    reader::fields_besides(node, what, allowed, &elsewhere, sink)
}

impl RawCondition {
    /// Reads a condition within another.
    fn read(node: &Node, sink: &Sink) -> Option<Self> {
        let what = What { kind: "a condition", span: node.span };
        let fields = fields(node, what, &["variable", "and", "or", "not", "condition"], sink)?;
        Self::of(node, &fields, sink)
    }

    /// Reads the condition that stands among the fields of a rule or of a condition.
    fn of(node: &Node, fields: &Fields<'_, '_>, sink: &Sink) -> Option<Self> {
        let Value::Mapping(entries) = &node.value else { return None };
        let misspelt = |entry: &Entry| {
            let key = entry.key.value.as_str();
            !OPERATORS.contains(&key) && suggest::nearest(key, OPERATORS).is_some()
        };
        let mut operators = entries.iter().filter(|entry| OPERATORS.contains(&entry.key.value.as_str()));
        let mut forms = FORMS.iter().filter_map(|form| fields.entry(form));
        let Some(form) = forms.next() else {
            if let Some(operator) = operators.next() {
                sink.push(missing_field::finding(operator.key.span, "a comparison", "variable"));
            } else if !fields.misspells_one_of(&FORMS) {
                sink.push(missing_field::one_of(fields.what.span, fields.what.kind, &FORMS));
            }
            return None;
        };
        for second in forms {
            let help = "a rule has one condition; join several with `and` or `or`";
            sink.push(conflicting_fields::finding(&second.key, &form.key, help));
        }
        let operator = operators.next();
        for second in operators {
            let help = "a comparison has one operator; join several with `and` or `or`";
            sink.push(conflicting_fields::finding(&second.key, &operator?.key, help));
        }
        if form.key.value == "variable" {
            let Some(operator) = operator else {
                if !entries.iter().any(misspelt) {
                    sink.push(missing_field::operator(form.key.span));
                }
                return None;
            };
            let operand = reader::value(
                &operator.value,
                &format!("`{}`", operator.key.value),
                "a text, a number or a boolean",
                sink,
            )?;
            return Some(Self::Compare {
                variable: fields.name("variable"),
                operator: operator.key.clone(),
                operand,
            });
        }
        if let Some(operator) = operator {
            let help = "a comparison needs a `variable`; it can stand within `and`, `or` and `not`";
            sink.push(conflicting_fields::finding(&operator.key, &form.key, help));
        }
        match form.key.value.as_str() {
            "not" => Self::read(&form.value, sink).map(Box::new).map(Self::Not),
            "condition" => fields.value("condition").map(Self::Expression),
            word => {
                let Value::Sequence(nodes) = &form.value.value else {
                    wrong_kind::report(&form.value, &format!("`{word}`"), "a list of conditions", sink);
                    return None;
                };
                let conditions: Vec<Option<Self>> = nodes.iter().map(|node| Self::read(node, sink)).collect();
                let conditions = conditions.into_iter().collect::<Option<Vec<Self>>>()?;
                Some(if word == "and" { Self::And(conditions) } else { Self::Or(conditions) })
            }
        }
    }
}
