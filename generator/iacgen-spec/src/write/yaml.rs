//! Writes YAML as people write it: a mapping or a list on one line where it fits, quotes only where they are needed.

use std::fmt::Write as _;

use crate::yaml::Scalar;

/// The longest line, in characters, as far as single texts allow.
const WIDTH: usize = 110;

/// What is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    Scalar(Scalar),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
    /// A mapping that is never written on one line. The lines between its entries are left blank where `apart`.
    Section {
        entries: Vec<(String, Tree)>,
        apart: bool,
    },
    /// A value of a [`Tree::Section`] with comments above its key, a line an entry.
    Noted {
        lines: Vec<String>,
        value: Box<Tree>,
    },
}

impl Tree {
    /// A text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Scalar(Scalar::Text(text.into()))
    }

    /// Returns the value without its comments.
    fn itself(&self) -> &Self {
        match self {
            Self::Noted { value, .. } => value.itself(),
            _ => self,
        }
    }

    /// Puts texts as comments above an entry's key.
    pub(super) fn noted(self, notes: &[String]) -> Self {
        // A line ends where YAML's does, and what has no form of its own in a comment is a blank.
        let line = |line: &str| line.chars().map(|c| if is_special(c) { ' ' } else { c }).collect::<String>();
        let lines: Vec<String> = notes.iter().flat_map(|note| note.lines().map(line)).collect();
        if lines.is_empty() { self } else { Self::Noted { lines, value: Box::new(self) } }
    }

    fn may_be_one_line(&self) -> bool {
        match self {
            Self::Scalar(_) => true,
            Self::List(items) => items.iter().all(Self::may_be_one_line),
            Self::Map(entries) => entries.iter().all(|(_, value)| value.may_be_one_line()),
            Self::Section { .. } | Self::Noted { .. } => false,
        }
    }
}

/// Returns a document that is a mapping.
pub(super) fn document(entries: &[(String, Tree)]) -> String {
    let mut text = String::new();
    mapping(&mut text, entries, 0, false);
    text
}

/// Writes a mapping's entries, each on lines of its own, from the beginning of a line.
fn mapping(out: &mut String, entries: &[(String, Tree)], indent: usize, apart: bool) {
    for (index, (key, value)) in entries.iter().enumerate() {
        if apart && index > 0 {
            out.push('\n');
        }
        if let Tree::Noted { lines, .. } = value {
            for line in lines {
                let _ = writeln!(out, "{:indent$}{}", "", format!("# {line}").trim_end());
            }
        }
        let _ = write!(out, "{:indent$}", "");
        entry(out, key, value, indent);
    }
}

/// Writes an entry behind its indentation.
fn entry(out: &mut String, key: &str, value: &Tree, indent: usize) {
    let value = value.itself();
    let key = self::key(key, false);
    out.push_str(&key);
    out.push(':');
    if let Some(line) = one_line(value, WIDTH.saturating_sub(indent + key.chars().count() + 2)) {
        out.push(' ');
        out.push_str(&line);
        out.push('\n');
        return;
    }
    out.push('\n');
    block(out, value, indent + 2);
}

fn block(out: &mut String, value: &Tree, indent: usize) {
    match value {
        Tree::Map(entries) => mapping(out, entries, indent, false),
        Tree::Section { entries, apart } => mapping(out, entries, indent, *apart),
        Tree::List(items) => {
            for each in items {
                let _ = write!(out, "{:indent$}- ", "");
                item(out, each, indent + 2);
            }
        }
        Tree::Noted { .. } => block(out, value.itself(), indent),
        Tree::Scalar(value) => {
            let _ = writeln!(out, "{:indent$}{}", "", scalar(value, false));
        }
    }
}

/// Writes a list's item behind its dash.
fn item(out: &mut String, value: &Tree, indent: usize) {
    if let Some(line) = one_line(value, WIDTH.saturating_sub(indent)) {
        out.push_str(&line);
        out.push('\n');
        return;
    }
    match value {
        Tree::Map(entries) | Tree::Section { entries, .. } => {
            for (index, (key, value)) in entries.iter().enumerate() {
                if index > 0 {
                    let _ = write!(out, "{:indent$}", "");
                }
                entry(out, key, value, indent);
            }
        }
        // A list within a list, on its own lines.
        _ => {
            out.push('\n');
            block(out, value, indent);
        }
    }
}

/// Returns a value on one line, if it may stand and fits there. A scalar always does.
fn one_line(value: &Tree, width: usize) -> Option<String> {
    if let Tree::Scalar(value) = value {
        return Some(scalar(value, false));
    }
    if !value.may_be_one_line() && !is_empty(value) {
        return None;
    }
    let line = flow(value);
    (line.chars().count() <= width || is_empty(value)).then_some(line)
}

fn is_empty(value: &Tree) -> bool {
    match value {
        Tree::Scalar(_) => false,
        Tree::List(items) => items.is_empty(),
        Tree::Map(entries) | Tree::Section { entries, .. } => entries.is_empty(),
        Tree::Noted { .. } => is_empty(value.itself()),
    }
}

