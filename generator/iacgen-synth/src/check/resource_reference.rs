//! IAC192 `resource-reference`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use iacgen_cfn::schemas::{self, Reference};
use iacgen_cfn::{Properties, Template};
use iacgen_diagnostics::{Code, Diagnostic, Sink};
use iacgen_spec::model::{Place, RawResource, Workflow};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC192",
    name: "resource-reference",
    explanation: "A resource of the section `resources` refers to what the template does not have, or to itself.

## Why
`Ref`, `Fn::GetAtt` and `DependsOn` name logical ids: those of `resources`, and those that the stack's own resources get, such as
`ResultsBucket` for the bucket `results`. CloudFormation refuses a template that names another, or an attribute that the type does
not have, and one in which resources wait for each other.

## What to write instead
A logical id of the template (`iacgen synth` writes it), or `\"${bucket.results}\"` for something of the spec. Of a circle of
resources one must do without its reference.
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
    let mut needs = BTreeMap::new();
    for raw in workflow.resources.values() {
        let references = references(raw, template);
        if let Some(json) = &raw.properties {
            for reference in &references {
                look_up(reference, json.place_of(&reference.path), template, sink);
            }
        }
        for id in &raw.depends_on {
            if !has(template, &id.value) {
                sink.push(unknown(&id.value, id.place, template));
            }
        }
        let depends_on = raw.depends_on.iter().map(|id| id.value.clone());
        let ids = depends_on.chain(references.into_iter().map(|reference| reference.target));
        needs.insert(raw.id.as_str(), ids.collect());
    }
    circles(workflow, &needs, sink);
}

fn references(raw: &RawResource, template: &Template) -> Vec<Reference> {
    let resource = template.resources().iter().find(|(id, _)| id.as_str() == raw.id);
    match resource.map(|(_, resource)| resource.properties()) {
        Some(Properties::Raw(lowered)) => schemas::references(&lowered.properties),
        _ => Vec::new(),
    }
}

/// Finds raw resources that wait for each other. Page: "`DependsOn` attribute".
fn circles(workflow: &Workflow, needs: &BTreeMap<&str, BTreeSet<String>>, sink: &Sink) {
    let mut reported = BTreeSet::new();
    for id in workflow.resources.keys() {
        if reported.contains(id.as_str()) {
            continue;
        }
        let Some(circle) = circle(id, needs) else { continue };
        reported.extend(circle.iter().copied());
        let needed = circle.iter().map(|&id| format!("`{id}`")).collect::<Vec<_>>().join(", which needs ");
        let members = std::iter::once(id.as_str()).chain(circle.iter().copied());
        let written = members.zip(&circle).find_map(|(from, &to)| {
            let depends_on = &workflow.resources.get(from)?.depends_on;
            depends_on.iter().find(|id| id.value == to).map(|id| id.place)
        });
        let Some(place) = written.or_else(|| Some(workflow.resources.get(id)?.place)) else { continue };
        let message = format!("`{id}` can never be made: it needs {needed}");
        let finding = place.on(Diagnostic::error(&CODE, message), "");
        sink.push(finding.help("take one of these references away"));
    }
}

/// Returns the shortest way from a resource back to it, itself last.
fn circle<'a>(id: &'a str, needs: &'a BTreeMap<&str, BTreeSet<String>>) -> Option<Vec<&'a str>> {
    let mut ways = VecDeque::from([(id, Vec::new())]);
    let mut seen = BTreeSet::new();
    while let Some((at, way)) = ways.pop_front() {
        for next in needs.get(at).into_iter().flatten() {
            let longer = || way.iter().copied().chain([next.as_str()]).collect();
            if next == id {
                return Some(longer());
            }
            if seen.insert(next.as_str()) {
                ways.push_back((next, longer()));
            }
        }
    }
    None
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
