//! IAC159 `dead-handler`.

use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

use super::states_all_misplaced::ALL;
use crate::yaml::Spanned;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC159",
    name: "dead-handler",
    explanation: r#"A retry or a catcher is for errors that an earlier one takes already. A warning.

## Why
Of a state's retries the first that names the error decides, and of its catchers likewise; when the attempts of that retry are used
up, the later ones are not looked at, the state fails and its catchers come next. `States.TaskFailed` matches every error of a task
except `States.Timeout`. So an error that comes twice is handled as the first says, whatever the second says. Page: "Handling
errors in Step Functions workflows".

## What to write instead
The narrower one first:
```yaml
retries:
  throttled: { on: Lambda.TooManyRequestsException, interval: 5s, attempts: 8 }
  other:     { on: States.TaskFailed, attempts: 1 }
states:
  Work: { invoke: work, retry: [throttled, other], end: true }
```
"#,
};

const TASK_FAILED: &str = "States.TaskFailed";

/// What `States.TaskFailed` leaves to others, with `States.HeartbeatTimeout`, of which no page says whether it is a `States.Timeout`,
/// and those that nothing takes.
const NOT_OF_TASK_FAILED: [&str; 5] =
    [ALL, "States.Timeout", "States.HeartbeatTimeout", "States.Runtime", "States.DataLimitExceeded"];

/// Judges names that stand in one list.
pub(crate) fn check_names(errors: &[Spanned<String>], sink: &Sink) {
    for (index, error) in errors.iter().enumerate() {
        if let Some(first) = errors[..index].iter().find(|first| first.value == error.value) {
            let finding = Diagnostic::warning(&CODE, format!("`{}` stands here twice", error.value));
            let finding = finding.primary(error.span, "").secondary(first.span, "the first time");
            sink.push(finding.help("delete one of them"));
        }
    }
}

/// Judges the retries of a state, or its catchers: where each stands, what it is called, and its errors. `members` gives the names
/// that a class of errors stands for.
pub(crate) fn check(
    handlers: &[(Span, String, &[Spanned<String>])],
    is_task: bool,
    members: impl Fn(&str) -> Vec<&str>,
    sink: &Sink,
) {
    for (index, (span, name, errors)) in handlers.iter().enumerate() {
        let earlier = &handlers[..index];
        let taken: Vec<_> =
            errors.iter().map(|error| takers(&members(&error.value), earlier, is_task, &members)).collect();
        if !errors.is_empty() && taken.iter().all(Option::is_some) {
            let mut finding = Diagnostic::warning(&CODE, format!("{name} is never used"))
                .primary(*span, "an earlier one takes its errors");
            let mut shown = Vec::new();
            for (at, what) in taken.into_iter().flatten() {
                if !shown.contains(&at) {
                    shown.push(at);
                    finding = finding.secondary(at, format!("takes {what}"));
                }
            }
            sink.push(finding.help("move it before the other, or delete it"));
            continue;
        }
        // A retry of the section `retries` is written for several states.
        let is_here = |error: &Spanned<String>| span.start <= error.span.start && error.span.end <= span.end;
        for (error, taken) in errors.iter().zip(taken).filter(|(error, _)| is_here(error)) {
            if let Some((at, what)) = taken {
                let message = format!("`{}` is never handled here", error.value);
                let finding = Diagnostic::warning(&CODE, message).primary(error.span, "");
                let finding = finding.secondary(at, format!("takes {what}"));
                sink.push(
                    finding.help("delete it, or move what is more special before what is more general"),
                );
            }
        }
    }
}

/// Returns the first of the earlier ones that takes all of these names or the last of them, and by which word.
fn takers(
    names: &[&str],
    earlier: &[(Span, String, &[Spanned<String>])],
    is_task: bool,
    members: &impl Fn(&str) -> Vec<&str>,
) -> Option<(Span, String)> {
    // What is behind it, or beside it, is another rule's.
    if names.contains(&ALL) {
        return None;
    }
    let taker = |name: &str| {
        let takes = |error: &Spanned<String>| {
            let all_but = is_task && error.value == TASK_FAILED && !NOT_OF_TASK_FAILED.contains(&name);
            (all_but || members(&error.value).contains(&name)).then(|| format!("`{}`", error.value))
        };
        earlier.iter().find_map(|(span, _, errors)| Some((*span, errors.iter().find_map(takes)?)))
    };
    names.iter().map(|name| taker(name)).collect::<Option<Vec<_>>>()?.pop()
}
