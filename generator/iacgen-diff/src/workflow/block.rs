//! States beside one another: a machine's, a Map's, a branch's.

use std::collections::BTreeMap;

use iacgen_asl::{ChoiceState, State, StateName, States};
use iacgen_report::graph::condition_words;
use serde_json::{Map, Value};

use super::{WorkflowChange, WorkflowKind, handlers, settings};

/// States with the JSON that they are written as.
pub(super) struct Block<'a> {
    pub(super) start: &'a StateName,
    pub(super) states: &'a States,
    pub(super) value: &'a Value,
}

impl Block<'_> {
    fn value(&self, name: &str) -> &Value {
        &self.value["States"][name]
    }
}

/// Old names and what they are called now.
type Renames<'a> = BTreeMap<&'a str, &'a str>;

pub(super) fn compare(old: &Block<'_>, new: &Block<'_>, path: &[String], changes: &mut Vec<WorkflowChange>) {
    let renames = renames(old, new);
    let mut push = |name: &str, kind: WorkflowKind, text: String| {
        changes.push(WorkflowChange { path: [path, &[name.to_owned()]].concat(), kind, text });
    };
    for (before, after) in &renames {
        push(after, WorkflowKind::Renamed, format!("is the new name of `{before}`"));
    }
    for name in old.states.keys().map(StateName::as_str) {
        if !new.states.contains_key(name) && !renames.contains_key(name) {
            push(name, WorkflowKind::Removed, format!("is gone (it was {})", article(&old.states[name])));
        }
    }
    for (name, state) in new.states {
        let name = name.as_str();
        if !old.states.contains_key(name) && !renames.values().any(|renamed| *renamed == name) {
            push(name, WorkflowKind::Added, format!("is new: {}{}", article(state), leads(state)));
        }
    }
    let start = now(old.start.as_str(), &renames);
    if start != new.start.as_str() {
        changes.push(WorkflowChange {
            path: path.to_vec(),
            kind: WorkflowKind::Edge,
            text: format!("begins with `{}` and no longer with `{start}`", new.start),
        });
    }
    for (name, state) in old.states {
        let after = now(name.as_str(), &renames);
        let Some(new_state) = new.states.get(after) else { continue };
        let path = [path, &[after.to_owned()]].concat();
        let states = (state, new_state);
        let values = (old.value(name.as_str()), new.value(after));
        state_changes(states, values, &renames, &path, changes);
    }
}

fn now<'a>(name: &'a str, renames: &Renames<'a>) -> &'a str {
    renames.get(name).copied().unwrap_or(name)
}

/// Pairs states that are gone with new ones that do the same.
fn renames<'a>(old: &'a Block<'_>, new: &'a Block<'_>) -> Renames<'a> {
    let mut added: Vec<&str> =
        new.states.keys().map(StateName::as_str).filter(|name| !old.states.contains_key(*name)).collect();
    let mut renames = Renames::new();
    for name in old.states.keys().map(StateName::as_str).filter(|name| !new.states.contains_key(*name)) {
        let body = body(old.value(name));
        if let Some(at) = added.iter().position(|other| self::body(new.value(other)) == body) {
            renames.insert(name, added.remove(at));
        }
    }
    renames
}

/// What a state does, without where it leads.
fn body(value: &Value) -> Value {
    let mut body = value.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.retain(|name, _| !["Next", "End", "Default", "Comment"].contains(&name.as_str()));
        for name in ["Catch", "Choices"] {
            for entry in fields.get_mut(name).and_then(Value::as_array_mut).into_iter().flatten() {
                if let Some(entry) = entry.as_object_mut() {
                    entry.shift_remove("Next");
                }
            }
        }
    }
    body
}

fn article(state: &State) -> String {
    let called = match state {
        State::Task(task) => {
            let function = task.parameters.as_ref().or(task.arguments.as_ref());
            let function = function.and_then(|parameters| parameters["FunctionName"].as_str());
            match function {
                Some(function) => format!(" that invokes {}", settings::symbol(function)),
                None => format!(" that calls {}", settings::call(&task.resource)),
            }
        }
        _ => String::new(),
    };
    format!("a {}{called}", state.type_name())
}

fn leads(state: &State) -> String {
    let mut names: Vec<String> = state.successors().iter().map(|name| format!("`{name}`")).collect();
    names.dedup();
    if names.is_empty() { ", and ends".to_owned() } else { format!(", then {}", names.join(" or ")) }
}

