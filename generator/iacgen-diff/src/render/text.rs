//! For people at a terminal.

use std::fmt::Write;

use super::sections::{Line, parts, sections, sum, verdict};
use crate::Diff;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// Long lists are folded: their beginning, and how much there is.
    Folded,
    /// Everything.
    Full,
}

/// Changes of a section that are told when it is folded, and details of a change.
const LINES: usize = 25;
const DETAILS: usize = 12;

/// Writes a diff for people: a line for each change, which begins with `+`, `-`, `~`, or `!` for what is replaced.
pub fn text(diff: &Diff, length: Length) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{} {}: {} → {}", diff.project, diff.environment, diff.before, diff.after);
    let _ = writeln!(out, "{}", verdict(diff));
    for section in sections(diff) {
        let _ = writeln!(out, "\n{}: {}", section.title, section.summary);
        let mut lines: Vec<&Line> = section.lines.iter().collect();
        lines.sort_by_key(|line| std::cmp::Reverse(line.danger));
        let shown = if length == Length::Full { lines.len() } else { fit(lines.len(), LINES) };
        for line in &lines[..shown] {
            let _ = writeln!(out, "  {} {}", line.sign, line.text);
            let shown =
                if length == Length::Full { line.details.len() } else { fit(line.details.len(), DETAILS) };
            for detail in &line.details[..shown] {
                let _ = writeln!(out, "      {detail}");
            }
            folded(&mut out, "      ", line.details.len() - shown);
        }
        folded(&mut out, "  ", lines.len() - shown);
    }
    let _ = writeln!(out, "\nCost");
    for (what, all) in [("a run", &diff.cost.run), ("a month", &diff.cost.month)] {
        let _ = writeln!(out, "  {what}: {}", sum(all));
        for part in parts(all) {
            let _ = writeln!(out, "      {part}");
        }
    }
    let _ = writeln!(out, "  where {}", diff.cost.assumptions.join("; "));
    let _ = writeln!(out, "  not in it: {}", diff.cost.left_out.join("; "));
    out
}

/// One more line is no shorter than saying that there is one.
fn fit(count: usize, most: usize) -> usize {
    if count <= most + 1 { count } else { most }
}

fn folded(out: &mut String, indent: &str, count: usize) {
    if count > 0 {
        let _ = writeln!(out, "{indent}… and {count} more (`--full` tells them)");
    }
}
