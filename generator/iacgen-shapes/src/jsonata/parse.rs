//! Parsing, with the place of what is wrong.

use std::ops::Range;

use jsonata_core::ast::AstNode;
use jsonata_core::parser::{self, Parser};

use super::token::{self, Token};

/// The most tokens of which each is tried for being the one that is wrong.
const MOST_TRIED: usize = 500;

/// A text that is no expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidExpression {
    /// What is wrong, a fragment.
    pub message: String,
    /// Where, in bytes from the text's begin. Empty only for a text without a token.
    pub span: Range<usize>,
}

pub(super) fn parse(text: &str) -> Result<(AstNode, Vec<Token>), InvalidExpression> {
    // The full parse also refuses what only the later passes see; the tree is the one before them, in the text's order.
    let parsed = parser::parse(text).and_then(|_| Parser::new(text.to_owned())?.parse());
    let tokens = token::split(text);
    match (parsed, tokens) {
        (Ok(tree), Ok(tokens)) => Ok((tree, tokens)),
        // Tokens that we cannot tell: nothing is placed, and nothing is claimed of it.
        (Ok(tree), Err(_)) => Ok((tree, Vec::new())),
        (Err(error), tokens) => {
            let error = error.to_string();
            let span = match tokens {
                Ok(tokens) => place(text, &tokens, &error),
                Err(place) => place,
            };
            Err(InvalidExpression { message: message(&error), span })
        }
    }
}

/// The first token with which the error is there.
fn place(text: &str, tokens: &[Token], error: &str) -> Range<usize> {
    if tokens.len() > MOST_TRIED {
        return 0..text.len();
    }
    let fails = |token: &&Token| {
        parser::parse(&text[..token.span.end]).is_err_and(|found| found.to_string() == error)
    };
    // An error at the end is there with almost every prefix.
    let at_end = ["S0203", "S0207"].iter().any(|code| error.contains(code));
    let mut found = if at_end { None } else { tokens.iter().position(|token| fails(&token)) };
    if error.contains("S0208") {
        // A parameter is missed already where the text ends before it.
        found = found.map(|at| at + 1);
    }
    found.and_then(|at| tokens.get(at)).or(tokens.last()).map_or(0..0, |token| token.span.clone())
}

/// What the parser says, without its own words for tokens.
fn message(error: &str) -> String {
    let code = error.find("S0").and_then(|at| error.get(at..at + 5));
    let known = match code {
        Some("S0101") => "the text is not closed",
        Some("S0102") => "the number is too large",
        Some("S0103" | "S0104") => "the text holds an escape that there is not",
        Some("S0105") => "the name in backquotes is not closed",
        Some("S0106") => "the comment is not closed",
        Some("S0203" | "S0207") => "the expression ends too early",
        Some("S0204") => "there is no such operator",
        Some("S0208") => "a parameter of a function begins with `$`",
        Some("S0212") => "the left side of `:=` is a variable, `$name`",
        Some("S0201" | "S0202" | "S0211") => "this cannot stand here",
        _ if error.contains("nclosed comment") => "the comment is not closed",
        _ => {
            return code
                .and_then(|code| error.split_once(code))
                .map_or(error, |(_, rest)| rest.trim_start_matches([':', ' ']))
                .to_owned();
        }
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn faults_have_their_places() {
        for (text, says, place) in [
            ("$states.input.", "the expression ends too early", "."),
            ("$x ) 3", "this cannot stand here", ")"),
            ("{'a' 3}", "this cannot stand here", "3"),
            ("a & 'abc", "the text is not closed", "'abc"),
            ("$a $b", "this cannot stand here", "$b"),
            ("[1,,2]", "this cannot stand here", ","),
            ("1 /* x", "the comment is not closed", "/* x"),
            ("$sum($a) ! 1", "there is no such operator", "!"),
            ("function(x){1}", "a parameter of a function begins with `$`", "x"),
            ("(1", "the expression ends too early", "1"),
        ] {
            let fault = parse(text).unwrap_err();
            assert_eq!((fault.message.as_str(), &text[fault.span]), (says, place), "{text}");
        }
        assert_eq!(parse("").unwrap_err().span, 0..0);
    }

    proptest! {
        #[test]
        fn any_text_is_an_expression_or_has_a_fault_within_it(text in r#"[$().\[\]{}'"a-c0-2?:,;/*`~>&= é]{0,20}"#) {
            if let Err(fault) = parse(&text) {
                prop_assert!(text.get(fault.span).is_some());
            }
        }
    }
}
