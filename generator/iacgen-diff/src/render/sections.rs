//! What is told, section by section, whatever the format.

use crate::permissions::HolderKind;
use crate::resources::{PropertyChange, Replacement, UpdateKind};
use crate::workflow::WorkflowKind;
use crate::{CostSum, Danger, Diff, Permit};

/// A part of what is told.
pub(super) struct Section {
    pub(super) title: &'static str,
    /// In a few words.
    pub(super) summary: String,
    pub(super) lines: Vec<Line>,
}

/// One change.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) danger: Danger,
    /// `+`, `-`, `~`, or `!` for what is replaced.
    pub(super) sign: char,
    pub(super) text: String,
    /// What belongs to it.
    pub(super) details: Vec<String>,
}

impl Line {
    fn new(sign: char, danger: Danger, text: impl Into<String>) -> Self {
        Self { danger, sign, text: text.into(), details: Vec::new() }
    }
}

/// Says how it ends, in a sentence.
pub(super) fn verdict(diff: &Diff) -> String {
    let count = |danger: Danger| diff.findings.iter().filter(|finding| finding.danger == danger).count();
    let times = |count: usize, one: &str, many: &str| match count {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    };
    let destructive = times(count(Danger::Destructive), "destructive change", "destructive changes");
    let broadened = times(count(Danger::Broadened), "broadened permission", "broadened permissions");
    match diff.verdict {
        Danger::Same => "Nothing changes.".to_owned(),
        Danger::Changed => "Nothing is lost and nobody can do more.".to_owned(),
        Danger::Broadened => format!("{broadened}."),
        Danger::Destructive if count(Danger::Broadened) > 0 => format!("{destructive}, {broadened}."),
        Danger::Destructive => format!("{destructive}."),
    }
}

pub(super) fn sections(diff: &Diff) -> Vec<Section> {
    let sections = [resources(diff), code(diff), workflow(diff), permissions(diff)];
    sections.into_iter().filter(|section| !section.lines.is_empty()).collect()
}

fn resources(diff: &Diff) -> Section {
    let changes = &diff.resources;
    let mut lines = Vec::new();
    for removed in &changes.removed {
        let named = format!("{} ({})", removed.id, removed.type_name);
        let (danger, text) = match (&removed.loses, removed.kept) {
            (Some(loses), _) => (Danger::Destructive, format!("{named}: removed, and with it {loses}")),
            (None, true) => {
                (Danger::Changed, format!("{named}: leaves the stack and is kept in the account"))
            }
            (None, false) => (Danger::Changed, format!("{named}: removed")),
        };
        lines.push(Line::new('-', danger, text));
    }
    for changed in &changes.changed {
        let named = format!("{} ({})", changed.id, changed.type_name);
        let reason = changed.reason.as_deref().unwrap_or_default();
        let loses = changed.loses.as_deref();
        let (sign, mut text) = match changed.replacement {
            Replacement::No => ('~', named),
            Replacement::Maybe => ('!', format!("{named}: may be replaced: {reason}")),
            Replacement::Yes => ('!', format!("{named}: replaced: {reason}")),
        };
        let mut danger = Danger::Changed;
        if let Some(loses) = loses {
            danger = Danger::Destructive;
            let words =
                if changed.replacement == Replacement::No { ": " } else { "; lost with the old one: " };
            text.push_str(words);
            text.push_str(loses);
        }
        if let Some(unprotected) = &changed.unprotected {
            text.push_str("; ");
            text.push_str(unprotected);
        }
        let details = changed.properties.iter().map(property).collect();
        lines.push(Line { danger, sign, text, details });
    }
    for added in &changes.added {
        lines.push(Line::new('+', Danger::Changed, format!("{} ({})", added.id, added.type_name)));
    }
    for next in &changes.successions {
        let old = if next.kept { "the old one is kept" } else { "the old one goes" };
        lines.push(Line::new(
            '~',
            Danger::Changed,
            format!("{} ({}): a new version, {old}", next.of, next.type_name),
        ));
    }
    for part in &changes.template {
        lines.push(Line::new('~', Danger::Changed, property(part)));
    }
    let replaced = changes.changed.iter().filter(|changed| changed.replacement != Replacement::No).count();
    let counts = [
        (changes.added.len(), "added"),
        (changes.changed.len() - replaced, "changed"),
        (replaced, "replaced or maybe replaced"),
        (changes.removed.len(), "removed"),
        (changes.successions.len(), "followed by a new version"),
    ];
    section("Resources", &counts, lines)
}

fn property(change: &PropertyChange) -> String {
    let short = |side: &Option<String>| side.as_deref().map(shortened);
    let text = match (&change.note, short(&change.before), short(&change.after)) {
        (Some(note), _, _) => format!("{} {note}", change.path),
        (None, Some(before), Some(after)) => format!("{}: {before} → {after}", change.path),
        (None, None, Some(after)) => format!("{}: + {after}", change.path),
        (None, Some(before), None) => format!("{}: - {before}", change.path),
        (None, None, None) => change.path.clone(),
    };
    match change.update {
        UpdateKind::InPlace | UpdateKind::Unknown => text,
        UpdateKind::MayReplace => format!("{text} (may replace it)"),
        UpdateKind::Replaces => format!("{text} (replaces it)"),
    }
}

