//! IAC155 `map-over-concurrency`.

use iacgen_asl::ProcessorMode;
use iacgen_diagnostics::{Code, Diagnostic, Sink};

use super::provisioned_over_account::ConcurrencyLimit;
use crate::model::{
    Dynamic, Function, Map, Place, ReferenceKind, State, StateKind, States, TemplateValue, Work, Workflow,
};

/// The code and its page.
pub(super) static CODE: Code = Code {
    id: "IAC155",
    name: "map-over-concurrency",
    explanation: r#"A Map runs more iterations at one time than a function inside it may; Maps inside each other multiply, and those in
sibling branches of a Parallel state add up. A warning.

## Why
Lambda refuses what goes beyond a function's reserved concurrency, or beyond what the account has left, with
`Lambda.TooManyRequestsException`. Retries carry a few over; with more, items fail though nothing is wrong with them, and the
functions of others in the account are throttled as well. The Map and the function are right, each alone. Pages: "Understanding
Lambda function scaling", "Map workflow state".

## What to write instead
A `concurrency` of the Map that its functions have, more `reserved`, or, where AWS has raised the account's quota, that number in the
environment: `concurrency_limit: 5000`.
"#,
};

/// The most children of a distributed Map at once. Page: "Using Map state in Distributed mode".
const MOST_CHILDREN: u32 = 10_000;
/// The most iterations of an inline Map at once. Page: "Using Map state in Inline mode".
const MOST_ITERATIONS: u32 = 40;

/// How many iterations of a Map run at one time.
#[derive(Clone, Copy)]
struct Width<'a> {
    map: &'a str,
    most: u32,
    place: Place,
    /// Whether that is the Map's own `concurrency`, and not what AWS allows.
    is_written: bool,
    is_distributed: bool,
}

/// Compares every Map with the functions inside it.
pub(crate) fn check(workflow: &Workflow, limit: &ConcurrencyLimit, here: &Sink) {
    let all_reserved: u32 =
        workflow.functions.values().filter_map(|function| Some(function.reserved?.value)).sum();
    let unreserved = limit.executions().saturating_sub(all_reserved);
    block(&workflow.states, &[], &mut |id, widths| {
        let Some(function) = workflow.functions.get(id) else { return };
        compare(id, function, widths, unreserved, here);
    });
    for (id, function) in &workflow.functions {
        let of = Of { id, function, unreserved };
        of.branches(&workflow.states, 1, here);
    }
}

/// Visits what states invoke, with the Maps around it, the outermost first. A function that several states of the same Map
/// invoke is visited once.
fn block<'a>(states: &'a States, widths: &[Width<'a>], visit: &mut impl FnMut(&'a str, &[Width<'a>])) {
    let (mut invoked, mut maps) = (Vec::new(), Vec::new());
    collect(states, &mut invoked, &mut maps);
    for id in invoked {
        visit(id, widths);
    }
    for (name, map) in maps {
        let inside: Vec<_> = widths.iter().copied().chain(width(name, map)).collect();
        block(&map.states, &inside, visit);
    }
}

/// Collects what states and the branches among them invoke, and the Maps among them.
fn collect<'a>(states: &'a States, invoked: &mut Vec<&'a str>, maps: &mut Vec<(&'a str, &'a Map)>) {
    for (name, state) in &states.states {
        match &state.kind {
            StateKind::Map(map) => maps.push((name, map)),
            _ => state.blocks().into_iter().for_each(|block| collect(block, invoked, maps)),
        }
        if let Some(id) = function(state)
            && !invoked.contains(&id)
        {
            invoked.push(id);
        }
    }
}

