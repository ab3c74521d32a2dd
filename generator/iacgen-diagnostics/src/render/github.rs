//! Workflow commands of GitHub Actions. Page: "Workflow commands for GitHub Actions".

use std::fmt::Write;

use crate::{Diagnostic, Sources, Span};

/// Writes a command for each finding.
pub(super) fn render(findings: &[Diagnostic], sources: &Sources) -> String {
    findings.iter().map(|finding| command(finding, sources)).collect()
}

fn command(finding: &Diagnostic, sources: &Sources) -> String {
    let mut properties = String::new();
    let mut message = finding.message.clone();
    if let Some(label) = &finding.primary {
        let start = sources.position(label.span);
        let end = sources.position(Span { start: label.span.end, ..label.span });
        let file = property(sources.path(label.span.file).as_str());
        properties = format!(
            "file={file},line={},endLine={},col={},endColumn={},",
            start.line, end.line, start.column, end.column
        );
        if !label.message.is_empty() {
            message = format!("{message} ({})", label.message);
        }
    }
    for note in &finding.notes {
        let _ = write!(message, "\nnote: {note}");
    }
    for help in &finding.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    let title = property(&format!("{} {}", finding.code.id, finding.code.name));
    format!("::{} {properties}title={title}::{}\n", finding.severity.as_str(), data(&message))
}

/// Escapes a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a property, which ends at a comma or a colon besides.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
