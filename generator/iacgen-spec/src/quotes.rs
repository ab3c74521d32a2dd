//! Quotes in a text that is no YAML: where one was opened that may have been left open.

use iacgen_diagnostics::{FileId, Span};

/// A text in quotes that may reach further than was meant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Suspect {
    /// The quote that opens it.
    pub(crate) span: Span,
    pub(crate) ends: Ends,
}

/// Where a text in quotes ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ends {
    /// On the line where it begins.
    SameLine,
    /// On a later line, counted from 1.
    Line(usize),
    /// Nowhere.
    Never,
}

/// Finds the text in quotes that ends just before a place, on the same line, or reaches beyond it.
pub(crate) fn suspect(text: &str, file: FileId, place: usize) -> Option<Suspect> {
    let (start, end) = quoted(text).into_iter().take_while(|(start, _)| *start <= place).last()?;
    let span = Span { file, start, end: start + 1 };
    let Some(end) = end else {
        return Some(Suspect { span, ends: Ends::Never });
    };
    let spans_lines = text[start..end].contains('\n');
    let between = text.get(end..place).unwrap_or_default();
    let near = if spans_lines { !between.contains('\n') } else { between.trim().is_empty() && end <= place };
    near.then(|| Suspect {
        span,
        ends: if spans_lines { Ends::Line(text[..end].matches('\n').count() + 1) } else { Ends::SameLine },
    })
}

/// Returns every text in quotes as its first byte and the byte behind its last, as far as that can be told without a
/// parser: a quote opens where a value or a key may begin.
fn quoted(text: &str) -> Vec<(usize, Option<usize>)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    // The last byte on this line that is not blank, and whether a blank or nothing stands just before.
    let (mut before, mut blank) = (None, true);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\n' => (before, blank) = (None, true),
            b' ' | b'\t' | b'\r' => blank = true,
            b'#' if blank => {
                at += text[at..].find('\n').unwrap_or(text.len() - at);
                continue;
            }
            b'"' | b'\'' if matches!(before, None | Some(b'[' | b'{' | b',' | b':' | b'-' | b'?')) => {
                let end = closing(bytes, at);
                found.push((at, end));
                let Some(end) = end else { break };
                (before, blank) = (Some(byte), false);
                at = end;
                continue;
            }
            _ => (before, blank) = (Some(byte), false),
        }
        at += 1;
    }
    found
}

/// Returns the byte behind the quote that closes the one at `start`.
fn closing(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = *bytes.get(start)?;
    let mut at = start + 1;
    loop {
        let byte = *bytes.get(at)?;
        let escapes = match quote {
            b'"' => byte == b'\\',
            _ => byte == quote && bytes.get(at + 1) == Some(&quote),
        };
        if escapes {
            at += 2;
        } else if byte == quote {
            return Some(at + 1);
        } else {
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iacgen_diagnostics::Sources;

    /// Looks for the suspect before the `|` in a text.
    fn suspected(text: &str) -> Option<(usize, Ends)> {
        let place = text.find('|').unwrap();
        let text = text.replace('|', "");
        let file = Sources::default().add("a.yaml", text.as_str());
        suspect(&text, file, place).map(|suspect| (suspect.span.start, suspect.ends))
    }

    #[test]
    fn a_quote_that_runs_on_is_found() {
        assert_eq!(suspected("a: \"x\nb: 1\nc: \"|y\"\n"), Some((3, Ends::Line(3))));
        assert_eq!(suspected("a: { b: 'x, c: ''y }\nd: '|z'\n"), Some((8, Ends::Line(2))));
        assert_eq!(suspected("a: \"x, b: \"|y\"\n"), Some((3, Ends::SameLine)));
        assert_eq!(suspected("a: 1\nb: \"x\\\"\nc: 1\n|"), Some((8, Ends::Never)));
    }

    #[test]
    fn quotes_that_open_nothing_are_passed_over() {
        for text in [
            "a: it's\n# don't \"\nb: {|",
            "a: Runs the \"model\"\nb: [ |",
            "a: \"x\"\nb: \"y\"\nc: { |",
            "a: 'x\n  y'\nb: ok\nc: { |",
            "|a: 'x'",
        ] {
            assert_eq!(suspected(text), None, "{text}");
        }
    }
}
