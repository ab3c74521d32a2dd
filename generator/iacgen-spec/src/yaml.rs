//! YAML text to a tree of nodes with spans. The only file that names the YAML crate.
//!
//! The tree is built from the parser's events, not through serde, so that a misspelt field here and a wrong kind of
//! value there are both reported in one run. What of YAML makes a file hard to read or a parser easy to exhaust is
//! refused: anchors, aliases, tags, merge keys, several documents, deep nesting.

use iacgen_diagnostics::{Diagnostic, FileId, Sink, Span};
use serde_saphyr::granit_parser::{self, Event, Parser, ScalarStyle, StructureStyle};

use crate::check::{duplicate_key, yaml_feature, yaml_syntax};
use crate::quotes;

/// The deepest nesting: a Map within a branch within a Map needs 20 with its rules and templates.
const MAX_DEPTH: usize = 40;
/// The most nodes of one file.
const MAX_NODES: usize = 20_000;

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spanned<T> {
    pub(crate) value: T,
    pub(crate) span: Span,
}

/// A node of the tree.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) value: Value,
    /// The scalar, the flow collection with its brackets, or the first key or item of a block collection.
    pub(crate) span: Span,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Scalar(Scalar),
    Sequence(Vec<Node>),
    Mapping(Vec<Entry>),
    /// What a finding refuses already, so that nobody says more of it.
    Refused,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: Spanned<String>,
    pub(crate) value: Node,
}

/// A scalar by the core schema of YAML 1.2, and stricter: only `true` and `false` are booleans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scalar {
    Null,
    Bool(bool),
    /// A decimal number as it is written, without quotes.
    Number(String),
    Text(String),
}

impl Scalar {
    /// Returns the scalar as it is written.
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Null => "null",
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            Self::Number(text) | Self::Text(text) => text,
        }
    }

    /// Reads a scalar that stands without quotes.
    pub(crate) fn plain(text: &str) -> Self {
        match text {
            "" | "~" | "null" => Self::Null,
            "true" => Self::Bool(true),
            "false" => Self::Bool(false),
            _ if is_number(text) => Self::Number(text.to_owned()),
            _ => Self::Text(text.to_owned()),
        }
    }
}

/// Tells whether a plain scalar is a number as JSON writes one. `017`, `1_000`, `0x1f` and `.5` are texts.
fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(w, f)| (w, Some(f)));
    digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

/// Reads one document. Returns `None` when the text is no YAML; other findings leave a tree that can be read on.
pub(crate) fn parse(text: &str, file: FileId, sink: &Sink) -> Option<Node> {
    let options = granit_parser::options! {
        emit_comments: false,
        emit_anchor_events: true,
        emit_unresolved_aliases: true,
        disallow_directives: true,
    };
    let parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder { events: parser, text, file, sink, nodes: 0 };
    match builder.document() {
        Ok(node) => Some(node),
        Err(Stop::Reported) => None,
        Err(Stop::Syntax { offset, message }) => {
            let span = span_at(text, file, offset);
            let reference = text[..span.start].ends_with('$') && text[span.start..].starts_with('{');
            let quote = quotes::suspect(text, file, span.start);
            sink.push(yaml_syntax::finding(span, &message, reference, quote.as_ref()));
            None
        }
    }
}

/// Why the building stopped.
enum Stop {
    /// The text is no YAML.
    Syntax { offset: usize, message: String },
    /// A finding says why.
    Reported,
}

struct Builder<'a, I: Iterator> {
    events: I,
    text: &'a str,
    file: FileId,
    sink: &'a Sink,
    nodes: usize,
}

type Parsed<'a> = Result<(Event<'a>, granit_parser::Span), granit_parser::ScanError>;

