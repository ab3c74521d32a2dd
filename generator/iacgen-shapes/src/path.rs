//! Paths, as JSONPath states write them: Jayway's dialect, rooted at `$`, `$$` or a variable.

use std::ops::Range;

/// A parsed path.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// As it is written.
    pub text: String,
    /// What it is a path into.
    pub root: Root,
    /// Its steps.
    pub parts: Vec<Part>,
    /// The function at its end, `.length()`, with its place in the text.
    pub function: Option<(Aggregate, Range<usize>)>,
}

/// What a path is a path into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Root {
    /// `$`: the state's input, or whatever the field works on.
    Input,
    /// `$$`: the context object.
    Context,
    /// `$name`: a variable.
    Variable(String),
}

/// A step and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// What it does.
    pub step: Step,
    /// Where it begins, with its dot or bracket, in bytes from the text's begin.
    pub start: usize,
    /// Its name without the dot, or its bracket, in bytes from the text's begin: what a finding underlines.
    pub span: Range<usize>,
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// `.name`, `['name']`: a field.
    Name(String),
    /// `['a','b']`: several fields.
    Names(Vec<String>),
    /// `[0]`, `[-1]`, `[(@.length-1)]`: an item, from the end where it is negative.
    Index(i64),
    /// `[0,2]`: several items.
    Indices(Vec<i64>),
    /// `[1:3]`: some items.
    Slice,
    /// `[*]`, `.*`: every item or field.
    Every,
    /// `..name`: at any depth.
    Descend(Box<Step>),
    /// `[?(@.a == 1)]`: the items for which it holds. The text between the brackets.
    Filter(String),
}

/// A function at the end of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// `length()`, `size()`.
    Length,
    /// `keys()`.
    Keys,
    /// `min()`, `max()`, `sum()`, `avg()`, `stddev()`.
    Number,
    /// `concat()`.
    Text,
    /// `append()`, `first()`, `last()`, `index()`.
    Other,
}

/// A text that is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct InvalidPath {
    /// What is wrong.
    pub fault: PathFault,
    /// Where, in bytes from the text's begin. Never empty, but for an empty text.
    pub span: Range<usize>,
}

/// What is wrong with a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// It does not begin with `$`.
    #[error("a path begins with `$`")]
    NoRoot,
    /// A dot with no name after it.
    #[error("a name is missing after the dot")]
    NoName,
    /// A blank in a name after a dot.
    #[error("a name with a blank in it is written in brackets: `['{0}']`")]
    Blank(String),
    /// A bracket that is not closed.
    #[error("the bracket is not closed")]
    OpenBracket,
    /// A bracket whose content is nothing that a path knows.
    #[error("`[{0}]` is no name in quotes, no index, no slice and no filter")]
    Bracket(String),
    /// A function that there is not.
    #[error("there is no function `{0}()` in a path")]
    Function(String),
    /// Something after a function.
    #[error("nothing comes after a function")]
    AfterFunction,
    /// Something that is no step.
    #[error("`{0}` cannot stand here: a step is `.name` or `[...]`")]
    Unexpected(String),
}

impl Path {
    /// Parses a path.
    ///
    /// # Errors
    /// [`InvalidPath`], with the place of the fault.
    pub fn parse(text: &str) -> Result<Self, InvalidPath> {
        let (root, start) = root(text)?;
        let mut parser = Parser { text, at: start };
        let mut parts = Vec::new();
        let mut function = None;
        while parser.at < text.len() {
            if function.is_some() {
                return Err(parser.fault(PathFault::AfterFunction, text.len()));
            }
            match parser.step()? {
                Parsed::Part(part) => parts.push(part),
                Parsed::Function(aggregate, span) => function = Some((aggregate, span)),
            }
        }
        Ok(Self { text: text.to_owned(), root, parts, function })
    }

    /// Whether it finds one value at most. Any other gives a list of all that it finds.
    pub fn is_definite(&self) -> bool {
        self.parts.iter().all(|part| part.step.is_definite())
    }

