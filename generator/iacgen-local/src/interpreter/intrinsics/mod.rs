//! Intrinsic functions: `States.Format('{}', $.name)` and the like.
//!
//! Source: Step Functions developer guide, "Intrinsics for JSONPath states in Step Functions".

mod functions;
mod grammar;

use serde_json::Value;

use self::grammar::{Argument, Call};
use super::data::{Data, EvaluationError};

/// Whether a text is an intrinsic function call rather than a path.
pub(super) fn is_call(text: &str) -> bool {
    text.starts_with("States.")
}

/// The value of a call.
pub(super) fn evaluate(text: &str, data: &Data<'_>) -> Result<Value, EvaluationError> {
    let call = grammar::parse(text).map_err(|message| EvaluationError::Runtime {
        message: format!("The function '{text}' could not be parsed: {message}"),
    })?;
    call_value(&call, text, data)
}

fn call_value(call: &Call<'_>, text: &str, data: &Data<'_>) -> Result<Value, EvaluationError> {
    let failed = |message: String| EvaluationError::Intrinsic { call: text.to_owned(), message };
    // The format string keeps its escaped braces until they are told from placeholders.
    let mut template = None;
    let mut arguments = Vec::with_capacity(call.arguments.len());
    for (position, argument) in call.arguments.iter().enumerate() {
        if position == 0
            && call.name == "States.Format"
            && let Argument::Text(raw) = argument
        {
            template = Some(*raw);
        }
        arguments.push(match argument {
            Argument::Text(raw) => Value::String(grammar::unescape(raw)),
            Argument::Literal(value) => value.clone(),
            Argument::Path(path) => match data.find(path) {
                Ok(found) => found.into_owned(),
                Err(_) => {
                    return Err(failed(format!(
                        "The JsonPath argument for the field '{path}' could not be found in the input '{}'",
                        data.shown(path)
                    )));
                }
            },
            Argument::Call(inner) => call_value(inner, text, data)?,
        });
    }
    functions::apply(call.name, template, &arguments, data.randomness()).map_err(failed)
}
