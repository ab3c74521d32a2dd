//! IAC099 `unexplained`.

use iacgen_diagnostics::{Code, Diagnostic, Sink, Span};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC099",
    name: "unexplained",
    explanation:
        "Something in the workflow cannot be resolved, and no finding says what. This is a defect of iacgen.

## Why
Whoever asks for a workflow gets one, or an error. Nothing at all would look like success.

## What to write instead
Nothing is known to be wrong with your files. Please report it, with the workflow if you can.
",
};

/// Makes sure that one of the two is there: the resolved thing, or an error.
pub(crate) fn resolved_or_error<T>(
    resolved: Option<T>,
    file: Span,
    environment: &str,
    sink: &Sink,
) -> Option<T> {
    if resolved.is_none() && !sink.has_errors() {
        sink.push(
            Diagnostic::error(&CODE, format!("the workflow cannot be resolved for `{environment}`"))
                .primary(file, "")
                .note("no finding says why, which is a defect of iacgen")
                .help("please report it, with the workflow if you can"),
        );
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;
    use iacgen_diagnostics::Sources;

    #[test]
    fn nothing_is_never_silent() {
        let file = Sources::default().add("workflow.yaml", "");
        let span = Span { file, start: 0, end: 0 };
        let sink = Sink::default();
        assert_eq!(resolved_or_error(Some(1), span, "dev", &sink), Some(1));
        assert!(!sink.has_errors());
        assert_eq!(resolved_or_error(None::<u8>, span, "dev", &sink), None);
        assert_eq!(resolved_or_error(None::<u8>, span, "dev", &sink), None);
        let codes: Vec<&str> = sink.into_sorted().iter().map(|finding| finding.code.id).collect();
        assert_eq!(codes, ["IAC099"]);
    }
}
