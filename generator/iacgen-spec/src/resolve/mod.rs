//! From the files as they are written to the model, for one environment.
//!
//! Nothing stops at the first finding: a part that cannot be resolved is `None`, its neighbours are resolved all the
//! same, and the workflow as a whole is given only when nothing was found.

mod bucket;
mod catch;
mod choice;
mod data_flow;
mod dynamic;
mod existing;
mod function;
mod input;
mod items;
mod json;
mod map;
mod messaging;
mod model;
mod path;
mod provisioning;
mod reference;
mod resource;
mod retry;
mod schedule;
mod scope;
mod settings;
mod state;
mod surroundings;
mod table;
mod task;
mod template;
mod trigger;
mod values;
mod whole;

use iacgen_diagnostics::{Diagnostic, Sink};

use crate::check::{doubled_state_name, invalid_name, names_collide, unknown_state, unused_definition};
use crate::dialect::Dialect;
use crate::files::ProjectFiles;
use crate::load::{EnvironmentFile, Loaded};
use crate::model::{Place, Workflow};
use crate::raw::RawWorkflow;
use crate::yaml::Scalar;
use values::Values;

/// A value, with `${env.NAME}` replaced.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolved<'a> {
    pub(crate) scalar: &'a Scalar,
    pub(crate) place: Place,
}

impl Resolved<'_> {
    /// Points a finding at the value, and at its use.
    pub(crate) fn place(&self, finding: Diagnostic, label: impl Into<String>) -> Diagnostic {
        self.place.on(finding, label)
    }
}

/// What every part of the resolution needs.
struct Context<'a> {
    dialect: Dialect,
    loaded: &'a Loaded,
    workflow: &'a RawWorkflow,
    environment: &'a EnvironmentFile,
    values: Values<'a>,
    files: &'a dyn ProjectFiles,
    sink: &'a Sink,
    /// For findings that this environment alone decides on; who resolves several says in which they are.
    here: &'a Sink,
}

/// Resolves a workflow, written in a dialect, for an environment. What only this environment's choices make a finding goes to `here`.
pub(crate) fn resolve(
    loaded: &Loaded,
    workflow: &RawWorkflow,
    environment: &EnvironmentFile,
    files: &dyn ProjectFiles,
    dialect: Dialect,
    sink: &Sink,
    here: &Sink,
) -> Option<Workflow> {
    // What needs no environment. Every environment finds the same, and the sink keeps one.
    invalid_name::check(workflow, sink);
    doubled_state_name::check(workflow, sink);
    unknown_state::check(workflow, dialect, sink);
    unused_definition::check(workflow, sink);
    names_collide::check(workflow, sink);

    let raw = environment.raw.as_ref()?;
    let values = Values::new(loaded, &environment.name, raw, sink);
    let context = Context { dialect, loaded, workflow, environment, values, files, sink, here };
    let settings = settings::settings(&context, raw);
    let comment = context.optional_text(workflow.comment.as_ref(), "`comment`");
    let machine_type = settings::machine_type(&context);
    let timeout = settings::timeout(&context, machine_type);
    let input = input::input(&context);
    let logs = surroundings::logs(&context, machine_type);
    let tracing = context.boolean_or(workflow.tracing.as_ref(), "`tracing`", true);
    let encryption = surroundings::encryption(&context);
    let network = surroundings::network(&context);
    let alarms = surroundings::alarms(&context);
    let dashboard = context.boolean_or(workflow.dashboard.as_ref(), "`dashboard`", true);
    let release = surroundings::release(&context, alarms.as_ref());
    let onnxruntime = surroundings::onnxruntime(&context);
    let limit = settings::concurrency_limit(&context, raw);
    let buckets = bucket::buckets(&context);
    let queues = messaging::queues(&context);
    let topics = messaging::topics(&context);
    let tables = table::tables(&context);
    let triggers = trigger::triggers(&context, input.as_ref().and_then(Option::as_ref));
    let resources = resource::resources(&context);
    let retries = retry::retries(&context);
    let functions = function::functions(&context, onnxruntime.as_ref().map(|runtime| &runtime.library));
    let machine = state::Machine { context: &context, functions: &functions, retries: &retries };
    let language = state::machine_language(&context);
    let states = machine.states(machine_type, language);
    context.values.finish();

    let states = states?;
    let used = functions.used_by(&states, &resources);
    let workflow = Workflow {
        name: workflow.name.as_ref()?.value.clone(),
        comment,
        machine_type: machine_type?,
        query: language.query,
        timeout,
        input: input?,
        logs: logs?,
        tracing: tracing?,
        encryption: encryption?,
        network: network?,
        alarms: alarms?,
        dashboard: dashboard?,
        release: release?,
        onnxruntime: onnxruntime?,
        settings: settings?,
        buckets,
        queues,
        topics,
        tables,
        triggers,
        functions: used.functions,
        existing_functions: used.existing,
        resources,
        states,
    };
    whole::check(&context, &workflow, &limit?);
    // What cannot be read is left out of the model: nothing certain can be said of what flows through it.
    if !sink.has_errors() {
        crate::flow::check(&workflow, here);
    }
    Some(workflow)
}