fn flow(value: &Tree) -> String {
    match value {
        Tree::Noted { .. } => flow(value.itself()),
        Tree::Scalar(value) => scalar(value, true),
        Tree::List(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Tree::Map(entries) | Tree::Section { entries, .. } if entries.is_empty() => "{}".to_owned(),
        Tree::Map(entries) | Tree::Section { entries, .. } => {
            let entry = |(key, value): &(String, Tree)| format!("{}: {}", self::key(key, true), flow(value));
            format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    }
}

/// Writes a key. `on` is one of the spec's, and is not quoted by anybody.
fn key(key: &str, in_flow: bool) -> String {
    if key == "on" { key.to_owned() } else { scalar(&Scalar::Text(key.to_owned()), in_flow) }
}

fn scalar(value: &Scalar, in_flow: bool) -> String {
    match value {
        Scalar::Text(text) if !is_plain(text, in_flow) => quoted(text),
        other => other.text().to_owned(),
    }
}

/// Tells whether a text is read as the same text without quotes, by this reader and by those of YAML 1.1.
fn is_plain(text: &str, in_flow: bool) -> bool {
    const INDICATORS: &str = "-?:,[]{}#&*!|>'\"%@`=<";
    const WORDS: [&str; 10] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~"];
    let Some(first) = text.chars().next() else {
        return false;
    };
    let like_number = (first.is_ascii_digit() || "+.".contains(first))
        && text.chars().all(|c| c.is_ascii_digit() || "_.:+-eExXoTZ".contains(c));
    !like_number
        && !INDICATORS.contains(first)
        && !WORDS.contains(&text.to_lowercase().as_str())
        && matches!(Scalar::plain(text), Scalar::Text(_))
        && text.trim() == text
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !text.chars().any(is_special)
        && !(in_flow && text.contains([',', '[', ']', '{', '}']))
}

/// Tells whether a character is written escaped.
fn is_special(c: char) -> bool {
    c.is_control() || matches!(c, '\u{a0}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_special(c) => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{self, Node, Value};
    use iacgen_diagnostics::{Sink, Sources};
    use proptest::prelude::*;

    fn map(entries: &[(&str, Tree)]) -> Vec<(String, Tree)> {
        entries.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect()
    }

    #[test]
    fn what_fits_stands_on_one_line() {
        let short = Tree::Map(map(&[("invoke", Tree::text("fmi")), ("next", Tree::text("The End"))]));
        let long = Tree::List(vec![
            Tree::text("a".repeat(60)),
            Tree::Map(map(&[("b", Tree::text("c".repeat(60)))])),
        ]);
        let states = Tree::Section { entries: map(&[("A", short), ("B", long)]), apart: true };
        let (a, c) = ("a".repeat(60), "c".repeat(60));
        assert_eq!(
            document(&map(&[("workflow", Tree::text("x")), ("states", states)])),
            format!(
                "workflow: x\nstates:\n  A: {{ invoke: fmi, next: The End }}\n\n  B:\n    - {a}\n    - {{ b: {c} }}\n"
            )
        );
    }

    #[test]
    fn quotes_stand_only_where_they_are_needed() {
        for (text, written) in [
            ("$.body", "$.body"),
            ("arn:aws:lambda:eu-west-1:1:function:f", "arn:aws:lambda:eu-west-1:1:function:f"),
            ("30s", "30s"),
            ("no", "\"no\""),
            ("017", "\"017\""),
            ("12", "\"12\""),
            ("", "\"\""),
            ("a: b", "\"a: b\""),
            ("{% $x %}", "\"{% $x %}\""),
            ("two\nlines", "\"two\\nlines\""),
            ("it's", "it's"),
        ] {
            assert_eq!(document(&map(&[("k", Tree::text(text))])), format!("k: {written}\n"));
        }
        let list = Tree::List(vec![Tree::text("$.a[0]"), Tree::text("b")]);
        assert_eq!(document(&map(&[("k", list)])), "k: [\"$.a[0]\", b]\n");
    }

    fn node(node: &Node) -> Tree {
        match &node.value {
            Value::Scalar(scalar) => Tree::Scalar(scalar.clone()),
            Value::Sequence(items) => Tree::List(items.iter().map(self::node).collect()),
            Value::Mapping(entries) => Tree::Map(
                entries.iter().map(|entry| (entry.key.value.clone(), self::node(&entry.value))).collect(),
            ),
            Value::Refused => panic!("refused"),
        }
    }

    fn trees() -> impl Strategy<Value = Tree> {
        let leaf = prop_oneof![
            Just(Tree::Scalar(Scalar::Null)),
            any::<bool>().prop_map(|value| Tree::Scalar(Scalar::Bool(value))),
            (-1000i32..1000).prop_map(|n| Tree::Scalar(Scalar::Number(n.to_string()))),
            "[ -~]{0,40}".prop_map(Tree::text),
            any::<String>().prop_map(Tree::text),
            prop_oneof!["yes", "~", "- a", "a #b", "\\$", "<<", "=", "---", "..."].prop_map(Tree::text),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Tree::List),
                proptest::collection::btree_map("[a-z$ .:#-]{1,12}", inner, 0..6)
                    .prop_map(|entries| Tree::Map(entries.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(tree in trees()) {
            let text = document(&map(&[("k", tree.clone())]));
            let mut sources = Sources::default();
            let file = sources.add("a.yaml", text.clone());
            let sink = Sink::default();
            let read = yaml::parse(&text, file, &sink);
            let findings = sink.into_sorted();
            prop_assert!(findings.is_empty(), "{text}\n{findings:?}");
            prop_assert_eq!(node(&read.unwrap()), Tree::Map(map(&[("k", tree)])), "{}", text);
        }
    }
}
