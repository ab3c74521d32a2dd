//! What is said of paths along a workflow, held to values that arrive.

use std::fmt::Write as _;

use iacgen_diagnostics::{Sink, Sources};
use iacgen_spec::{MemoryFiles, check};
use proptest::prelude::*;

/// A workflow of a function and the states given, with the function's fields: name, and whether it is always there.
fn codes(fields: &[(&str, bool)], states: &str) -> Vec<String> {
    let properties: Vec<String> =
        fields.iter().map(|(name, _)| format!(r#""{name}": {{ "type": "integer" }}"#)).collect();
    let required: Vec<String> =
        fields.iter().filter(|(_, always)| *always).map(|(name, _)| format!("\"{name}\"")).collect();
    let contract = format!(
        r#"{{ "input": true, "output": {{ "type": "object", "properties": {{ {} }}, "required": [{}], "additionalProperties": false }} }}"#,
        properties.join(", "),
        required.join(", ")
    );
    let workflow = format!(
        "workflow: w\ntimeout: 1h\nfunctions:\n  f: {{ handler: functions/f, memory: 256MB, timeout: 30s }}\n\
         start: First\nstates:\n  First: {{ invoke: f, next: S0 }}\n{states}"
    );
    let files = MemoryFiles::default()
        .with("workflow.yaml", workflow)
        .with("environments/dev.yaml", "target: aws\nregion: us-east-1\naccount: \"111111111111\"\n")
        .with("functions/f/Cargo.toml", "[package]\nname = \"f\"\n")
        .with("functions/f/contract.json", contract);
    let (mut sources, sink) = (Sources::default(), Sink::default());
    let workflows = check(&files, &mut sources, &sink);
    assert!(workflows.is_ok(), "{workflows:?}");
    sink.into_sorted().iter().map(|finding| finding.code.id.to_owned()).collect()
}

const NAMES: [&str; 4] = ["alpha", "bravo", "gamma", "delta"];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The function gives some fields; each state but the last puts a field of its own beside them, or drops everything
    /// but one; the last reads a field.
    #[test]
    fn what_is_called_absent_is_in_no_value(
        given in proptest::collection::vec(0..3_usize, 4),
        steps in proptest::collection::vec((0..4_usize, any::<bool>()), 0..4),
        read in 0..4_usize,
    ) {
        let fields: Vec<(&str, bool)> = NAMES
            .iter()
            .zip(&given)
            .filter(|(_, kind)| **kind > 0)
            .map(|(name, kind)| (*name, *kind == 2))
            .collect();
        // The names that are there when every optional field is, and when none is.
        let mut most: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let mut least: Vec<&str> = fields.iter().filter(|(_, always)| *always).map(|(name, _)| *name).collect();
        let mut states = String::new();
        for (index, (name, keep)) in steps.iter().enumerate() {
            let (name, next) = (NAMES[*name], index + 1);
            let result = if *keep {
                most.push(name);
                least.push(name);
                format!("value: 1, result: $.{name}")
            } else {
                (most, least) = (vec![name], vec![name]);
                format!("value: {{ {name}: 1 }}")
            };
            writeln!(states, "  S{index}: {{ pass: true, {result}, next: S{next} }}")?;
        }
        let (last, read) = (steps.len(), NAMES[read]);
        writeln!(states, "  S{last}: {{ pass: true, arguments: {{ x: $.{read} }}, end: true }}")?;

        let found = codes(&fields, &states);
        prop_assert_eq!(found.contains(&"IAC160".to_owned()), !most.contains(&read), "{}\n{:?}", states, found);
        let maybe = most.contains(&read) && !least.contains(&read);
        prop_assert_eq!(found.contains(&"IAC161".to_owned()), maybe, "{}\n{:?}", states, found);
    }
}

#[test]
fn a_loop_that_builds_up_a_value_is_given_up() {
    let states = "  S0: { pass: true, arguments: { inner: $ }, next: S1 }
  S1:
    choice: 
      - { variable: $.inner.inner.inner.alpha, IsPresent: true, next: S2 }
    default: S0
  S2: { pass: true, arguments: { x: $.inner.inner.inner.inner.inner.bravo }, end: true }
";
    let found = codes(&[("alpha", true)], states);
    assert_eq!(found, Vec::<String>::new());
}
