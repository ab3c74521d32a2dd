//! Paths: their form, and the fields of the context object.

use iacgen_diagnostics::Sink;

use crate::check::{bad_path, unknown_context_field};
use crate::yaml::Spanned;

/// The fields of the context object. Page: "Accessing execution data from the Context object in Step Functions".
const CONTEXT: [(&str, &[&str]); 6] = [
    ("$$", &["Execution", "State", "StateMachine", "Task", "Map"]),
    ("$$.Execution", &["Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"]),
    ("$$.State", &["EnteredTime", "Name", "RetryCount"]),
    ("$$.StateMachine", &["Id", "Name"]),
    ("$$.Task", &["Token"]),
    ("$$.Map", &["Item"]),
];

/// The fields of `$$.Map.Item`.
const ITEM: (&str, &[&str]) = ("$$.Map.Item", &["Index", "Value", "Key", "Source"]);

/// A path in its parts.
#[derive(Debug, PartialEq, Eq)]
struct Path<'a> {
    /// Whether it begins with `$$`.
    context: bool,
    /// The names up to the first part that is none.
    names: Vec<&'a str>,
    /// Whether it names exactly one place.
    reference: bool,
}

/// Where a path stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Outside every Map.
    Machine,
    /// In a Map's `select`, or in its states.
    Map,
}

/// Judges a path. Returns whether it can be used.
pub(super) fn check(text: &Spanned<String>, scope: Scope, sink: &Sink) -> bool {
    let path = match parse(&text.value) {
        Ok(path) => path,
        Err(problem) => {
            sink.push(bad_path::finding(text, problem));
            return false;
        }
    };
    !path.context || check_context(text, &path, scope, sink)
}

/// Judges a path that must name exactly one place.
pub(super) fn check_reference(text: &Spanned<String>, scope: Scope, sink: &Sink) -> bool {
    let fine = check(text, scope, sink);
    if fine && parse(&text.value).is_ok_and(|path| !path.reference) {
        sink.push(bad_path::not_reference(text));
        return false;
    }
    fine
}

fn check_context(text: &Spanned<String>, path: &Path<'_>, scope: Scope, sink: &Sink) -> bool {
    let mut parent = "$$".to_owned();
    for name in &path.names {
        let Some((_, known)) = CONTEXT.iter().chain([&ITEM]).find(|(object, _)| *object == parent) else {
            break;
        };
        if !known.contains(name) {
            sink.push(unknown_context_field::finding(text, name, &parent, known));
            return false;
        }
        parent = format!("{parent}.{name}");
    }
    if path.names.first() == Some(&"Map") && scope == Scope::Machine {
        sink.push(unknown_context_field::outside_map(text));
        return false;
    }
    true
}

/// Reads the form that Step Functions takes: `$` or `$$`, then `.name`, `['name']`, `[0]`, `.*`, `..`, slices, filters.
fn parse(text: &str) -> Result<Path<'_>, &'static str> {
    let after = text.strip_prefix('$').ok_or("it must begin with `$`")?;
    let (context, mut rest) = after.strip_prefix('$').map_or((false, after), |rest| (true, rest));
    let mut path = Path { context, names: Vec::new(), reference: true };
    let mut all_names = true;
    if rest.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
        return Err("variables cannot be used here, and a field needs a dot: `$.field`");
    }
    while !rest.is_empty() {
        if let Some(bracket) = rest.strip_prefix('[') {
            let end = bracket_end(bracket).ok_or("a `[` is not closed")?;
            path.reference &=
                is_one_place(&bracket[..end]).ok_or("`[...]` holds a number, a quoted name or a filter")?;
            rest = &bracket[end + 1..];
            all_names = false;
            continue;
        }
        rest = rest.strip_prefix('.').ok_or("a part begins with `.` or `[`")?;
        if let Some(descendant) = rest.strip_prefix('.') {
            (path.reference, all_names, rest) = (false, false, descendant);
            if rest.starts_with('[') {
                continue;
            }
        }
        if let Some(behind) = rest.strip_prefix('*') {
            (path.reference, all_names, rest) = (false, false, behind);
            continue;
        }
        let end = rest.find(['.', '[']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        if name.is_empty() {
            return Err("a name is missing behind a dot");
        }
        if !name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
            return Err("a name with other characters is written `$['a name']`");
        }
        if all_names {
            path.names.push(name);
        }
        rest = behind;
    }
    Ok(path)
}

/// Returns where the bracket closes, counted from behind its opening.
fn bracket_end(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (index, c) in text.char_indices() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('\'' | '"', None) => quote = Some(c),
            ('[' | '(', None) => depth += 1,
            (']', None) if depth == 0 => return Some(index),
            (']' | ')', None) => depth = depth.checked_sub(1)?,
            _ => {}
        }
    }
    None
}

/// Tells whether a bracket names one place; `None` when it can be nothing.
fn is_one_place(inner: &str) -> Option<bool> {
    let inner = inner.trim();
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let quoted = |quote: char| inner.len() > 2 && inner.starts_with(quote) && inner.ends_with(quote);
    if digits(inner) {
        return Some(true);
    }
    if quoted('\'') || quoted('"') {
        return Some(!inner.contains(','));
    }
    let signed = |text: &str| text.is_empty() || digits(text.strip_prefix('-').unwrap_or(text));
    let many = inner == "*"
        || inner.starts_with('?')
        || (!inner.is_empty() && inner.split([':', ',']).all(|part| signed(part.trim())));
    many.then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_step_functions_reads_them() {
        for (text, names, reference) in [
            ("$", &[][..], true),
            ("$$", &[], true),
            ("$.a.b-c_1", &["a", "b-c_1"], true),
            ("$.a[0]['b c'].d", &["a"], true),
            ("$$.Map.Item.Value.shard", &["Map", "Item", "Value", "shard"], true),
            ("$.a[*].b", &["a"], false),
            ("$.a[1:3]", &["a"], false),
            ("$.a[-1]", &["a"], false),
            ("$.a[?(@.b == ']')]", &["a"], false),
            ("$..a", &[], false),
            ("$.*", &[], false),
        ] {
            let path = parse(text).unwrap();
            assert_eq!((path.names.as_slice(), path.reference), (names, reference), "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_paths() {
        for text in [
            "", "a", "$a", "$.", "$.a.", "$.a b", "$[", "$[]", "$['']", "$.a[b]", "$.a]", "$$x", "$.a[1)]",
            "$.a..[0",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