    /// Whether it is a reference path: names and places only, into `$`. `ResultPath` takes no other (AWS page "Amazon
    /// States Language", Reference Paths).
    pub fn is_reference(&self) -> bool {
        let simple = |part: &Part| match part.step {
            Step::Name(_) => true,
            Step::Index(index) => index >= 0,
            _ => false,
        };
        self.root == Root::Input && self.function.is_none() && self.parts.iter().all(simple)
    }

    /// The text before a part: the path to what the part works on.
    pub fn text_before(&self, part: usize) -> String {
        let end = self.parts.get(part).map_or(self.text.len(), |part| part.start);
        self.text[..end].to_owned()
    }

    /// The path with other text in the place of a part's name.
    pub fn with_part(&self, part: usize, replacement: &str) -> String {
        let Some(part) = self.parts.get(part) else { return self.text.clone() };
        let before = self.text.get(..part.start).unwrap_or_default();
        let after = self.text.get(part.span.end..).unwrap_or_default();
        format!("{before}{replacement}{after}")
    }
}

impl Step {
    /// Whether it finds one value at most.
    pub fn is_definite(&self) -> bool {
        matches!(self, Self::Name(_) | Self::Index(_) | Self::Names(_))
    }
}

/// A path with one more name.
pub(crate) fn child(at: &str, name: &str) -> String {
    if is_plain(name) { format!("{at}.{name}") } else { format!("{at}['{}']", name.replace('\'', "\\'")) }
}

/// Whether a name needs no brackets.
pub(crate) fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-'))
}

fn root(text: &str) -> Result<(Root, usize), InvalidPath> {
    let Some(rest) = text.strip_prefix('$') else {
        return Err(InvalidPath { fault: PathFault::NoRoot, span: 0..first_end(text, 0) });
    };
    if rest.starts_with('$') {
        return Ok((Root::Context, 2));
    }
    let end =
        rest.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(rest.len());
    if end == 0 { Ok((Root::Input, 1)) } else { Ok((Root::Variable(rest[..end].to_owned()), 1 + end)) }
}

