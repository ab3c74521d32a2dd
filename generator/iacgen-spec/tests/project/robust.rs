//! Any text gives findings whose places lie in it, and never a panic; a sound spec gives back what was written.

use iacgen_aws_types::Seconds;
use iacgen_diagnostics::render::{Format, render};
use iacgen_diagnostics::{Diagnostic, Sink, Sources};
use iacgen_spec::model::{Dynamic, StateKind, Workflow};
use iacgen_spec::{MemoryFiles, check};
use proptest::prelude::*;

const WORKFLOW: &str = include_str!("../../../../workflow.yaml");
const ENVIRONMENT: &str = include_str!("../../../../environments/prod.yaml");

/// Checks a project, and that every finding points into its files and can be rendered.
fn findings(workflow: &str, environment: &str) -> (Vec<Diagnostic>, Vec<Workflow>) {
    let files = MemoryFiles::default()
        .with("workflow.yaml", workflow)
        .with("environments/prod.yaml", environment)
        .with("work/Cargo.toml", "");
    let (mut sources, sink) = (Sources::default(), Sink::default());
    let workflows = check(&files, &mut sources, &sink).unwrap_or_default();
    assert!(sink.has_errors() || !workflows.is_empty(), "neither a workflow nor an error");
    let findings = sink.into_sorted();
    for finding in &findings {
        assert_ne!(finding.code.id, "IAC099", "{finding:?}");
        for label in finding.primary.iter().chain(&finding.secondary) {
            let text = &sources.file(label.span.file).text;
            assert!(text.get(label.span.start..label.span.end).is_some(), "{finding:?}");
        }
    }
    for format in [Format::Text { color: false }, Format::Concise, Format::Json, Format::Github] {
        assert_eq!(
            render(&findings, &sources, format).is_empty(),
            findings.is_empty() && format != Format::Json
        );
    }
    (findings, workflows)
}

/// Words that a spec is made of, and some that YAML makes something of.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "workflow:",
            "functions:",
            "states:",
            "start:",
            "map:",
            "invoke:",
            "next:",
            "end: true",
            "items:",
            "{",
            "}",
            "[",
            "]",
            ",",
            "\n",
            "\n  ",
            "\n    ",
            ": ",
            "- ",
            "\"",
            "'",
            "#",
            "&a",
            "*a",
            "!t",
            "<<",
            "|",
            ">",
            "---",
            "$",
            "$$.Map",
            "${env.x}",
            "true",
            "null",
            "~",
            "1",
            "-0",
            "1e999",
            "2m",
            "512MB",
            "é",
            "🌌",
            "\u{feff}",
            "\t",
            "\r\n",
            "\u{85}",
            "%YAML 1.2",
            "? ",
            "retry:",
            "payload:",
            "access:",
            "tensors:",
            "values:",
            "f32[n]",
        ])
        .prop_map(ToOwned::to_owned),
        "[a-z]{1,4}",
        any::<char>().prop_map(String::from),
    ]
}

fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 0..60).prop_map(|words| words.concat())
}

/// A text with one piece replaced by words.
fn damaged(text: &'static str) -> impl Strategy<Value = String> {
    (0..=text.len(), 0..40_usize, prop::collection::vec(word(), 0..3)).prop_map(
        move |(start, length, words)| {
            let start = text.floor_char_boundary(start);
            let end = text.floor_char_boundary((start + length).min(text.len()));
            format!("{}{}{}", &text[..start], words.concat(), &text[end..])
        },
    )
}

fn function(index: usize, memory: u32, timeout: u32) -> String {
    format!("  f{index}: {{ handler: work, memory: {memory}MB, timeout: {timeout}s }}\n")
}

fn state(index: usize, next: &str) -> String {
    format!("  S{index}: {{ invoke: f{index}, {next} }}\n")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(workflow in any::<String>(), environment in any::<String>()) {
        findings(&workflow, &environment);
    }

    #[test]
    fn any_soup_of_words_is_survived(workflow in soup(), environment in soup()) {
        findings(&workflow, &environment);
    }

    #[test]
    fn a_damaged_spec_is_survived(workflow in damaged(WORKFLOW), environment in damaged(ENVIRONMENT)) {
        findings(&workflow, &environment);
    }

    #[test]
    fn a_sound_spec_gives_back_what_was_written(
        sizes in prop::collection::vec((128_u32..=10_240, 1_u32..=900), 1..6),
        comment in "[ -~]{0,30}",
    ) {
        let comment = comment.replace(['\\', '"', '$'], "_");
        let mut functions = String::new();
        let mut states = String::new();
        for (index, (memory, timeout)) in sizes.iter().enumerate() {
            functions.push_str(&function(index, *memory, *timeout));
            let next = if index + 1 == sizes.len() { "end: true".to_owned() } else { format!("next: S{}", index + 1) };
            states.push_str(&state(index, &next));
        }
        let workflow =
            format!("workflow: w\ncomment: \"{comment}\"\nfunctions:\n{functions}start: S0\nstates:\n{states}");
        let environment = "target: aws\nregion: eu-west-1\naccount: \"012345678901\"\n";
        let (found, workflows) = findings(&workflow, environment);
        prop_assert!(found.is_empty(), "{found:?}\n{workflow}");
        prop_assert_eq!(workflows[0].comment.as_deref(), Some(comment.as_str()));
        prop_assert_eq!(workflows[0].states.states.len(), sizes.len());
        for (function, (memory, timeout)) in workflows[0].functions.values().zip(&sizes) {
            prop_assert_eq!((function.memory.megabytes(), function.timeout.value.get()), (*memory, *timeout));
        }
        for (state, (_, timeout)) in workflows[0].states.states.values().zip(&sizes) {
            let StateKind::Task(task) = &state.kind else { panic!("no task") };
            let expected = Dynamic::Value(Seconds::new(timeout + 10).unwrap());
            prop_assert_eq!(task.timeout.as_ref().map(|timeout| &timeout.value), Some(&expected));
        }
    }
}
