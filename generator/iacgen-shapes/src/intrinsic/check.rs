//! What is wrong with a call, and what it gives.

use std::ops::Range;

use serde_json::Value;

use super::{Argument, ArgumentValue, Call, Function, Kind};
use crate::path::Path;
use crate::{Certainty, Shape, closest};

/// The most items of `States.ArrayRange` (AWS page "Intrinsic functions for JSONPath states in Step Functions").
const LONGEST_RANGE: u64 = 1_000;

/// The algorithms of `States.Hash` (same page).
const ALGORITHMS: [&str; 5] = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];

/// What the name of every function begins with.
const PREFIX: &str = "States.";

/// Something that makes a call fail.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{fault}")]
pub struct CallProblem {
    /// What is wrong.
    pub fault: CallFault,
    /// Where, in bytes from the text's begin.
    pub span: Range<usize>,
    /// Whether it always makes the call fail.
    pub certainty: Certainty,
}

/// What makes a call fail.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CallFault {
    /// There is no function of that name.
    #[error("there is no function `{name}`{}", meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?")))]
    NoFunction {
        /// The name.
        name: String,
        /// The name that was probably meant.
        meant: Option<&'static str>,
    },
    /// Too few or too many arguments.
    #[error("`{}` takes {}, not {found}", function.name(), arity(*function))]
    Count {
        /// The function.
        function: Function,
        /// How many there are.
        found: usize,
    },
    /// An argument of the wrong kind.
    #[error("`{}` takes {} here; this is {found}", function.name(), expected.shape().kind())]
    Kind {
        /// The function.
        function: Function,
        /// What it takes there.
        expected: Kind,
        /// What the argument is, described.
        found: String,
    },
    /// `States.Format` with another number of placeholders than of values.
    #[error("the text has {placeholders} of `{{}}`, and {}", follow(*values))]
    Placeholders {
        /// How often `{}` stands in the text.
        placeholders: usize,
        /// How many values follow.
        values: usize,
    },
    /// A value that the function refuses.
    #[error("{0}")]
    Value(String),
}

fn follow(values: usize) -> String {
    match values {
        0 => "no value follows".to_owned(),
        1 => "1 value follows".to_owned(),
        more => format!("{more} values follow"),
    }
}

fn arity(function: Function) -> String {
    match function.arity() {
        (0, Some(0)) => "no argument".to_owned(),
        (1, Some(1)) => "1 argument".to_owned(),
        (least, Some(most)) if least == most => format!("{least} arguments"),
        (least, Some(most)) => format!("{least} to {most} arguments"),
        (least, None) => format!("at least {least} {}", if least == 1 { "argument" } else { "arguments" }),
    }
}

impl Call {
    /// What the call gives, where `find` tells what a path finds; [`Shape::Any`] for a function that there is not.
    pub fn shape(&self, find: &mut dyn FnMut(&Path) -> Shape) -> Shape {
        let arguments: Vec<Shape> = self.arguments.iter().map(|argument| argument.shape(find)).collect();
        self.function.map_or(Shape::Any, |function| function.gives(&arguments))
    }

    /// Everything that makes the call or one within it fail, where `find` tells what a path finds ([`Shape::Never`] for
    /// nothing, of which nothing more is said here).
    pub fn problems(&self, find: &mut dyn FnMut(&Path) -> Shape) -> Vec<CallProblem> {
        let mut problems = Vec::new();
        self.check(find, &mut problems);
        problems
    }