/// Long texts and digests are for the JSON.
fn shortened(text: &str) -> String {
    const SHOWN: usize = 200;
    if let Some((digest, rest)) = text.split_at_checked(64)
        && digest.bytes().all(|byte| byte.is_ascii_hexdigit())
    {
        return format!("{}…{rest}", &digest[..12]);
    }
    let length = text.chars().count();
    if length <= SHOWN {
        return text.to_owned();
    }
    let head: String = text.chars().take(SHOWN / 2).collect();
    format!("{head}… ({length} characters)")
}

fn code(diff: &Diff) -> Section {
    let lines: Vec<Line> = diff
        .code
        .iter()
        .map(|change| {
            let kind = match change.kind {
                crate::CodeKind::Function => "function",
                crate::CodeKind::Layer => "layer",
            };
            Line::new('~', Danger::Changed, format!("{kind} {} {}", change.name, change.text))
        })
        .collect();
    section("Code", &[(lines.len(), "of other content")], lines)
}

fn workflow(diff: &Diff) -> Section {
    let mut lines: Vec<Line> = Vec::new();
    let mut last: Option<&[String]> = None;
    for change in &diff.workflow {
        let quoted: Vec<String> = change.path.iter().map(|name| format!("`{name}`")).collect();
        let named = if quoted.is_empty() { "the machine".to_owned() } else { quoted.join(" › ") };
        let sign = match change.kind {
            WorkflowKind::Added => '+',
            WorkflowKind::Removed => '-',
            _ => '~',
        };
        let more =
            last == Some(&change.path) && sign == '~' && lines.last().is_some_and(|line| line.sign == '~');
        if let Some(line) = lines.last_mut().filter(|_| more) {
            line.details.push(change.text.clone());
        } else {
            let line = Line::new(sign, Danger::Changed, named);
            lines.push(Line { details: vec![change.text.clone()], ..line });
        }
        last = Some(&change.path);
    }
    for line in &mut lines {
        if let [only] = line.details.as_slice() {
            line.text = format!("{} {only}", line.text);
            line.details.clear();
        }
    }
    let count = |kind: WorkflowKind| diff.workflow.iter().filter(|change| change.kind == kind).count();
    let named = [WorkflowKind::Added, WorkflowKind::Removed, WorkflowKind::Renamed].map(count);
    let counts = [
        (named[0], "added"),
        (named[1], "removed"),
        (named[2], "renamed"),
        (diff.workflow.len() - named.iter().sum::<usize>(), "changed otherwise"),
    ];
    section("Workflow", &counts, lines)
}

fn permissions(diff: &Diff) -> Section {
    let mut lines = Vec::new();
    let all = |permits: &[Permit], sign: char| -> Vec<String> {
        permits.iter().map(|permit| format!("{sign} {}", permit.text())).collect()
    };
    for change in &diff.permissions {
        let what = match change.kind {
            HolderKind::Role => "what it can do",
            HolderKind::Trust => "who can assume it",
            HolderKind::Boundary => "its permissions boundary",
            HolderKind::Managed => "its managed policies",
            HolderKind::Resource => "what it allows others",
            HolderKind::Denial => "what it no longer denies (+) or denies (-)",
        };
        let danger = if change.gained.is_empty() { Danger::Changed } else { Danger::Broadened };
        let sign = match (change.gained.is_empty(), change.lost.is_empty()) {
            (false, true) => '+',
            (true, false) => '-',
            _ => '~',
        };
        let details = [all(&change.gained, '+'), all(&change.lost, '-')].concat();
        lines.push(Line { danger, sign, text: format!("{}: {what}", change.holder), details });
    }
    let gained = diff.permissions.iter().map(|change| change.gained.len()).sum();
    let lost = diff.permissions.iter().map(|change| change.lost.len()).sum();
    section("Permissions", &[(gained, "gained"), (lost, "lost")], lines)
}

fn section(title: &'static str, counts: &[(usize, &str)], lines: Vec<Line>) -> Section {
    let told: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    Section { title, summary: told.join(", "), lines }
}

/// Says what a sum was and is.
pub(super) fn sum(sum: &CostSum) -> String {
    match (sum.before_usd, sum.after_usd) {
        (Some(before), Some(after)) if same(before, after) => format!("{}, as before", usd(after)),
        (Some(before), Some(after)) => {
            let share = if before > 0.0 {
                format!(" ({:+.1} %)", (after / before - 1.0) * 100.0)
            } else {
                String::new()
            };
            format!("{} → {}{share}", usd(before), usd(after))
        }
        (Some(before), None) => format!("{} → not known", usd(before)),
        (None, Some(after)) => format!("not known → {}", usd(after)),
        (None, None) => "not known".to_owned(),
    }
}

/// The parts of a sum that differ.
pub(super) fn parts(sum: &CostSum) -> Vec<String> {
    let differs =
        |line: &&crate::CostLine| !same(line.before_usd, line.after_usd) || line.before != line.after;
    sum.lines
        .iter()
        .filter(differs)
        .map(|line| {
            let side = |quantity: &Option<String>, amount: f64| match quantity {
                Some(quantity) => format!("{} ({quantity})", usd(amount)),
                None => "nothing".to_owned(),
            };
            format!(
                "{}: {} → {}",
                line.item,
                side(&line.before, line.before_usd),
                side(&line.after, line.after_usd)
            )
        })
        .collect()
}

fn same(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

fn usd(amount: f64) -> String {
    if amount == 0.0 || amount >= 0.1 { format!("${amount:.2}") } else { format!("${amount:.6}") }
}
