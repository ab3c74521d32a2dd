//! What `docs/workflow.md` says of a field.

const REFERENCE: &str = include_str!("../../../../docs/workflow.md");

/// Returns what a field takes, what it is when it is left out, and what it becomes in AWS's terms. The last of the
/// headings under which it has a row wins, since it is the more special one.
pub(super) fn description(headings: &[&str], field: &str) -> Option<String> {
    let row = headings.iter().rev().find_map(|heading| row(heading, field));
    row.or_else(|| headings.iter().rev().find_map(|heading| parts(heading, field)))
}

/// Names the fields of a field that has no row of its own.
fn parts(heading: &str, field: &str) -> Option<String> {
    let beginning = format!("`{field}.");
    let names = rows(heading).flat_map(|mut cells| {
        let names = cells.next().unwrap_or_default();
        names.split(", ").map(ToOwned::to_owned).collect::<Vec<_>>()
    });
    let parts: Vec<String> =
        names.filter_map(|name| Some(format!("`{}", name.strip_prefix(&beginning)?))).collect();
    (!parts.is_empty()).then(|| format!("Has {}.", parts.join(", ")))
}

/// Returns the cells of every row of the tables of fields under a heading.
fn rows(heading: &str) -> impl Iterator<Item = impl Iterator<Item = String>> {
    let (mut under, mut in_fields) = (false, false);
    REFERENCE
        .lines()
        .filter(move |line| {
            if line.starts_with('#') {
                under = line.trim_start_matches('#').trim() == heading;
            }
            in_fields = line.starts_with('|') && (in_fields || (under && line.starts_with("| field |")));
            in_fields
        })
        .map(|line| line.split('|').skip(1).map(|cell| plain(cell.trim())))
}

fn row(heading: &str, field: &str) -> Option<String> {
    let quoted = format!("`{field}`");
    for mut cells in rows(heading) {
        if cells.next().is_some_and(|names| names.split(", ").any(|name| name == quoted)) {
            let (takes, left_out, becomes) = (cells.next()?, cells.next()?, cells.next()?);
            let left_out = match left_out.as_str() {
                "" => String::new(),
                "required" => " Required.".to_owned(),
                default => format!(" Left out: {default}."),
            };
            return Some(format!("{}.{left_out} Becomes: {becomes}.", capitalised(&takes)));
        }
    }
    None
}

/// Returns a cell without the codes of findings and without the addresses of links.
fn plain(cell: &str) -> String {
    let without_codes = without(cell, " (IAC", ')');
    without(&without_codes, "](", ')').replace('[', "")
}

/// Returns a text without what stands between two marks, and without these.
fn without(text: &str, from: &str, to: char) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once(from) {
        kept.push_str(before);
        rest = after.split_once(to).map_or("", |(_, behind)| behind);
    }
    kept + rest
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
