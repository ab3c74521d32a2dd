//! IAC157 `unqualified-function`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::model::{Place, StateKind, Template, TemplateValue, Work, Workflow};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC157",
    name: "unqualified-function",
    explanation: "A function that is not the spec's is named without an alias or a version, which means `$LATEST`. A warning.

## Why
What `$LATEST` runs changes the moment somebody deploys code, under executions that are on their way: their first half met the old
code, their second meets the new. Provisioned concurrency does not apply to it either, so calls meet cold starts, whatever was
provisioned. Pages: \"Manage Lambda function versions\", \"Configuring provisioned concurrency for a function\".

## What to write instead
The function with an alias or a version behind its name: `arn:aws:lambda:us-east-1:111111111111:function:infer:live`, or beside a
`FunctionName` its `Qualifier`. Functions of the spec need nothing: states invoke their alias.
",
};

/// A function as a state or the section `functions` names it.
pub(super) struct Invoked<'a> {
    /// An ARN, a part of one, or a name.
    pub(super) text: &'a str,
    pub(super) place: Place,
    /// Whether `Qualifier` stands beside it.
    has_qualifier: bool,
    /// What that is, as far as it is a text and not what only an execution knows.
    beside: Option<&'a str>,
}

impl Invoked<'_> {
    /// Returns the alias or version; `None` where there is none or only an execution knows it.
    pub(super) fn qualifier(&self) -> Option<&str> {
        if self.has_qualifier { self.beside } else { self.parts().1 }
    }

    /// Returns the function's name and what stands behind it. Page: "Invoke", `FunctionName`.
    fn parts(&self) -> (&str, Option<&str>) {
        let behind = match self.text.split_once(":function:") {
            Some((_, behind)) => behind,
            None => self.text,
        };
        behind.split_once(':').map_or((behind, None), |(name, qualifier)| (name, Some(qualifier)))
    }
}

/// Visits every function that states invoke by its ARN or its name. What CloudFormation puts in may be anything, and is left
/// out.
pub(super) fn each_invoked(workflow: &Workflow, visit: &mut impl FnMut(&Invoked<'_>)) {
    let mut known = |named: &Invoked<'_>| {
        if !named.text.contains("${") {
            visit(named);
        }
    };
    workflow.states.walk(&mut |_, state| {
        let StateKind::Task(task) = &state.kind else { return };
        match &task.work {
            Work::Arn(arn) if is_function(&arn.value) => {
                known(&Invoked { text: &arn.value, place: arn.place, has_qualifier: false, beside: None });
            }
            Work::Service(action) if is_invocation(&action.value) => {
                let arguments = state.data.arguments.as_ref().map(|arguments| &arguments.value);
                let Some(TemplateValue::Object(fields)) = arguments else { return };
                let beside = fields.get("Qualifier").and_then(|qualifier| match &qualifier.value {
                    TemplateValue::Text(text) => Some(text.as_str()),
                    _ => None,
                });
                if let Some(Template { value: TemplateValue::Text(text), place }) = fields.get("FunctionName")
                {
                    let has_qualifier = fields.contains_key("Qualifier");
                    known(&Invoked { text, place: *place, has_qualifier, beside });
                }
            }
            _ => {}
        }
    });
}

fn is_invocation(action: &str) -> bool {
    let action = action.trim_start_matches("aws-sdk:");
    action == "lambda:invoke" || action.starts_with("lambda:invoke.")
}

fn is_function(arn: &str) -> bool {
    arn.split(':').nth(2) == Some("lambda")
}

/// Finds every function that is named without saying which version of it.
pub(crate) fn check(workflow: &Workflow, sink: &Sink) {
    for function in workflow.existing_functions.values() {
        let named = Invoked {
            text: function.arn.value.as_str(),
            place: function.arn.place,
            has_qualifier: false,
            beside: None,
        };
        judge(&named, "", sink);
    }
    each_invoked(workflow, &mut |named| judge(named, ", or `Qualifier` beside it", sink));
}

fn judge(named: &Invoked<'_>, or: &str, sink: &Sink) {
    let (name, qualifier) = named.parts();
    if qualifier.is_some() || named.has_qualifier {
        return;
    }
    let or = if named.text.contains(":function:") && named.text.starts_with("arn:") { "" } else { or };
    let message = format!("`{name}` without an alias or a version is `$LATEST`");
    let finding = named.place.on(Diagnostic::warning(&CODE, message), "it changes under running executions");
    let help = format!("write `{}:ALIAS`{or}; provisioned concurrency applies to those alone", named.text);
    sink.push(finding.help(help));
}
