//! For code scanning: SARIF 2.1.0.

use iacgen_assembly::Sha256;
use serde_json::{Value, json};

use crate::{Danger, Diff, Finding, Rule, Subject};

/// Returns the findings as a SARIF log. Destructive changes are errors, broadened permissions warnings, all else notes.
pub fn sarif(diff: &Diff) -> Value {
    let rules: Vec<Value> = Rule::ALL
        .iter()
        .map(|rule| {
            json!({
                "id": rule.as_str(),
                "shortDescription": { "text": rule.description() },
            })
        })
        .collect();
    let results: Vec<Value> = diff.findings.iter().map(result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "iacgen diff", "version": env!("CARGO_PKG_VERSION"), "rules": rules } },
            "automationDetails": { "id": format!("iacgen-diff/{}/{}/", diff.project, diff.environment) },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

fn result(finding: &Finding) -> Value {
    let level = match finding.danger {
        Danger::Destructive => "error",
        Danger::Broadened => "warning",
        Danger::Changed | Danger::Same => "note",
    };
    let (name, kind) = match &finding.subject {
        Subject::Resource(id) => (id.clone(), "resource"),
        Subject::State(path) => (path.join("/"), "member"),
    };
    let mut location = json!({ "logicalLocations": [{ "fullyQualifiedName": name, "kind": kind }] });
    if let Some(place) = &finding.place {
        location["physicalLocation"] = json!({
            "artifactLocation": { "uri": place.file },
            "region": { "startLine": place.line, "startColumn": place.column },
        });
    }
    // The same finding of a later run, wherever its lines have moved to.
    let print = Sha256::of(format!("{}\n{name}\n{}", finding.rule.as_str(), finding.message));
    json!({
        "ruleId": finding.rule.as_str(),
        "ruleIndex": Rule::ALL.iter().position(|rule| *rule == finding.rule),
        "level": level,
        "message": { "text": finding.message },
        "locations": [location],
        "partialFingerprints": { "iacgenDiff/v1": print.to_string() },
    })
}