/// Where the character ends that begins at `start`.
fn first_end(text: &str, start: usize) -> usize {
    text[start..].chars().next().map_or(start, |character| start + character.len_utf8())
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

enum Parsed {
    Part(Part),
    Function(Aggregate, Range<usize>),
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// A fault from here to `end`.
    fn fault(&self, fault: PathFault, end: usize) -> InvalidPath {
        let end = end.max(first_end(self.text, self.at));
        // At the end of the text, the last character stands for what is missing after it.
        let start =
            if self.at < end { self.at } else { self.text.char_indices().last().map_or(0, |(at, _)| at) };
        InvalidPath { fault, span: start..end.max(self.text.len().min(start + 1)) }
    }

    fn step(&mut self) -> Result<Parsed, InvalidPath> {
        let start = self.at;
        let deep = self.rest().starts_with("..");
        if deep {
            self.at += 2;
        }
        if self.rest().starts_with('[') {
            let (step, span) = self.bracket()?;
            let step = if deep { Step::Descend(Box::new(step)) } else { step };
            return Ok(Parsed::Part(Part { step, start, span }));
        }
        if !deep {
            if !self.rest().starts_with('.') {
                let character = self.rest().chars().next().unwrap_or_default().to_string();
                return Err(self.fault(PathFault::Unexpected(character), 0));
            }
            self.at += 1;
        }
        let length = self.rest().find(['.', '[', '(']).unwrap_or(self.rest().len());
        let name = self.rest()[..length].to_owned();
        let span = self.at..self.at + length;
        if name.is_empty() {
            self.at = start;
            return Err(self.fault(PathFault::NoName, span.end));
        }
        if name.contains(char::is_whitespace) {
            return Err(self.fault(PathFault::Blank(name), span.end));
        }
        self.at = span.end;
        if self.rest().starts_with('(') {
            return self.function(&name, span);
        }
        let step = if name == "*" { Step::Every } else { Step::Name(name) };
        let step = if deep { Step::Descend(Box::new(step)) } else { step };
        Ok(Parsed::Part(Part { step, start, span }))
    }

    fn function(&mut self, name: &str, span: Range<usize>) -> Result<Parsed, InvalidPath> {
        let end = closing(&self.rest()[1..], ')').map(|length| self.at + length + 2);
        let Some(end) = end else { return Err(self.fault(PathFault::OpenBracket, 0)) };
        let span = span.start..end;
        let aggregate = match name {
            "length" | "size" => Aggregate::Length,
            "keys" => Aggregate::Keys,
            "min" | "max" | "sum" | "avg" | "stddev" => Aggregate::Number,
            "concat" => Aggregate::Text,
            "append" | "first" | "last" | "index" => Aggregate::Other,
            other => return Err(InvalidPath { fault: PathFault::Function(other.to_owned()), span }),
        };
        self.at = end;
        Ok(Parsed::Function(aggregate, span))
    }

    fn bracket(&mut self) -> Result<(Step, Range<usize>), InvalidPath> {
        let start = self.at;
        let Some(length) = closing(&self.rest()[1..], ']') else {
            return Err(self.fault(PathFault::OpenBracket, self.text.len()));
        };
        let span = start..start + length + 2;
        let inner = &self.text[start + 1..start + 1 + length];
        let step = in_brackets(inner.trim());
        let step = step
            .ok_or_else(|| InvalidPath { fault: PathFault::Bracket(inner.to_owned()), span: span.clone() })?;
        self.at = span.end;
        Ok((step, span))
    }
}

/// Where `close` stands that belongs to a bracket opened just before `text`.
fn closing(text: &str, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        if let Some(open) = quote {
            if escaped {
                escaped = false;
            } else if character == '\\' {
                escaped = true;
            } else if character == open {
                quote = None;
            }
            continue;
        }
        match character {
            '\'' | '"' => quote = Some(character),
            _ if depth == 0 && character == close => return Some(at),
            '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

fn in_brackets(text: &str) -> Option<Step> {
    if text == "*" {
        return Some(Step::Every);
    }
    if let Some(filter) = text.strip_prefix('?') {
        let filter = filter.trim();
        return (!filter.is_empty()).then(|| Step::Filter(filter.to_owned()));
    }
    if text.starts_with(['\'', '"']) {
        let mut names = quoted(text)?;
        return Some(if names.len() == 1 { Step::Name(names.remove(0)) } else { Step::Names(names) });
    }
    if let Some(back) = text.strip_prefix("(@.length").and_then(|rest| rest.strip_suffix(')')) {
        let back = back.strip_prefix("()").unwrap_or(back).replace(' ', "");
        return back.parse().ok().filter(|back: &i64| *back < 0).map(Step::Index);
    }
    if text.contains(':') {
        let numbers =
            text.split(':').all(|part| part.trim().is_empty() || part.trim().parse::<i64>().is_ok());
        return (numbers && text.matches(':').count() <= 2).then_some(Step::Slice);
    }
    let indices: Option<Vec<i64>> = text.split(',').map(|part| part.trim().parse().ok()).collect();
    match indices?.as_slice() {
        [index] => Some(Step::Index(*index)),
        several => Some(Step::Indices(several.to_vec())),
    }
}

/// The names of `'a', "b"`.
fn quoted(text: &str) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = text;
    loop {
        let quote = rest.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
        let mut name = String::new();
        let mut end = None;
        let mut characters = rest.char_indices().skip(1);
        while let Some((at, character)) = characters.next() {
            if character == '\\' {
                let (_, escaped) = characters.next()?;
                // A backslash stays that escapes neither the quote nor a backslash.
                if escaped != quote && escaped != '\\' {
                    name.push('\\');
                }
                name.push(escaped);
            } else if character == quote {
                end = Some(at + 1);
                break;
            } else {
                name.push(character);
            }
        }
        names.push(name);
        rest = rest[end?..].trim_start();
        match rest.strip_prefix(',') {
            Some(after) => rest = after.trim_start(),
            None => return rest.is_empty().then_some(names),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn steps(text: &str) -> Vec<Step> {
        Path::parse(text).unwrap().parts.into_iter().map(|part| part.step).collect()
    }

    fn name(text: &str) -> Step {
        Step::Name(text.to_owned())
    }

    #[test]
    fn every_kind_of_step_parses() {
        for (text, expected) in [
            ("$", vec![]),
            ("$.a.b-c", vec![name("a"), name("b-c")]),
            ("$['it\\'s'][\"x y\"]", vec![name("it's"), name("x y")]),
            ("$.é[0][-1]", vec![name("é"), Step::Index(0), Step::Index(-1)]),
            ("$[(@.length-1)].bar", vec![Step::Index(-1), name("bar")]),
            ("$.a[3:]", vec![name("a"), Step::Slice]),
            ("$.a[*].*", vec![name("a"), Step::Every, Step::Every]),
            ("$..a", vec![Step::Descend(Box::new(name("a")))]),
            ("$.a[0, 2]", vec![name("a"), Step::Indices(vec![0, 2])]),
            ("$['a','b']", vec![Step::Names(vec!["a".into(), "b".into()])]),
            ("$.a[?(@.b == 'x])')].c", vec![name("a"), Step::Filter("(@.b == 'x])')".into()), name("c")]),
        ] {
            assert_eq!(steps(text), expected, "{text}");
        }
    }

    #[test]
    fn roots_and_functions() {
        let path = Path::parse("$$.Execution.Name").unwrap();
        assert_eq!((path.root, path.parts.len()), (Root::Context, 2));
        let path = Path::parse("$total.sum").unwrap();
        assert_eq!(path.root, Root::Variable("total".to_owned()));
        let path = Path::parse("$.a.length()").unwrap();
        assert_eq!(path.function, Some((Aggregate::Length, 4..12)));
    }

    #[test]
    fn parts_know_their_places() {
        let path = Path::parse("$.run['x y'].b").unwrap();
        let spans: Vec<&str> = path.parts.iter().map(|part| &path.text[part.span.clone()]).collect();
        assert_eq!(spans, ["run", "['x y']", "b"]);
        assert_eq!(path.text_before(2), "$.run['x y']");
        assert_eq!(path.with_part(0, ".job"), "$.job['x y'].b");
    }

    #[test]
    fn reference_paths_are_names_and_places() {
        for (text, is) in [
            ("$", true),
            ("$.a[0]['b']", true),
            ("$.a[-1]", false),
            ("$.a[*]", false),
            ("$$.a", false),
            ("$v.a", false),
            ("$.a.length()", false),
        ] {
            assert_eq!(Path::parse(text).unwrap().is_reference(), is, "{text}");
        }
    }

    #[test]
    fn faults_have_their_places() {
        for (text, message, place) in [
            ("", "a path begins with `$`", ""),
            ("a.b", "a path begins with `$`", "a"),
            ("$.", "a name is missing after the dot", "."),
            ("$.a..", "a name is missing after the dot", ".."),
            ("$...", "a name is missing after the dot", ".."),
            ("$.a.[0]", "a name is missing after the dot", "."),
            ("$.a b", "a name with a blank in it is written in brackets: `['a b']`", "a b"),
            ("$.a[0", "the bracket is not closed", "[0"),
            ("$.a[x]", "`[x]` is no name in quotes, no index, no slice and no filter", "[x]"),
            ("$.a[]", "`[]` is no name in quotes, no index, no slice and no filter", "[]"),
            ("$.a.nope()", "there is no function `nope()` in a path", "nope()"),
            ("$.a.length().b", "nothing comes after a function", ".b"),
            ("$-a", "`-` cannot stand here: a step is `.name` or `[...]`", "-"),
            ("$.a[0]b", "`b` cannot stand here: a step is `.name` or `[...]`", "b"),
        ] {
            let fault = Path::parse(text).unwrap_err();
            assert_eq!((fault.to_string().as_str(), &text[fault.span]), (message, place), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_path_or_has_a_fault_within_it(text in r#"[$.\[\]()'"*?@:,ab0\- é\\]{0,24}"#) {
            match Path::parse(&text) {
                Ok(path) => {
                    for part in &path.parts {
                        prop_assert!(text.get(part.span.clone()).is_some());
                        prop_assert!(text.get(..part.start).is_some());
                    }
                }
                Err(fault) => prop_assert!(text.get(fault.span).is_some_and(|place| text.is_empty() || !place.is_empty())),
            }
        }
    }
}
