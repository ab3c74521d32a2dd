//! The grammar of calls.

use std::ops::Range;

use serde_json::Value;

use super::{Argument, ArgumentValue, Call, DEEPEST, Function};
use crate::path::{InvalidPath, Path};

/// A text that is no call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct InvalidCall {
    /// What is wrong.
    pub fault: SyntaxFault,
    /// Where, in bytes from the text's begin. Never empty.
    pub span: Range<usize>,
}

/// What is wrong with a call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxFault {
    /// The name is not followed by a bracket.
    #[error("`(` is missing after the function's name")]
    NoBracket,
    /// The bracket is not closed.
    #[error("`)` is missing")]
    Open,
    /// A quote is not closed.
    #[error("the closing quote is missing")]
    Quote,
    /// A backslash before something that needs none.
    #[error("`\\{0}` is no escape: a backslash comes before `'`, `{{`, `}}` and `\\` only")]
    Escape(char),
    /// Double quotes.
    #[error("a text stands between single quotes")]
    DoubleQuotes,
    /// Something that is no argument.
    #[error(
        "`{0}` is no argument: a text in single quotes, a number, `true`, `false`, `null`, a path or a call"
    )]
    Argument(String),
    /// An argument that begins like a path and is none.
    #[error(transparent)]
    Path(InvalidPath),
    /// Calls within calls, too deep.
    #[error("calls nest at most {DEEPEST} deep")]
    Deep,
    /// Something after the call.
    #[error("nothing comes after the call")]
    After,
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

pub(super) fn whole(text: &str) -> Result<Call, InvalidCall> {
    let mut parser = Parser { text, at: 0 };
    let call = parser.call(1)?;
    parser.blanks();
    if parser.at < text.len() {
        return Err(parser.fault(SyntaxFault::After, parser.at..text.len()));
    }
    Ok(call)
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// A fault at a place; at the end of the text, the last character stands for what is missing after it.
    fn fault(&self, fault: SyntaxFault, place: Range<usize>) -> InvalidCall {
        let span = if place.start < place.end {
            place
        } else {
            let begin =
                self.text.char_indices().map(|(at, _)| at).rfind(|at| *at <= place.start).unwrap_or(0);
            let end = self.text[begin..].chars().next().map_or(begin, |first| begin + first.len_utf8());
            begin..end
        };
        InvalidCall { fault, span }
    }

    fn call(&mut self, depth: usize) -> Result<Call, InvalidCall> {
        let start = self.at;
        let length = self
            .rest()
            .find(|character: char| !(character.is_alphanumeric() || matches!(character, '.' | '_')))
            .unwrap_or(self.rest().len());
        let name_span = start..start + length;
        let name = self.text[name_span.clone()].to_owned();
        if depth > DEEPEST {
            return Err(self.fault(SyntaxFault::Deep, name_span));
        }
        self.at += length;
        self.blanks();
        if !self.rest().starts_with('(') {
            return Err(self.fault(SyntaxFault::NoBracket, name_span));
        }
        self.at += 1;
        self.blanks();
        let mut arguments = Vec::new();
        if !self.rest().starts_with(')') {
            loop {
                arguments.push(self.argument(depth)?);
                self.blanks();
                if self.rest().starts_with(',') {
                    self.at += 1;
                    self.blanks();
                } else if self.rest().starts_with(')') {
                    break;
                } else {
                    return Err(self.fault(SyntaxFault::Open, self.at..self.at));
                }
            }
        }
        self.at += 1;
        let function = Function::named(&name);
        Ok(Call { name, name_span, function, arguments, span: start..self.at })
    }

    fn argument(&mut self, depth: usize) -> Result<Argument, InvalidCall> {
        let start = self.at;
        let value = if self.rest().starts_with('\'') {
            ArgumentValue::Text(self.quoted()?)
        } else if self.rest().starts_with("States.") {
            ArgumentValue::Call(self.call(depth + 1)?)
        } else {
            self.bare()?
        };
        Ok(Argument { value, span: start..self.at })
    }

    fn quoted(&mut self) -> Result<String, InvalidCall> {
        let start = self.at;
        let body = &self.text[start + 1..];
        let mut characters = body.char_indices();
        while let Some((at, character)) = characters.next() {
            match character {
                '\'' => {
                    self.at = start + 1 + at + 1;
                    return Ok(body[..at].to_owned());
                }
                '\\' => match characters.next() {
                    Some((_, '\'' | '\\' | '{' | '}')) => {}
                    Some((next, other)) => {
                        let place = start + 1 + at..start + 1 + next + other.len_utf8();
                        return Err(self.fault(SyntaxFault::Escape(other), place));
                    }
                    None => break,
                },
                _ => {}
            }
        }
        Err(self.fault(SyntaxFault::Quote, start..self.text.len()))
    }

    /// A path, a number or a word.
    fn bare(&mut self) -> Result<ArgumentValue, InvalidCall> {
        let start = self.at;
        let end = start + bare_end(self.rest());
        let text = self.text[start..end].trim_end();
        let span = start..start + text.len();
        self.at = span.end;
        if text.starts_with('$') {
            return match Path::parse(text) {
                Ok(path) => Ok(ArgumentValue::Path(path)),
                Err(invalid) => {
                    let place = start + invalid.span.start..start + invalid.span.end;
                    Err(self.fault(SyntaxFault::Path(invalid), place))
                }
            };
        }
        if text.starts_with('"') {
            return Err(self.fault(SyntaxFault::DoubleQuotes, span));
        }
        match serde_json::from_str::<Value>(text) {
            Ok(value @ (Value::Null | Value::Bool(_) | Value::Number(_))) => {
                Ok(ArgumentValue::Literal(value))
            }
            _ => Err(self.fault(SyntaxFault::Argument(text.to_owned()), span)),
        }
    }
}

