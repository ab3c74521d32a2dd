//! A line each, for editors and for `grep`.

use crate::{Diagnostic, Sources};

/// Writes a line for each finding.
pub(super) fn render(findings: &[Diagnostic], sources: &Sources) -> String {
    findings.iter().map(|finding| line(finding, sources)).collect()
}

fn line(finding: &Diagnostic, sources: &Sources) -> String {
    let place = finding.primary.as_ref().map_or_else(String::new, |label| {
        let position = sources.position(label.span);
        format!("{}:{}:{}: ", sources.path(label.span.file), position.line, position.column)
    });
    let Diagnostic { code, severity, message, .. } = finding;
    let mut line = format!("{place}{}[{} {}] {message}", severity.as_str(), code.id, code.name);
    for help in &finding.help {
        line.push_str("; ");
        line.push_str(help);
    }
    line.push('\n');
    line
}
