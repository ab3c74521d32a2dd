//! For a pull request: `templates/diff.md.hbs`.

use handlebars::Handlebars;
use serde::Serialize;
use serde_json::json;

use super::sections::{Line, parts, sections, sum, verdict};
use crate::{Danger, Diff};

/// The characters of a comment. Page: GitHub's REST API, "body is too long (maximum is 65536 characters)".
pub const GITHUB_LIMIT: usize = 65_536;

const TEMPLATE: &str = include_str!("../../../../templates/diff.md.hbs");

/// The template could not be rendered: a bug of ours.
#[derive(Debug, thiserror::Error)]
#[error("the comment cannot be rendered")]
pub struct MarkdownError(#[from] handlebars::RenderError);

#[derive(Serialize)]
struct Shown {
    title: &'static str,
    summary: String,
    /// Whether it is shown without a click.
    open: bool,
    lines: Vec<ShownLine>,
    /// What was cut.
    more: usize,
}

#[derive(Serialize)]
struct ShownLine {
    mark: &'static str,
    text: String,
    details: Vec<String>,
}

/// Writes a diff as Markdown of at most `limit` characters: what is most dangerous first, and what is least dangerous cut
/// first. The first line is a comment by which the one that was written before is found.
///
/// # Errors
/// [`MarkdownError`], which is a bug.
pub fn markdown(diff: &Diff, limit: usize) -> Result<String, MarkdownError> {
    let findings: Vec<String> = diff
        .findings
        .iter()
        .filter(|finding| finding.danger > Danger::Changed)
        .map(|finding| {
            let place = finding.place.as_ref();
            let place = place.map(|place| format!(" ({}:{})", place.file, place.line)).unwrap_or_default();
            format!("{} {}{place}", mark(finding.danger), escaped(&finding.message))
        })
        .collect();
    let count: usize = findings.len()
        + sections(diff)
            .iter()
            .flat_map(|section| &section.lines)
            .map(|line| 1 + line.details.len())
            .sum::<usize>();
    let mut text = render(diff, &findings, count)?;
    // The most that fits, by halves: a line more never makes it shorter.
    let (mut fits, mut too_long) = (0, count + 1);
    if text.chars().count() > limit {
        while too_long - fits > 1 {
            let middle = usize::midpoint(fits, too_long);
            if render(diff, &findings, middle)?.chars().count() <= limit {
                fits = middle;
            } else {
                too_long = middle;
            }
        }
        text = render(diff, &findings, fits)?;
    }
    Ok(text)
}

/// Renders so many lines: the findings, then the changes by their danger.
fn render(diff: &Diff, findings: &[String], budget: usize) -> Result<String, MarkdownError> {
    let shown = findings.len().min(budget);
    let mut left = budget - shown;
    let mut all = sections(diff);
    // Sections as they are, each with the most dangerous lines first; the budget goes by danger over all of them.
    let mut kept: Vec<Vec<(usize, usize)>> = vec![Vec::new(); all.len()];
    for section in &mut all {
        section.lines.sort_by_key(|line| std::cmp::Reverse(line.danger));
    }
    for danger in [Danger::Destructive, Danger::Broadened, Danger::Changed] {
        for (number, section) in all.iter().enumerate() {
            for (at, line) in section.lines.iter().enumerate().filter(|(_, line)| line.danger == danger) {
                if left > 0 {
                    let details = line.details.len().min(left - 1);
                    left -= 1 + details;
                    kept[number].push((at, details));
                }
            }
        }
    }
    let sections: Vec<Shown> = all
        .iter()
        .zip(kept)
        .map(|(section, kept)| {
            let most = section.lines.iter().map(|line| line.danger).max();
            Shown {
                title: section.title,
                summary: section.summary.clone(),
                open: most > Some(Danger::Changed),
                more: section.lines.len() - kept.len(),
                lines: kept
                    .into_iter()
                    .map(|(at, details)| shown_line(&section.lines[at], details))
                    .collect(),
            }
        })
        .collect();
    let cost = |all: &crate::CostSum| json!({ "sum": sum(all), "parts": parts(all) });
    let mut handlebars = Handlebars::new();
    handlebars.register_escape_fn(handlebars::no_escape);
    Ok(handlebars.render_template(
        TEMPLATE,
        &json!({
            "project": diff.project,
            "environment": diff.environment,
            "before": escaped(&diff.before),
            "after": escaped(&diff.after),
            "verdict": verdict(diff),
            "mark": mark(diff.verdict),
            "findings": findings[..shown],
            "more_findings": findings.len() - shown,
            "sections": sections,
            "run": cost(&diff.cost.run),
            "month": cost(&diff.cost.month),
            "assumptions": diff.cost.assumptions.join("; "),
            "left_out": diff.cost.left_out.join("; "),
        }),
    )?)
}

fn shown_line(line: &Line, details: usize) -> ShownLine {
    let mark = match (line.danger, line.sign) {
        (Danger::Destructive | Danger::Broadened, _) => mark(line.danger),
        (_, '+') => "➕",
        (_, '-') => "➖",
        (_, '!') => "🔁",
        _ => "✏️",
    };
    let mut shown: Vec<String> = line.details[..details].iter().map(|detail| escaped(detail)).collect();
    if details < line.details.len() {
        shown.push(format!("… and {} more", line.details.len() - details));
    }
    ShownLine { mark, text: escaped(&line.text), details: shown }
}

fn mark(danger: Danger) -> &'static str {
    match danger {
        Danger::Same => "✅",
        Danger::Changed => "ℹ️",
        Danger::Broadened => "⚠️",
        Danger::Destructive => "🛑",
    }
}