impl<'a, I: Iterator<Item = Parsed<'a>>> Builder<'a, I> {
    /// Returns the next event that is no anchor; an anchor is a finding.
    fn next(&mut self) -> Result<(Event<'a>, granit_parser::Span), Stop> {
        loop {
            match self.events.next() {
                Some(Ok((Event::Anchor(..), span))) => {
                    self.sink.push(yaml_feature::anchor(self.span(&span)));
                }
                Some(Ok(event)) => return Ok(event),
                Some(Err(error)) => {
                    let offset = error.marker().byte_offset().unwrap_or(0);
                    return Err(Stop::Syntax { offset, message: error.kind().to_string() });
                }
                None => {
                    return Err(Stop::Syntax {
                        offset: self.text.len(),
                        message: "the file ends too early".to_owned(),
                    });
                }
            }
        }
    }

    fn document(&mut self) -> Result<Node, Stop> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) if root.is_none() => {
                    let (event, span) = self.next()?;
                    root = Some(self.node(event, &span, 1)?);
                }
                Event::DocumentStart(..) => return self.stop(yaml_feature::documents(self.span(&span))),
                _ => break,
            }
        }
        Ok(root.unwrap_or(Node {
            value: Value::Scalar(Scalar::Null),
            span: Span { file: self.file, start: 0, end: 0 },
        }))
    }

    fn node(&mut self, event: Event<'a>, at: &granit_parser::Span, depth: usize) -> Result<Node, Stop> {
        let mut span = self.span(at);
        self.nodes += 1;
        if depth > MAX_DEPTH {
            return self.stop(yaml_feature::depth(span, MAX_DEPTH));
        }
        if self.nodes > MAX_NODES {
            return self.stop(yaml_feature::nodes(span, MAX_NODES));
        }
        if let Some(tag) = at.tag_span() {
            self.sink.push(yaml_feature::tag(self.span(&tag), tag.slice(self.text).unwrap_or("!")));
        }
        let value = match event {
            Event::Scalar(text, style, ..) => Value::Scalar(match style {
                ScalarStyle::Plain => Scalar::plain(&text),
                _ => Scalar::Text(text.into_owned()),
            }),
            Event::SequenceStart(style, ..) => {
                let mut items = Vec::new();
                loop {
                    let (event, at) = self.next()?;
                    if event == Event::SequenceEnd {
                        span = self.collection(style, span, &at, items.first().map(|node: &Node| node.span));
                        break;
                    }
                    items.push(self.node(event, &at, depth + 1)?);
                }
                Value::Sequence(items)
            }
            Event::MappingStart(style, ..) => {
                let mut entries: Vec<Entry> = Vec::new();
                loop {
                    let (event, at) = self.next()?;
                    if event == Event::MappingEnd {
                        span = self.collection(style, span, &at, entries.first().map(|entry| entry.key.span));
                        break;
                    }
                    self.entry(event, &at, depth, &mut entries)?;
                }
                Value::Mapping(entries)
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.sink.push(yaml_feature::alias(span));
                Value::Refused
            }
            _ => {
                return Err(Stop::Syntax { offset: span.start, message: "unexpected structure".to_owned() });
            }
        };
        Ok(Node { value, span })
    }

    fn entry(
        &mut self,
        event: Event<'a>,
        at: &granit_parser::Span,
        depth: usize,
        entries: &mut Vec<Entry>,
    ) -> Result<(), Stop> {
        let key = match &event {
            Event::Scalar(text, ..) => Some(text.clone().into_owned()),
            _ => None,
        };
        let key_node = self.node(event, at, depth + 1)?;
        let (event, at) = self.next()?;
        let mut value = self.node(event, &at, depth + 1)?;
        let Some(key) = key else {
            self.sink.push(yaml_feature::key(key_node.span));
            return Ok(());
        };
        let key = Spanned { value: key, span: key_node.span };
        if key.value == "<<" {
            self.sink.push(yaml_feature::merge_key(key.span));
            return Ok(());
        }
        if value.span.start == value.span.end {
            value.span = key.span;
        }
        if let Some(first) = entries.iter().find(|entry| entry.key.value == key.value) {
            self.sink.push(duplicate_key::finding(&key, first.key.span));
        } else {
            entries.push(Entry { key, value });
        }
        Ok(())
    }

    /// Returns the span of a collection: with its brackets, or the first thing in it.
    fn collection(
        &self,
        style: StructureStyle,
        start: Span,
        end: &granit_parser::Span,
        first: Option<Span>,
    ) -> Span {
        match (style, first) {
            (StructureStyle::Block, Some(first)) => first,
            (StructureStyle::Flow, _) => Span { end: self.span(end).end.max(start.end), ..start },
            (StructureStyle::Block, None) => start,
        }
    }

    /// Returns a span of bytes, without white space at its end, on the boundaries of characters.
    fn span(&self, span: &granit_parser::Span) -> Span {
        let range = span.byte_range().unwrap_or(0..0);
        let start = self.text.floor_char_boundary(range.start);
        let end = self.text.floor_char_boundary(range.end).max(start);
        let end = start + self.text[start..end].trim_end().len();
        Span { file: self.file, start, end }
    }

    fn stop<T>(&self, finding: Diagnostic) -> Result<T, Stop> {
        self.sink.push(finding);
        Err(Stop::Reported)
    }
}