fn state_changes(
    (old, new): (&State, &State),
    (before, after): (&Value, &Value),
    renames: &Renames<'_>,
    path: &[String],
    changes: &mut Vec<WorkflowChange>,
) {
    let mut push = |kind: WorkflowKind, text: String| {
        changes.push(WorkflowChange { path: path.to_vec(), kind, text });
    };
    if old.type_name() != new.type_name() {
        push(WorkflowKind::Retyped, format!("is {} and no longer {}", article(new), article(old)));
    }
    let next = |value: &Value| value["Next"].as_str().map(str::to_owned);
    let was = next(before).map(|name| now(&name, renames).to_owned());
    let is = next(after);
    let chooses = matches!(old, State::Choice(_)) || matches!(new, State::Choice(_));
    if was != is && !chooses {
        push(
            WorkflowKind::Edge,
            match (was, is) {
                (Some(was), Some(is)) => format!("goes on with `{is}` and no longer with `{was}`"),
                (None, Some(is)) => format!("goes on with `{is}` and no longer ends"),
                (Some(was), None) => format!("ends and no longer goes on with `{was}`"),
                (None, None) => return,
            },
        );
    }
    if let (State::Choice(old), State::Choice(new)) = (old, new) {
        choices(old, new, renames, &mut push);
    }
    handlers::compare(before, after, &|name| now(name, renames).to_owned(), &mut push);
    let told = ["Type", "Next", "End", "Choices", "Default", "Retry", "Catch", "ItemProcessor", "Branches"];
    let fields = |value: &Value| -> Map<String, Value> { value.as_object().cloned().unwrap_or_default() };
    let (old_fields, new_fields) = (fields(before), fields(after));
    let gone = old_fields.keys().filter(|name| !new_fields.contains_key(*name));
    for name in new_fields.keys().chain(gone).filter(|name| !told.contains(&name.as_str())) {
        settings::field(name, settings::kind(name), before, after, path, changes);
    }
    inside((old, new), (before, after), path, changes);
}

fn inside(
    (old, new): (&State, &State),
    (before, after): (&Value, &Value),
    path: &[String],
    changes: &mut Vec<WorkflowChange>,
) {
    match (old, new) {
        (State::Map(old), State::Map(new)) => {
            let (old, new) = (&old.item_processor, &new.item_processor);
            let (before, after) = (&before["ItemProcessor"], &after["ItemProcessor"]);
            for name in ["Mode", "ExecutionType"] {
                let config = "ProcessorConfig";
                settings::field(
                    name,
                    WorkflowKind::Concurrency,
                    &before[config],
                    &after[config],
                    path,
                    changes,
                );
            }
            compare(
                &Block { start: &old.start_at, states: &old.states, value: before },
                &Block { start: &new.start_at, states: &new.states, value: after },
                path,
                changes,
            );
        }
        (State::Parallel(old), State::Parallel(new)) => {
            let first = |branch: &iacgen_asl::Branch| format!("`{}`", branch.start_at);
            for (number, pair) in old.branches.iter().zip(&new.branches).enumerate() {
                let (old, new) = pair;
                compare(
                    &Block { start: &old.start_at, states: &old.states, value: &before["Branches"][number] },
                    &Block { start: &new.start_at, states: &new.states, value: &after["Branches"][number] },
                    path,
                    changes,
                );
            }
            let shared = old.branches.len().min(new.branches.len());
            for (branches, kind, words) in [
                (&new.branches[shared..], WorkflowKind::Added, "has a new branch that begins with"),
                (&old.branches[shared..], WorkflowKind::Removed, "has no branch any more that begins with"),
            ] {
                for branch in branches {
                    let text = format!("{words} {}", first(branch));
                    changes.push(WorkflowChange { path: path.to_vec(), kind, text });
                }
            }
        }
        _ => {}
    }
}

/// Rules by their conditions, and where none applies.
fn choices(
    old: &ChoiceState,
    new: &ChoiceState,
    renames: &Renames<'_>,
    push: &mut impl FnMut(WorkflowKind, String),
) {
    let rules = |state: &ChoiceState, rename: bool| -> Vec<(String, String)> {
        state
            .choices
            .iter()
            .map(|rule| {
                let next = if rename { now(rule.next.as_str(), renames) } else { rule.next.as_str() };
                (condition_words(&rule.condition), next.to_owned())
            })
            .collect()
    };
    let (before, after) = (rules(old, true), rules(new, false));
    let find = |rules: &[(String, String)], condition: &str| {
        rules.iter().find(|(other, _)| other == condition).map(|(_, next)| next.clone())
    };
    for (condition, next) in &after {
        match find(&before, condition) {
            None => push(WorkflowKind::Edge, format!("goes on with `{next}` when {condition}, a new rule")),
            Some(was) if was != *next => {
                push(
                    WorkflowKind::Edge,
                    format!("goes on with `{next}` and no longer with `{was}` when {condition}"),
                );
            }
            Some(_) => {}
        }
    }
    for (condition, next) in before.iter().filter(|(condition, _)| find(&after, condition).is_none()) {
        push(WorkflowKind::Edge, format!("no longer goes on with `{next}` when {condition}"));
    }
    let order = |rules: &[(String, String)], others: &[(String, String)]| -> Vec<String> {
        let shared = rules.iter().filter(|(condition, _)| find(others, condition).is_some());
        shared.map(|(condition, _)| condition.clone()).collect()
    };
    if order(&before, &after) != order(&after, &before) {
        push(WorkflowKind::Edge, "tries its rules in another order".to_owned());
    }
    let was = old.default.as_ref().map(|name| now(name.as_str(), renames));
    let is = new.default.as_ref().map(StateName::as_str);
    if was != is {
        push(
            WorkflowKind::Edge,
            match is {
                Some(is) => format!("goes on with `{is}` when no rule applies"),
                None => "fails when no rule applies".to_owned(),
            },
        );
    }
}