/// Keeps names from being read as HTML, as mentions, as emphasis or as a new line. What stands between backticks stays.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    let mut in_code = false;
    for character in text.chars() {
        match character {
            '`' => {
                in_code = !in_code;
                out.push('`');
            }
            '\n' | '\r' => out.push(' '),
            other if in_code => out.push(other),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            '#' => out.push_str("&#35;"),
            '*' | '_' | '[' | ']' | '|' | '~' | '\\' => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    if in_code {
        out.push('`');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::side::tests::side;

    #[test]
    fn names_stay_names() {
        for (text, expected) in [
            ("s3:* on <B>", "s3:\\* on &lt;B&gt;"),
            ("`a*b` @all", "`a*b` &#64;all"),
            ("a_b\n# c", "a\\_b &#35; c"),
            ("open `code", "open `code`"),
        ] {
            assert_eq!(escaped(text), expected);
        }
    }

    /// A stack of many buckets, of which one is lost and the others change.
    fn large(count: usize) -> Diff {
        let stack = |status: &str, count: usize| {
            let bucket = |number: usize| {
                let versioning = json!({ "VersioningConfiguration": { "Status": status } });
                (format!("Bucket{number}"), json!({ "Type": "AWS::S3::Bucket", "Properties": versioning }))
            };
            (0..count).map(bucket).collect::<serde_json::Map<_, _>>().into()
        };
        let (before, after) = (side(&stack("Suspended", count)), side(&stack("Enabled", count - 1)));
        crate::compare(&before, &after, &crate::Assumptions::default()).unwrap()
    }

    #[test]
    fn what_is_least_dangerous_is_cut_to_the_limit_and_counted() {
        let whole = markdown(&large(20), GITHUB_LIMIT).unwrap();
        assert!(!whole.contains("cut to fit"));
        for limit in [GITHUB_LIMIT, 3_000, 1_500] {
            let text = markdown(&large(2_000), limit).unwrap();
            assert!(text.chars().count() <= limit, "{}", text.chars().count());
            assert!(text.contains("Bucket1999 (AWS::S3::Bucket) goes"), "{text}");
            assert!(text.contains("more, cut to fit"), "{text}");
            assert!(text.ends_with("</details>\n"));
        }
        // Little is wasted: a line has less than 200 characters.
        assert!(markdown(&large(2_000), GITHUB_LIMIT).unwrap().chars().count() > GITHUB_LIMIT - 200);
    }

    #[test]
    fn a_name_cannot_write_html_or_mentions() {
        let side = |resource: &str| {
            side(&json!({ resource: { "Type": "AWS::S3::Bucket</details>@all", "Properties": {} } }))
        };
        let diff = crate::compare(&side("A"), &side("B"), &crate::Assumptions::default()).unwrap();
        let text = markdown(&diff, GITHUB_LIMIT).unwrap();
        assert!(!text.contains("Bucket</details>") && !text.contains("@all"), "{text}");
    }
}
