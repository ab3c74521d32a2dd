//! Tokens with their places.

use std::ops::Range;

/// A token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// In bytes.
    pub(super) span: Range<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// `$name`, `$` and `$$`, without the first `$`.
    Variable(String),
    /// A name, bare or in backquotes.
    Name(String),
    /// A text. Its escapes are kept.
    Text(String),
    Number,
    Regex,
    /// An operator or a bracket.
    Sign(&'static str),
}

/// The signs, longer ones first.
const SIGNS: [&str; 34] = [
    "..", ":=", "!=", ">=", "<=", "~>", "??", "?:", "**", "(", ")", "[", "]", "{", "}", ",", ";", ":", "?",
    ".", "+", "-", "*", "/", "%", "^", "#", "@", "=", "<", ">", "&", "|", "!",
];

/// Splits an expression. Where a token has no end or none begins, the place from there on is the error.
pub(super) fn split(text: &str) -> Result<Vec<Token>, Range<usize>> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        if rest.starts_with("/*") {
            at += rest.find("*/").ok_or(at..text.len())? + 2;
            continue;
        }
        let unclosed = at..text.len();
        let (kind, length) = match first {
            '"' | '\'' => {
                let length = quoted(&rest[1..], first).ok_or(unclosed)?;
                (TokenKind::Text(rest[1..=length].to_owned()), length + 2)
            }
            '`' => {
                let length = rest[1..].find('`').ok_or(unclosed)?;
                (TokenKind::Name(rest[1..=length].to_owned()), length + 2)
            }
            '$' => {
                let length = name_length(&rest[1..]);
                (TokenKind::Variable(rest[1..=length].to_owned()), length + 1)
            }
            '/' if begins_value(tokens.last()) => {
                let length = quoted(&rest[1..], '/').ok_or(unclosed)? + 2;
                let flags = rest[length..].find(|flag: char| !flag.is_alphabetic());
                (TokenKind::Regex, length + flags.unwrap_or(rest.len() - length))
            }
            'λ' => (TokenKind::Name(first.to_string()), first.len_utf8()),
            _ if first.is_ascii_digit() => (TokenKind::Number, number_length(rest)),
            _ if first.is_alphabetic() || first == '_' => {
                let length = name_length(rest);
                (TokenKind::Name(rest[..length].to_owned()), length)
            }
            _ => {
                let sign =
                    SIGNS.into_iter().find(|sign| rest.starts_with(sign)).ok_or(at..at + first.len_utf8())?;
                (TokenKind::Sign(sign), sign.len())
            }
        };
        tokens.push(Token { kind, span: at..at + length });
        at += length;
    }
    Ok(tokens)
}

/// Whether a value begins after a token, so that a `/` begins a regular expression.
fn begins_value(last: Option<&Token>) -> bool {
    match last.map(|token| &token.kind) {
        None => true,
        Some(TokenKind::Name(name)) => matches!(name.as_str(), "and" | "or" | "in"),
        Some(TokenKind::Sign(sign)) => {
            !matches!(*sign, ")" | "]" | "}" | "*" | "**" | "%" | "." | "/" | "|" | "^" | "#" | "@" | "..")
        }
        Some(_) => false,
    }
}

/// The length of what stands before the closing mark.
fn quoted(text: &str, close: char) -> Option<usize> {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if character == '\\' {
            escaped = true;
        } else if character == close {
            return Some(at);
        }
    }
    None
}

fn name_length(text: &str) -> usize {
    text.find(|character: char| !(character.is_alphanumeric() || matches!(character, '_' | '$')))
        .unwrap_or(text.len())
}

fn number_length(text: &str) -> usize {
    let digits = |from: usize| {
        text[from..]
            .find(|character: char| !character.is_ascii_digit())
            .map_or(text.len(), |length| from + length)
    };
    // A number that begins with 0 has no further digit before its point.
    let mut end = if text.starts_with('0') { 1 } else { digits(0) };
    if text[end..].starts_with('.') && digits(end + 1) > end + 1 {
        end = digits(end + 1);
    }
    if text[end..].starts_with(['e', 'E']) {
        let sign = usize::from(text[end + 1..].starts_with(['+', '-']));
        if digits(end + 1 + sign) > end + 1 + sign {
            end = digits(end + 1 + sign);
        }
    }
    end
}

/// The places of the names that follow a token, each after a dot; brackets between them are passed over.
pub(super) fn names_after(tokens: &[Token], token: usize) -> Vec<Range<usize>> {
    let mut names = Vec::new();
    let mut at = token + 1;
    while let Some(next) = tokens.get(at) {
        match next.kind {
            TokenKind::Sign("[") => {
                let mut depth = 0_usize;
                let length = tokens[at..].iter().position(|token| {
                    match token.kind {
                        TokenKind::Sign("[") => depth += 1,
                        TokenKind::Sign("]") => depth -= 1,
                        _ => {}
                    }
                    depth == 0
                });
                let Some(length) = length else { break };
                at += length + 1;
            }
            TokenKind::Sign(".") => match tokens.get(at + 1) {
                Some(Token { kind: TokenKind::Name(_) | TokenKind::Text(_), span }) => {
                    names.push(span.clone());
                    at += 2;
                }
                _ => break,
            },
            _ => break,
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<&str> {
        split(text).unwrap().into_iter().map(|token| &text[token.span]).collect()
    }

    #[test]
    fn texts_regexes_and_comments_are_whole() {
        assert_eq!(
            spans("$contains('it\\'s $x', /a\\/$y/i)"),
            ["$contains", "(", "'it\\'s $x'", ",", "/a\\/$y/i", ")"]
        );
        assert_eq!(spans("1 / $x /* $y */ / 2.5e-3"), ["1", "/", "$x", "/", "2.5e-3"]);
        assert_eq!(spans("$$.`a b`..c ?? é"), ["$$", ".", "`a b`", "..", "c", "??", "é"]);
    }

    #[test]
    fn what_has_no_end_is_told() {
        for (text, place) in [("$a & 'b", 5..7), ("1 /* x", 2..6), ("`a", 0..2), ("$a ~ b", 3..4)] {
            assert_eq!(split(text), Err(place), "{text}");
        }
    }
}