/// Where a path, number or word ends: at a comma or bracket that is not inside its own brackets.
fn bare_end(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, character) in text.char_indices() {
        if let Some(open) = quote {
            quote = Some(open).filter(|open| *open != character);
            continue;
        }
        match character {
            '"' if depth == 0 && at == 0 => quote = Some(character),
            '\'' | '"' if depth > 0 => quote = Some(character),
            '[' | '(' => depth += 1,
            ']' | ')' if depth > 0 => depth -= 1,
            ',' | ')' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn calls_paths_and_literals_parse_with_their_places() {
        let text = "States.Format('it\\'s {}', States.ArrayGetItem($.a[?(@.b == 'x,)')].c, 0), true)";
        let call = Call::parse(text).unwrap();
        assert_eq!(call.function, Some(Function::Format));
        let places: Vec<&str> = call.arguments.iter().map(|argument| &text[argument.span.clone()]).collect();
        assert_eq!(places, ["'it\\'s {}'", "States.ArrayGetItem($.a[?(@.b == 'x,)')].c, 0)", "true"]);
        let paths = call.paths();
        assert_eq!(paths.len(), 1);
        assert_eq!(&text[paths[0].0..paths[0].0 + paths[0].1.text.len()], "$.a[?(@.b == 'x,)')].c");
    }

    #[test]
    fn faults_have_their_places() {
        for (text, message, place) in [
            ("States.Format", "`(` is missing after the function's name", "States.Format"),
            ("States.Format('a", "the closing quote is missing", "'a"),
            ("States.Format('a'", "`)` is missing", "'"),
            (
                "States.Format('\\n')",
                "`\\n` is no escape: a backslash comes before `'`, `{`, `}` and `\\` only",
                "\\n",
            ),
            ("States.Format(\"a\")", "a text stands between single quotes", "\"a\""),
            ("States.UUID() x", "nothing comes after the call", "x"),
            ("States.Array($.a[)", "the bracket is not closed", "[)"),
            ("States.Array($.a.)", "a name is missing after the dot", "."),
        ] {
            let fault = Call::parse(text).unwrap_err();
            assert_eq!((fault.to_string().as_str(), &text[fault.span]), (message, place), "{text}");
        }
        assert!(matches!(Call::parse("States.Array(a)").unwrap_err().fault, SyntaxFault::Argument(_)));
        let deep = |levels: usize| format!("{}1{}", "States.Array(".repeat(levels), ")".repeat(levels));
        assert!(Call::parse(&deep(10)).is_ok());
        assert_eq!(Call::parse(&deep(11)).unwrap_err().fault, SyntaxFault::Deep);
    }

    proptest! {
        #[test]
        fn any_text_is_a_call_or_has_a_fault_within_it(rest in r#"[(),'"$.\[\]ab0 \\é]{0,24}"#) {
            let text = format!("States.Array{rest}");
            match Call::parse(&text) {
                Ok(call) => prop_assert!(text.get(call.span).is_some()),
                Err(fault) => prop_assert!(text.get(fault.span).is_some_and(|place| !place.is_empty())),
            }
        }
    }
}
