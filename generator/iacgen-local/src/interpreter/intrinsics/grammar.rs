//! The grammar of intrinsic function calls.

use serde_json::Value;

/// A function call.
#[derive(Debug, PartialEq)]
pub(super) struct Call<'t> {
    pub(super) name: &'t str,
    pub(super) arguments: Vec<Argument<'t>>,
}

/// An argument of a call.
#[derive(Debug, PartialEq)]
pub(super) enum Argument<'t> {
    /// Between single quotes, escapes kept.
    Text(&'t str),
    /// A number, `true`, `false` or `null`.
    Literal(Value),
    Path(&'t str),
    Call(Call<'t>),
}

/// The deepest nesting that AWS takes.
const DEEPEST: usize = 10;

/// Parses a whole call.
pub(super) fn parse(text: &str) -> Result<Call<'_>, String> {
    let (call, rest) = call(text, 1)?;
    if rest.trim().is_empty() { Ok(call) } else { Err(format!("unexpected `{}`", rest.trim())) }
}

fn call(text: &str, depth: usize) -> Result<(Call<'_>, &str), String> {
    if depth > DEEPEST {
        return Err(format!("calls nest at most {DEEPEST} deep"));
    }
    let open = text.find('(').ok_or("`(` is missing")?;
    let (name, mut rest) = (text[..open].trim(), text[open + 1..].trim_start());
    let mut arguments = Vec::new();
    if let Some(after) = rest.strip_prefix(')') {
        return Ok((Call { name, arguments }, after));
    }
    loop {
        let (argument, after) = argument(rest, depth)?;
        arguments.push(argument);
        let after = after.trim_start();
        if let Some(after) = after.strip_prefix(',') {
            rest = after.trim_start();
        } else if let Some(after) = after.strip_prefix(')') {
            return Ok((Call { name, arguments }, after));
        } else {
            return Err("`)` is missing".to_owned());
        }
    }
}

fn argument(text: &str, depth: usize) -> Result<(Argument<'_>, &str), String> {
    if let Some(body) = text.strip_prefix('\'') {
        let end = text_end(body)?;
        return Ok((Argument::Text(&body[..end]), &body[end + 1..]));
    }
    if text.starts_with("States.") {
        let (inner, rest) = call(text, depth + 1)?;
        return Ok((Argument::Call(inner), rest));
    }
    let end = bare_end(text);
    let (bare, rest) = text.split_at(end);
    let bare = bare.trim_end();
    if bare.starts_with('$') {
        return Ok((Argument::Path(bare), rest));
    }
    match serde_json::from_str::<Value>(bare) {
        Ok(value @ (Value::Null | Value::Bool(_) | Value::Number(_))) => Ok((Argument::Literal(value), rest)),
        _ => Err(format!("`{bare}` is no argument")),
    }
}

/// Where a quoted text closes.
fn text_end(body: &str) -> Result<usize, String> {
    let mut characters = body.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '\'' => return Ok(at),
            '\\' => match characters.next() {
                Some((_, '\'' | '\\' | '{' | '}')) => {}
                Some((_, other)) => return Err(format!("`\\{other}` is no escape")),
                None => break,
            },
            _ => {}
        }
    }
    Err("a closing quote is missing".to_owned())
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
            '\'' | '"' if depth > 0 => quote = Some(character),
            '[' | '(' => depth += 1,
            ']' | ')' if depth > 0 => depth -= 1,
            ',' | ')' if depth == 0 => return at,
            _ => {}
        }
    }
    text.len()
}

/// A quoted text without its escapes.
pub(super) fn unescape(raw: &str) -> String {
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

    #[test]
    fn nested_calls_and_brackets_parse() {
        let call = parse("States.Format('it\\'s {}', States.ArrayGetItem($.a[?(@.b == 'x,)')].c, 0), true)");
        let inner = Call {
            name: "States.ArrayGetItem",
            arguments: vec![Argument::Path("$.a[?(@.b == 'x,)')].c"), Argument::Literal(0.into())],
        };
        let arguments =
            vec![Argument::Text("it\\'s {}"), Argument::Call(inner), Argument::Literal(true.into())];
        assert_eq!(call, Ok(Call { name: "States.Format", arguments }));
    }

    #[test]
    fn broken_calls_are_refused() {
        for text in ["States.Format", "States.Format('a", "States.Format(a)", "States.Format('\\\"')"] {
            assert!(parse(text).is_err(), "{text}");
        }
        let deep = format!("{}1{}", "States.Array(".repeat(11), ")".repeat(11));
        assert!(parse(&deep).is_err());
    }
}
