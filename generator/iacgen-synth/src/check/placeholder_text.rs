//! IAC195 `placeholder-text`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};
use iacgen_spec::model::{Dynamic, Located, Place, State, StateKind, TemplateValue, Workflow};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC195",
    name: "placeholder-text",
    explanation: "A text of a state holds `${...}`.

## Why
The definition reaches AWS through CloudFormation, which puts in what `${...}` names: the text would arrive as another one, or the
template be refused. Page: \"AWS::StepFunctions::StateMachine\", `DefinitionSubstitutions`.

## What to write instead
A text without it. Something of the spec is written as a whole value, `\"${bucket.results}\"`; in JSONPath a text is put together by
`States.Format`, in JSONata by `&`: `\"{% '$' & '{x}' %}\"`.
",
};

/// Finds every text that CloudFormation would change.
pub(super) fn check(workflow: &Workflow, sink: &Sink) {
    if let (Some(comment), Some(state)) =
        (&workflow.comment, workflow.states.states.get(&workflow.states.start))
    {
        judge(comment, state.place, sink);
    }
    workflow.states.walk(&mut |name, state| {
        judge(name, state.place, sink);
        if let Some(comment) = &state.comment {
            judge(comment, state.place, sink);
        }
        of_templates(state, sink);
        match &state.kind {
            StateKind::Pass { value: Some(value) } => judge(&value.value.to_string(), value.place, sink),
            StateKind::Fail { error, cause } => {
                for text in [error, cause].into_iter().flatten() {
                    dynamic(text, sink);
                }
            }
            StateKind::Choice(choice) => {
                for rule in &choice.rules {
                    judge(&format!("{:?}", rule.condition), rule.place, sink);
                }
            }
            _ => {}
        }
    });
}

fn of_templates(state: &State, sink: &Sink) {
    for template in state.templates() {
        template.walk(&mut |part| match &part.value {
            TemplateValue::Text(text) | TemplateValue::Expression(text) | TemplateValue::Intrinsic(text) => {
                judge(text, part.place, sink);
            }
            TemplateValue::Object(fields) => {
                for (key, field) in fields {
                    judge(key, field.place, sink);
                }
            }
            _ => {}
        });
    }
}

fn dynamic(text: &Located<Dynamic<String>>, sink: &Sink) {
    let (Dynamic::Value(value) | Dynamic::Path(value) | Dynamic::Expression(value)) = &text.value;
    judge(value, text.place, sink);
}

fn judge(text: &str, place: Place, sink: &Sink) {
    if text.contains("${") {
        let finding =
            Diagnostic::error(&CODE, "CloudFormation takes `${...}` in a state's text for a placeholder");
        sink.push(place.on(finding, "").help("write the text without `${`"));
    }
}
