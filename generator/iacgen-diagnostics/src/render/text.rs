//! For a person: the excerpt, with what is wrong below it.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use crate::{Diagnostic, FileId, Label, Severity, Sources};

/// Writes every finding, with an empty line behind each.
pub(super) fn render(findings: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for finding in findings {
        text.push_str(&renderer.render(&[group(finding, sources)]));
        text.push_str("\n\n");
    }
    text
}

fn group<'a>(finding: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(finding.message.as_str())
        .id(format!("{} {}", finding.code.id, finding.code.name));
    let labels = finding.primary.iter().map(|label| (label, AnnotationKind::Primary));
    let labels = labels.chain(finding.secondary.iter().map(|label| (label, AnnotationKind::Context)));

    // A file's places share one excerpt; the file of the primary place comes first.
    let mut excerpts: Vec<(FileId, Vec<Annotation<'a>>)> = Vec::new();
    for (label, kind) in labels {
        let annotation = annotation(label, kind, sources);
        match excerpts.iter_mut().find(|(file, _)| *file == label.span.file) {
            Some((_, annotations)) => annotations.push(annotation),
            None => excerpts.push((label.span.file, vec![annotation])),
        }
    }
    let mut group = Group::with_title(title);
    for (file, annotations) in excerpts {
        let file = sources.file(file);
        group = group
            .element(Snippet::source(file.text.as_str()).path(file.path.as_str()).annotations(annotations));
    }
    let notes = finding.notes.iter().map(|note| Level::NOTE.message(note.as_str()));
    let help = finding.help.iter().map(|help| Level::HELP.message(help.as_str()));
    group.elements(notes).elements(help)
}

fn annotation<'a>(label: &'a Label, kind: AnnotationKind, sources: &Sources) -> Annotation<'a> {
    let length = sources.file(label.span.file).text.len();
    let start = label.span.start.min(length);
    let annotation = kind.span(start..label.span.end.clamp(start, length));
    if label.message.is_empty() { annotation } else { annotation.label(label.message.as_str()) }
}
