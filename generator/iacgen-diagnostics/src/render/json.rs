//! One JSON array, for programs.

use serde::Serialize;

use crate::{Diagnostic, Label, Position, Sources, Span};

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    name: &'a str,
    severity: &'a str,
    message: &'a str,
    /// `null` where the finding has no place; so are the next four.
    file: Option<&'a str>,
    line: Option<usize>,
    column: Option<usize>,
    end: Option<End>,
    label: Option<&'a str>,
    related: Vec<Related<'a>>,
    notes: &'a [String],
    help: &'a [String],
}

#[derive(Serialize)]
struct Related<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end: End,
    label: &'a str,
}

/// The place behind the last character.
#[derive(Serialize)]
struct End {
    line: usize,
    column: usize,
}

/// Writes all findings as one document.
pub(super) fn render(findings: &[Diagnostic], sources: &Sources) -> String {
    let findings: Vec<Finding<'_>> = findings.iter().map(|finding| convert(finding, sources)).collect();
    // Strings and numbers always serialise; an empty document would only hide findings.
    let text = serde_json::to_string_pretty(&findings).unwrap_or_else(|error| format!("\"{error}\""));
    format!("{text}\n")
}

fn convert<'a>(finding: &'a Diagnostic, sources: &'a Sources) -> Finding<'a> {
    let place = finding.primary.as_ref().map(|label| related(label, sources));
    let place = place.as_ref();
    Finding {
        code: finding.code.id,
        name: finding.code.name,
        severity: finding.severity.as_str(),
        message: &finding.message,
        file: place.map(|place| place.file),
        line: place.map(|place| place.line),
        column: place.map(|place| place.column),
        end: place.map(|place| End { line: place.end.line, column: place.end.column }),
        label: place.map(|place| place.label),
        related: finding.secondary.iter().map(|label| related(label, sources)).collect(),
        notes: &finding.notes,
        help: &finding.help,
    }
}

fn related<'a>(label: &'a Label, sources: &'a Sources) -> Related<'a> {
    let Position { line, column } = sources.position(label.span);
    let end = sources.position(Span { start: label.span.end, ..label.span });
    Related {
        file: sources.path(label.span.file).as_str(),
        line,
        column,
        end: End { line: end.line, column: end.column },
        label: &label.message,
    }
}
