//! IAC191 `resource-property`.

use iacgen_cfn::schemas::{self, SchemaProblem};
use iacgen_cfn::{Properties, Template};
use iacgen_diagnostics::{Code, Diagnostic, Sink};
use iacgen_spec::model::Workflow;

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC191",
    name: "resource-property",
    explanation: "A resource of the section `resources` is not what CloudFormation takes.

## Why
CloudFormation publishes a schema of every resource type: its properties, their kinds, what must be there and what it sets itself.
A template that breaks one is refused when it is deployed, after everything before it was made. The schemas are those that
cfn-lint ships.

## What to write instead
What the finding says, or the page of the type in CloudFormation's template reference.
",
};

/// Holds every raw resource to its type's schema.
pub(super) fn check(workflow: &Workflow, template: &Template, sink: &Sink) {
    for raw in workflow.resources.values() {
        let resource = template.resources().iter().find(|(id, _)| id.as_str() == raw.id);
        let Some(Properties::Raw(lowered)) = resource.map(|(_, resource)| resource.properties()) else {
            continue;
        };
        for finding in schemas::check(&raw.kind.value, &lowered.properties) {
            let place = match (&finding.problem, &raw.properties) {
                (SchemaProblem::UnknownType { .. }, _) | (_, None) => raw.kind.place,
                (
                    SchemaProblem::UnknownProperty { name, .. } | SchemaProblem::ReadOnly { name },
                    Some(json),
                ) => json.key_place_of(&format!("{}/{}", finding.path, escaped(name))),
                (SchemaProblem::Missing { .. } | SchemaProblem::NoneOf { .. }, Some(json)) => {
                    if finding.path.is_empty() { raw.place } else { json.key_place_of(&finding.path) }
                }
                (_, Some(json)) => json.place_of(&finding.path),
            };
            let message = format!("`{}`, {}: {finding}", raw.id, raw.kind.value);
            sink.push(place.on(Diagnostic::error(&CODE, message), "").help(finding.mend()));
        }
    }
}

/// Returns a name as a token of a JSON pointer (RFC 6901).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
