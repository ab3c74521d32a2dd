//! Payload templates of JSONPath, and those of JSONata.

use iacgen_asl::QueryLanguage;
use iacgen_diagnostics::{Sink, Span};

use super::fields::is_expression;
use crate::check::{conflicting_fields, dollar_without_path, missing_dollar};
use crate::raw::{RawTemplate, RawValue};
use crate::yaml::{Entry, Node, Scalar, Spanned, Value};

/// Reads a template.
pub(super) fn template(node: &Node, language: QueryLanguage, sink: &Sink) -> RawTemplate {
    Reader { language, sink }.node(node, None)
}

/// Tells whether a text that stands as it is looks like a path or a call of an intrinsic function.
pub(super) fn looks_computed(text: &str) -> bool {
    let call = |rest: &str| {
        let name = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        name > 0 && rest[name..].starts_with('(') && rest.ends_with(')')
    };
    match text.strip_prefix('$') {
        Some(rest) => {
            rest.is_empty() || rest.starts_with(['.', '[']) || rest == "$" || rest.starts_with("$.")
        }
        None => text.strip_prefix("States.").is_some_and(call),
    }
}

/// A key whose text may be computed.
#[derive(Clone, Copy)]
struct Key<'k> {
    written: &'k Spanned<String>,
    /// Whether it, or a key around it, says that its text is a path for somebody else: `InputPathsMap`.
    of_paths: bool,
    /// Whether the text is an item of its list.
    in_list: bool,
}

struct Reader<'s> {
    language: QueryLanguage,
    sink: &'s Sink,
}

impl Reader<'_> {
    /// Reads a node that stands under a key, or under a list's.
    fn node(&self, node: &Node, key: Option<Key<'_>>) -> RawTemplate {
        match &node.value {
            Value::Scalar(scalar) => self.scalar(node.span, scalar, key),
            Value::Sequence(items) => {
                let key = key.map(|key| Key { in_list: true, ..key });
                RawTemplate::Array(node.span, items.iter().map(|item| self.node(item, key)).collect())
            }
            Value::Mapping(entries) => {
                let fields = entries.iter().filter_map(|entry| self.entry(entry, entries, key));
                RawTemplate::Object(node.span, fields.collect())
            }
            Value::Refused => null(node.span),
        }
    }

    fn scalar(&self, span: Span, scalar: &Scalar, key: Option<Key<'_>>) -> RawTemplate {
        let Scalar::Text(text) = scalar else {
            return RawTemplate::Value(RawValue::Literal(Spanned { value: scalar.clone(), span }));
        };
        let written = Spanned { value: text.clone(), span };
        match self.language {
            QueryLanguage::Jsonata if is_expression(text) => {
                RawTemplate::Value(RawValue::Literal(Spanned { value: scalar.clone(), span }))
            }
            QueryLanguage::Jsonata => RawTemplate::Literal(written),
            QueryLanguage::JsonPath => {
                if let Some(Key { written: key, of_paths: false, in_list }) = key
                    && looks_computed(text)
                {
                    let found = if in_list { missing_dollar::item } else { missing_dollar::finding };
                    self.sink.push(found(key, span, text));
                }
                RawTemplate::Literal(written)
            }
        }
    }

    fn entry(
        &self,
        entry: &Entry,
        all: &[Entry],
        around: Option<Key<'_>>,
    ) -> Option<(Spanned<String>, RawTemplate)> {
        let key = &entry.key;
        let of_paths = around.is_some_and(|around| around.of_paths) || key.value.contains("Path");
        let plain = match self.language {
            QueryLanguage::JsonPath => key.value.strip_suffix(".$"),
            QueryLanguage::Jsonata => None,
        };
        let Some(plain) = plain else {
            return Some((
                key.clone(),
                self.node(&entry.value, Some(Key { written: key, of_paths, in_list: false })),
            ));
        };
        if let Some(twin) = all.iter().find(|other| other.key.value == plain) {
            let (first, second) = if twin.key.span <= key.span { (&twin.key, key) } else { (key, &twin.key) };
            self.sink.push(conflicting_fields::finding(
                second,
                first,
                "keep one of them: both give the same field",
            ));
            return None;
        }
        let name = Spanned { value: plain.to_owned(), span: key.span };
        match &entry.value.value {
            Value::Scalar(Scalar::Text(text)) if text.starts_with('$') || text.starts_with("States.") => {
                let text = Spanned { value: text.clone(), span: entry.value.span };
                Some((name, RawTemplate::Dynamic(text)))
            }
            _ => {
                self.sink.push(dollar_without_path::finding(key, &entry.value));
                Some((name, null(entry.value.span)))
            }
        }
    }
}

/// Stands for what a finding refuses already.
fn null(span: Span) -> RawTemplate {
    RawTemplate::Value(RawValue::Literal(Spanned { value: Scalar::Null, span }))
}

#[cfg(test)]
mod tests {
    use super::looks_computed;

    #[test]
    fn texts_that_look_computed_are_told_from_others() {
        for text in
            ["$", "$$", "$.a", "$[0]", "$$.Map.Item.Value", "States.UUID()", "States.Format('{}', $.a)"]
        {
            assert!(looks_computed(text), "{text}");
        }
        for text in ["", "a", "$5", "$HOME", "US$", "States.ALL", "States.Timeout (twice)", "{% $x %}"] {
            assert!(!looks_computed(text), "{text}");
        }
    }
}
