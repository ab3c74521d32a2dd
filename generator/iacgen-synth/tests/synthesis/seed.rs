//! The machine that this workflow came from, and ours: the same but for what is listed, each with its reason.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::project;

/// One difference at a JSON pointer, as `differences.txt` writes it.
type Difference = String;

/// Returns every difference between the seed's value and ours:
/// `- POINTER: OLD` is the seed's alone, `+ POINTER: NEW` ours alone, `~ POINTER: OLD => NEW` in both but not equal,
/// `> POINTER => NAME` the same under another name.
fn differences(seed: &Value, ours: &Value) -> BTreeSet<Difference> {
    let mut found = BTreeSet::new();
    compare("", seed, ours, &mut found);
    found
}

fn compare(at: &str, seed: &Value, ours: &Value, found: &mut BTreeSet<Difference>) {
    match (seed, ours) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, value) in old {
                let renamed = (key == "Iterator").then_some("ItemProcessor");
                let pointer = format!("{at}/{key}");
                if let Some(value_now) = new.get(key) {
                    compare(&pointer, value, value_now, found);
                } else if let Some((name, value_now)) = renamed.and_then(|name| Some((name, new.get(name)?)))
                {
                    found.insert(format!("> {pointer} => {name}"));
                    compare(&format!("{at}/{name}"), value, value_now, found);
                } else {
                    found.insert(format!("- {pointer}: {value}"));
                }
            }
            for (key, value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                if key != "ItemProcessor" || !old.contains_key("Iterator") {
                    found.insert(format!("+ {at}/{key}: {value}"));
                }
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            for (index, value) in old.iter().enumerate() {
                match new.get(index) {
                    Some(value_now) => compare(&format!("{at}/{index}"), value, value_now, found),
                    None => drop(found.insert(format!("- {at}/{index}: {value}"))),
                }
            }
            for (index, value) in new.iter().enumerate().skip(old.len()) {
                found.insert(format!("+ {at}/{index}: {value}"));
            }
        }
        (old, new) if old == new => {}
        (old, new) => drop(found.insert(format!("~ {at}: {old} => {new}"))),
    }
}

fn fixture(name: &str) -> String {
    fs::read_to_string(project::root().join("tests/fixtures/seed").join(name)).unwrap()
}

/// Returns the listed differences of an environment. A difference without a reason above it is refused.
fn listed(environment: &str) -> BTreeSet<Difference> {
    let text = fixture("differences.txt");
    let (mut section, mut reason, mut found) = ("", false, BTreeSet::new());
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("== ") {
            (section, reason) = (name, false);
        } else if line.starts_with('#') {
            reason = true;
        } else if line.is_empty() {
            reason = false;
        } else if section == "every environment" || section == environment {
            assert!(reason, "no reason is given for {line}");
            found.insert(line.to_owned());
        }
    }
    found
}

fn check(environment: &str) {
    let seed: Value = serde_json::from_str(&fixture("definition.asl.json")).unwrap();
    let ours = serde_json::from_str(project::assembly_of("", environment).definition().unwrap()).unwrap();
    let (found, listed) = (differences(&seed, &ours), listed(environment));
    let unlisted: Vec<&Difference> = found.difference(&listed).collect();
    assert!(unlisted.is_empty(), "not listed in tests/fixtures/seed/differences.txt:\n{unlisted:#?}");
    let obsolete: Vec<&Difference> = listed.difference(&found).collect();
    assert!(
        obsolete.is_empty(),
        "listed in tests/fixtures/seed/differences.txt, but no difference:\n{obsolete:#?}"
    );
}

#[test]
fn without_fmi_the_machine_is_the_seeds_but_for_what_is_listed() {
    check("dev");
}

#[test]
fn with_fmi_it_has_that_state_besides() {
    check("prod");
}