/// Returns the character at an offset, or the end of the last line.
fn span_at(text: &str, file: FileId, offset: usize) -> Span {
    let start = text.floor_char_boundary(offset).min(text.trim_end().len());
    let end = text[start..].chars().next().filter(|c| *c != '\n').map_or(start, |c| start + c.len_utf8());
    Span { file, start, end }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iacgen_diagnostics::Sources;

    fn read(text: &str) -> (Option<Node>, Vec<String>) {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", text);
        let sink = Sink::default();
        let node = parse(text, file, &sink);
        let findings = sink.into_sorted().into_iter().map(|d| {
            let span = d.primary.unwrap().span;
            format!("{} `{}`", d.code.name, &text[span.start..span.end])
        });
        (node, findings.collect())
    }

    #[test]
    fn scalars_are_read_strictly() {
        for (text, scalar) in [
            ("", Scalar::Null),
            ("~", Scalar::Null),
            ("true", Scalar::Bool(true)),
            ("yes", Scalar::Text("yes".to_owned())),
            ("\"true\"", Scalar::Text("true".to_owned())),
            ("12", Scalar::Number("12".to_owned())),
            ("-2.50e+3", Scalar::Number("-2.50e+3".to_owned())),
            ("012", Scalar::Text("012".to_owned())),
            ("1_000", Scalar::Text("1_000".to_owned())),
            ("${env.x}", Scalar::Text("${env.x}".to_owned())),
        ] {
            let (node, findings) = read(text);
            assert_eq!((node.unwrap().value, findings), (Value::Scalar(scalar), vec![]), "{text}");
        }
    }

    #[test]
    fn spans_cover_exactly_what_is_written() {
        let text = "é: { k: 'v w' }\nlist:\n  - |\n    block\nempty:\n";
        let (node, findings) = read(text);
        assert!(findings.is_empty(), "{findings:?}");
        let Value::Mapping(entries) = node.unwrap().value else { panic!("no mapping") };
        let slice = |span: Span| &text[span.start..span.end];
        assert_eq!(slice(entries[0].value.span), "{ k: 'v w' }");
        let Value::Mapping(inner) = &entries[0].value.value else { panic!("no mapping") };
        assert_eq!((slice(inner[0].key.span), slice(inner[0].value.span)), ("k", "'v w'"));
        assert_eq!(slice(entries[2].value.span), "empty");
    }

    #[test]
    fn what_is_refused_is_named_and_reading_goes_on() {
        let (node, findings) = read("a: &x 1\nb: *x\nc: !Ref y\n<<: {}\na: 2\n? [k]\n: v\nd: *nowhere\n");
        assert!(node.is_some());
        assert_eq!(
            findings,
            [
                "yaml-feature `&x`",
                "yaml-feature `*x`",
                "yaml-feature `!Ref`",
                "yaml-feature `<<`",
                "duplicate-key `a`",
                "yaml-feature `[k]`",
                "yaml-feature `*nowhere`"
            ]
        );
    }

    #[test]
    fn bombs_are_stopped() {
        let (node, findings) = read(&"[".repeat(20_000));
        assert!(node.is_none() && findings.len() == 1, "{findings:?}");
        let (node, findings) = read(&"- a\n".repeat(MAX_NODES + 1));
        assert!(node.is_none());
        assert_eq!(findings, ["yaml-feature `a`"]);
        let (node, findings) = read("a: 1\n---\nb: 2\n");
        assert!(node.is_none());
        assert_eq!(findings, ["yaml-feature `---`"]);
    }
}
