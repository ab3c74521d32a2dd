//! Where things of the model stand in the files.

use iacgen_diagnostics::{Diagnostic, Span};

/// Where a value stands, and where it is used if that is another file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    at: Span,
    used: Option<Span>,
    /// Whether every byte of the value stands as it is, so that a part of it has a place of its own.
    is_verbatim: bool,
}

impl Place {
    /// A value that is written where it is used.
    pub fn written(at: Span) -> Self {
        Self { at, used: None, is_verbatim: false }
    }

    /// A value that stands in an environment's file, and is used in another.
    pub fn used(at: Span, used: Span) -> Self {
        Self { at, used: Some(used), is_verbatim: false }
    }

    /// Says which text stands there, as it is read: without its quotes, if it has any and nothing in it is escaped.
    #[must_use]
    pub fn holding(self, text: &str) -> Self {
        let length = self.at.end - self.at.start;
        if length == text.len() {
            Self { is_verbatim: true, ..self }
        } else if length == text.len() + 2 {
            let at = Span { start: self.at.start + 1, end: self.at.end - 1, ..self.at };
            Self { at, is_verbatim: true, ..self }
        } else {
            self
        }
    }

    /// Returns where the value is written.
    pub fn at(self) -> Span {
        self.at
    }

    /// Narrows the place of a text to a part of it, in bytes from the text's beginning. Where the text is not written
    /// as it is read, with escapes or over several lines, the place stays as it is.
    #[must_use]
    pub fn part(self, start: usize, end: usize) -> Self {
        let (start, end) = (self.at.start + start, self.at.start + end);
        let inside = self.is_verbatim && start < end && end <= self.at.end;
        if inside { Self { at: Span { start, end, ..self.at }, ..self } } else { self }
    }

    /// Points a finding at the value, and at its use.
    pub fn on(self, finding: Diagnostic, label: impl Into<String>) -> Diagnostic {
        let finding = finding.primary(self.at, label);
        match self.used {
            Some(used) => finding.secondary(used, "used here"),
            None => finding,
        }
    }
}

/// A value with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

#[cfg(test)]
mod tests {
    use super::*;
    use iacgen_diagnostics::Sources;

    #[test]
    fn a_part_is_found_where_the_text_is_verbatim_and_the_whole_elsewhere() {
        let text = "'$.ab' $.ab \"\\u0024.ab\"";
        let file = Sources::default().add("a.yaml", text);
        let part = |start, end| {
            let place = Place::written(Span { file, start, end }).holding("$.ab").part(2, 4);
            &text[place.at().start..place.at().end]
        };
        assert_eq!(part(0, 6), "ab");
        assert_eq!(part(7, 11), "ab");
        assert_eq!(part(12, 23), "\"\\u0024.ab\"");
    }
}
