//! Where the spec says what a resource or a state is.

use iacgen_aws_types::LogicalId;
use iacgen_diagnostics::{Sources, Span};
use iacgen_diff::{Place, Places};
use iacgen_spec::model::{StateKind, States, Workflow};

/// Returns the places of a workflow's parts, in files below `prefix`.
pub(super) fn of(workflow: &Workflow, sources: &Sources, prefix: &str) -> Places {
    let place = |span: Span| -> Place {
        let position = sources.position(span);
        let file = format!("{prefix}{}", sources.path(span.file));
        Place { file, line: position.line, column: position.column }
    };
    let mut places = Places::default();
    let parts = [
        workflow.functions.iter().map(|(id, part)| (id, part.place)).collect::<Vec<_>>(),
        workflow.buckets.iter().map(|(id, part)| (id, part.place)).collect(),
        workflow.queues.iter().map(|(id, part)| (id, part.place)).collect(),
        workflow.topics.iter().map(|(id, part)| (id, part.place)).collect(),
        workflow.tables.iter().map(|(id, part)| (id, part.place)).collect(),
        workflow.triggers.iter().map(|(id, part)| (id, part.place)).collect(),
        workflow.resources.iter().map(|(id, part)| (id, part.place)).collect(),
    ];
    for (id, at) in parts.into_iter().flatten() {
        // Every resource of a part begins with the part's name.
        places.resources.insert(LogicalId::from_words([id.as_str()]).to_string(), place(at.at()));
    }
    states(&workflow.states, &[], &place, &mut places);
    let first = workflow.states.states.values().next().map(|state| state.place.at());
    places.workflow = first.map(|span| {
        let begin = Span { start: 0, end: 0, ..span };
        place(begin)
    });
    places
}

fn states(all: &States, around: &[String], place: &dyn Fn(Span) -> Place, places: &mut Places) {
    for (name, state) in &all.states {
        let path = [around, std::slice::from_ref(name)].concat();
        match &state.kind {
            StateKind::Map(map) => states(&map.states, &path, place, places),
            StateKind::Parallel(branches) => {
                for branch in branches {
                    states(&branch.states, &path, place, places);
                }
            }
            _ => {}
        }
        places.states.insert(path, place(state.place.at()));
    }
}
