//! IAC156 `latest-version`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::model::{Place, StateKind, Template, TemplateValue, Work, Workflow};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC156",
    name: "latest-version",
    explanation: "A state invokes `$LATEST`. A warning.

## Why
Provisioned concurrency exists on a version or an alias, never on `$LATEST`: such a state meets cold starts, whatever was
provisioned. And `$LATEST` changes under executions that are on their way. Page: \"Configuring provisioned concurrency for a
function\".

## What to write instead
The ARN of an alias or a version: `arn:aws:lambda:us-east-1:111111111111:function:infer:live`. States that invoke functions of the
spec always use their alias.
",
};

/// Finds every ARN in states that ends in `$LATEST`; `functions` takes none.
pub(crate) fn check(workflow: &Workflow, sink: &Sink) {
    workflow.states.walk(&mut |_, state| {
        let StateKind::Task(task) = &state.kind else { return };
        match &task.work {
            Work::Arn(arn) => judge(&arn.value, arn.place, sink),
            Work::Service(action) if action.value.starts_with("lambda:invoke") => {
                let arguments = state.data.arguments.as_ref().map(|arguments| &arguments.value);
                let Some(TemplateValue::Object(fields)) = arguments else { return };
                if let Some(Template { value: TemplateValue::Text(text), place }) = fields.get("FunctionName")
                {
                    judge(text, *place, sink);
                }
            }
            Work::Service(_) | Work::Function { .. } => {}
        }
    });
}

fn judge(arn: &str, place: Place, sink: &Sink) {
    if arn.ends_with(":$LATEST") {
        let message = "`$LATEST` has no provisioned concurrency, and changes under running executions";
        let finding = place.on(Diagnostic::warning(&CODE, message), "");
        sink.push(finding.help("name an alias or a version of the function"));
    }
}
