//! IAC192 `resource-reference`.

use iacgen_cfn::schemas::{self, Reference};
use iacgen_cfn::{Properties, Template};
use iacgen_diagnostics::{Code, Diagnostic, Sink};
use iacgen_spec::model::{Place, Workflow};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC192",
    name: "resource-reference",
    explanation: "A resource of the section `resources` refers to what the template does not have.

## Why
`Ref`, `Fn::GetAtt` and `DependsOn` name logical ids: those of `resources`, and those that the stack's own resources get, such as
`ResultsBucket` for the bucket `results`. CloudFormation refuses a template that names another, or an attribute that the type does
not have.

## What to write instead
A logical id of the template (`iacgen synth` writes it), or `\"${bucket.results}\"` for something of the spec.
",
};

/// Pseudo parameters. Page: "Get AWS values using pseudo parameters".
const PSEUDO: [&str; 8] = [
    "AWS::AccountId",
    "AWS::NotificationARNs",
    "AWS::NoValue",
    "AWS::Partition",
    "AWS::Region",
    "AWS::StackId",
    "AWS::StackName",
    "AWS::URLSuffix",
];

/// Looks up everything that raw resources refer to.
pub(super) fn check(workflow: &Workflow, template: &Template, sink: &Sink) {
    for raw in workflow.resources.values() {
        let resource = template.resources().iter().find(|(id, _)| id.as_str() == raw.id);
        if let (Some(Properties::Raw(lowered)), Some(json)) =
            (resource.map(|(_, resource)| resource.properties()), &raw.properties)
        {
            for reference in schemas::references(&lowered.properties) {
                look_up(&reference, json.place_of(&reference.path), template, sink);
            }
        }
        for id in &raw.depends_on {
            if !has(template, &id.value) {
                sink.push(unknown(&id.value, id.place, template));
            }
        }
    }
}

fn look_up(reference: &Reference, place: Place, template: &Template, sink: &Sink) {
    let id = reference.target.as_str();
    let Some(attribute) = &reference.attribute else {
        let parameter = template.parameters().keys().any(|known| known.as_str() == id);
        if !has(template, id) && !parameter && !PSEUDO.contains(&id) {
            sink.push(unknown(id, place, template));
        }
        return;
    };
    let resource = template.resources().iter().find(|(known, _)| known.as_str() == id);
    let Some((_, resource)) = resource else {
        sink.push(unknown(id, place, template));
        return;
    };
    let Some(attributes) = schemas::attributes(resource.type_name()) else { return };
    if !attributes.has(attribute) {
        let message = format!("`{id}`, {}, has no attribute `{attribute}`", resource.type_name());
        let finding = place.on(Diagnostic::error(&CODE, message), "");
        sink.push(match attributes.nearest(attribute) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help(format!("it has {}", attributes.names().join(", "))),
        });
    }
}

fn has(template: &Template, id: &str) -> bool {
    template.resources().keys().any(|known| known.as_str() == id)
}

fn unknown(id: &str, place: Place, template: &Template) -> Diagnostic {
    let finding = place.on(Diagnostic::error(&CODE, format!("the template has nothing called `{id}`")), "");
    let near =
        iacgen_shapes::closest(id, template.resources().keys().map(iacgen_aws_types::LogicalId::as_str));
    match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help("`iacgen synth` writes the template, with the logical id of everything in it"),
    }
}
