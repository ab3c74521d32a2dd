//! IAC105 `unmarked-expression`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::dialect::Dialect;
use crate::model::Place;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC105",
    name: "unmarked-expression",
    explanation: r#"A text of a JSONata state looks like a path or an expression, and nothing says that it is one. A warning; where only an
expression can stand it is an error.

## Why
In JSONata, Step Functions computes a text only between `{%` and `%}`. Without them the text `$.run` itself is handed on, and
AWS says nothing. Page: "Transforming data with JSONata in Step Functions".

## What to write instead
`"{% $states.input.run %}"`. If the text itself is meant, a backslash before it says so: `\$.run`.
"#,
};

/// Warns of a text that is taken as it is and looks as if it should be computed.
pub(crate) fn check(text: &str, place: Place, dialect: Dialect, sink: &Sink) {
    if let Some(meant) = meant(text) {
        let message = format!("`{text}` is handed on as this text");
        let finding = place.on(Diagnostic::warning(&CODE, message), "looks like a path or an expression");
        let literal = match dialect {
            Dialect::Spec => "write a backslash before it".to_owned(),
            Dialect::Definition => format!("write `\"{{% '{text}' %}}\"`"),
        };
        sink.push(
            finding
                .help(format!("to compute it, write `\"{{% {meant} %}}\"`"))
                .help(format!("if the text itself is meant, {literal}")),
        );
    }
}

/// Says that an expression must be marked where nothing else can stand.
pub(crate) fn needed(text: &str, place: Place) -> Diagnostic {
    let meant = meant(text).unwrap_or_else(|| text.to_owned());
    place
        .on(Diagnostic::error(&CODE, format!("`{text}` is not computed")), "this is a text")
        .help(format!("write `\"{{% {meant} %}}\"`"))
}

/// Returns the expression that a text seems to be, if it seems to be one.
fn meant(text: &str) -> Option<String> {
    let rest = text.strip_prefix('$')?;
    if text == "$" {
        return Some("$states.input".to_owned());
    }
    if text == "$$" {
        return Some("$states.context".to_owned());
    }
    if let Some(context) = rest.strip_prefix("$.") {
        return Some(format!("$states.context.{context}"));
    }
    if let Some(input) = rest.strip_prefix('.') {
        return Some(format!("$states.input.{input}"));
    }
    let known = rest.starts_with("states") || rest.find('(').is_some_and(|end| is_name(&rest[..end]));
    (known || is_name(rest)).then(|| text.to_owned())
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic())
        && text.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.')
}

#[cfg(test)]
mod tests {
    use super::meant;

    #[test]
    fn paths_and_calls_are_seen_and_prices_are_not() {
        for (text, expected) in [
            ("$", "$states.input"),
            ("$.run", "$states.input.run"),
            ("$$.Execution.Name", "$states.context.Execution.Name"),
            ("$states.input.run", "$states.input.run"),
            ("$count(items)", "$count(items)"),
            ("$run", "$run"),
        ] {
            assert_eq!(meant(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["$5", "$ 5", "run", "", "US$"] {
            assert_eq!(meant(text), None, "{text}");
        }
    }
}