    fn check(&self, find: &mut dyn FnMut(&Path) -> Shape, problems: &mut Vec<CallProblem>) {
        let mut certain = |fault, span: &Range<usize>| {
            problems.push(CallProblem { fault, span: span.clone(), certainty: Certainty::Always });
        };
        match self.function {
            None => {
                // What all names begin with brings none of them nearer.
                let own = |name: &'static str| name.trim_start_matches(PREFIX);
                let name = self.name.trim_start_matches(PREFIX);
                let meant = closest(name, Function::ALL.map(|function| own(function.name())));
                let meant =
                    Function::ALL.map(Function::name).into_iter().find(|known| Some(own(known)) == meant);
                certain(CallFault::NoFunction { name: self.name.clone(), meant }, &self.name_span);
            }
            Some(function) => {
                let (least, most) = function.arity();
                let found = self.arguments.len();
                if found < least || most.is_some_and(|most| found > most) {
                    certain(CallFault::Count { function, found }, &self.span);
                } else if let Some((fault, span)) = self.refused(function) {
                    certain(fault, span);
                }
                for (argument, expected) in self.arguments.iter().zip(function.takes()) {
                    let shape = argument.shape(find);
                    if let Some(mismatch) = shape.fit(&expected.shape()) {
                        let fault =
                            CallFault::Kind { function, expected: *expected, found: shape.describe() };
                        problems.push(CallProblem {
                            fault,
                            span: argument.span.clone(),
                            certainty: mismatch.certainty,
                        });
                    }
                }
            }
        }
        for argument in &self.arguments {
            if let ArgumentValue::Call(call) = &argument.value {
                call.check(find, problems);
            }
        }
    }

    /// A literal argument that the function refuses.
    fn refused(&self, function: Function) -> Option<(CallFault, &Range<usize>)> {
        let arguments = self.arguments.as_slice();
        let value =
            |text: &str, argument: &'_ Argument| (CallFault::Value(text.to_owned()), argument.span.clone());
        let (fault, span) = match (function, arguments) {
            (Function::Format, [Argument { value: ArgumentValue::Text(text), .. }, values @ ..]) => {
                let placeholders = placeholders(text);
                let fault = CallFault::Placeholders { placeholders, values: values.len() };
                return (placeholders != values.len()).then_some((fault, &self.span));
            }
            (Function::Hash, [_, argument]) => match &argument.value {
                ArgumentValue::Text(name) if !ALGORITHMS.contains(&name.as_str()) => {
                    value(&format!("there is no algorithm `{name}`: {}", ALGORITHMS.join(", ")), argument)
                }
                _ => return None,
            },
            (Function::JsonMerge, [.., argument]) if argument.literal() == Some(&Value::Bool(true)) => {
                value("only shallow merges are supported: the third argument is `false`", argument)
            }
            (Function::ArrayPartition, [_, argument]) if argument.whole().is_some_and(|size| size < 1) => {
                value("the size of a chunk is at least 1", argument)
            }
            (Function::ArrayGetItem, [_, argument]) if argument.whole().is_some_and(|index| index < 0) => {
                value("an index is at least 0", argument)
            }
            (Function::ArrayRange, [first, last, step]) => {
                match (first.whole(), last.whole(), step.whole()) {
                    (_, _, Some(0)) => value("the step of a range is not 0", step),
                    (Some(first), Some(end), Some(width))
                        if (end >= first) == (width > 0)
                            && end.abs_diff(first) / width.unsigned_abs() >= LONGEST_RANGE =>
                    {
                        value("a range has at most 1,000 items", last)
                    }
                    _ => return None,
                }
            }
            (Function::MathRandom, [from, to, ..]) => match (from.whole(), to.whole()) {
                (Some(least), Some(most)) if least >= most => {
                    value("the second number is larger than the first", to)
                }
                _ => return None,
            },
            _ => return None,
        };
        let argument = arguments.iter().find(|argument| argument.span == span)?;
        Some((fault, &argument.span))
    }
}

/// How often `{}` stands in a text; an escaped brace is none.
fn placeholders(text: &str) -> usize {
    let mut count = 0;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                characters.next();
            }
            '{' if characters.peek() == Some(&'}') => {
                characters.next();
                count += 1;
            }
            _ => {}
        }
    }
    count
}

impl Argument {
    fn shape(&self, find: &mut dyn FnMut(&Path) -> Shape) -> Shape {
        match &self.value {
            ArgumentValue::Text(text) => Shape::text(unescape(text)),
            ArgumentValue::Literal(value) => Shape::of(value),
            ArgumentValue::Path(path) => find(path),
            ArgumentValue::Call(call) => call.shape(find),
        }
    }