/// Returns the function of the spec that a state invokes, by `invoke` or by `lambda:invoke`.
fn function(state: &State) -> Option<&str> {
    let StateKind::Task(task) = &state.kind else { return None };
    match &task.work {
        Work::Function { id, .. } => Some(&id.value),
        Work::Service(service)
            if service.value.trim_start_matches("aws-sdk:").starts_with("lambda:invoke") =>
        {
            let TemplateValue::Object(fields) = &state.data.arguments.as_ref()?.value else { return None };
            match &fields.get("FunctionName")?.value {
                TemplateValue::Reference(named) if named.kind == ReferenceKind::Function => Some(&named.id),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Returns how wide a Map is; `None` where that is known only at run time.
fn width<'a>(name: &'a str, map: &Map) -> Option<Width<'a>> {
    let is_distributed = matches!(map.mode, ProcessorMode::Distributed { .. });
    let allowed = if is_distributed { MOST_CHILDREN } else { MOST_ITERATIONS };
    let (most, place, is_written) = match &map.concurrency {
        None => (allowed, map.mode_place, false),
        Some(written) => match written.value {
            Dynamic::Value(0) => (allowed, written.place, true),
            Dynamic::Value(most) => (most.min(allowed), written.place, true),
            Dynamic::Path(_) | Dynamic::Expression(_) => return None,
        },
    };
    Some(Width { map: name, most, place, is_written, is_distributed })
}

/// Compares the Maps around an invocation with what the function has.
fn compare(id: &str, function: &Function, widths: &[Width<'_>], unreserved: u32, here: &Sink) {
    // Without a limit of its own a distributed Map is bounded by the account alone, which is no slip.
    let counted: Vec<_> = match function.reserved {
        Some(_) => widths.to_vec(),
        None if widths.iter().any(|width| width.is_written) => {
            widths.iter().copied().filter(|width| width.is_written || !width.is_distributed).collect()
        }
        None => return,
    };
    let Some((inner, around)) = counted.split_last() else { return };
    let around_inner = around.iter().fold(1, |all: u32, width| all.saturating_mul(width.most));
    let all = around_inner.saturating_mul(inner.most);
    let (most, whose) = match &function.reserved {
        Some(reserved) => (reserved.value, "reserves"),
        None => (unreserved, "has of the account"),
    };
    if all <= most {
        return;
    }
    let maps: Vec<_> = counted.iter().rev().map(|width| format!("`{}`", width.map)).collect();
    let maps = maps.join(" inside ");
    let message = format!("{maps} runs up to {all} at one time, `{id}` {whose} {most}");
    let mut finding = inner.place.on(Diagnostic::warning(&CODE, message), "");
    for width in around {
        finding = finding.secondary(width.place.at(), format!("times {} of `{}`", width.most, width.map));
    }
    if let Some(reserved) = &function.reserved {
        finding = finding.secondary(reserved.place.at(), "reserved here");
    }
    let help = match most / around_inner.max(1) {
        0 => "give the function more, or the Maps less".to_owned(),
        fits => format!("write a `concurrency` of at most {fits}, or give the function more"),
    };
    here.push(finding.help(help));
}

/// A function, as far as branches that run side by side need it.
struct Of<'a> {
    id: &'a str,
    function: &'a Function,
    unreserved: u32,
}

impl Of<'_> {
    /// Adds up what the branches of every Parallel state run at one time, `around` times over.
    fn branches(&self, states: &States, around: u32, here: &Sink) {
        for (name, state) in &states.states {
            match &state.kind {
                StateKind::Map(map) => {
                    self.branches(&map.states, around.saturating_mul(self.times(name, map)), here);
                }
                StateKind::Parallel(branches) => {
                    let uses: Vec<_> =
                        branches.iter().map(|branch| self.most(&branch.states, around)).collect();
                    self.add_up(name, state, &uses, here);
                    for branch in branches {
                        self.branches(&branch.states, around, here);
                    }
                }
                _ => {}
            }
        }
    }

    /// Compares the sum. What one branch alone has too much of is found there.
    fn add_up(&self, name: &str, state: &State, uses: &[Uses<'_>], here: &Sink) {
        let (most, whose) = match &self.function.reserved {
            Some(reserved) => (reserved.value, "reserves"),
            None => (self.unreserved, "has of the account"),
        };
        let all = uses.iter().fold(0, |all: u32, uses| all.saturating_add(uses.most));
        if all <= most || uses.iter().any(|uses| uses.most > most) {
            return;
        }
        let id = self.id;
        let message = format!("the branches of `{name}` run up to {all} at one time, `{id}` {whose} {most}");
        let mut finding = state.place.on(Diagnostic::warning(&CODE, message), "");
        for width in uses.iter().filter_map(|uses| uses.widest) {
            finding = finding.secondary(width.place.at(), format!("{} of `{}`", width.most, width.map));
        }
        if let Some(reserved) = &self.function.reserved {
            finding = finding.secondary(reserved.place.at(), "reserved here");
        }
        here.push(finding.help("give the function more, or the Maps in the branches less"));
    }

    /// Returns the most that states run of the function at one time: states follow each other, branches do not.
    fn most<'s>(&self, states: &'s States, around: u32) -> Uses<'s> {
        let mut most = Uses { most: 0, widest: None };
        for (name, state) in &states.states {
            let uses = match &state.kind {
                StateKind::Map(map) => {
                    let inside = self.most(&map.states, around.saturating_mul(self.times(name, map)));
                    Uses { widest: inside.widest.or_else(|| width(name, map)), ..inside }
                }
                StateKind::Parallel(branches) => {
                    let uses = branches.iter().map(|branch| self.most(&branch.states, around));
                    uses.fold(Uses { most: 0, widest: None }, |all, uses| Uses {
                        most: all.most.saturating_add(uses.most),
                        widest: all.widest.or(uses.widest),
                    })
                }
                _ if function(state) == Some(self.id) => Uses { most: around, widest: None },
                _ => continue,
            };
            if uses.most > most.most {
                most = uses;
            }
        }
        most
    }

    /// Returns how many iterations of a Map count: none that only AWS bounds, where the account alone bounds the function.
    fn times(&self, name: &str, map: &Map) -> u32 {
        let width = width(name, map);
        let counts =
            |width: &Width<'_>| self.function.reserved.is_some() || width.is_written || !width.is_distributed;
        width.filter(counts).map_or(1, |width| width.most.max(1))
    }
}

/// What a branch runs of a function at one time, and the innermost Map that makes it so many.
struct Uses<'a> {
    most: u32,
    widest: Option<Width<'a>>,
}
