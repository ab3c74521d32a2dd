//! IAC109 `token-not-passed`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::dialect::Dialect;
use crate::model::{Place, Template, TemplateValue};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC109",
    name: "token-not-passed",
    explanation: r#"A task waits for its token, and does not hand it to anybody.

## Why
The state goes on when somebody calls `SendTaskSuccess` with the token. Nobody can who never got it, so the state waits until
its timeout. Page: "Wait for a Callback with Task Token".

## What to write instead
```yaml
Approve:
  invoke: ask
  wait_for_token: true
  payload: { token: $$.Task.Token, run: $.run }
  timeout: 1d
  next: Work
```
In JSONata the token is `{% $states.context.Task.Token %}`.
"#,
};

/// Judges the arguments of a task that waits; `place` says that it does.
pub(crate) fn check(place: Place, arguments: Option<&Template>, dialect: Dialect, sink: &Sink) {
    let mut passes = false;
    if let Some(arguments) = arguments {
        arguments.walk(&mut |template| {
            passes |= match &template.value {
                TemplateValue::Path(path) => {
                    matches!(path.as_str(), "$$" | "$$.Task") || path.contains("Task.Token")
                }
                TemplateValue::Intrinsic(call) => call.contains("$$"),
                TemplateValue::Expression(expression) => {
                    expression.contains("context") || expression.contains("$states ")
                }
                _ => false,
            };
        });
    }
    if !passes {
        let finding = Diagnostic::error(&CODE, "the task waits for its token, and does not hand it on");
        let finding = place.on(finding, "nobody gets the token, so nobody can send it back");
        let field = match dialect {
            Dialect::Spec => "token: $$.Task.Token",
            Dialect::Definition => "\"token.$\": \"$$.Task.Token\"",
        };
        let in_jsonata = "`\"{% $states.context.Task.Token %}\"`";
        sink.push(finding.help(format!("add it to what is sent: `{field}`, in JSONata {in_jsonata}")));
    }
}