    fn literal(&self) -> Option<&Value> {
        if let ArgumentValue::Literal(value) = &self.value { Some(value) } else { None }
    }

    fn whole(&self) -> Option<i64> {
        self.literal().and_then(Value::as_i64)
    }
}

fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut characters = raw.chars();
    while let Some(character) = characters.next() {
        text.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What there is to find: `{ text, list, n, maybe }`.
    fn find(path: &Path) -> Shape {
        let input = Shape::record([
            ("text", Shape::TEXT),
            ("list", Shape::list_of(Shape::Integer)),
            ("n", Shape::Integer),
            ("maybe", Shape::TEXT.or_null()),
            ("object", Shape::record([("a", Shape::Bool)])),
        ]);
        input.lookup(path).shape()
    }

    #[track_caller]
    fn check(text: &str, problems: &[(&str, &str)]) {
        let found: Vec<(String, &str)> = Call::parse(text)
            .unwrap()
            .problems(&mut find)
            .into_iter()
            .map(|problem| (problem.to_string(), &text[problem.span]))
            .collect();
        let found: Vec<(&str, &str)> =
            found.iter().map(|(message, place)| (message.as_str(), *place)).collect();
        assert_eq!(found, problems, "{text}");
    }

    #[test]
    fn good_calls_have_no_problem() {
        for text in [
            "States.Format('{} of {}', $.n, $.list)",
            "States.Format($.text, 1, 2)",
            "States.ArrayGetItem(States.StringSplit($.text, '/'), 0)",
            "States.MathRandom(1, 10, $.n)",
            "States.ArrayRange(0, 999, 1)",
            "States.Hash($.object, 'SHA-256')",
            "States.JsonMerge($.object, $.object, false)",
            "States.Array()",
            "States.UUID()",
            "States.StringToJson($.unknown)",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn wrong_calls_are_told_with_their_places() {
        check(
            "States.Fromat('')",
            &[("there is no function `States.Fromat`; did you mean `States.Format`?", "States.Fromat")],
        );
        check("States.UUID(1)", &[("`States.UUID` takes no argument, not 1", "States.UUID(1)")]);
        check(
            "States.MathRandom(1)",
            &[("`States.MathRandom` takes 2 to 3 arguments, not 1", "States.MathRandom(1)")],
        );
        check("States.Format()", &[("`States.Format` takes at least 1 argument, not 0", "States.Format()")]);
        check(
            "States.Array(States.ArrayLength($.text))",
            &[("`States.ArrayLength` takes a list here; this is a text", "$.text")],
        );
        check(
            "States.Base64Encode($.maybe)",
            &[("`States.Base64Encode` takes a text here; this is a text or null", "$.maybe")],
        );
        check(
            "States.Format('{} \\{\\}')",
            &[("the text has 1 of `{}`, and no value follows", "States.Format('{} \\{\\}')")],
        );
        check(
            "States.Hash('a', 'SHA-3')",
            &[("there is no algorithm `SHA-3`: MD5, SHA-1, SHA-256, SHA-384, SHA-512", "'SHA-3'")],
        );
        check("States.ArrayRange(0, 5000, 2)", &[("a range has at most 1,000 items", "5000")]);
        check(
            "States.JsonMerge($.object, $.object, true)",
            &[("only shallow merges are supported: the third argument is `false`", "true")],
        );
    }

    #[test]
    fn calls_have_shapes() {
        let shape = |text: &str| Call::parse(text).unwrap().shape(&mut find).describe();
        assert_eq!(shape("States.ArrayPartition($.list, 2)"), "a list of lists of whole numbers");
        assert_eq!(shape("States.ArrayGetItem(States.Array($.text, $.n), 1)"), "a text or a whole number");
        assert_eq!(shape("States.JsonMerge($.object, $.object, false)"), "{ a }");
        assert_eq!(shape("States.StringToJson($.text)"), "anything");
    }
}
