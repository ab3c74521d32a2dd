//! JSON text to the same tree of nodes that YAML gives, with the place of every key and value.
//!
//! `serde_json` judges the text, so that nothing but JSON passes; `jsonc-parser`, which is more lenient, then tells the
//! places of what is known to be JSON. The only file that names that crate.

use std::collections::BTreeMap;

use iacgen_diagnostics::{FileId, Sink, Span};
use jsonc_parser::common::{Range, Ranged};
use jsonc_parser::{CollectOptions, ParseOptions, ast};
use serde::de::IgnoredAny;

use crate::check::{duplicate_key, json_syntax};
use crate::yaml::{Entry, Node, Scalar, Spanned, Value};

/// Reads a document. Returns `None` when the text is no JSON; a key that stands twice leaves a tree that can be read on.
pub(super) fn parse(text: &str, file: FileId, sink: &Sink) -> Option<Node> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        let offset = offset(text, error.line(), error.column());
        sink.push(json_syntax::finding(text, file, offset, &error.to_string()));
        return None;
    }
    let reader = Reader { file, sink };
    match jsonc_parser::parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()) {
        Ok(parsed) => parsed.value.map(|value| reader.node(value)),
        Err(error) => {
            sink.push(json_syntax::finding(text, file, error.range().start, &error.kind().to_string()));
            None
        }
    }
}

/// Returns the byte at a line and a column of bytes, both from 1, as `serde_json` counts them.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

struct Reader<'s> {
    file: FileId,
    sink: &'s Sink,
}

impl Reader<'_> {
    fn node(&self, value: ast::Value<'_>) -> Node {
        let span = self.span(value.range());
        let value = match value {
            ast::Value::NullKeyword(_) => Value::Scalar(Scalar::Null),
            ast::Value::BooleanLit(literal) => Value::Scalar(Scalar::Bool(literal.value)),
            ast::Value::NumberLit(literal) => Value::Scalar(Scalar::Number(literal.value.to_owned())),
            ast::Value::StringLit(literal) => Value::Scalar(Scalar::Text(literal.value.into_owned())),
            ast::Value::Array(array) => {
                Value::Sequence(array.elements.into_iter().map(|element| self.node(element)).collect())
            }
            ast::Value::Object(object) => self.mapping(object),
        };
        Node { value, span }
    }

    fn mapping(&self, object: ast::Object<'_>) -> Value {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: BTreeMap<String, Span> = BTreeMap::new();
        for property in object.properties {
            let span = self.span(property.name.range());
            let key = Spanned { value: property.name.into_string(), span };
            if let Some(first) = seen.get(&key.value) {
                self.sink.push(duplicate_key::finding(&key, *first));
                continue;
            }
            seen.insert(key.value.clone(), span);
            entries.push(Entry { key, value: self.node(property.value) });
        }
        Value::Mapping(entries)
    }

    fn span(&self, range: Range) -> Span {
        Span { file: self.file, start: range.start, end: range.end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iacgen_diagnostics::Sources;

    fn read(text: &str) -> (Option<Node>, Vec<String>) {
        let mut sources = Sources::default();
        let file = sources.add("a.json", text);
        let sink = Sink::default();
        let node = parse(text, file, &sink);
        let findings = sink.into_sorted().into_iter().map(|finding| {
            let position = sources.position(finding.primary.unwrap().span);
            format!("{} {}:{}", finding.code.name, position.line, position.column)
        });
        (node, findings.collect())
    }

    #[test]
    fn keys_and_values_have_their_places() {
        let text = "{ \"é\": [ 1.50, \"a\\u00e9\\ud83d\\ude00\" ],\n  \"b\": { \"c\": null } }\n";
        let (node, findings) = read(text);
        assert!(findings.is_empty(), "{findings:?}");
        let Value::Mapping(entries) = node.unwrap().value else { panic!("no mapping") };
        let slice = |span: Span| &text[span.start..span.end];
        assert_eq!(entries[0].key.value, "é");
        assert_eq!(slice(entries[0].key.span), "\"é\"");
        let Value::Sequence(items) = &entries[0].value.value else { panic!("no list") };
        assert_eq!(items[0].value, Value::Scalar(Scalar::Number("1.50".to_owned())));
        assert_eq!(items[1].value, Value::Scalar(Scalar::Text("aé😀".to_owned())));
        assert_eq!(slice(entries[1].value.span), "{ \"c\": null }");
    }

    #[test]
    fn a_key_that_stands_twice_is_found_at_its_place_and_reading_goes_on() {
        let (node, findings) = read("{ \"a\": 1,\n  \"a\": 2, \"\\u0061\": 3 }");
        assert!(node.is_some());
        assert_eq!(findings, ["duplicate-key 2:3", "duplicate-key 2:11"]);
    }

    #[test]
    fn what_is_no_json_is_found_at_its_place() {
        for (text, place) in [
            ("", "1:1"),
            ("{\n  \"a\": 1,\n}", "3:1"),
            ("{ \"a\": 1 // why\n}", "1:10"),
            ("{ 'a': 1 }", "1:3"),
            ("{ a: 1 }", "1:3"),
            ("[ {} {} ]", "1:6"),
            ("{ \"a\": 012 }", "1:9"),
            ("{ \"a\": +1 }", "1:8"),
            ("{ \"a\": .5 }", "1:8"),
            ("{ \"a\": NaN }", "1:8"),
            ("{ \"a\": \"\\x41\" }", "1:10"),
            ("{ \"a\": \"\t\" }", "1:8"),
            ("{ \"a\": \"\\ud800\" }", "1:9"),
            ("{ \"a\": 1 } {}", "1:12"),
            ("{ \"a\": ", "1:7"),
        ] {
            let (node, findings) = read(text);
            assert_eq!((node, findings), (None, vec![format!("json-syntax {place}")]), "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let (node, findings) = read(&"[".repeat(100_000));
        assert!(node.is_none() && findings.len() == 1, "{findings:?}");
    }
}
