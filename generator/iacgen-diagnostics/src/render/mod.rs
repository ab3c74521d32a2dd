//! Findings as text. Each renderer knows findings and sources, and nothing of workflows.

mod concise;
mod github;
mod json;
mod text;

use std::fmt;

use crate::{Diagnostic, Severity, Sources};

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a person: excerpts of the sources, then a summary.
    Text {
        /// Whether ANSI colours are used.
        color: bool,
    },
    /// A line each, `file:line:column: error[IAC004 unknown-field] message`, then a summary.
    Concise,
    /// One JSON array; empty when there is no finding.
    Json,
    /// Workflow commands of GitHub Actions, which become annotations of a pull request.
    Github,
}

/// Writes findings in their order. The text ends with a line break, and is empty when there is nothing to say.
pub fn render(findings: &[Diagnostic], sources: &Sources, format: Format) -> String {
    let summary = |text: String| {
        if findings.is_empty() { text } else { format!("{text}{}\n", Summary::of(findings)) }
    };
    match format {
        Format::Text { color } => summary(text::render(findings, sources, color)),
        Format::Concise => summary(concise::render(findings, sources)),
        Format::Json => json::render(findings, sources),
        Format::Github => github::render(findings, sources),
    }
}

/// How many findings there are. Prints as `2 errors, 1 warning`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Findings that hold everything up.
    pub errors: usize,
    /// Findings that hold nothing up.
    pub warnings: usize,
}

impl Summary {
    /// Counts findings.
    pub fn of(findings: &[Diagnostic]) -> Self {
        let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        Self { errors, warnings: findings.len() - errors }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |number: usize, word: &str| match number {
            1 => format!("1 {word}"),
            _ => format!("{number} {word}s"),
        };
        write!(f, "{}, {}", count(self.errors, "error"), count(self.warnings, "warning"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Code, FileId, Span};

    static CODE: Code = Code { id: "IAC014", name: "unknown-path", explanation: "" };

    /// Renders two findings: one with everything in two files, one without a place.
    fn rendered(format: Format) -> String {
        let mut sources = Sources::default();
        let spec = sources.add("workflow.yaml", "states:\n  é: { items: $.boddy }\n");
        let environment = sources.add("environments/dev.yaml", "values:\n  a: 1\n");
        let span = |file: FileId, start, end| Span { file, start, end };
        let findings = [
            Diagnostic::error(&CODE, "`$.boddy` does not exist")
                .primary(span(spec, 23, 30), "here: 50%")
                .secondary(span(spec, 10, 12), "in this state")
                .secondary(span(environment, 13, 14), "and this value")
                .note("a reason")
                .help("did you mean `$.body`?"),
            Diagnostic::warning(&CODE, "no place, no excerpt"),
        ];
        render(&findings, &sources, format)
    }

    #[test]
    fn text_shows_every_place() {
        let expected = "\
error[IAC014 unknown-path]: `$.boddy` does not exist
 --> workflow.yaml:2:15
  |
2 |   é: { items: $.boddy }
  |   -           ^^^^^^^ here: 50%
  |   |
  |   in this state
  |
 ::: environments/dev.yaml:2:6
  |
2 |   a: 1
  |      - and this value
  |
  = note: a reason
  = help: did you mean `$.body`?

warning[IAC014 unknown-path]: no place, no excerpt

1 error, 1 warning
";
        assert_eq!(rendered(Format::Text { color: false }), expected);
        assert!(rendered(Format::Text { color: true }).contains("\u{1b}["));
    }

    #[test]
    fn concise_is_a_line_each() {
        let expected = "\
workflow.yaml:2:15: error[IAC014 unknown-path] `$.boddy` does not exist; did you mean `$.body`?
warning[IAC014 unknown-path] no place, no excerpt
1 error, 1 warning
";
        assert_eq!(rendered(Format::Concise), expected);
    }

    #[test]
    fn json_has_every_field() {
        let value: serde_json::Value = serde_json::from_str(&rendered(Format::Json)).unwrap();
        let expected = serde_json::json!({
            "code": "IAC014", "name": "unknown-path", "severity": "error", "message": "`$.boddy` does not exist",
            "file": "workflow.yaml", "line": 2, "column": 15, "end": { "line": 2, "column": 22 }, "label": "here: 50%",
            "related": [
                { "file": "workflow.yaml", "line": 2, "column": 3, "end": { "line": 2, "column": 4 }, "label": "in this state" },
                { "file": "environments/dev.yaml", "line": 2, "column": 6, "end": { "line": 2, "column": 7 }, "label": "and this value" },
            ],
            "notes": ["a reason"], "help": ["did you mean `$.body`?"],
        });
        assert_eq!(value[0], expected);
        assert_eq!(value[1]["file"], serde_json::Value::Null);
        assert_eq!(render(&[], &Sources::default(), Format::Json), "[]\n");
    }

    #[test]
    fn github_escapes_what_its_commands_need() {
        let expected = "\
::error file=workflow.yaml,line=2,endLine=2,col=15,endColumn=22,title=IAC014 unknown-path::`$.boddy` does not exist \
(here: 50%25)%0Anote: a reason%0Ahelp: did you mean `$.body`?
::warning title=IAC014 unknown-path::no place, no excerpt
";
        assert_eq!(rendered(Format::Github), expected);
    }

    #[test]
    fn nothing_found_is_nothing_said() {
        assert_eq!(render(&[], &Sources::default(), Format::Text { color: false }), "");
        assert_eq!(render(&[], &Sources::default(), Format::Concise), "");
    }
}
