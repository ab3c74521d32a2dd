//! Paths: their form, and the fields of the context object.

use iacgen_diagnostics::Sink;
use iacgen_shapes::{Path, Root, Step};

use super::scope::Scope;
use crate::check::{bad_path, unknown_context_field};
use crate::model::Place;

/// The fields of the context object. Page: "Accessing execution data from the Context object in Step Functions".
const CONTEXT: [(&str, &[&str]); 7] = [
    ("$$", &["Execution", "State", "StateMachine", "Task", "Map"]),
    ("$$.Execution", &["Id", "Input", "Name", "RoleArn", "StartTime", "RedriveCount", "RedriveTime"]),
    ("$$.State", &["EnteredTime", "Name", "RetryCount"]),
    ("$$.StateMachine", &["Id", "Name"]),
    ("$$.Task", &["Token"]),
    ("$$.Map", &["Item"]),
    ("$$.Map.Item", &["Index", "Value", "Key", "Source"]),
];

/// Judges a path. Returns it if it can be used.
pub(super) fn check(text: &str, place: Place, scope: Scope, sink: &Sink) -> Option<Path> {
    let place = place.holding(text);
    match Path::parse(text) {
        Ok(path) => (path.root != Root::Context || check_context(&path, place, scope, sink)).then_some(path),
        Err(invalid) => {
            sink.push(bad_path::finding(text, place, &invalid));
            None
        }
    }
}

/// Judges a path that must name exactly one place.
pub(super) fn check_one_place(text: &str, place: Place, scope: Scope, sink: &Sink) -> Option<Path> {
    let path = check(text, place, scope, sink)?;
    let is_one = |step: &Step| matches!(step, Step::Name(_) | Step::Index(0..));
    if path.function.is_some() || !path.parts.iter().all(|part| is_one(&part.step)) {
        sink.push(bad_path::not_reference(text, place));
        return None;
    }
    Some(path)
}

/// Judges a path that a result is put at: it must lead into the state's input.
pub(super) fn check_target(text: &str, place: Place, scope: Scope, sink: &Sink) -> Option<Path> {
    let path = check_one_place(text, place, scope, sink)?;
    if path.root != Root::Input {
        sink.push(bad_path::no_target(text, place));
        return None;
    }
    Some(path)
}

fn check_context(path: &Path, place: Place, scope: Scope, sink: &Sink) -> bool {
    let mut parent = "$$".to_owned();
    for part in &path.parts {
        let Step::Name(name) = &part.step else { break };
        let Some((_, known)) = CONTEXT.iter().find(|(object, _)| *object == parent) else {
            break;
        };
        let at = place.part(part.span.start, part.span.end);
        if !known.contains(&name.as_str()) {
            sink.push(unknown_context_field::finding(at, name, &parent, known));
            return false;
        }
        match name.as_str() {
            "Map" if parent == "$$" && !scope.in_map => {
                sink.push(unknown_context_field::outside_map(at, scope.dialect));
                return false;
            }
            "Task" if parent == "$$" && !scope.has_token => {
                sink.push(unknown_context_field::outside_token(at, scope.dialect));
                return false;
            }
            _ => {}
        }
        parent = format!("{parent}.{name}");
    }
    true
}
