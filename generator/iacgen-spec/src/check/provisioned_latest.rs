//! IAC182 `provisioned-latest`.

use iacgen_diagnostics::{Code, Diagnostic, Sink};

use crate::model::{JsonNode, LocatedJson, RawResource, Workflow};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC182",
    name: "provisioned-latest",
    explanation: "A resource of the section `resources` provisions concurrency on `$LATEST`, or sends a part of an alias' calls to it.

## Why
Lambda provisions concurrency on versions, and on aliases of versions. It refuses `$LATEST`, and an alias that is `$LATEST`, at
deployment; so does Application Auto Scaling with a function that is named without its alias. An alias that splits its calls needs
two published versions as well. Pages: \"Configuring provisioned concurrency for a function\", \"Implement Lambda canary deployments
using a weighted alias\".

## What to write instead
The version: `FunctionVersion: { Fn::GetAtt: [MyVersion, Version] }` of an AWS::Lambda::Version, and for Application Auto Scaling
`ResourceId: function:NAME:ALIAS`. For a function of the spec `provisioned: { min: 2, max: 20 }`.
",
};

const LATEST: &str = "$LATEST";

/// Judges raw aliases and what scales them.
pub(crate) fn check(workflow: &Workflow, sink: &Sink) {
    for resource in workflow.resources.values() {
        let Some(properties) = &resource.properties else { continue };
        match resource.kind.value.as_str() {
            "AWS::Lambda::Alias" => alias(resource, properties, sink),
            "AWS::ApplicationAutoScaling::ScalableTarget" => target(workflow, resource, properties, sink),
            _ => {}
        }
    }
}

fn alias(resource: &RawResource, properties: &LocatedJson, sink: &Sink) {
    if let Some(version) = latest_of(properties)
        && let Some(provisioned) = member(properties, "ProvisionedConcurrencyConfig")
    {
        let message = format!("`{}` provisions concurrency on `{LATEST}`", resource.id);
        let finding =
            version.place.on(Diagnostic::error(&CODE, message), "it has no provisioned concurrency");
        let finding = finding.secondary(provisioned.place.at(), "provisioned here");
        sink.push(finding.help("give the alias a version: an AWS::Lambda::Version's attribute `Version`"));
    }
    let Some(routing) = member(properties, "RoutingConfig") else { return };
    let weights = member(routing, "AdditionalVersionWeights").map(|weights| &weights.value);
    let Some(JsonNode::Array(weights)) = weights else { return };
    let split = weights.iter().filter_map(latest_of);
    let own = latest_of(properties).filter(|_| !weights.is_empty());
    for version in split.chain(own) {
        let message = format!("`{}` splits its calls between versions, and `{LATEST}` is none", resource.id);
        let finding = version.place.on(Diagnostic::error(&CODE, message), "");
        sink.push(finding.help("write a published version"));
    }
}

fn target(workflow: &Workflow, resource: &RawResource, properties: &LocatedJson, sink: &Sink) {
    let dimension = member(properties, "ScalableDimension").and_then(text);
    if dimension != Some("lambda:function:ProvisionedConcurrency") {
        return;
    }
    let Some(id) = member(properties, "ResourceId") else { return };
    let Some(written) = text(id).or_else(|| member(id, "Fn::Sub").and_then(text)) else { return };
    // `function:NAME:QUALIFIER`. Page: "RegisterScalableTarget".
    let Some(named) = written.strip_prefix("function:") else { return };
    // The colons inside `${Function.Arn}` and the like are none of the text.
    let qualifier = named.rsplit_once(':').map(|(_, qualifier)| qualifier);
    let (message, label) = match qualifier {
        Some(LATEST) => (format!("`{}` provisions concurrency on `{LATEST}`", resource.id), String::new()),
        None if !named.contains("${") => (
            format!("`{}` names a function without its alias, which is `{LATEST}`", resource.id),
            String::new(),
        ),
        Some(qualifier) if alias_of_latest(workflow, named, qualifier) => (
            format!("`{}` provisions concurrency on `{LATEST}`", resource.id),
            format!("the alias `{qualifier}` is `{LATEST}`"),
        ),
        _ => return,
    };
    let finding = id.place.on(Diagnostic::error(&CODE, message), label);
    sink.push(finding.help("write `function:NAME:ALIAS`, of an alias that has a version"));
}

/// Tells whether a raw alias of this name, and of a function of this name as far as it says one, is `$LATEST`.
fn alias_of_latest(workflow: &Workflow, named: &str, qualifier: &str) -> bool {
    workflow.resources.values().filter(|resource| resource.kind.value == "AWS::Lambda::Alias").any(|alias| {
        let Some(properties) = &alias.properties else { return false };
        let function = member(properties, "FunctionName").and_then(text);
        let is_same = function.is_some_and(|function| {
            named.strip_suffix(qualifier).and_then(|name| name.strip_suffix(':')) == Some(function)
        });
        is_same
            && member(properties, "Name").and_then(text) == Some(qualifier)
            && latest_of(properties).is_some()
    })
}

/// Returns the `FunctionVersion` that is `$LATEST`.
fn latest_of(json: &LocatedJson) -> Option<&LocatedJson> {
    member(json, "FunctionVersion").filter(|version| text(version) == Some(LATEST))
}

fn member<'a>(json: &'a LocatedJson, name: &str) -> Option<&'a LocatedJson> {
    match &json.value {
        JsonNode::Object(members) => members.get(name).map(|member| &member.value),
        _ => None,
    }
}

fn text(json: &LocatedJson) -> Option<&str> {
    match &json.value {
        JsonNode::Text(text) => Some(text),
        _ => None,
    }
}
